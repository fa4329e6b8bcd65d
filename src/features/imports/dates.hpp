// Calendar dates as CRMs and spreadsheets write them. A time behind a date is read past, and never moves it.
#pragma once

#include "base/time.hpp"
#include "features/imports/mapping.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace buckstop::imports {

// A cell that looks like a date, before anybody decided what its numbers mean.
struct DateParts {
    std::array<int, 3> number{}; // in the order of the text; the month by its number where it was named
    std::array<int, 3> digits{}; // of each; 0: a name
};

// "2026-11-23", "23/11/26", "15 Apr, 2021 00:02:00", "April 15th, 2021", "20261123T0122Z", "Mon 23.11.2026".
[[nodiscard]] std::optional<DateParts> split_date(std::string_view cell);

// The day that it is in that format, if there is such a day. Two-digit years: 69 to 99 are of the last
// century.
[[nodiscard]] std::optional<Date> date_of(const DateParts& parts, Format format);

// "46349" and "46349.75": the day by a spreadsheet's count from 1899-12-30, which a cell without a date's
// format is saved as. Nothing outside 1990 to 2099.
[[nodiscard]] std::optional<Date> serial_date(std::string_view cell);

// In any of these ways, for a cell of which is known that it should be a date.
[[nodiscard]] inline std::optional<Date> read_date(std::string_view cell, Format format) {
    const auto parts = split_date(cell);
    return parts ? date_of(*parts, format) : serial_date(cell);
}

} // namespace buckstop::imports
