#include "features/imports/numbers.hpp"

#include "base/money.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace buckstop::imports {
namespace {

constexpr auto point = Format::decimal_point;
constexpr auto comma = Format::decimal_comma;

// "-1234.5 EUR %"
std::string read(std::string_view cell, Format mark = point) {
    const auto number = read_decimal(cell, mark);
    if (!number)
        return "none";
    auto digits = std::to_string(number->digits);
    const auto scale = static_cast<std::size_t>(number->scale);
    if (digits.size() <= scale)
        digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0)
        digits.insert(digits.size() - scale, ".");
    return (number->negative ? "-" : "") + digits + (number->currency.empty() ? "" : " ") +
           std::string(number->currency) + (number->percent ? " %" : "");
}

TEST(Numbers, points_commas_and_groups) {
    EXPECT_EQ(read("1234.50"), "1234.5");
    EXPECT_EQ(read("1,234.50"), "1234.5");
    EXPECT_EQ(read("1,234"), "1234");
    EXPECT_EQ(read("1,234", comma), "1.234");
    EXPECT_EQ(read("1.234,50", comma), "1234.5");
    EXPECT_EQ(read("1.234.567", comma), "1234567");
    EXPECT_EQ(read("1 234 567,89", comma), "1234567.89");
    EXPECT_EQ(read("1\xC2\xA0"
                   "234,5",
                   comma),
              "1234.5");
    EXPECT_EQ(read("1\xE2\x80\xAF"
                   "234"),
              "1234");
    EXPECT_EQ(read("1'234.50"), "1234.5");
    EXPECT_EQ(read("12,34,567.00"), "1234567");
    EXPECT_EQ(read("0.5"), "0.5");
    EXPECT_EQ(read(".5"), "0.5");
    EXPECT_EQ(read("5."), "5");
    EXPECT_EQ(read("007"), "7");
    EXPECT_EQ(read("0"), "0");
    EXPECT_EQ(read("150000.0"), "150000");
}

TEST(Numbers, groups_that_are_none_make_it_no_number) {
    for (const auto* cell : {"1,23", "12,34", "1,2345", "1234,567", "0,123", "1,234,56", "1.2.3", "1,,234",
                             ",5", "1,234,", "1 23", "1.234,5", "12 345 6", "1,234 567"})
        EXPECT_EQ(read(cell), "none") << cell;
    for (const auto* cell : {"1.23", "0.500", "1234.567", "1,234.5", "1.234.56"})
        EXPECT_EQ(read(cell, comma), "none") << cell;
}

TEST(Numbers, signs_currencies_and_percent) {
    EXPECT_EQ(read("-5"), "-5");
    EXPECT_EQ(read("+5"), "5");
    EXPECT_EQ(read("5-"), "-5");
    EXPECT_EQ(read("(1,234.50)"), "-1234.5");
    EXPECT_EQ(read("\xE2\x88\x92"
                   "5"),
              "-5");
    EXPECT_EQ(read("$1,234.50"), "1234.5 $");
    EXPECT_EQ(read("-$5"), "-5 $");
    EXPECT_EQ(read("$-5"), "-5 $");
    EXPECT_EQ(read("($5)"), "-5 $");
    EXPECT_EQ(read("1.234,50 €", comma), "1234.5 €");
    EXPECT_EQ(read("€ 5"), "5 €");
    EXPECT_EQ(read("EUR5"), "5 EUR");
    EXPECT_EQ(read("5 USD"), "5 USD");
    EXPECT_EQ(read("US$5"), "5 US$");
    EXPECT_EQ(read("500 kr."), "500 kr");
    EXPECT_EQ(read("12 %"), "12 %");
    EXPECT_EQ(read("12.5%"), "12.5 %");
    EXPECT_EQ(read("1.5E6"), "1500000");
    EXPECT_EQ(read("15e-1"), "1.5");
}

TEST(Numbers, what_is_no_number_is_none) {
    for (const auto* cell :
         {"",      "-",    "abc",   "12 apples", "1e",      "1e999",     "--5",
          "5%%",   "()",   "(",     "$",         "€€5",     "EUR USD 5", "USD 5 EUR",
          "5 5 5", "0x10", "1_000", "NaN",       "Q1 2026", "L10",       "1234567890123456789",
          "-5-",   "(-5)"})
        EXPECT_EQ(read(cell), "none") << cell;
}

TEST(Numbers, minor_units_are_exact) {
    auto error = MinorError::none;
    const auto minor = [&](std::string_view cell, int digits, bool round = false) {
        return to_minor(*read_decimal(cell, point), digits, round, error);
    };
    EXPECT_EQ(minor("0.29", 2), 29);
    EXPECT_EQ(minor("-1234.5", 2), -123450);
    EXPECT_EQ(minor("15", 0), 15);
    EXPECT_EQ(minor("1.250", 2), 125);
    EXPECT_EQ(minor("1.255", 2), std::nullopt);
    EXPECT_EQ(error, MinorError::too_precise);
    EXPECT_EQ(minor("1.255", 2, true), 126);
    EXPECT_EQ(minor("1.245", 2, true), 124);
    EXPECT_EQ(minor("1.2450001", 2, true), 125);
    EXPECT_EQ(minor("0.00000000000000001", 2, true), 0);
    EXPECT_EQ(minor("9e-30", 2, true), 0);
    EXPECT_EQ(minor("99999999999999999", 2), std::nullopt);
    EXPECT_EQ(error, MinorError::too_large);
}

TEST(Numbers, a_mark_means_a_currency_or_one_of_several) {
    EXPECT_EQ(currency_of("€", "USD"), "EUR");
    EXPECT_EQ(currency_of("US$", "CAD"), "USD");
    EXPECT_EQ(currency_of("$", "CAD"), "CAD");
    EXPECT_EQ(currency_of("$", "EUR"), std::nullopt);
    EXPECT_EQ(currency_of("kr", "NOK"), "NOK");
    EXPECT_EQ(currency_of("JPY", "EUR"), "JPY");
    EXPECT_EQ(currency_of("XQQ", "EUR"), std::nullopt);
    EXPECT_EQ(currency_of("", "EUR"), std::nullopt);
    EXPECT_TRUE(currencies_sharing("€").empty());
    EXPECT_TRUE(currencies_sharing("$").starts_with("USD"));
    EXPECT_TRUE(is_known_currency("EUR"));
    EXPECT_FALSE(is_known_currency("eur"));
    EXPECT_FALSE(is_known_currency("EURO"));
}

RC_GTEST_PROP(NumberProperties, amounts_agree_with_base_money, ()) {
    const auto minor = *rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000);
    const auto currency = *rc::gen::element<std::string>("EUR", "JPY", "KWD");
    const auto plain = plain_amount({minor, currency});
    auto error = MinorError::none;
    const auto number = read_decimal(plain, point);
    RC_ASSERT(number.has_value());
    RC_ASSERT(to_minor(*number, minor_digits(currency), false, error) == parse_money(plain, currency)->minor);
    RC_ASSERT(to_minor(*number, minor_digits(currency), false, error) == minor);
}

// With groups and a decimal comma, as people write it.
RC_GTEST_PROP(NumberProperties, grouped_amounts_read_back, ()) {
    const auto minor = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
    const auto group = *rc::gen::element<std::string>(".", " ", "'", "\xC2\xA0");
    auto whole = std::to_string(minor / 100);
    for (auto at = static_cast<std::ptrdiff_t>(whole.size()) - 3; at > 0; at -= 3)
        whole.insert(static_cast<std::size_t>(at), group);
    const auto text = fmt::format("{},{:02} €", whole, minor % 100);
    auto error = MinorError::none;
    RC_ASSERT(to_minor(*read_decimal(text, comma), 2, false, error) == minor);
}

RC_GTEST_PROP(NumberProperties, any_text_is_safe, ()) {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::element('0', '1', '9', '.', ',', ' ', '-', '(', ')', '%', 'E', '$', 'k', 'r',
                                        '\xC2', '\xA0', '\xE2'),
                       rc::gen::arbitrary<char>()));
    for (const auto mark : {point, comma})
        if (const auto number = read_decimal(text, mark)) {
            auto error = MinorError::none;
            RC_ASSERT(number->scale >= 0);
            (void)to_minor(*number, 2, true, error);
            (void)to_minor(*number, 0, false, error);
        }
}

} // namespace
} // namespace buckstop::imports
