// The fields that a column can be mapped to, by kind: one table that mappings are validated against, that the
// page lists, and that reading follows.
#pragma once

#include "base/describe.hpp"
#include "features/imports/records.hpp"

#include <span>
#include <string_view>

namespace buckstop::imports {

// What a field takes. The names are the API's.
//   percent    0.4, or "40 %"; hundredths without a sign are `percent_points`
//   outcome    a word that the mapping's outcomes, or our own list, read as open, won or lost
enum class FieldType { text, date, amount, currency, integer, percent, percent_points, boolean, outcome };
BOOST_DESCRIBE_ENUM(FieldType, text, date, amount, currency, integer, percent, percent_points, boolean,
                    outcome)

struct FieldInfo {
    std::string_view field; // as mappings write it
    std::string_view label;
    std::string_view help;
    FieldType type;
    bool required; // a row without it is refused
};

// In the order in which people should see them.
[[nodiscard]] std::span<const Kind> all_kinds();

// In the order in which people should see them. "key" may be mapped several times: the values are joined.
// "fact" keeps a column beside a deal as it is, also several times.
[[nodiscard]] std::span<const FieldInfo> fields_of(Kind kind);
[[nodiscard]] const FieldInfo* find_field(Kind kind, std::string_view field);

// "Deals", "Stage changes".
[[nodiscard]] std::string_view kind_label(Kind kind);

} // namespace buckstop::imports
