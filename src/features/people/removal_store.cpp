// Removing an organisation whole. Which tables there are is asked of the database, so that a table that a
// later migration adds is never forgotten.
#include "features/people/store.hpp"

#include "db/lists.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <stdexcept>

namespace buckstop::people::store {
namespace {

struct Reference {
    std::string child, parent;
};
BOOST_DESCRIBE_STRUCT(Reference, (), (child, parent))

std::vector<std::string> tables_of_organisations(db::Transaction& tx) {
    return tx.query<std::string>(
        {"select m.name from sqlite_master m join pragma_table_info(m.name) c"
         " where m.type = 'table' and c.name = 'org_id'",
         "select table_name from information_schema.columns join information_schema.tables"
         " using (table_schema, table_name) where table_schema = current_schema()"
         " and table_type = 'BASE TABLE' and column_name = 'org_id'"});
}

std::vector<Reference> references(db::Transaction& tx) {
    return tx.query<Reference>(
        {"select distinct m.name as child, f.\"table\" as parent from sqlite_master m"
         " join pragma_foreign_key_list(m.name) f where m.type = 'table'",
         "select distinct c.relname as child, p.relname as parent from pg_constraint k"
         " join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid"
         " where k.contype = 'f'"});
}

struct Column {
    std::string in, name;
};
BOOST_DESCRIBE_STRUCT(Column, (), (in, name))

// Columns that name people, but for those whose rows go with the person.
std::vector<Column> columns_naming_people(db::Transaction& tx) {
    constexpr std::string_view names = "('person_id', 'owner_id', 'author_id', 'coach_id', 'manager_id', "
                                       "'started_by', 'created_by')";
    const auto columns = tx.query<Column>(
        {"select m.name as \"in\", c.name from sqlite_master m join pragma_table_info(m.name) c"
         " where m.type = 'table' and c.name in " +
             std::string(names),
         "select table_name as \"in\", column_name as name from information_schema.columns"
         " join information_schema.tables using (table_schema, table_name)"
         " where table_schema = current_schema() and table_type = 'BASE TABLE' and column_name in " +
             std::string(names)});
    const auto cascading = tx.query<std::string>(
        {"select distinct m.name from sqlite_master m join pragma_foreign_key_list(m.name) f"
         " where m.type = 'table' and f.\"table\" = 'person' and f.on_delete = 'CASCADE'",
         "select distinct c.relname from pg_constraint k join pg_class c on c.oid = k.conrelid"
         " join pg_class p on p.oid = k.confrelid"
         " where k.contype = 'f' and p.relname = 'person' and k.confdeltype = 'c'"});
    std::vector<Column> found;
    for (const auto& column : columns)
        if (column.in == "sign_in_name" || std::ranges::find(cascading, column.in) == cascading.end())
            found.push_back(column);
    return found;
}

} // namespace

void remove_what_goes_with(db::Transaction& tx, OrgId org, PersonId person) {
    // In SQLite's list the key's columns stand one by one: the one that isn't org_id names the person.
    const auto columns = tx.query<Column>(
        {"select distinct m.name as \"in\", f.\"from\" as name from sqlite_master m"
         " join pragma_foreign_key_list(m.name) f where m.type = 'table' and f.\"table\" = 'person'"
         " and f.on_delete = 'CASCADE' and f.\"from\" <> 'org_id'",
         "select distinct c.relname as \"in\", a.attname as name from pg_constraint k"
         " join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid"
         " join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)"
         " where k.contype = 'f' and p.relname = 'person' and k.confdeltype = 'c'"
         " and p.relnamespace = cast(current_schema() as regnamespace) and a.attname <> 'org_id'"});
    for (const auto& [table, column] : columns)
        tx.execute(fmt::format("delete from {} where org_id = $1 and {} = $2", table, column), org, person);
}

std::vector<PersonId> people_in_use(db::Transaction& tx, OrgId org, std::span<const PersonId> people) {
    std::set<PersonId> used;
    const auto list = db::list_of(tx, people);
    for (const auto& [table, column] : columns_naming_people(tx))
        for (const auto person : tx.query<PersonId>(
                 db::in_lists(fmt::format("select distinct {1} from {0} where org_id = $1 and {1} in ($2*)",
                                          table, column)),
                 org, list))
            used.insert(person);
    return {used.begin(), used.end()};
}

void delete_people(db::Transaction& tx, OrgId org, const std::vector<PersonId>& people) {
    tx.execute(db::in_lists("delete from person where org_id = $1 and id in ($2*)"), org,
               db::list_of(tx, people));
}

void delete_organisation(db::Transaction& tx, OrgId org) {
    std::map<std::string, std::set<std::string>> children; // that must go first
    const auto tables = tables_of_organisations(tx);
    for (const auto& table : tables)
        children[table];
    for (const auto& [child, parent] : references(tx))
        if (child != parent && children.contains(child) && children.contains(parent))
            children[parent].insert(child);
    children["audit_entry"].insert("organisation"); // the database lets audit lines go only without it
    while (!children.empty()) {
        const auto next =
            std::ranges::find_if(children, [](const auto& entry) { return entry.second.empty(); });
        if (next == children.end())
            throw std::logic_error("tables refer to each other in a circle");
        const std::string table = next->first;
        tx.execute("delete from \"" + table + "\" where org_id = $1", org);
        children.erase(next);
        for (auto& [name, left] : children)
            left.erase(table);
    }
}

} // namespace buckstop::people::store
