// A fast hash of what a record says, to tell without reading the whole stored row whether it says anything
// new. Not for adversaries: two records of one key that collide only mean that the second is taken for the
// first. The values are stored; another function would make the next import compare field by field once.
#pragma once

#include "base/time.hpp"
#include "features/imports/records.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace buckstop::imports {

class ContentHash {
  public:
    void add(const std::string& text) { add(std::string_view(text)); }
    void add(std::string_view text) {
        add_number(text.size());
        while (text.size() >= 8) {
            add_number(read(text.substr(0, 8)));
            text.remove_prefix(8);
        }
        if (!text.empty())
            add_number(read(text));
    }
    void add(const Text& text) {
        if (text)
            add(*text);
        else
            skip();
    }
    void add(const std::optional<std::int64_t>& value) { add_or_skip(value); }
    void add(const std::optional<bool>& value) { add_or_skip(value); }
    void add(const std::optional<double>& value) {
        add_or_skip(value ? std::optional(std::bit_cast<std::uint64_t>(*value)) : std::nullopt);
    }
    void add(const std::optional<Date>& date) {
        add_or_skip(date ? std::optional(std::chrono::sys_days{*date}.time_since_epoch().count())
                         : std::nullopt);
    }
    template <class... Parts>
    void add_all(const Parts&... parts) {
        (add(parts), ...);
    }
    // Never 0, which stands for "unknown".
    [[nodiscard]] std::int64_t value() const {
        const auto mixed = mix(state_, 0x9E3779B97F4A7C15U);
        return mixed == 0 ? 1 : std::bit_cast<std::int64_t>(mixed);
    }

  private:
    __extension__ using Wide = unsigned __int128;

    static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
        const Wide product = Wide{a} * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }
    static std::uint64_t read(std::string_view bytes) { // at most 8
        std::uint64_t number = 0;
        std::memcpy(&number, bytes.data(), bytes.size());
        return number;
    }
    void add_number(std::uint64_t number) {
        state_ = mix(state_ ^ number, 0xD6E8FEB86659FD93U) + 0x9E3779B97F4A7C15U;
    }
    void skip() { add_number(0xA0761D6478BD642FU); }
    template <class T>
    void add_or_skip(const std::optional<T>& value) {
        if (value)
            add_number(static_cast<std::uint64_t>(*value) + 1);
        else
            skip();
    }

    std::uint64_t state_ = 0x2D358DCCAA6C78A5U;
};

[[nodiscard]] std::int64_t content_hash(const DealRecord& record);
[[nodiscard]] std::int64_t content_hash(const CompanyRecord& record);
[[nodiscard]] std::int64_t content_hash(const PersonRecord& record);
[[nodiscard]] std::int64_t content_hash(const ProductRecord& record);
[[nodiscard]] std::int64_t content_hash(const ActivityRecord& record);
[[nodiscard]] std::int64_t content_hash(const StageChangeRecord& record);

// Of what the record says, member after member: for kinds that came after those above, whose hashes are
// stored as they are.
template <class Record>
[[nodiscard]] std::int64_t content_hash(const Record& record) {
    ContentHash hash;
    for_each_member(record, [&](std::string_view, const auto& value) { hash.add(value); });
    return hash.value();
}

// Fills in the hashes of deals, of which there are millions: whoever reads ahead does it while the database
// writes. The others' are computed where they are needed.
void add_hashes(std::vector<DealRecord>& records);

// Of a key or a name, for remembering that it was there.
[[nodiscard]] std::uint64_t short_hash(std::string_view text);

} // namespace buckstop::imports
