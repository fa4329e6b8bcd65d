// Tables that are known by their header. A layout is a row of data: a new vendor is a new row.
#pragma once

#include "features/imports/mapping.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

struct LayoutColumn {
    std::string_view header;
    std::string_view field; // empty: known, and left alone
    bool needed = false;    // the table is recognised by these
};

struct Layout {
    std::string_view name;   // "maven_pipeline"
    std::string_view source; // whose keys
    Kind kind;
    std::vector<std::string_view> key;
    std::vector<LayoutColumn> columns;
};

[[nodiscard]] const std::vector<Layout>& layouts();

// The layout whose needed columns are all there; of several the one that knows most columns. Columns may
// stand in any order, and others beside them.
[[nodiscard]] const Layout* recognise(const std::vector<std::string>& headers);

// With those of its columns that the header has.
[[nodiscard]] Mapping mapping_of(const Layout& layout, const std::vector<std::string>& headers);

} // namespace buckstop::imports
