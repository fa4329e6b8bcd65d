#include "features/imports/column_types.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/dates.hpp"
#include "features/imports/numbers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace buckstop::imports {
namespace {

ColumnEvidence scan(const std::vector<std::string>& cells) {
    ColumnScanner scanner;
    for (const auto& cell : cells)
        scanner.add(trim(cell));
    return scanner.finish();
}

TEST(ColumnTypes, each_type_by_its_values) {
    EXPECT_EQ(scan({}).type(), ColumnType::empty);
    EXPECT_EQ(scan({"", "-", "n/a"}).type(), ColumnType::empty);
    EXPECT_EQ(scan({"1", "22", ""}).type(), ColumnType::integer);
    EXPECT_EQ(scan({"1.5", "$22"}).type(), ColumnType::number);
    EXPECT_EQ(scan({"12 %", "40 %"}).type(), ColumnType::percent);
    EXPECT_EQ(scan({"yes", "no", "no"}).type(), ColumnType::boolean);
    EXPECT_EQ(scan({"0", "1", "1"}).type(), ColumnType::boolean);
    EXPECT_EQ(scan({"2026-01-01", "23.12.2026"}).type(), ColumnType::date);
    EXPECT_EQ(scan({"a", "b", "a", "b"}).type(), ColumnType::words);
    EXPECT_EQ(scan({"a", "b", "c"}).type(), ColumnType::text);
}

TEST(ColumnTypes, the_last_cell_of_a_long_column_counts_like_the_first) {
    std::vector<std::string> cells(100'000, "01/02/2026");
    EXPECT_FALSE(scan(cells).day_or_month.settled());
    cells.back() = "31/01/2026";
    EXPECT_TRUE(scan(cells).day_or_month.settled());
    EXPECT_EQ(scan(cells).day_or_month.first_only, 1);
    cells.back() = "01/31/2026";
    EXPECT_EQ(scan(cells).day_or_month.second_only, 1);
}

TEST(ColumnTypes, counting_doesnt_depend_on_how_many_values_differ) {
    std::vector<std::string> cells;
    for (int day = 0; day < 2000; ++day)
        cells.push_back(to_text(add_days(Date{std::chrono::year{2020} / 1 / 1}, day)));
    cells.emplace_back("no date");
    cells.emplace_back("31/12/2026");
    const auto evidence = scan(cells);
    EXPECT_TRUE(evidence.words.empty()) << "more than are kept";
    EXPECT_EQ(evidence.dates, 2001);
    EXPECT_EQ(evidence.cells, 2002);
    EXPECT_EQ(evidence.day_or_month.first_only, 1);
    EXPECT_EQ(evidence.samples.size(), 5U);
}

TEST(ColumnTypes, words_are_counted) {
    const auto evidence = scan({"Won", "Lost", "Won", "", "-"});
    ASSERT_EQ(evidence.words.size(), 2U);
    EXPECT_EQ(evidence.words[0].text, "Won");
    EXPECT_EQ(evidence.words[0].count, 2);
    EXPECT_EQ(evidence.nulls, 2);
}

TEST(ColumnTypes, a_long_value_is_shown_in_part) {
    const auto evidence = scan({std::string(5000, 'x')});
    EXPECT_EQ(evidence.samples.at(0), std::string(100, 'x') + "…");
}

TEST(ColumnTypes, numbers_that_read_two_ways_are_told) {
    EXPECT_FALSE(scan({"1,234", "5,678"}).point_or_comma.settled());
    EXPECT_TRUE(scan({"1,234", "5,678.50"}).point_or_comma.settled());
    EXPECT_TRUE(scan({"1.234", "5.678,50"}).point_or_comma.settled());
    EXPECT_FALSE(scan({"1.5", "1,5"}).point_or_comma.settled());
    EXPECT_TRUE(scan({"1234", "56"}).point_or_comma.settled());
    EXPECT_FALSE(scan({"1234", "56"}).point_or_comma.matters());
}

TEST(ColumnTypes, currencies_are_gathered) {
    EXPECT_EQ(scan({"$5", "€5", "$6", "7 USD"}).marks, (std::vector<std::string>{"$", "€", "USD"}));
}

// A cell in one of many ways of writing, or none.
rc::Gen<std::string> some_cell() {
    return rc::gen::exec([]() -> std::string {
        const auto date = add_days(Date{std::chrono::year{1999} / 1 / 1}, *rc::gen::inRange(0, 12000));
        const auto y = static_cast<int>(date.year());
        const auto m = static_cast<unsigned>(date.month());
        const auto d = static_cast<unsigned>(date.day());
        const auto n = *rc::gen::inRange(0, 2'000'000);
        switch (*rc::gen::inRange(0, 9)) {
        case 0:
            return fmt::format("{:02}/{:02}/{}", d, m, y);
        case 1:
            return fmt::format("{:02}/{:02}/{}", m, d, y);
        case 2:
            return fmt::format("{:02}-{:02}-{:02}", d, m, y % 100);
        case 3:
            return to_text(date);
        case 4:
            return fmt::format("{},{:03}", n / 1000 + 1, n % 1000);
        case 5:
            return fmt::format("{}.{:02}", n / 100, n % 100);
        case 6:
            return fmt::format("{}.{:03},{:02}", n % 900 + 1, n % 1000, n % 100);
        case 7:
            return std::to_string(n);
        default:
            return *rc::gen::element<std::string>("", "n/a", "text", "12 %", "€ 5", "1,2,3");
        }
    });
}

bool reads_all(const std::vector<std::string>& cells, Format format, Format other) {
    for (const auto& cell : cells) {
        const bool is_date = suits(format, FieldType::date);
        const bool by_this =
            is_date ? read_date(cell, format).has_value() : read_decimal(cell, format).has_value();
        const bool by_other =
            is_date ? read_date(cell, other).has_value() : read_decimal(cell, other).has_value();
        if (by_other && !by_this)
            return false;
    }
    return true;
}

RC_GTEST_PROP(ColumnTypesProperties, a_settled_column_reads_as_it_was_settled, ()) {
    const auto cells = *rc::gen::container<std::vector<std::string>>(some_cell());
    const auto evidence = scan(cells);
    const auto& dates = evidence.day_or_month;
    if (dates.settled())
        RC_ASSERT((dates.second_only > 0 ? reads_all(cells, Format::mdy, Format::dmy)
                                         : reads_all(cells, Format::dmy, Format::mdy)));
    const auto& numbers = evidence.point_or_comma;
    if (numbers.settled())
        RC_ASSERT((numbers.second_only > 0 ? reads_all(cells, Format::decimal_comma, Format::decimal_point)
                                           : reads_all(cells, Format::decimal_point, Format::decimal_comma)));
}

RC_GTEST_PROP(ColumnTypesProperties, an_unsettled_column_can_be_read_two_ways, ()) {
    const auto cells = *rc::gen::container<std::vector<std::string>>(some_cell());
    const auto dates = scan(cells).day_or_month;
    if (dates.settled())
        return;
    bool differs = false;
    for (const auto& cell : cells)
        differs = differs || read_date(cell, Format::dmy) != read_date(cell, Format::mdy);
    RC_ASSERT(differs);
    RC_ASSERT(!(dates.differing_examples.empty() && dates.first_examples.empty()));
}

} // namespace
} // namespace buckstop::imports
