#include "features/imports/csv_reader.hpp"
#include "features/imports/imports.hpp"

namespace buckstop::imports {

std::vector<std::vector<std::string>> read_small_table(std::string_view csv) {
    MemorySource source(csv);
    CsvReader reader(source, {});
    std::vector<std::vector<std::string>> rows;
    for (CsvRow row; reader.next(row);)
        rows.emplace_back(row.cells.begin(), row.cells.end());
    return rows;
}

} // namespace buckstop::imports
