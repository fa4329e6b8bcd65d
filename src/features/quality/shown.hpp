// Findings as people see them: the rows with what they are about. Private to this feature.
#pragma once

#include "features/quality/store.hpp"

namespace buckstop::quality {

// In the order of the rows. What is gone by now, until the next look, shows without a name.
[[nodiscard]] std::vector<Finding> shown(db::Transaction& tx, const access::Principal& who,
                                         std::span<const store::FindingRow> rows);

// A table for spreadsheets: a header and a line for each.
[[nodiscard]] std::string as_csv(std::span<const Finding> findings);

} // namespace buckstop::quality
