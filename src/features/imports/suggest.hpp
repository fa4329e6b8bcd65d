// A guess at what the columns of an unknown table are, for a person to confirm: by the words of the headers
// and by what the cells hold.
#pragma once

#include "features/imports/column_types.hpp"
#include "features/imports/mapping.hpp"

#include <string>
#include <vector>

namespace buckstop::imports {

struct Suggestion {
    Mapping mapping;                // may lack required fields
    std::vector<double> confidence; // 0 to 1 for each column of the file; 0: not mapped
};

// One for each kind of row, those first that explain more of the table. `columns` as many as `headers`;
// `file_name` may say what is in it, or nothing.
[[nodiscard]] std::vector<Suggestion> suggest(const std::vector<std::string>& headers,
                                              const std::vector<ColumnEvidence>& columns,
                                              std::string_view file_name);

} // namespace buckstop::imports
