// Amounts of money: whole minor units (cents, yen) and an ISO 4217 currency. Never a floating-point number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop {

// Three capital letters that ICU knows as an ISO 4217 code.
[[nodiscard]] bool is_currency(std::string_view code);

// How many decimal digits the currency's minor unit has: 2 for EUR, 0 for JPY, 3 for KWD; 2 where unknown.
[[nodiscard]] int minor_digits(std::string_view currency);

struct Money {
    std::int64_t minor = 0; // in minor units of `currency`
    std::string currency;   // ISO 4217
    bool operator==(const Money&) const = default;
};

// "1234.50": digits, at most one point, a leading minus; no grouping. Nothing if it isn't that, has more
// decimals than the currency (trailing zeros aside), or doesn't fit. Reading people's formats is imports'
// work.
[[nodiscard]] std::optional<Money> parse_money(std::string_view plain, std::string_view currency);
// The reverse: "1234.50".
[[nodiscard]] std::string plain_amount(const Money& money);

} // namespace buckstop
