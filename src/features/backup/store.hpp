// What the two databases say about their own tables, and rows whatever they hold. These statements are about
// all organisations at once, as a backup is.
#pragma once

#include "db/db.hpp"
#include "features/backup/records.hpp"

#include <functional>
#include <vector>

namespace buckstop::backup::store {

// What this schema has of tables that a backup holds, each behind those that it refers to. Throws
// std::logic_error where a column has a type that a backup has no form for.
[[nodiscard]] std::vector<Table> tables(db::Transaction& tx);

// Whether there is any table, also of another program's.
[[nodiscard]] bool has_tables(db::Transaction& tx);
// The newest migration; 0 where the database isn't Buckstop's (yet).
[[nodiscard]] int schema_version(db::Transaction& tx);
[[nodiscard]] bool has_rows(db::Transaction& tx, const Table& table);

// Every row, its columns in the table's order.
void each_row(db::Transaction& tx, const Table& table, const std::function<void(const db::Row&)>& visit);

// Removes every table and function.
void drop_everything(db::Transaction& tx);

// Tells the database's planner what the tables hold now.
void analyse(db::Transaction& tx);

} // namespace buckstop::backup::store
