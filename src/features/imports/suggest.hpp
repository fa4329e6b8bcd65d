// A guess at what the columns of an unknown table are, for a person to confirm: by the words of the headers
// and by what the cells hold.
#pragma once

#include "features/imports/column_types.hpp"
#include "features/imports/mapping.hpp"

#include <string>
#include <vector>

namespace buckstop::imports {

struct Suggestion {
    Mapping mapping;                // of the kind that explains most; may lack required fields
    std::vector<double> confidence; // 0 to 1 for each column of the file; 0: not mapped
};

// `columns` as many as `headers`.
[[nodiscard]] Suggestion suggest(const std::vector<std::string>& headers,
                                 const std::vector<ColumnEvidence>& columns);

} // namespace buckstop::imports
