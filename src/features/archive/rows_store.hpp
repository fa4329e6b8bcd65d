// Rows of the tables in an export's scope, on their way out and in. Private to this feature.
#pragma once

#include "db/db.hpp"
#include "features/archive/scope.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace buckstop::archive::store {

// The columns' values, in the scope's order.
void each_row(db::Transaction& tx, OrgId org, const Table& table,
              const std::function<void(const db::Row&)>& visit);

[[nodiscard]] std::optional<std::string> organisation_name(db::Transaction& tx, OrgId org);
[[nodiscard]] int schema_version(db::Transaction& tx); // 0: not Buckstop's (yet)
[[nodiscard]] bool has_tables(db::Transaction& tx);
// "table.column" of every table, virtual ones and SQLite's own left out.
[[nodiscard]] std::set<std::string> columns(db::Transaction& tx);
// Authors of shared debriefs that aren't for the whole organisation.
[[nodiscard]] std::vector<PersonId> authors_to_tell(db::Transaction& tx, OrgId org);

} // namespace buckstop::archive::store
