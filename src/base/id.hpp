// Application-made, time-ordered ids of 63 bits: 41 bits of milliseconds since 2024-01-01 UTC, then 22 bits
// that start at random within a millisecond and count up. Rows made together lie together in an index, and
// several nodes need no common counter. As text (JSON, URLs) an id is its decimal digits in a string, since
// JavaScript's numbers end at 53 bits.
#pragma once

#include <charconv>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop {

// A typed id: Id<struct Deal> and Id<struct Person> don't mix. Zero is never given out and means "none yet".
template <class Entity>
class Id {
  public:
    constexpr Id() = default;
    constexpr explicit Id(std::int64_t value) : value_(value) {}
    [[nodiscard]] constexpr std::int64_t value() const { return value_; }
    [[nodiscard]] constexpr explicit operator bool() const { return value_ != 0; }
    [[nodiscard]] std::string text() const { return std::to_string(value_); }

    // Nothing unless `text` is a positive decimal number that fits.
    [[nodiscard]] static std::optional<Id> parse(std::string_view text) {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || value <= 0)
            return std::nullopt;
        return Id(value);
    }
    auto operator<=>(const Id&) const = default; // NOLINT(modernize-use-nullptr): clang-tidy 14 misreads <=>

  private:
    std::int64_t value_ = 0;
};

using OrgId = Id<struct Organisation>;
using PersonId = Id<struct Person>;
using TeamId = Id<struct Team>;
using CompanyId = Id<struct Company>;
using ProductId = Id<struct Product>;
using DealId = Id<struct Deal>;
using ImportId = Id<struct Import>;
using FailureId = Id<struct Failure>;
using DebriefId = Id<struct Debrief>;
using LessonId = Id<struct Lesson>;
using CommitmentId = Id<struct Commitment>;
using JobId = Id<struct Job>;

// Gives out ids; safe from any thread. Two calls never give the same id within a process.
class IdSource {
  public:
    [[nodiscard]] std::int64_t next() { return next(1); }
    // The first of `count` ids in a row; at most a million at once.
    [[nodiscard]] std::int64_t next(std::int64_t count);

  private:
    std::mutex mutex_;
    std::int64_t last_ = 0;
};

} // namespace buckstop

template <class Entity>
struct std::hash<buckstop::Id<Entity>> {
    std::size_t operator()(buckstop::Id<Entity> id) const noexcept {
        return std::hash<std::int64_t>{}(id.value());
    }
};
