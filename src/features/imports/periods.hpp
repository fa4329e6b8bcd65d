// Periods as people write them for targets.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buckstop::imports {

struct Period {
    Date from{}, to{}; // its first and its last day
    std::string label; // "2026", "H1 2026", "Q3 2026", "July 2026", "FY26 Q3", else its days
    bool operator==(const Period&) const = default;
};

// "2026", "H1 2026", "2H26", "Q3 2026", "2026-Q3", "3rd quarter 2026", "2026-07", "07/2026", "July 2026",
// "Jul-26", "FY26", "FY2026 Q3", "2026-07-01 to 2026-09-30". A year written FY is named by the year in which
// it ends and begins in that month (1 to 12); any other is the calendar's.
[[nodiscard]] std::optional<Period> read_period(std::string_view text, unsigned fiscal_year_begins = 1);

// From the first to the last of these days, called by its name where it has one.
[[nodiscard]] std::optional<Period> period_of(Date from, Date to);

// A "year", "half", "quarter" or "month" (also "yearly", "quarters" and the like) from that day on.
[[nodiscard]] std::optional<Period> period_from(Date from, std::string_view length);

} // namespace buckstop::imports
