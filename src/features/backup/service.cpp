#include "db/migrate.hpp"
#include "features/backup/backup.hpp"
#include "features/backup/records.hpp"
#include "features/backup/store.hpp"
#include "features/lessons/lessons.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace buckstop::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t between_looks = 1000; // rows

constexpr Cost quick{.passes = 1, .memory = 8192};

// Tells how far it is, and hears whether it should stop.
class Watch {
  public:
    explicit Watch(const Options& options) : options_(options) {}
    [[nodiscard]] bool stopped() const { return stopped_; }
    void look(std::string_view table, std::int64_t rows) {
        if (rows % between_looks != 0)
            return;
        stopped_ = stopped_ || (options_.should_stop && options_.should_stop());
        if (options_.on_progress)
            options_.on_progress(table, rows);
    }

  private:
    const Options& options_;
    bool stopped_ = false;
};

tl::unexpected<Error> cancelled() {
    return fail(ErrorCode::cancelled, "Stopped; nothing was changed.");
}

Result<> check_key(std::string_view key) {
    if (key.size() < shortest_key)
        return fail_field("key", "too_short",
                          fmt::format("A backup's key has {} characters or more.", shortest_key));
    return {};
}

Summary summary_of(const fs::path& file, const Beginning& beginning, const Totals& totals,
                   std::int64_t bytes) {
    return {.file = file.string(),
            .made_at = beginning.made_at,
            .program_version = beginning.program_version,
            .schema_version = beginning.schema_version,
            .tables = totals.tables,
            .rows = totals.rows,
            .bytes = bytes};
}

// ---- Writing

// A backup that is being written.
struct Snapshot {
    explicit Snapshot(SealedWriter its_file) : file(std::move(its_file)) {}
    SealedWriter file;
    RecordWriter records{file};
    Beginning beginning{};
};

Result<> take(db::Transaction& tx, Snapshot& snapshot, const Options& options) {
    Watch watch(options);
    auto& records = snapshot.records;
    const auto tables = store::tables(tx);
    snapshot.beginning = {store::schema_version(tx), BUCKSTOP_VERSION, options.now()};
    records.begin(snapshot.beginning);
    for (const auto& table : tables) {
        records.table(table);
        store::each_row(tx, table, [&](const db::Row& row) {
            if (watch.stopped())
                return;
            records.row(row);
            watch.look(table.name, records.totals().rows);
        });
        if (watch.stopped())
            return cancelled();
    }
    return {};
}

// ---- Reading a file

// What each kind of record means to the one who reads; an error ends the reading.
struct Reactions {
    std::function<Result<>(const Beginning&)> on_begin{};
    std::function<Result<>(const Table&)> on_table{};
    std::function<void(std::span<const db::Param>)> on_row{};
    std::function<void()> on_end{};
};

Result<Summary> read_file(const fs::path& path, std::string_view key, const Options& options,
                          const Reactions& reactions) {
    auto file = SealedReader::open(path, key);
    if (!file)
        return fail(file.error());
    RecordReader reader(*file);
    Watch watch(options);
    Beginning beginning;
    std::string table;
    while (!watch.stopped()) {
        const auto record = reader.next();
        if (!record)
            return fail(record.error());
        Result<> reaction;
        switch (record->what) {
        case Record::What::begin:
            beginning = record->beginning;
            if (reactions.on_begin)
                reaction = reactions.on_begin(beginning);
            break;
        case Record::What::table:
            table = record->table.name;
            if (reactions.on_table)
                reaction = reactions.on_table(record->table);
            break;
        case Record::What::row:
            if (reactions.on_row)
                reactions.on_row(record->row);
            watch.look(table, reader.totals().rows);
            break;
        case Record::What::end:
            if (reactions.on_end)
                reactions.on_end();
            return summary_of(path, beginning, reader.totals(), file->bytes());
        }
        if (!reaction)
            return fail(reaction.error());
    }
    return cancelled();
}

// ---- Restoring

Result<> require_known_schema(const Beginning& beginning) {
    const int program_version = db::program_schema_version();
    if (beginning.schema_version > program_version)
        return fail(ErrorCode::conflict,
                    fmt::format("The backup has schema version {}, but this program knows only version {}: "
                                "restore it with Buckstop {} or newer.",
                                beginning.schema_version, program_version, beginning.program_version));
    return {};
}

Result<> require_target(db::Transaction& tx, Target target) {
    const bool is_ours = store::schema_version(tx) > 0;
    if (!is_ours && store::has_tables(tx))
        return fail(ErrorCode::conflict,
                    "The database holds tables that aren't Buckstop's. Restore into one of its own.");
    if (target == Target::replace || !is_ours)
        return {};
    for (const auto& table : store::tables(tx))
        if (store::has_rows(tx, table))
            return fail(ErrorCode::conflict, "The database isn't empty. Restore into a new one, or say "
                                             "--replace to lose what is in this one.");
    return {};
}

// Fills the tables of a schema that has just been made.
class Filling {
  public:
    explicit Filling(db::Transaction& tx) : tx_(tx), tables_(store::tables(tx)) {}

    Result<> begin(const Table& table) {
        end();
        const auto ours = std::ranges::find(tables_, table.name, &Table::name);
        const auto is_there = [&](const Column& column) {
            return std::ranges::any_of(ours->columns, [&](const Column& mine) {
                return mine.name == column.name && mine.kind == column.kind;
            });
        };
        if (ours == tables_.end() || !std::ranges::all_of(table.columns, is_there))
            return fail(ErrorCode::conflict,
                        fmt::format("The backup's table {} isn't as this program knows it in that version of "
                                    "the schema.",
                                    table.name));
        std::vector<std::string_view> columns;
        for (const auto& column : table.columns)
            columns.emplace_back(column.name);
        rows_ = tx_.bulk_insert(table.name, columns);
        return {};
    }
    void add(std::span<const db::Param> row) { rows_->add(row); }
    void end() {
        if (rows_)
            rows_->finish();
        rows_.reset();
    }

  private:
    db::Transaction& tx_;
    std::vector<Table> tables_;
    std::unique_ptr<db::BulkInsert> rows_;
};

Result<Summary> restore_in(db::Transaction& tx, const fs::path& path, std::string_view key, Target target,
                           const Options& options) {
    if (auto allowed = require_target(tx, target); !allowed)
        return fail(std::move(allowed.error()));
    std::optional<Filling> filling;
    const Reactions reactions{.on_begin = [&](const Beginning& beginning) -> Result<> {
                                  if (auto known = require_known_schema(beginning); !known)
                                      return known;
                                  store::drop_everything(tx);
                                  const auto migrated = db::migrate_within(tx, beginning.schema_version);
                                  if (!migrated)
                                      return fail(migrated.error());
                                  filling.emplace(tx);
                                  return {};
                              },
                              .on_table = [&](const Table& table) { return filling->begin(table); },
                              .on_row = [&](std::span<const db::Param> row) { filling->add(row); },
                              .on_end = [&] { filling->end(); }};
    auto summary = read_file(path, key, options, reactions);
    if (!summary)
        return summary;
    if (const auto migrated = db::migrate_within(tx); !migrated)
        return fail(migrated.error());
    lessons::build_search(tx);
    store::analyse(tx);
    return summary;
}

} // namespace

Result<Summary> write(db::Database& database, const fs::path& file, std::string_view key,
                      const Options& options) {
    if (auto fine = check_key(key); !fine)
        return fail(std::move(fine.error()));
    const auto state = db::migration_state(database);
    if (!state)
        return fail(state.error());
    if (state->database_version == 0)
        return fail(ErrorCode::not_found, "There is nothing to back up: the database is empty.");
    std::optional<Snapshot> snapshot;
    auto taken = database.read([&](db::Transaction& tx) -> Result<> {
        auto sealed = SealedWriter::create(file, key, options.quick_key ? quick : Cost{});
        if (!sealed)
            return fail(sealed.error());
        snapshot.emplace(*std::move(sealed)); // anew, where the transaction runs again
        return take(tx, *snapshot, options);
    });
    if (!taken)
        return fail(std::move(taken.error()));
    snapshot->records.end();
    const auto bytes = snapshot->file.finish();
    if (!bytes)
        return fail(bytes.error());
    return summary_of(file, snapshot->beginning, snapshot->records.totals(), *bytes);
}

Result<Summary> check(const fs::path& file, std::string_view key, const Options& options) {
    return read_file(file, key, options, {});
}

Result<Summary> check_restorable(const fs::path& file, std::string_view key, const Options& options) {
    return read_file(file, key, options, {.on_begin = require_known_schema});
}

Result<Summary> restore(db::Database& database, const fs::path& file, std::string_view key, Target target,
                        const Options& options) {
    return database.change_schema(
        [&](db::Transaction& tx) { return restore_in(tx, file, key, target, options); });
}

} // namespace buckstop::backup
