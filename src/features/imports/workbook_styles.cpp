// Number formats (ECMA-376 part 1, 18.8.30 and 18.8.31).
#include "features/imports/workbook.hpp"

#include <algorithm>
#include <array>

namespace buckstop::imports {
namespace {

// A format's first section, without quoted and escaped text; what stands in square brackets is kept apart.
struct Stripped {
    std::string code, literals;
    std::vector<std::string> brackets;
};

Stripped strip(std::string_view code) {
    Stripped stripped;
    for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
        const auto until = [&](char end) {
            const auto close = std::min(code.find(end, i + 1), code.size());
            const auto inside = code.substr(i + 1, close - i - 1);
            i = close;
            return std::string(inside);
        };
        if (code[i] == '"')
            stripped.literals += until('"');
        else if (code[i] == '[')
            stripped.brackets.push_back(until(']'));
        else if (code[i] == '\\' || code[i] == '_' || code[i] == '*')
            ++i; // the character behind is shown, or is only as wide as it
        else
            stripped.code += code[i];
    }
    return stripped;
}

// "[$€-407]" names a sign, "[$$-409]" with its language a currency.
std::string currency_in(const std::string& bracket) {
    if (!bracket.starts_with('$'))
        return {};
    const auto dash = bracket.find('-');
    auto sign = bracket.substr(1, dash == bracket.npos ? dash : dash - 1);
    if (sign == "$" && dash != bracket.npos && bracket.substr(dash + 1) == "409")
        return "USD";
    return sign;
}

} // namespace

CellStyle style_of_format(std::string_view code) {
    const auto stripped = strip(code);
    CellStyle style;
    std::string lower = stripped.code;
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (lower == "general" || lower == "standard")
        return style;
    const bool is_elapsed = std::ranges::any_of(stripped.brackets, [](const std::string& bracket) {
        return !bracket.empty() && bracket.find_first_not_of("hmsHMS") == bracket.npos;
    });
    const bool has_number = lower.find_first_of("0#?") != lower.npos;
    style.has_time = is_elapsed || lower.find_first_of("hs") != lower.npos;
    style.is_date = style.has_time || lower.find_first_of("ydm") != lower.npos;
    if (style.is_date && has_number && lower.find_first_of("yd") == lower.npos && !style.has_time)
        style.is_date = false; // an "m" beside digits: 0.0,,"m" is quoted, 0.0 m isn't always
    style.is_percent = !style.is_date && lower.find('%') != lower.npos;
    if (style.is_date)
        return style;
    for (const auto& bracket : stripped.brackets)
        if (style.currency.empty())
            style.currency = currency_in(bracket);
    for (const std::string_view sign : {"€", "£", "¥", "$", "USD", "EUR", "GBP", "CHF"})
        if (style.currency.empty() && (stripped.literals.find(sign) != stripped.literals.npos ||
                                       stripped.code.find(sign) != stripped.code.npos))
            style.currency = sign;
    return style;
}

} // namespace buckstop::imports
