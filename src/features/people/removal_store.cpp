// Removing an organisation whole. Which tables there are is asked of the database, so that a table that a
// later migration adds is never forgotten.
#include "features/people/store.hpp"

#include <algorithm>
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

} // namespace

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
