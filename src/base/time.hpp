// Moments and calendar dates, kept apart: a moment is microseconds of UTC, a date is a day in a calendar and
// never passes through a time zone, so that no import and no page can move it by a day.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Date = std::chrono::year_month_day;

// Where the time comes from; tests give a fixed one.
using Clock = std::function<Instant()>;
[[nodiscard]] Instant system_now();

// "2026-11-23T01:22:05.123456Z" (RFC 3339, always UTC, six digits).
[[nodiscard]] std::string to_text(Instant instant);
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

// "2026-11-23" (ISO 8601). Parsing accepts only an existing day in years 1 to 9999 in just this form.
[[nodiscard]] std::string to_text(Date date);
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);

// The calendar date of a moment in an IANA time zone such as "Europe/Berlin"; UTC where the zone is unknown.
[[nodiscard]] Date date_in_zone(Instant instant, std::string_view zone);
[[nodiscard]] bool is_time_zone(std::string_view zone);

[[nodiscard]] inline Date add_days(Date date, int days) {
    return Date{std::chrono::sys_days{date} + std::chrono::days{days}};
}
[[nodiscard]] inline int days_between(Date from, Date to) {
    return static_cast<int>((std::chrono::sys_days{to} - std::chrono::sys_days{from}).count());
}

} // namespace buckstop
