#include "base/money.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <unicode/ucurr.h>

namespace buckstop {
namespace {

std::array<UChar, 4> as_utf16(std::string_view code) {
    std::array<UChar, 4> wide{};
    std::ranges::copy(code.substr(0, 3), wide.begin());
    return wide;
}

} // namespace

bool is_currency(std::string_view code) {
    if (code.size() != 3 || !std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; }))
        return false;
    // ICU has a number for every ISO 4217 code and zero for what isn't one.
    return ucurr_getNumericCode(as_utf16(code).data()) != 0;
}

int minor_digits(std::string_view currency) {
    if (!is_currency(currency))
        return 2;
    UErrorCode status = U_ZERO_ERROR;
    const int digits = ucurr_getDefaultFractionDigits(as_utf16(currency).data(), &status);
    return U_SUCCESS(status) ? digits : 2;
}

std::optional<Money> parse_money(std::string_view plain, std::string_view currency) {
    const bool negative = plain.starts_with('-');
    if (negative)
        plain.remove_prefix(1);
    const auto point = plain.find('.');
    const auto whole = plain.substr(0, point);
    auto fraction = point == plain.npos ? std::string_view{} : plain.substr(point + 1);
    while (fraction.ends_with('0'))
        fraction.remove_suffix(1);
    const int digits = minor_digits(currency);
    if (whole.empty() || static_cast<int>(fraction.size()) > digits)
        return std::nullopt;
    std::string all(whole);
    all += fraction;
    all.append(static_cast<std::size_t>(digits) - fraction.size(), '0');
    std::int64_t minor = 0;
    const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), minor);
    if (error != std::errc{} || end != all.data() + all.size() || minor < 0)
        return std::nullopt;
    return Money{negative ? -minor : minor, std::string(currency)};
}

std::string plain_amount(const Money& money) {
    const auto digits = static_cast<std::size_t>(minor_digits(money.currency));
    const auto magnitude = money.minor < 0 ? 0 - static_cast<std::uint64_t>(money.minor)
                                           : static_cast<std::uint64_t>(money.minor);
    std::string text = std::to_string(magnitude);
    if (text.size() <= digits)
        text.insert(0, digits + 1 - text.size(), '0');
    if (digits > 0)
        text.insert(text.size() - digits, ".");
    return money.minor < 0 ? "-" + text : text;
}

} // namespace buckstop
