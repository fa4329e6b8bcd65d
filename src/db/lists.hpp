// "id in (one of these)", where how many is known only at run time.
//
//   tx.query<Deal>(in_lists("select id, name from deal where org_id = $1 and id in ($2*)"), org, list_of(tx,
//   ids))
//
// SQLite reads the list from JSON, PostgreSQL as an array, so the SQL differs: in_lists makes both from one
// text. The list is one parameter, however long; "in ($2*)" and "not in ($2*)" must be written just so.
#pragma once

#include "db/db.hpp"

#include <ranges>

namespace buckstop::db {

// Both texts, owned. Used as an Sql within the same expression.
struct OwnedSql {
    std::string sqlite;
    std::string postgres;
    operator Sql() const { return {sqlite, postgres}; } // NOLINT(*-explicit-*)
};
[[nodiscard]] OwnedSql in_lists(std::string_view sql);

// The values as one parameter: '["a",1]' or '{"a",1}'.
[[nodiscard]] std::string list_literal(Dialect dialect, std::span<const Param> values);

template <std::ranges::input_range Values>
[[nodiscard]] std::string list_of(const Transaction& tx, const Values& values) {
    std::vector<Param> params;
    for (const auto& value : values)
        params.push_back(to_param(value));
    return list_literal(tx.dialect(), params);
}

} // namespace buckstop::db
