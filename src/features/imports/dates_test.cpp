#include "features/imports/dates.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace buckstop::imports {
namespace {

std::string read(std::string_view cell, Format format = Format::ymd) {
    const auto date = read_date(cell, format);
    return date ? to_text(*date) : "none";
}

TEST(Dates, years_that_come_first_are_read_in_every_format) {
    for (const auto format : {Format::ymd, Format::dmy, Format::mdy, Format::yymd}) {
        EXPECT_EQ(read("2026-11-23", format), "2026-11-23");
        EXPECT_EQ(read("2026/1/2", format), "2026-01-02");
        EXPECT_EQ(read("2026.11.23", format), "2026-11-23");
        EXPECT_EQ(read("20261123", format), "2026-11-23");
        EXPECT_EQ(read("15 Apr, 2021 00:02:00", format), "2021-04-15");
        EXPECT_EQ(read("April 15th, 2021", format), "2021-04-15");
    }
}

TEST(Dates, the_format_says_what_the_numbers_mean) {
    EXPECT_EQ(read("01/02/2026", Format::dmy), "2026-02-01");
    EXPECT_EQ(read("01/02/2026", Format::mdy), "2026-01-02");
    EXPECT_EQ(read("01/02/2026", Format::ymd), "none");
    EXPECT_EQ(read("01.02.26", Format::dmy), "2026-02-01");
    EXPECT_EQ(read("1. 2. 2026", Format::dmy), "2026-02-01");
    EXPECT_EQ(read("01-02-26", Format::mdy), "2026-01-02");
}

TEST(Dates, two_digit_years_come_first_only_where_that_was_said) {
    EXPECT_EQ(read("26-11-23", Format::yymd), "2026-11-23");
    EXPECT_EQ(read("26-11-23", Format::dmy), "2023-11-26");
    EXPECT_EQ(read("26-11-23", Format::mdy), "none");
    EXPECT_EQ(read("26-11-23", Format::ymd), "none");
    EXPECT_EQ(read("26-Apr-15", Format::yymd), "2026-04-15");
    EXPECT_EQ(read("26-Apr-15", Format::dmy), "2015-04-26");
}

TEST(Dates, two_digit_years_are_of_the_century_around_now) {
    EXPECT_EQ(read("01/01/68", Format::dmy), "2068-01-01");
    EXPECT_EQ(read("01/01/69", Format::dmy), "1969-01-01");
    EXPECT_EQ(read("01/01/00", Format::dmy), "2000-01-01");
}

TEST(Dates, a_time_is_read_past_and_moves_nothing) {
    for (const auto* time :
         {"T23:59:59Z", "T00:00:00+14:00", " 23:30", " 11:59 PM", " 11:59:59.123456 pm CET", ", 0:15",
          "T235959", " 12:00:00 +0200", " 00:00:00-11:00", "t10:00"})
        EXPECT_EQ(read(std::string("2026-03-01") + time), "2026-03-01") << time;
}

TEST(Dates, what_is_no_date_is_none) {
    for (const auto* cell :
         {"",          "2026",        "2026-13-01",       "2026-02-30",  "31/04/2026",     "1.2.3",
          "1.234.567", "12/2026",     "2026-01-01 later", "2026-01-01x", "2026-1-",        "10:30:00",
          "Apr-21",    "April",       "2026-01-01T",      "01/02-2026",  "2026 01 02",     "99999999",
          "20260230",  "1/2/3456789", "01/2026/02",       "Mon Tue Wed", "2026-01-01 1:2", "--------",
          "1,234.50",  "00/01/2026",  "2026-00-10",       "0000-00-00"})
        for (const auto format : {Format::ymd, Format::dmy, Format::mdy})
            EXPECT_EQ(read(cell, format), "none") << cell;
}

TEST(Dates, weekdays_and_abbreviations_are_read_past) {
    EXPECT_EQ(read("Mon, 23 Nov 2026"), "2026-11-23");
    EXPECT_EQ(read("Sept. 5, 2026"), "2026-09-05");
    EXPECT_EQ(read("5 SEPTEMBER 26"), "2026-09-05");
    EXPECT_EQ(read("23-Nov-2026 10:00"), "2026-11-23");
    EXPECT_EQ(read("2026-Nov-23"), "2026-11-23");
}

TEST(Dates, months_are_named_in_the_big_european_languages) {
    for (const auto* cell :
         {"15. März 2026", "15 MÄRZ 2026", "15 mars 2026", "15 de marzo de 2026", "15 marzo 2026",
          "15 de março de 2026", "15 mrt 2026", "15 maart 2026", "15 marca 2026", "15-Mrz-2026"})
        EXPECT_EQ(read(cell), "2026-03-15") << cell;
    EXPECT_EQ(read("1er févr. 2026"), "2026-02-01");
    EXPECT_EQ(read("3 août 2026"), "2026-08-03");
    EXPECT_EQ(read("3 paź 2026"), "2026-10-03");
    EXPECT_EQ(read("24. Dez. 2026"), "2026-12-24");
    EXPECT_EQ(read("15 jui 2026"), "none") << "June or July";
}

Date some_day() {
    return Date{std::chrono::sys_days{std::chrono::days{*rc::gen::inRange(-3000, 60000)}}};
}

RC_GTEST_PROP(DateProperties, each_way_of_writing_reads_back, ()) {
    const auto date = some_day();
    const auto y = static_cast<int>(date.year());
    const auto m = static_cast<unsigned>(date.month());
    const auto d = static_cast<unsigned>(date.day());
    const auto sign = *rc::gen::element('-', '/', '.');
    const auto time = *rc::gen::element<std::string>("", " 23:59", "T00:00:00Z", " 12:00:00 AM");
    RC_ASSERT(read_date(fmt::format("{}{}{:02}{}{:02}{}", y, sign, m, sign, d, time), Format::ymd) == date);
    RC_ASSERT(read_date(fmt::format("{}{}{}{}{}{}", d, sign, m, sign, y, time), Format::dmy) == date);
    RC_ASSERT(read_date(fmt::format("{:02}{}{}{}{}{}", m, sign, d, sign, y, time), Format::mdy) == date);
    if (y >= 1969 && y <= 2068) {
        RC_ASSERT(read_date(fmt::format("{:02}{}{:02}{}{:02}", d, sign, m, sign, y % 100), Format::dmy) ==
                  date);
        RC_ASSERT(read_date(fmt::format("{:02}{}{:02}{}{:02}", y % 100, sign, m, sign, d), Format::yymd) ==
                  date);
    }
}

RC_GTEST_PROP(DateProperties, any_text_is_safe_and_only_real_days_come_out, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::element('0', '1', '2', '3', '9', '-', '/', '.', ' ', 'T', ':', 'A', 'p', 'r', ','),
        rc::gen::arbitrary<char>()));
    for (const auto format : {Format::ymd, Format::dmy, Format::mdy, Format::yymd})
        if (const auto date = read_date(text, format))
            RC_ASSERT(date->ok() && parse_date(to_text(*date)) == date);
}

TEST(Dates, counted_by_a_spreadsheet) {
    for (const auto format : {Format::ymd, Format::dmy, Format::mdy, Format::yymd})
        EXPECT_EQ(read_date("46349", format), parse_date("2026-11-23"));
    EXPECT_EQ(read_date("46349.999", Format::dmy), parse_date("2026-11-23"));
    EXPECT_EQ(read_date("32874", Format::dmy), parse_date("1990-01-01"));
    EXPECT_EQ(read_date("73050", Format::dmy), parse_date("2099-12-31"));
    for (const auto* no : {"32873", "73051", "4634", "463490", "46349.", "46,349", "-46349", "46349.5x"})
        EXPECT_FALSE(read_date(no, Format::dmy)) << no;
}

} // namespace
} // namespace buckstop::imports
