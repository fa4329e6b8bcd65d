#include "features/backup/store.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>

namespace buckstop::backup::store {
namespace {

// What a backup leaves out: what is made anew from the rest, and what is true of one database only.
constexpr std::array<std::string_view, 3> left_out{
    "schema_migration", // the backup says its schema's version itself
    "lesson_text",      // the full text of `lesson`, differently in each database
    "deferred_index",   // which indexes a running import has put off: the restored database has them all
};

struct ColumnRow {
    std::string table_name, column_name, type;
};
BOOST_DESCRIBE_STRUCT(ColumnRow, (), (table_name, column_name, type))

struct Reference {
    std::string child, parent;
};
BOOST_DESCRIBE_STRUCT(Reference, (), (child, parent))

Kind kind_of(const ColumnRow& column) {
    static const std::map<std::string, Kind, std::less<>> kinds{
        {"bigint", Kind::integer},       {"integer", Kind::integer}, {"int", Kind::integer},
        {"boolean", Kind::integer},      {"text", Kind::text},       {"date", Kind::text},
        {"double precision", Kind::real}};
    const auto found = kinds.find(column.type);
    if (found == kinds.end())
        throw std::logic_error("a backup has no form for " + column.table_name + "." + column.column_name +
                               " of type " + column.type);
    return found->second;
}

std::string quoted(const std::string& name) {
    return '"' + name + '"';
}

std::vector<Reference> references(db::Transaction& tx) {
    return tx.query<Reference>(
        {"select t.name as child, f.\"table\" as parent from pragma_table_list t,"
         " pragma_foreign_key_list(t.name) f where t.schema = 'main' and t.type = 'table'",
         "select c.relname as child, p.relname as parent from pg_constraint r"
         " join pg_class c on c.oid = r.conrelid join pg_class p on p.oid = r.confrelid"
         " where r.contype = 'f' and c.relnamespace = cast(current_schema() as regnamespace)"});
}

// Parents before their children, else by name.
std::vector<Table> in_order(std::map<std::string, Table> waiting, const std::vector<Reference>& references) {
    std::vector<Table> ordered;
    while (!waiting.empty()) {
        const auto ready = std::ranges::find_if(waiting, [&](const auto& entry) {
            return std::ranges::none_of(references, [&](const Reference& reference) {
                return reference.child == entry.first && reference.parent != entry.first &&
                       waiting.contains(reference.parent);
            });
        });
        if (ready == waiting.end())
            throw std::logic_error("tables refer to each other in a circle");
        ordered.push_back(std::move(ready->second));
        waiting.erase(ready);
    }
    return ordered;
}

} // namespace

std::vector<Table> tables(db::Transaction& tx) {
    std::map<std::string, Table> found;
    const auto columns = tx.query<ColumnRow>(
        {"select t.name as table_name, c.name as column_name, lower(c.type) as type from pragma_table_list t,"
         " pragma_table_info(t.name) c where t.schema = 'main' and t.type = 'table'"
         " and t.name not like 'sqlite_%' order by t.name, c.cid",
         "select c.relname as table_name, a.attname as column_name, format_type(a.atttypid, null) as type"
         " from pg_class c join pg_attribute a on a.attrelid = c.oid"
         " where c.relnamespace = cast(current_schema() as regnamespace) and c.relkind in ('r', 'p')"
         " and not c.relispartition and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''"
         " order by c.relname, a.attnum"});
    for (const auto& column : columns) {
        if (std::ranges::find(left_out, column.table_name) != left_out.end())
            continue;
        auto& table = found[column.table_name];
        table.name = column.table_name;
        table.columns.push_back({column.column_name, kind_of(column)});
    }
    return in_order(std::move(found), references(tx));
}

bool has_tables(db::Transaction& tx) {
    return tx.value<bool>({"select exists (select 1 from sqlite_master where type = 'table')",
                           "select exists (select 1 from pg_class where relkind in ('r', 'p')"
                           " and relnamespace = cast(current_schema() as regnamespace))"});
}

int schema_version(db::Transaction& tx) {
    const bool known = tx.value<bool>(
        {"select exists (select 1 from sqlite_master where type = 'table' and name = 'schema_migration')",
         "select to_regclass('schema_migration') is not null"});
    return known ? tx.value<int>("select coalesce(max(version), 0) from schema_migration") : 0;
}

bool has_rows(db::Transaction& tx, const Table& table) {
    return tx.value<bool>("select exists (select 1 from " + quoted(table.name) + ")");
}

void each_row(db::Transaction& tx, const Table& table, const std::function<void(const db::Row&)>& visit) {
    std::string columns;
    for (const auto& column : table.columns)
        columns += (columns.empty() ? "" : ", ") + quoted(column.name);
    tx.run("select " + columns + " from " + quoted(table.name), {}, visit);
}

void drop_everything(db::Transaction& tx) {
    // Shadow tables go with the virtual table that they belong to.
    const auto statements = tx.query<std::string>(
        {"select 'drop table \"' || name || '\"' from pragma_table_list where schema = 'main'"
         " and type in ('table', 'virtual') and name not like 'sqlite_%'",
         "select format('drop table %I cascade', relname) from pg_class"
         " where relkind in ('r', 'p') and not relispartition"
         " and relnamespace = cast(current_schema() as regnamespace)"
         " union all select format('drop function %s cascade', cast(f.oid as regprocedure)) from pg_proc f"
         " where f.pronamespace = cast(current_schema() as regnamespace) and not exists"
         " (select 1 from pg_depend d where d.objid = f.oid and d.deptype = 'e')"});
    for (const auto& statement : statements)
        tx.execute(statement);
}

void analyse(db::Transaction& tx) {
    tx.execute("analyze");
}

} // namespace buckstop::backup::store
