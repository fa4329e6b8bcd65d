// Imports: files from a CRM become deals, companies, people, products, activities and stage changes.
//
// Reading (csv_reader … record_reader) turns a file into batches of records (records.hpp); applying
// (apply.hpp) brings a batch into the database by idempotent upserts, in one transaction with the note of how
// far the file has been taken, so that a killed import goes on where it was without loss or repetition.
#pragma once

#include "access/principal.hpp"
#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "features/context.hpp"
#include "features/imports/records.hpp"
#include "features/imports/undo.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::imports {

// What became of the rows of one kind. `created` also counts what a row merely names: a deal's unknown owner
// becomes a person.
struct Counts {
    std::int64_t created = 0, changed = 0, unchanged = 0, refused = 0;
    std::optional<std::int64_t>
        left_out{}; // by a filter of the layout or the mapping; only where there are any
    bool operator==(const Counts&) const = default;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (created, changed, unchanged, refused, left_out))

// By kind; a kind that no file brought is absent.
struct KindCounts {
    std::optional<Counts> deal, company, person, product, activity, stage_change, target, churn,
        service_failure, competitor, stage;
    [[nodiscard]] Counts& of(Kind kind);
    bool operator==(const KindCounts&) const = default;
};
BOOST_DESCRIBE_STRUCT(KindCounts, (),
                      (deal, company, person, product, activity, stage_change, target, churn, service_failure,
                       competitor, stage))

// Where a file can be read two ways, or isn't understood, the import stops with a question.
struct Choice {
    std::string value;
    std::string label;
    std::vector<std::string> examples; // what this reading would make of the file's own values
};
BOOST_DESCRIBE_STRUCT(Choice, (), (value, label, examples))

struct Question {
    std::string file;   // as the person's computer calls it
    std::string column; // empty where it concerns the whole file
    std::string question;
    std::vector<Choice> choices;
};
BOOST_DESCRIBE_STRUCT(Question, (), (file, column, question, choices))

struct Answer {
    std::string file; // empty: any file that has the column
    std::string column;
    std::string value; // of the choice
};
BOOST_DESCRIBE_STRUCT(Answer, (), (file, column, value))

enum class Phase { inspecting, comparing, applying };
BOOST_DESCRIBE_ENUM(Phase, inspecting, comparing, applying)

struct Progress {
    Phase phase = Phase::inspecting;
    std::int64_t rows = 0; // so far, of all files
    std::optional<std::int64_t> total_rows;
    std::int64_t rows_per_second = 0;
    std::optional<std::int64_t> seconds_left;
};
BOOST_DESCRIBE_STRUCT(Progress, (), (phase, rows, total_rows, rows_per_second, seconds_left))

// Which of the CRM's deals the files hold. Of those that should be in them and aren't, the CRM has none any
// more.
enum class Covers { some, open, all };
BOOST_DESCRIBE_ENUM(Covers, some, open, all)

// Deals that are known and not in the files: what `open` or `all` would mean.
struct Missing {
    std::int64_t open = 0, closed = 0;
    bool operator==(const Missing&) const = default;
};
BOOST_DESCRIBE_STRUCT(Missing, (), (open, closed))

// A path, or in JSON an explicit null.
struct PathOrNull : std::optional<std::string> {
    using std::optional<std::string>::optional;
};

// A file that is known, and from which nothing is taken.
struct NotNeeded {
    std::string file, why;
};
BOOST_DESCRIBE_STRUCT(NotNeeded, (), (file, why))

// What `buckstop import --json` prints.
struct Report {
    KindCounts kinds;
    std::optional<Missing> missing; // of a preview that says `some`: not in the files; else: gone from now on
    // Refused rows as they stood, to be mended and imported again: one file for each that had any, and the
    // first of them.
    PathOrNull refused_file;
    std::vector<std::string> refused_files;
    std::vector<NotNeeded> not_needed;
    std::vector<Question> questions; // not empty: nothing was written
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(Report, (),
                      (kinds, missing, refused_file, refused_files, not_needed, questions, seconds))

struct RunOptions {
    bool preview = false;                         // compare and write nothing
    std::optional<std::filesystem::path> mapping; // a TOML file; for files whose layout isn't known by header
    std::optional<Date> as_of;                    // the day that the files speak of; today unless told
    Covers covers = Covers::some;
    std::vector<Answer> answers;
    std::filesystem::path refused_directory = "."; // where the file of refused rows goes
    std::function<void(const Progress&)> on_progress;
    std::function<bool()> should_stop; // true: stop after the present batch (Ctrl-C); what is done is kept
};

// The whole of an import on this thread, for the command line. Files may come in any order. Errors: a file
// that can't be read, a mapping that can't be used (invalid), `cancelled`.
[[nodiscard]] Result<Report> run_files(const Context& context, OrgId org,
                                       const std::vector<std::filesystem::path>& files,
                                       const RunOptions& options);

struct ImportLine {
    ImportId id;
    std::string state; // uploaded … undone
    Instant created_at{};
    Date as_of{};
    std::vector<std::string> files;
    std::optional<KindCounts> counts;
};
BOOST_DESCRIBE_STRUCT(ImportLine, (), (id, state, created_at, as_of, files, counts))
// The latest first.
[[nodiscard]] std::vector<ImportLine> latest_imports(db::Transaction& tx, OrgId org, std::size_t most);

// Applies records that don't come from a file (the demonstration's): in one transaction, as of that day.
// Records of a source replace each other by key, like a file's.
[[nodiscard]] KindCounts apply_records(db::Transaction& tx, OrgId org, const std::string& source, Date as_of,
                                       Records records);

// The rows of a small, well-formed CSV table in memory, its header first: for tables that are part of the
// program.
[[nodiscard]] std::vector<std::vector<std::string>> read_small_table(std::string_view csv);

// How many rows imports have taken in so far, of all organisations.
[[nodiscard]] std::int64_t rows_done(db::Transaction& tx);

// ---- What isn't kept -------------------------------------------------------------------------------------

// A text without somebody's name; nothing where it doesn't name them.
using Replace = std::function<std::optional<std::string>(std::string_view)>;

// For the erasure of a person, inside its transaction: what journals say of them goes, and their name in what
// they say of others; files of refused rows that name them go whole, and so do uploads of imports that have
// ended, once the transaction commits. An upload that waits for its import stays.
void forget_person(const Context& context, db::Transaction& tx, OrgId org, PersonId person,
                   const Replace& replace);

// For retention: a portion of what is old. Imports that ended before can't be undone any more; what was
// uploaded for them or refused by them goes, and so do uploads that nobody has touched since.
struct Forgotten {
    std::int64_t count = 0; // of imports, of files
    bool more = false;      // ask for the next portion
};
[[nodiscard]] Forgotten forget_undo(const Context& context, db::Transaction& tx, OrgId org, Instant before,
                                    int most);
[[nodiscard]] Forgotten forget_files(const Context& context, db::Transaction& tx, OrgId org, Instant before,
                                     int most);

// /api/v1/imports, and the jobs "imports.preview" and "imports.run".
void add_routes(http::Router& router, const Context& context);
void add_jobs(const Context& context);

} // namespace buckstop::imports

template <>
struct buckstop::json::Form<buckstop::imports::PathOrNull> {
    static boost::json::value write(const imports::PathOrNull& path) {
        return path ? boost::json::value(boost::json::string(*path)) : boost::json::value(nullptr);
    }
};
