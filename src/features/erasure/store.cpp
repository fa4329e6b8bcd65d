#include "features/erasure/store.hpp"

#include "db/lists.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

namespace buckstop::erasure::store {
namespace {

// Where no sentence about the person stands, and why it isn't looked for.
constexpr std::array<std::string_view, 12> other_tables{
    "organisation",   // its own name
    "company",        // a customer's name, also where it is a person's
    "product",        // the same
    "team",           // the same
    "person",         // others of the same name; the person's own row is emptied by people::erase_row
    "sign_in_name",   // addresses of others
    "audit_entry",    // holds no texts of people, and can't be changed
    "audit_reason",   // hashed into the chain: removed, not replaced
    "import_journal", // packed: imports::forget_person
    "draft",          // sealed
    "server_secret",  // random
    "deferred_index", // SQL
};
// Keys: what rows are found and compared by, or where a file lies.
bool is_key(std::string_view column) {
    constexpr std::array<std::string_view, 5> keys{"key", "source", "waits_for_deal", "path", "request_hash"};
    return column.ends_with("_key") || std::ranges::find(keys, column) != keys.end();
}

struct Column {
    std::string in, name;
};
BOOST_DESCRIBE_STRUCT(Column, (), (in, name))

std::map<std::string, std::vector<std::string>> text_columns(db::Transaction& tx) {
    std::map<std::string, std::vector<std::string>> tables;
    const auto columns = tx.query<Column>(
        {"select t.name as \"in\", c.name as name from pragma_table_list t, pragma_table_info(t.name) c"
         " where t.schema = 'main' and t.type = 'table' and lower(c.type) = 'text'"
         " and exists (select 1 from pragma_table_info(t.name) o where o.name = 'org_id')",
         "select c.relname as \"in\", a.attname as name from pg_class c"
         " join pg_attribute a on a.attrelid = c.oid where c.relkind in ('r', 'p')"
         " and c.relnamespace = cast(current_schema() as regnamespace) and not c.relispartition"
         " and a.attnum > 0 and not a.attisdropped and format_type(a.atttypid, null) = 'text'"
         " and exists (select 1 from pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id')"});
    for (const auto& [table, column] : columns)
        if (std::ranges::find(other_tables, table) == other_tables.end() && !is_key(column))
            tables[table].push_back(column);
    return tables;
}

// A row by its place, which holds until it is updated.
struct Found {
    std::string place;
    std::vector<std::pair<std::string, std::string>> texts; // column, new text
};

std::string place_sql(db::Dialect dialect) {
    return dialect == db::Dialect::sqlite ? "cast(rowid as text)" : "cast(ctid as text)";
}

std::vector<Found> find_in(db::Transaction& tx, OrgId org, const std::string& table,
                           const std::vector<std::string>& columns, const std::vector<std::string>& patterns,
                           const Replace& replace) {
    std::vector<db::Param> params{db::to_param(org)};
    std::string sql = "select " + place_sql(tx.dialect());
    std::string conditions;
    for (const auto& column : columns)
        sql += fmt::format(", \"{}\"", column);
    for (const auto& pattern : patterns) {
        params.push_back(db::to_param(pattern));
        for (const auto& column : columns)
            conditions += fmt::format("{}lower(\"{}\") like ${} escape '!'", conditions.empty() ? "" : " or ",
                                      column, params.size());
    }
    sql += fmt::format(" from \"{}\" where org_id = $1 and ({})", table, conditions);
    std::vector<Found> found;
    tx.run(sql, params, [&](const db::Row& row) {
        Found one{.place = std::string(row.text(0)), .texts = {}};
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (const auto at = static_cast<int>(i) + 1; !row.is_null(at))
                if (auto without = replace(row.text(at)))
                    one.texts.emplace_back(columns[i], std::move(*without));
        if (!one.texts.empty())
            found.push_back(std::move(one));
    });
    return found;
}

void update(db::Transaction& tx, OrgId org, const std::string& table, const Found& found) {
    std::vector<db::Param> params{db::to_param(org), db::to_param(found.place)};
    std::string sets;
    for (const auto& [column, text] : found.texts) {
        params.push_back(db::to_param(text));
        sets += fmt::format("{}\"{}\" = ${}", sets.empty() ? "" : ", ", column, params.size());
    }
    const auto sql = fmt::format("update \"{}\" set {} where org_id = $1 and {}", table, sets,
                                 tx.dialect() == db::Dialect::sqlite ? "rowid = cast($2 as integer)"
                                                                     : "ctid = cast($2 as tid)");
    tx.run(sql, params, [](const db::Row&) {});
}

} // namespace

void replace_in_texts(db::Transaction& tx, OrgId org, const std::vector<std::string>& patterns,
                      const Replace& replace) {
    for (const auto& [table, columns] : text_columns(tx))
        for (const auto& found : find_in(tx, org, table, columns, patterns, replace))
            update(tx, org, table, found);
}

void remove_audit_reasons(db::Transaction& tx, OrgId org, const std::vector<std::string>& patterns,
                          const Replace& replace) {
    for (const auto& found : find_in(tx, org, "audit_reason", {"reason"}, patterns, replace))
        tx.execute({"delete from audit_reason where org_id = $1 and rowid = cast($2 as integer)",
                    "delete from audit_reason where org_id = $1 and ctid = cast($2 as tid)"},
                   org, found.place);
}

void remove_unshared(db::Transaction& tx, OrgId org, PersonId person) {
    tx.execute("delete from debrief where org_id = $1 and author_id = $2 and state = 'drafting'", org,
               person);
    tx.execute("update failure set state = 'skipped', version = version + 1"
               " where org_id = $1 and owner_id = $2 and state in ('waiting', 'drafting')",
               org, person);
}

void end_open_commitments(db::Transaction& tx, OrgId org, PersonId person) {
    tx.execute("update commitment set state = 'dropped', dropped_because = 'Whose it was has been erased.',"
               " version = version + 1 where org_id = $1 and owner_id = $2 and state = 'open'",
               org, person);
}

std::vector<LessonId> remove_shared(db::Transaction& tx, OrgId org, PersonId person) {
    const auto lessons =
        tx.query<LessonId>("select id from lesson where org_id = $1 and author_id = $2", org, person);
    const auto list = db::list_of(tx, lessons);
    tx.execute(db::in_lists("update debrief set lesson_id = null where org_id = $1 and lesson_id in ($2*)"),
               org, list);
    tx.execute(
        db::in_lists("update commitment set lesson_id = null where org_id = $1 and lesson_id in ($2*)"), org,
        list);
    tx.execute("update failure set state = 'skipped', version = version + 1 where org_id = $1 and id in"
               " (select failure_id from debrief where org_id = $1 and author_id = $2)",
               org, person);
    tx.execute("delete from commitment where org_id = $1 and owner_id = $2", org, person);
    tx.execute(db::in_lists("delete from lesson where org_id = $1 and id in ($2*)"), org, list);
    tx.execute("delete from debrief where org_id = $1 and author_id = $2", org, person);
    return lessons;
}

std::vector<LessonId> lessons_with(db::Transaction& tx, OrgId org, const std::string& text) {
    return tx.query<LessonId>("select id from lesson where org_id = $1 and (title like $2 or body like $2"
                              " or serves like $2 or competitor like $2 or segment like $2)",
                              org, "%" + text + "%");
}

Counts counts(db::Transaction& tx, OrgId org, PersonId person) {
    return tx
        .find<Counts>("select (select count(*) from deal where org_id = $1 and owner_id = $2) as deals,"
                      " (select count(*) from person where org_id = $1 and manager_id = $2) as reports,"
                      " exists (select 1 from sign_in_name where org_id = $1 and person_id = $2) as signs_in,"
                      " exists (select 1 from import where org_id = $1 and state in ('running', 'undoing'))"
                      " as import_is_running",
                      org, person)
        .value();
}

} // namespace buckstop::erasure::store
