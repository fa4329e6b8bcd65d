// Files that hold tables: workbooks, archives and compressed files become plain CSV files, which the importer
// then reads like any other.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace buckstop::imports {

struct UnpackedTable {
    std::string name; // for people: "export.zip/deals.csv", "book.xlsx, Sheet 1"
    std::filesystem::path path;
    std::int64_t bytes = 0;
};

struct UnpackOptions {
    std::filesystem::path folder;                     // where the tables go; is made
    std::string prefix;                               // of their names there
    std::int64_t most_bytes = std::int64_t{16} << 30; // of all tables of a file together
    std::function<bool()> should_stop{};
};

// The tables in a workbook (xlsx: a table for each sheet that is shown and isn't empty), a zip archive (of
// tables, workbooks and compressed tables) or a file compressed by gzip. None: `file` is a table itself, or
// nothing that we know. `name` is what people call it. Errors: invalid (damaged, protected by a password,
// without a table, too large), cancelled. A table that can't be unpacked leaves none behind.
[[nodiscard]] Result<std::vector<UnpackedTable>>
unpack(const std::filesystem::path& file, const std::string& name, const UnpackOptions& options);

} // namespace buckstop::imports
