#include "features/doctor/store.hpp"

#include <fmt/format.h>

namespace buckstop::doctor::store {
namespace {

struct Orphan {
    std::string table_name;
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Orphan, (), (table_name, number))

std::vector<std::string> sqlite_faults(db::Transaction& tx) {
    std::vector<std::string> faults;
    for (const auto& line : tx.query<std::string>("select integrity_check from pragma_integrity_check(20)"))
        if (line != "ok")
            faults.push_back(line);
    for (const auto& orphan : tx.query<Orphan>(
             "select \"table\" as table_name, count(*) as number from pragma_foreign_key_check group by 1"))
        faults.push_back(
            fmt::format("{} rows of {} refer to what isn't there", orphan.number, orphan.table_name));
    return faults;
}

} // namespace

std::vector<std::string> integrity_faults(db::Transaction& tx) {
    if (tx.dialect() == db::Dialect::sqlite)
        return sqlite_faults(tx);
    return tx.query<std::string>(
        "select 'the index ' || c.relname || ' is invalid' from pg_index i join pg_class c on c.oid = "
        "i.indexrelid"
        " where not i.indisvalid and c.relnamespace = cast(current_schema() as regnamespace)"
        " union all select 'the constraint ' || conname || ' was never checked' from pg_constraint"
        " where not convalidated and connamespace = cast(current_schema() as regnamespace)"
        " union all select checksum_failures || ' pages with a wrong checksum were read'"
        " from pg_stat_database where datname = current_database() and checksum_failures > 0");
}

std::vector<std::string> unsafe_settings(db::Transaction& tx) {
    if (tx.dialect() == db::Dialect::sqlite)
        return {};
    return tx.query<std::string>("select name || ' is off' from pg_settings"
                                 " where name in ('fsync', 'full_page_writes', 'synchronous_commit')"
                                 " and setting = 'off' order by name");
}

std::optional<Server> server(db::Transaction& tx) {
    if (tx.dialect() == db::Dialect::sqlite)
        return std::nullopt;
    return tx.find<Server>("select cast(current_setting('server_version_num') as int) as version,"
                           " current_setting('server_encoding') as encoding,"
                           " pg_is_in_recovery() as is_standby, coalesce((select datcollversion <>"
                           " pg_database_collation_actual_version(oid) from pg_database"
                           " where datname = current_database()), false) as sorts_otherwise");
}

std::optional<Instant> clock(db::Transaction& tx) {
    if (tx.dialect() == db::Dialect::sqlite)
        return std::nullopt;
    return tx.value<Instant>("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)");
}

std::optional<Instant> latest_moment(db::Transaction& tx) {
    return tx.value<std::optional<Instant>>("select max(at) from audit_entry");
}

Deferred deferred_indexes(db::Transaction& tx) {
    return tx
        .find<Deferred>("select (select count(*) from deferred_index where org_id = 0) as indexes,"
                        " (select max(touched_at) from import where state = 'running'"
                        " and id in (select import_id from deferred_index where org_id = 0)) as sign_of_life")
        .value();
}

} // namespace buckstop::doctor::store
