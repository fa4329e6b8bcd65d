// What of the database is in an organisation's export: tables and columns by name, so that a column that a
// later migration adds is left out until somebody has decided about it. A test fails until they have:
// archive_test.cpp holds these lists against the databases' own catalogues. docs/operators/export-format.md
// says the same for people.
#pragma once

#include "base/describe.hpp"

#include <map>
#include <string_view>
#include <vector>

namespace buckstop::archive {

// How a value stands in JSON.
enum class Kind {
    id,      // a 64-bit number, as text: many readers of JSON would round it
    integer, // a number
    real,    // a number
    boolean, // true, false
    text,
    date,  // "2026-11-23"
    moment // "2026-11-23T01:22:05.123456Z"; microseconds in the database
};
BOOST_DESCRIBE_ENUM(Kind, id, integer, real, boolean, text, date, moment)

struct Column {
    std::string_view name;
    Kind kind = Kind::text;
    std::string_view instead{}; // SQL, where something else than the column's own value is exported
};

struct Table {
    std::string_view name;
    std::string_view order;  // SQL: the order of rows
    std::string_view only{}; // SQL: which rows; all where it is empty
    std::vector<Column> columns;
};

[[nodiscard]] const std::vector<Table>& tables();
// By name ("import.path" for a column), each with the reason.
[[nodiscard]] const std::map<std::string_view, std::string_view>& left_out_tables();
[[nodiscard]] const std::map<std::string_view, std::string_view>& left_out_columns();

} // namespace buckstop::archive
