// COPY's binary format (PostgreSQL's documentation, "COPY", File Formats): the server takes it faster than
// text, since numbers and days needn't be read.
#pragma once

#include "db/value.hpp"

#include <libpq-fe.h>

namespace buckstop::db::binary {

// What comes before the first row and after the last.
[[nodiscard]] std::string_view header();
[[nodiscard]] std::string_view trailer();

// A row begins with the number of its values.
void begin_row(std::string& rows, std::size_t values);

// Appends one value for a column of this type. Throws Failure, with the type and never with the value, where
// the column can't hold it or the type is none that Buckstop's tables have.
void append(std::string& rows, const Param& value, Oid type);

} // namespace buckstop::db::binary
