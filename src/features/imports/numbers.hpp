// Numbers and amounts as people write them, exactly: never through a floating-point number.
#pragma once

#include "features/imports/mapping.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop::imports {

// digits / 10^scale, and what stood around it.
struct Decimal {
    std::uint64_t digits = 0; // at most 18 decimal digits
    int scale = 0;            // not negative; no zeros at the end of the fraction
    bool negative = false;
    bool percent = false;
    std::string_view currency; // "€", "US$", "EUR": as in the cell; empty where there was none
};

// "1,234.50", "1.234,50 €", "1 234,50", "1'234.50", "12,34,567", "(500)", "500-", "USD 12", "12 %", "1.5E6".
// `mark` says which of point and comma is the decimal mark; the other one may only part groups of digits.
[[nodiscard]] std::optional<Decimal> read_decimal(std::string_view cell, Format mark);

enum class MinorError { none, too_precise, too_large };

// In units of 10^-digits. Too precise: more decimals than that, unless they are to be rounded, half to even.
[[nodiscard]] std::optional<std::int64_t> to_minor(const Decimal& decimal, int digits, bool round,
                                                   MinorError& error);

// The ISO 4217 code that a cell's mark means: of itself, or, where several currencies share the mark ("$",
// "kr"), `likely` if it is one of them.
[[nodiscard]] std::optional<std::string_view> currency_of(std::string_view mark, std::string_view likely);
// The currencies that share such a mark; nothing for others.
[[nodiscard]] std::string_view currencies_sharing(std::string_view mark); // "USD CAD AUD"

// Whether a number may carry this.
[[nodiscard]] bool is_currency_mark(std::string_view mark);

// is_currency() of base/money.hpp, remembered: cheap enough for every cell.
[[nodiscard]] bool is_known_currency(std::string_view code);

} // namespace buckstop::imports
