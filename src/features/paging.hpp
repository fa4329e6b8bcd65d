// How long a page of a list is (db/page.hpp: where it begins).
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace buckstop {

// 1 to 200; 50 unless told.
[[nodiscard]] inline Result<std::size_t> page_limit(const std::optional<int>& wanted) {
    if (wanted && (*wanted < 1 || *wanted > 200))
        return fail_field("limit", "out_of_range", "A page has 1 to 200 items.");
    return static_cast<std::size_t>(wanted.value_or(50));
}

// Where lists begin: earlier or later, smaller or larger than every item.
inline constexpr Date beginning_of_time{std::chrono::year{1}, std::chrono::January, std::chrono::day{1}};
inline constexpr Date end_of_time{std::chrono::year{9999}, std::chrono::December, std::chrono::day{31}};
inline constexpr std::int64_t largest_id = std::numeric_limits<std::int64_t>::max();

} // namespace buckstop
