#include "features/imports/apply_indexes.hpp"

#include <thread>

namespace buckstop::imports {
namespace {

struct Index {
    std::string name, definition;
};
BOOST_DESCRIBE_STRUCT(Index, (), (name, definition))

constexpr auto silence = std::chrono::minutes(2); // of an import that was killed
constexpr std::int64_t lock = 7236119;

// Dropping and building exclude each other and everybody who relies on the indexes. SQLite has one writer.
void exclude_others(db::Transaction& tx) {
    if (tx.dialect() == db::Dialect::postgres)
        tx.run("select pg_advisory_xact_lock($1)", std::array{db::to_param(lock)}, [](const db::Row&) {});
}

std::vector<Index> droppable(db::Transaction& tx) {
    return tx.query<Index>({"select name, sql as definition from sqlite_master where type = 'index' and "
                            "tbl_name = 'deal' and sql is not null",
                            "select indexname as name, indexdef as definition from pg_indexes where "
                            "schemaname = current_schema()"
                            " and tablename = 'deal' and indexname not in (select conname from pg_constraint"
                            " where conrelid = cast('deal' as regclass))"});
}

std::optional<Index> next_missing(db::Transaction& tx) {
    return tx.find<Index>(
        "select name, definition from deferred_index where org_id = 0 order by name limit 1");
}

void build(db::Transaction& tx, const Index& index) {
    if (tx.dialect() == db::Dialect::postgres)
        tx.execute("set local statement_timeout = 0");
    tx.execute(index.definition);
    tx.execute("delete from deferred_index where org_id = 0 and name = $1", index.name);
}

bool is_alive(db::Transaction& tx, ImportId import, Instant now) {
    return tx
        .find<std::int64_t>(
            "select 1 from import where id = $1 and org_id in (select org_id from organisation)"
            " and state = 'running' and touched_at >= $2",
            import, now - silence)
        .has_value();
}

} // namespace

bool put_off_indexes(db::Transaction& tx, ImportId import) {
    exclude_others(tx);
    if (const auto by = indexes_put_off_by(tx))
        return *by == import;
    if (tx.find<std::int64_t>("select 1 from deal where org_id = org_id limit 1")) // of any organisation
        return false;
    for (const auto& index : droppable(tx)) {
        tx.execute("insert into deferred_index (org_id, name, definition, import_id) values (0, $1, $2, $3)",
                   index.name, index.definition, import);
        tx.execute("drop index \"" + index.name + "\"");
    }
    return true;
}

std::optional<ImportId> indexes_put_off_by(db::Transaction& tx) {
    if (tx.dialect() == db::Dialect::postgres)
        tx.run("select pg_advisory_xact_lock_shared($1)", std::array{db::to_param(lock)},
               [](const db::Row&) {});
    return tx.find<ImportId>("select import_id from deferred_index where org_id = 0 limit 1");
}

void build_indexes(db::Transaction& tx) {
    while (const auto index = next_missing(tx))
        build(tx, *index);
}

void build_indexes(db::Database& database) {
    const auto build_one = [](db::Transaction& tx) {
        exclude_others(tx);
        const auto index = next_missing(tx);
        if (index)
            build(tx, *index);
        return index.has_value();
    };
    while (database.write_committed(build_one)) {
    }
}

bool wait_for_indexes(const Context& context, ImportId mine, const std::function<bool()>& should_stop) {
    while (true) {
        const auto alive = context.database.read([&](db::Transaction& tx) -> std::optional<bool> {
            const auto by =
                tx.find<ImportId>("select import_id from deferred_index where org_id = 0 limit 1");
            return by ? std::optional(*by != mine && is_alive(tx, *by, context.now())) : std::nullopt;
        });
        if (!alive)
            return true;
        if (!*alive) {
            build_indexes(context.database);
            return true;
        }
        if (should_stop && should_stop())
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
}

} // namespace buckstop::imports
