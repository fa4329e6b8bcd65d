#include "features/imports/store.hpp"

#include "db/lists.hpp"

namespace buckstop::imports::store {
namespace {

// A job that has given up can't say so itself.
constexpr std::string_view import_columns =
    "select import.id, import.started_by, person.name as started_by_name,"
    " case when job.state = 'failed' and import.state in ('previewing', 'running') then 'failed'"
    " else import.state end as state, import.as_of, import.job_id, import.counts, import.progress,"
    " case when job.state = 'failed' and import.error is null then job.error else import.error end as error,"
    " import.undone, import.missing, import.covers, import.created_at, import.finished_at, import.version "
    "from import"
    " left join person on person.org_id = import.org_id and person.id = import.started_by"
    " left join job on job.org_id = import.org_id and job.id = import.job_id"
    " where import.org_id = $1";

constexpr std::string_view file_columns = "select position, name, path, bytes, received, plan, mapping, "
                                          "answers, rows_done, is_done, counts, refused_bytes"
                                          " from import_file where org_id = $1 and import_id = $2";

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

} // namespace

// ---- Imports ----------------------------------------------------------------------------------------------

std::vector<ImportRow> list(db::Transaction& tx, OrgId org, ImportId before, std::size_t limit) {
    return tx.query<ImportRow>(std::string(import_columns) +
                                   " and import.id < $2 order by import.id desc limit $3",
                               org, before, limit);
}

std::optional<ImportRow> find(db::Transaction& tx, OrgId org, ImportId id) {
    return tx.find<ImportRow>(std::string(import_columns) + " and import.id = $2", org, id);
}

void insert(db::Transaction& tx, OrgId org, const ImportRow& row) {
    tx.execute("insert into import (org_id, id, started_by, state, as_of, covers, created_at,"
               " touched_at, version) values ($1, $2, $3, $4, $5, $6, $7, $7, 1)",
               org, row.id, row.started_by, row.state, row.as_of, row.covers, row.created_at);
}

bool set_state(db::Transaction& tx, OrgId org, ImportId id, const std::vector<State>& from, State to) {
    return tx.execute(
               db::in_lists("update import set state = $3, error = null, progress = null, finished_at = null,"
                            " version = version + 1 where org_id = $1 and id = $2 and state in ($4*)"),
               org, id, to, db::list_of(tx, from)) > 0;
}

void set_job(db::Transaction& tx, OrgId org, ImportId id, std::optional<JobId> job) {
    tx.execute("update import set job_id = $3 where org_id = $1 and id = $2", org, id, job);
}

bool finish(db::Transaction& tx, OrgId org, ImportId id, State state,
            const std::optional<std::string>& counts, const std::optional<std::string>& error, Instant at) {
    return tx.execute(
               "update import set state = $3, counts = coalesce($4, counts), error = $5, progress = null,"
               " finished_at = $6, touched_at = $6, version = version + 1"
               " where org_id = $1 and id = $2 and state in ('previewing', 'running')",
               org, id, state, counts, error, at) > 0;
}

void set_covers(db::Transaction& tx, OrgId org, ImportId id, Covers covers) {
    tx.execute("update import set covers = $3, version = version + 1 where org_id = $1 and id = $2", org, id,
               covers);
}

void set_missing(db::Transaction& tx, OrgId org, ImportId id, const std::optional<std::string>& missing) {
    tx.execute("update import set missing = $3 where org_id = $1 and id = $2", org, id, missing);
}

bool has_company(db::Transaction& tx, OrgId org, ImportId id, Instant since) {
    return tx
        .find<std::int64_t>(
            "select 1 from import where org_id = $1 and id <> $2 and touched_at >= $3 limit 1", org, id,
            since)
        .has_value();
}

bool touch(db::Transaction& tx, OrgId org, ImportId id, const std::string& progress, Instant at) {
    return tx.execute("update import set progress = $3, touched_at = $4"
                      " where org_id = $1 and id = $2 and state in ('previewing', 'running')",
                      org, id, progress, at) > 0;
}

void give_up_silent(db::Transaction& tx, OrgId org, Instant since, Instant at) {
    tx.execute(
        "update import set state = 'failed', progress = null, finished_at = $3, version = version + 1,"
        " error = 'It was interrupted. Import the same files again: what is in already stays as it is.'"
        " where org_id = $1 and state = 'running' and job_id is null and touched_at < $2",
        org, since, at);
}

// ---- Files ------------------------------------------------------------------------------------------------

std::vector<FileRow> files(db::Transaction& tx, OrgId org, ImportId id) {
    return tx.query<FileRow>(std::string(file_columns) + " order by position", org, id);
}

std::optional<FileRow> find_file(db::Transaction& tx, OrgId org, ImportId id, int position) {
    return tx.find<FileRow>(std::string(file_columns) + " and position = $3", org, id, position);
}

void insert_file(db::Transaction& tx, OrgId org, ImportId id, const FileRow& row) {
    tx.execute(
        "insert into import_file (org_id, import_id, position, name, path, bytes, received, plan, answers,"
        " rows_done, is_done, refused_bytes) values ($1, $2, $3, $4, $5, $6, $7, $8, '[]', 0, $9, 0)",
        org, id, row.position, row.name, row.path, row.bytes, row.received, row.plan, false);
}

void set_received(db::Transaction& tx, OrgId org, ImportId id, int position, std::int64_t received) {
    tx.execute("update import_file set received = $4 where org_id = $1 and import_id = $2 and position = $3",
               org, id, position, received);
}

void set_plan(db::Transaction& tx, OrgId org, ImportId id, int position,
              const std::optional<std::string>& plan) {
    tx.execute("update import_file set plan = $4 where org_id = $1 and import_id = $2 and position = $3", org,
               id, position, plan);
}

void set_mapping(db::Transaction& tx, OrgId org, ImportId id, int position, const std::string& toml) {
    tx.execute("update import_file set mapping = $4, answers = '[]', plan = null"
               " where org_id = $1 and import_id = $2 and position = $3",
               org, id, position, toml);
}

void set_answers(db::Transaction& tx, OrgId org, ImportId id, int position, const std::string& answers) {
    tx.execute("update import_file set answers = $4, plan = null"
               " where org_id = $1 and import_id = $2 and position = $3",
               org, id, position, answers);
}

void replace_file(db::Transaction& tx, OrgId org, ImportId id, int position, const std::string& name,
                  const std::string& path, std::int64_t bytes) {
    tx.execute("update import_file set name = $4, path = $5, bytes = $6, received = $6"
               " where org_id = $1 and import_id = $2 and position = $3",
               org, id, position, name, path, bytes);
}

void forget_path(db::Transaction& tx, OrgId org, ImportId id, int position) {
    tx.execute("update import_file set path = null where org_id = $1 and import_id = $2 and position = $3",
               org, id, position);
}

bool is_at(db::Transaction& tx, OrgId org, ImportId id, const FileProgress& progress) {
    return tx.find<std::int64_t>("select rows_done from import_file where org_id = $1 and import_id = $2 and"
                                 " position = $3",
                                 org, id, progress.position) == progress.rows_before;
}

bool note_progress(db::Transaction& tx, OrgId org, ImportId id, const FileProgress& progress) {
    return tx.execute(
               "update import_file set rows_done = $5, is_done = $6, counts = $7, refused_bytes = $8"
               " where org_id = $1 and import_id = $2 and position = $3 and rows_done = $4 and not is_done",
               org, id, progress.position, progress.rows_before, progress.rows_done, progress.is_done,
               progress.counts, progress.refused_bytes) > 0;
}

// ---- Refusals ---------------------------------------------------------------------------------------------

void insert_refusals(db::Transaction& tx, OrgId org, ImportId id, int position,
                     const std::vector<Refusal>& refusals) {
    if (refusals.empty())
        return;
    auto stored = tx.value<std::int64_t>(
        "select count(*) from import_refusal where org_id = $1 and import_id = $2", org, id);
    std::uint64_t line = 0;
    int ordinal = 0;
    for (const auto& refusal : refusals) {
        if (stored++ >= most_stored_refusals)
            return;
        ordinal = refusal.line == line ? ordinal + 1 : 0;
        line = refusal.line;
        tx.execute("insert into import_refusal (org_id, import_id, position, line, ordinal, column_name, "
                   "value, rule,"
                   " reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                   " on conflict (org_id, import_id, position, line, ordinal) do nothing",
                   org, id, position, refusal.line, ordinal, unless_empty(refusal.column),
                   unless_empty(refusal.value), refusal.rule, refusal.reason);
    }
}

void remove_refusals(db::Transaction& tx, OrgId org, ImportId id) {
    tx.execute("delete from import_refusal where org_id = $1 and import_id = $2", org, id);
}

std::vector<RefusalRow> refusals(db::Transaction& tx, OrgId org, ImportId id, const RefusalPlace& after,
                                 std::size_t limit) {
    return tx.query<RefusalRow>(
        "select r.position, r.line, r.ordinal, f.name as file, r.column_name, r.value, r.rule, r.reason"
        " from import_refusal r join import_file f on f.org_id = r.org_id and f.import_id = r.import_id"
        " and f.position = r.position where r.org_id = $1 and r.import_id = $2"
        " and (r.position, r.line, r.ordinal) > ($3, $4, $5) order by r.position, r.line, r.ordinal limit $6",
        org, id, after.position, after.line, after.ordinal, limit);
}

// ---- Remembered mappings ----------------------------------------------------------------------------------

std::optional<std::string> find_mapping(db::Transaction& tx, OrgId org, const std::string& header_key) {
    return tx.find<std::string>("select toml from mapping where org_id = $1 and header_key = $2", org,
                                header_key);
}

void remember_mapping(db::Transaction& tx, OrgId org, const RememberedMapping& mapping, Instant at) {
    tx.execute("insert into mapping (org_id, id, name, header_key, toml, created_by, created_at, version)"
               " values ($1, $2, $3, $4, $5, $6, $7, 1) on conflict (org_id, header_key) do update set"
               " name = excluded.name, toml = excluded.toml, version = mapping.version + 1",
               org, tx.new_id<struct Mapping>(), mapping.name, mapping.header_key, mapping.toml, mapping.by,
               at);
}

// ---- Snapshots --------------------------------------------------------------------------------------------

void note_snapshot(db::Transaction& tx, OrgId org, ImportId id, const std::string& source, Date as_of,
                   std::int64_t deals) {
    tx.execute("insert into import_snapshot (org_id, source, as_of, import_id, deals, next_id)"
               " values ($1, $2, $3, $4, $5, $6) on conflict (org_id, source, as_of, import_id) do update"
               " set deals = excluded.deals, next_id = excluded.next_id",
               org, source, as_of, id, deals, tx.new_ids(1));
}

std::vector<Snapshot> later_snapshots(db::Transaction& tx, OrgId org, const std::string& source, Date as_of) {
    return tx.query<Snapshot>("select as_of, max(next_id) as next_id from import_snapshot"
                              " where org_id = $1 and source = $2 and as_of > $3"
                              " group by as_of order by as_of",
                              org, source, as_of);
}

void take_turn(db::Transaction& tx, OrgId org) {
    if (tx.dialect() == db::Dialect::postgres) // SQLite has one writer
        tx.run("select pg_advisory_xact_lock(7236118, cast(cast($1 as bigint) % 2147483647 as int))",
               std::array{db::to_param(org)}, [](const db::Row&) {});
}

} // namespace buckstop::imports::store

namespace buckstop::imports {

std::int64_t rows_done(db::Transaction& tx) {
    return tx.value<std::int64_t>("select cast(coalesce(sum(rows_done), 0) as bigint) from import_file");
}

} // namespace buckstop::imports
