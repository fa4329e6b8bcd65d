#include "features/imports/periods.hpp"

#include <gtest/gtest.h>

namespace buckstop::imports {
namespace {

// "2026-07-01 2026-09-30 Q3 2026"; empty for what isn't a period.
std::string read(std::string_view text, unsigned fiscal_year_begins = 1) {
    const auto period = read_period(text, fiscal_year_begins);
    return period ? to_text(period->from) + ' ' + to_text(period->to) + ' ' + period->label : "";
}
Date day(std::string_view text) {
    return parse_date(text).value();
}

TEST(Periods, AreReadInTheUsualWays) {
    for (const char* text : {"2026", "year 2026", "Fiscal"})
        EXPECT_EQ(read(text), text == std::string("Fiscal") ? "" : "2026-01-01 2026-12-31 2026") << text;
    for (const char* text : {"H1 2026", "2026-H1", "2026 H1", "1H26", "1h 2026", "H1/26", "1st half 2026"})
        EXPECT_EQ(read(text), "2026-01-01 2026-06-30 H1 2026") << text;
    for (const char* text : {"Q3 2026", "2026-Q3", "2026Q3", "q3/2026", "Q3 '26", "Q3-26", "3Q26",
                             "3rd quarter 2026", "quarter 3 of 2026", "2026 Qtr 3"})
        EXPECT_EQ(read(text), "2026-07-01 2026-09-30 Q3 2026") << text;
    for (const char* text : {"2026-07", "07/2026", "7.2026", "July 2026", "Jul-26", "jul 2026", "2026 July",
                             "2026-M07", "2026M7", "Juli 2026", "juil. 2026", "julio de 2026"})
        EXPECT_EQ(read(text), "2026-07-01 2026-07-31 July 2026") << text;
    EXPECT_EQ(read("Sept 2026"), "2026-09-01 2026-09-30 September 2026");
    EXPECT_EQ(read("2028-02"), "2028-02-01 2028-02-29 February 2028");
}

TEST(Periods, OfAFiscalYearBeginWhereItDoes) {
    for (const char* text : {"FY26 Q3", "FY2026 Q3", "FY26-Q3", "Q3 FY26", "fiscal year 2026 Q3"})
        EXPECT_EQ(read(text), "2026-07-01 2026-09-30 FY26 Q3") << text;
    EXPECT_EQ(read("FY26", 4), "2025-04-01 2026-03-31 FY26");
    EXPECT_EQ(read("FY26 Q3", 4), "2025-10-01 2025-12-31 FY26 Q3");
    EXPECT_EQ(read("FY26 H2", 7), "2026-01-01 2026-06-30 FY26 H2");
    EXPECT_EQ(read("Q3 2026", 4), "2026-07-01 2026-09-30 Q3 2026") << "the calendar's";
}

TEST(Periods, AreToldByTheirDays) {
    EXPECT_EQ(read("2026-07-01 to 2026-09-30"), "2026-07-01 2026-09-30 Q3 2026");
    EXPECT_EQ(read("2026-07-01/2026-07-31"), "2026-07-01 2026-07-31 July 2026");
    EXPECT_EQ(period_of(day("2026-07-06"), day("2026-09-30"))->label, "2026-07-06 to 2026-09-30");
    EXPECT_EQ(period_of(day("2026-01-01"), day("2026-12-31"))->label, "2026");
    EXPECT_FALSE(period_of(day("2026-02-01"), day("2026-01-31")));
    EXPECT_EQ(period_from(day("2026-07-01"), "Quarter")->label, "Q3 2026");
    EXPECT_EQ(period_from(day("2026-07-01"), "monthly")->label, "July 2026");
    EXPECT_EQ(period_from(day("2026-01-31"), "month")->to, day("2026-02-27"));
    EXPECT_FALSE(period_from(day("2026-07-01"), "sprint"));
}

TEST(Periods, AreNothingElse) {
    for (const char* text : {"", "Q3", "Q5 2026", "H3 2026", "2026-13", "2026-00", "July", "26", "07/26",
                             "Q1 Q2 2026", "2026 2027", "Q1 July 2026", "2026-07-01", "next year", "12345",
                             "2026-09-30 to 2026-07-01", "FY26 July"})
        EXPECT_EQ(read(text), "") << text;
}

} // namespace
} // namespace buckstop::imports
