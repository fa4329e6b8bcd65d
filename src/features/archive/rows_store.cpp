#include "features/archive/rows_store.hpp"

#include <fmt/format.h>

namespace buckstop::archive::store {

void each_row(db::Transaction& tx, OrgId org, const Table& table,
              const std::function<void(const db::Row&)>& visit) {
    std::string columns;
    for (const auto& column : table.columns) {
        const std::string value =
            column.instead.empty() ? fmt::format("\"{}\"", column.name) : std::string(column.instead);
        columns += (columns.empty() ? "" : ", ") + value;
    }
    auto sql = fmt::format("select {} from \"{}\" where org_id = $1", columns, table.name);
    if (!table.only.empty())
        sql += fmt::format(" and {}", table.only);
    sql += fmt::format(" order by {}", table.order);
    tx.run(sql, std::array{db::to_param(org)}, visit);
}

std::optional<std::string> organisation_name(db::Transaction& tx, OrgId org) {
    return tx.find<std::string>("select name from organisation where org_id = $1", org);
}

int schema_version(db::Transaction& tx) {
    const bool known = tx.value<bool>(
        {"select exists (select 1 from sqlite_master where type = 'table' and name = 'schema_migration')",
         "select to_regclass('schema_migration') is not null"});
    return known ? tx.value<int>("select coalesce(max(version), 0) from schema_migration") : 0;
}

bool has_tables(db::Transaction& tx) {
    return tx.value<bool>({"select exists (select 1 from sqlite_master where type = 'table')",
                           "select exists (select 1 from pg_class where relkind in ('r', 'p')"
                           " and relnamespace = cast(current_schema() as regnamespace))"});
}

std::set<std::string> columns(db::Transaction& tx) {
    const auto all = tx.query<std::string>(
        {"select t.name || '.' || c.name from pragma_table_list t, pragma_table_info(t.name) c"
         " where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite_%'",
         "select c.relname || '.' || a.attname from pg_class c"
         " join pg_attribute a on a.attrelid = c.oid"
         " where c.relnamespace = cast(current_schema() as regnamespace) and c.relkind in ('r', 'p')"
         " and not c.relispartition and a.attnum > 0 and not a.attisdropped"});
    return {all.begin(), all.end()};
}

std::vector<PersonId> authors_to_tell(db::Transaction& tx, OrgId org) {
    return tx.query<PersonId>("select distinct debrief.author_id from debrief"
                              " join credential on credential.org_id = debrief.org_id"
                              " and credential.person_id = debrief.author_id"
                              " where debrief.org_id = $1 and debrief.state = 'shared'"
                              " and debrief.audience <> 'organisation'",
                              org);
}

} // namespace buckstop::archive::store
