// What the two backends share: messages about what failed, and values as text.
#pragma once

#include "db/db.hpp"

namespace buckstop::db {

// "what: in: the first 120 characters of the SQL". Never a parameter's value: those are people's words, and
// what is thrown here ends up in logs.
[[nodiscard]] std::string failure_message(std::string_view what, std::string_view sql);

// Refuses what only one of the databases would store: text with a zero byte, and infinities.
void check_param(const Param& param, std::string_view sql);

// A value as PostgreSQL and cursors take it: numbers with all the digits that they need; nothing for a null.
[[nodiscard]] std::optional<std::string> param_text(const Param& param);

// A number that arrived as text. Throws std::logic_error, naming the column, where it isn't one.
[[nodiscard]] std::int64_t integer_from_text(std::string_view text, std::string_view column);
[[nodiscard]] double real_from_text(std::string_view text, std::string_view column);

// "name", for tables and columns whose names are keywords.
[[nodiscard]] std::string quoted(std::string_view name);

} // namespace buckstop::db
