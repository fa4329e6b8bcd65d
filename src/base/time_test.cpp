#include "base/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace buckstop {
namespace {

TEST(Dates, only_days_that_exist_in_just_one_form) {
    for (const auto* good : {"2026-11-23", "2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"})
        EXPECT_EQ(to_text(parse_date(good).value()), good);
    for (const auto* bad : {"2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-01",
                            "26-01-01", "2026-01-01 ", " 2026-01-01", "2026/01/01", "20260101", "0000-01-01",
                            "", "-026-01-01", "2026-01-01T00:00:00Z", "2026-01-0x"})
        EXPECT_FALSE(parse_date(bad)) << bad;
}

RC_GTEST_PROP(Dates, survive_a_round_trip, ()) {
    const auto day = *rc::gen::inRange(-719162, 2932896); // years 1 to 9999
    const Date date{std::chrono::sys_days{std::chrono::days{day}}};
    RC_ASSERT(parse_date(to_text(date)) == date);
    RC_ASSERT(days_between(date, add_days(date, 400)) == 400);
}

TEST(Instants, six_digits_of_utc) {
    EXPECT_EQ(to_text(parse_instant("2026-11-23T01:22:05Z").value()), "2026-11-23T01:22:05.000000Z");
    EXPECT_EQ(to_text(parse_instant("2026-11-23T01:22:05.5Z").value()), "2026-11-23T01:22:05.500000Z");
    EXPECT_EQ(to_text(parse_instant("1969-12-31T23:59:59.999999Z").value()), "1969-12-31T23:59:59.999999Z");
    for (const auto* bad :
         {"2026-11-23T01:22:05", "2026-11-23 01:22:05Z", "2026-11-23T24:00:00Z", "2026-11-23T01:60:00Z",
          "2026-11-23T01:22:60Z", "2026-11-23T01:22:05.Z", "2026-11-23T01:22:05.1234567Z",
          "2026-11-23T01:22:05+01:00", "2026-02-30T01:22:05Z", "2026-11-23T01:22:05.12x4Z", ""})
        EXPECT_FALSE(parse_instant(bad)) << bad;
}

RC_GTEST_PROP(Instants, survive_a_round_trip, ()) {
    const auto micros = *rc::gen::inRange<std::int64_t>(-62135596800000000, 253402300800000000);
    const Instant instant{std::chrono::microseconds{micros}};
    RC_ASSERT(parse_instant(to_text(instant)) == instant);
}

TEST(Zones, a_moment_has_a_date_in_each) {
    const auto instant = parse_instant("2026-11-22T23:30:00Z").value();
    EXPECT_EQ(to_text(date_in_zone(instant, "Europe/Berlin")), "2026-11-23");
    EXPECT_EQ(to_text(date_in_zone(instant, "America/New_York")), "2026-11-22");
    EXPECT_EQ(to_text(date_in_zone(instant, "Pacific/Kiritimati")), "2026-11-23");
    EXPECT_EQ(to_text(date_in_zone(instant, "Nowhere/Special")), "2026-11-22") << "UTC where unknown";
    EXPECT_EQ(to_text(date_in_zone(parse_instant("2026-03-29T00:59:59Z").value(), "Europe/Berlin")),
              "2026-03-29");
    EXPECT_TRUE(is_time_zone("Europe/Berlin"));
    EXPECT_FALSE(is_time_zone("Europe/Berlino"));
    EXPECT_FALSE(is_time_zone(""));
}

TEST(Zones, summer_time_counts) {
    // 22:30 UTC is 23:30 in Berlin in winter, and the next day in summer.
    EXPECT_EQ(to_text(date_in_zone(parse_instant("2026-01-15T22:30:00Z").value(), "Europe/Berlin")),
              "2026-01-15");
    EXPECT_EQ(to_text(date_in_zone(parse_instant("2026-07-15T22:30:00Z").value(), "Europe/Berlin")),
              "2026-07-16");
}

} // namespace
} // namespace buckstop
