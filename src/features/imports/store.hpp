// Rows of imports, their files and refusals, and remembered mappings. Private to this feature.
#pragma once

#include "base/json.hpp"
#include "features/imports/imports.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buckstop::imports {

enum class State {
    uploaded,
    previewing,
    previewed,
    question,
    running,
    done,
    failed,
    cancelled,
    undoing,
    undone
};
BOOST_DESCRIBE_ENUM(State, uploaded, previewing, previewed, question, running, done, failed, cancelled,
                    undoing, undone)

namespace store {

struct ImportRow {
    ImportId id;
    std::optional<PersonId> started_by;
    std::optional<std::string> started_by_name;
    State state = State::uploaded;
    Date as_of{};
    std::optional<JobId> job_id;
    std::optional<std::string> counts, progress, error, undone, missing; // all but error as JSON
    Covers covers = Covers::some;
    Instant created_at{};
    std::optional<Instant> finished_at;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ImportRow, (),
                      (id, started_by, started_by_name, state, as_of, job_id, counts, progress, error, undone,
                       missing, covers, created_at, finished_at, version))

struct FileRow {
    int position = 0;
    std::string name;
    std::optional<std::string> path;
    std::int64_t bytes = 0, received = 0;
    std::optional<std::string> plan, mapping;
    std::string answers;
    std::int64_t rows_done = 0;
    bool is_done = false;
    std::optional<std::string> counts;
    std::int64_t refused_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(FileRow, (),
                      (position, name, path, bytes, received, plan, mapping, answers, rows_done, is_done,
                       counts, refused_bytes))

// What a column holds as JSON; nothing where it is empty.
template <class T>
[[nodiscard]] std::optional<T> stored(const std::optional<std::string>& column) {
    auto value = column ? json::from_text<T>(*column) : Result<T>(fail(ErrorCode::not_found, ""));
    return value ? std::optional(std::move(*value)) : std::nullopt;
}

// ---- Imports ----------------------------------------------------------------------------------------------

// Newest first, before the one given. A job that has given up leaves its import failed.
[[nodiscard]] std::vector<ImportRow> list(db::Transaction& tx, OrgId org, ImportId before, std::size_t limit);
[[nodiscard]] std::optional<ImportRow> find(db::Transaction& tx, OrgId org, ImportId id);
void insert(db::Transaction& tx, OrgId org, const ImportRow& row);
// Only from one of these states; false where it is in another.
bool set_state(db::Transaction& tx, OrgId org, ImportId id, const std::vector<State>& from, State to);
void set_job(db::Transaction& tx, OrgId org, ImportId id, std::optional<JobId> job);
// The end of a preview or a run; counts may be empty. False where it was cancelled meanwhile.
bool finish(db::Transaction& tx, OrgId org, ImportId id, State state,
            const std::optional<std::string>& counts, const std::optional<std::string>& error, Instant at);
void set_covers(db::Transaction& tx, OrgId org, ImportId id, Covers covers);
void set_missing(db::Transaction& tx, OrgId org, ImportId id, const std::optional<std::string>& missing);
// A sign of life. False where it was cancelled meanwhile.
bool touch(db::Transaction& tx, OrgId org, ImportId id, const std::string& progress, Instant at);
// Whether another import of the organisation has written since then, or may have.
[[nodiscard]] bool has_company(db::Transaction& tx, OrgId org, ImportId id, Instant since);
// Imports of the command line that haven't given a sign of life since then: it was killed.
void give_up_silent(db::Transaction& tx, OrgId org, Instant since, Instant at);

// ---- Files ------------------------------------------------------------------------------------------------

[[nodiscard]] std::vector<FileRow> files(db::Transaction& tx, OrgId org, ImportId id);
[[nodiscard]] std::optional<FileRow> find_file(db::Transaction& tx, OrgId org, ImportId id, int position);
void insert_file(db::Transaction& tx, OrgId org, ImportId id, const FileRow& row);
void set_received(db::Transaction& tx, OrgId org, ImportId id, int position, std::int64_t received);
void set_plan(db::Transaction& tx, OrgId org, ImportId id, int position,
              const std::optional<std::string>& plan);
void set_mapping(db::Transaction& tx, OrgId org, ImportId id, int position, const std::string& toml);
void set_answers(db::Transaction& tx, OrgId org, ImportId id, int position, const std::string& answers);
// What an upload held in its stead: a table of it.
void replace_file(db::Transaction& tx, OrgId org, ImportId id, int position, const std::string& name,
                  const std::string& path, std::int64_t bytes);
void forget_path(db::Transaction& tx, OrgId org, ImportId id, int position);

// How far a file has been taken.
struct FileProgress {
    int position = 0;
    std::int64_t rows_before = 0, rows_done = 0; // false where the row doesn't say rows_before
    bool is_done = false;
    std::string counts;
    std::int64_t refused_bytes = 0;
};
// Whether it is still as far as `rows_before`: nobody else runs the same import.
[[nodiscard]] bool is_at(db::Transaction& tx, OrgId org, ImportId id, const FileProgress& progress);
bool note_progress(db::Transaction& tx, OrgId org, ImportId id, const FileProgress& progress);

// ---- Refusals ---------------------------------------------------------------------------------------------

inline constexpr std::int64_t most_stored_refusals = 1000; // of an import; a file of its own has all
void insert_refusals(db::Transaction& tx, OrgId org, ImportId id, int position,
                     const std::vector<Refusal>& refusals);
void remove_refusals(db::Transaction& tx, OrgId org, ImportId id);

struct RefusalRow {
    int position = 0;
    std::int64_t line = 0;
    int ordinal = 0;
    std::string file;
    std::optional<std::string> column_name, value;
    std::string rule, reason;
};
BOOST_DESCRIBE_STRUCT(RefusalRow, (), (position, line, ordinal, file, column_name, value, rule, reason))
struct RefusalPlace {
    int position = 0;
    std::int64_t line = 0;
    int ordinal = 0;
};
[[nodiscard]] std::vector<RefusalRow> refusals(db::Transaction& tx, OrgId org, ImportId id,
                                               const RefusalPlace& after, std::size_t limit);

// ---- Remembered mappings ----------------------------------------------------------------------------------

[[nodiscard]] std::optional<std::string> find_mapping(db::Transaction& tx, OrgId org,
                                                      const std::string& header_key);
struct RememberedMapping {
    std::string name, header_key, toml;
    std::optional<PersonId> by;
};
void remember_mapping(db::Transaction& tx, OrgId org, const RememberedMapping& mapping, Instant at);

// ---- Snapshots --------------------------------------------------------------------------------------------

void note_snapshot(db::Transaction& tx, OrgId org, ImportId id, const std::string& source, Date as_of,
                   std::int64_t deals);
struct Snapshot {
    Date as_of{};
    std::int64_t next_id = 0; // deals with a smaller id were there when it was noted
};
BOOST_DESCRIBE_STRUCT(Snapshot, (), (as_of, next_id))
// Those of later days, by day.
[[nodiscard]] std::vector<Snapshot> later_snapshots(db::Transaction& tx, OrgId org, const std::string& source,
                                                    Date as_of);

// One import at a time writes an organisation's rows: two could make the same company.
void take_turn(db::Transaction& tx, OrgId org);

} // namespace store
} // namespace buckstop::imports
