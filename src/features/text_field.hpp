// What every text that people type has to be: not too long, and something a database can hold.
//
//   FieldChecks checks;
//   checks.text("my_part", input.my_part, {.most = 20'000, .required = true});
//   if (!checks.fine())
//       return fail(checks.error());
#pragma once

#include "base/result.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buckstop {

// In characters (code points) of UTF-8 text.
[[nodiscard]] inline std::size_t character_count(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

// Without white space at both ends.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n\f\v";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// Trimmed; nothing where that leaves nothing.
[[nodiscard]] inline std::optional<std::string> something(const std::optional<std::string>& text) {
    if (!text || trimmed(*text).empty())
        return std::nullopt;
    return std::string(trimmed(*text));
}

// Gathers the broken rules of an input, so that people hear of all of them at once.
class FieldChecks {
  public:
    struct Limits {
        std::size_t most = 200; // characters
        bool required = false;
        std::string_view missing = "Please write something here."; // where a required text is missing
    };

    void text(std::string_view field, const std::optional<std::string>& value, const Limits& limits) {
        if (!something(value)) {
            if (limits.required)
                add(field, "required", std::string(limits.missing));
            return;
        }
        if (value->find('\0') != std::string::npos)
            add(field, "not_a_text",
                "This contains a character (U+0000) that can't be kept. Please remove it.");
        if (const auto length = character_count(*value); length > limits.most)
            add(field, "too_long",
                "This has " + std::to_string(length) + " characters; at most " + std::to_string(limits.most) +
                    " fit here.");
    }
    void add(std::string_view field, std::string_view rule, std::string message) {
        errors_.push_back({std::string(field), std::string(rule), std::move(message)});
    }

    [[nodiscard]] bool fine() const { return errors_.empty(); }
    [[nodiscard]] Error error() const {
        return {.code = ErrorCode::invalid,
                .message = errors_.size() == 1 ? errors_.front().message : "Some fields need another look.",
                .fields = errors_};
    }

  private:
    std::vector<FieldError> errors_;
};

} // namespace buckstop
