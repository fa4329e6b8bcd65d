#include "base/time.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

namespace buckstop {
namespace {

// Exactly `width` decimal digits at `at`, or nothing.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t width) {
    if (at + width > text.size())
        return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, width)) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::unique_ptr<icu::TimeZone> zone_named(std::string_view zone) {
    const auto name =
        icu::UnicodeString::fromUTF8(icu::StringPiece(zone.data(), static_cast<int>(zone.size())));
    return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(name));
}

} // namespace

Instant system_now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string to_text(Date date) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<Date> parse_date(std::string_view text) {
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !year || !month || !day || *year == 0)
        return std::nullopt;
    const Date date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                    std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional(date) : std::nullopt;
}

std::string to_text(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::hh_mm_ss time{instant - day};
    return fmt::format("{}T{:02}:{:02}:{:02}.{:06}Z", to_text(Date{day}), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<Instant> parse_instant(std::string_view text) {
    if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text.back() != 'Z')
        return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    std::chrono::microseconds fraction{0};
    if (const auto rest = text.substr(19, text.size() - 20); !rest.empty()) {
        if (rest[0] != '.' || rest.size() < 2 || rest.size() > 7)
            return std::nullopt;
        const auto value = digits(rest, 1, rest.size() - 1);
        if (!value)
            return std::nullopt;
        int micros = *value;
        for (auto n = rest.size() - 1; n < 6; ++n)
            micros *= 10;
        fraction = std::chrono::microseconds{micros};
    }
    return std::chrono::sys_days{*date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} + fraction;
}

Date date_in_zone(Instant instant, std::string_view zone) {
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(instant).time_since_epoch().count();
    std::int32_t offset = 0, daylight = 0;
    UErrorCode status = U_ZERO_ERROR;
    zone_named(zone)->getOffset(static_cast<UDate>(millis), false, offset, daylight, status);
    const auto local = instant + std::chrono::milliseconds{U_SUCCESS(status) ? offset + daylight : 0};
    return Date{std::chrono::floor<std::chrono::days>(local)};
}

bool is_time_zone(std::string_view zone) {
    return !zone.empty() && *zone_named(zone) != icu::TimeZone::getUnknown();
}

} // namespace buckstop
