// Tables that are known by their header. A layout is a row of data: a new vendor is a new row, in a file of
// its own where it has many tables.
#pragma once

#include "features/imports/mapping.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

struct LayoutColumn {
    std::string_view header;
    std::string_view field;   // empty: known, and left alone
    bool needed = false;      // the table is recognised by these
    std::string_view split{}; // parts several values in a cell, of which the first counts
};

struct LayoutFilter {
    std::string_view header; // where the table has it
    std::vector<std::string_view> values;
};

struct Layout {
    std::string_view name;   // "maven_pipeline"
    std::string_view title;  // for people: "Salesforce, opportunities"
    std::string_view source; // whose keys
    Kind kind;
    // The columns of the key: the first of these whose columns are all there, or the table isn't of this
    // layout. An empty one: rows are known by themselves. None: there is no key (Kind::product).
    std::vector<std::vector<std::string_view>> keys;
    std::vector<LayoutColumn> columns; // of several for one field the first that says something counts
    std::vector<std::pair<std::string_view, std::string_view>> constants{}; // field, value
    std::vector<LayoutFilter> only{};
    std::vector<std::pair<std::string_view, Outcome>> outcomes{};
};

[[nodiscard]] const std::vector<Layout>& layouts();

[[nodiscard]] std::vector<Layout> plain_layouts(); // Buckstop's own, and the Maven teaching set
[[nodiscard]] std::vector<Layout> salesforce_layouts();
[[nodiscard]] std::vector<Layout> hubspot_layouts();
[[nodiscard]] std::vector<Layout> pipedrive_layouts();
[[nodiscard]] std::vector<Layout> other_layouts(); // Dynamics, Zoho, Bitrix24

// The layout whose needed columns are all there; of several the one that knows most columns. Columns may
// stand in any order, and others beside them.
[[nodiscard]] const Layout* recognise(const std::vector<std::string>& headers);

// The layout of that name; nullptr where there is none (any more).
[[nodiscard]] const Layout* find_layout(std::string_view name);

// A table of a vendor's that is known and that Buckstop has no use for, by its header.
struct Unneeded {
    std::string_view vendor;               // "Salesforce"
    std::string_view what;                 // "contacts"
    std::vector<std::string_view> headers; // all of them must be there
};
[[nodiscard]] std::span<const Unneeded> unneeded_tables();
[[nodiscard]] const Unneeded* recognise_unneeded(const std::vector<std::string>& headers);

// With those of its columns that the header has.
[[nodiscard]] Mapping mapping_of(const Layout& layout, const std::vector<std::string>& headers);

} // namespace buckstop::imports
