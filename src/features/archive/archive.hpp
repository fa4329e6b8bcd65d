// Data leaves whole: an organisation's export, which everything shared is in, and each person's own, which
// everything of theirs is in.
//
// An organisation's export is a zip archive of JSON Lines with a manifest (docs/operators/export-format.md).
// It holds what is shared within the organisation, whatever the audience, and nothing that isn't: no drafts,
// no password, key, session or token, not the audit log. Whoever may read only some of it by their role gets
// all of it here; so an export must be asked for with a reason, is written down, and everybody whose debrief
// is in it without being for the whole organisation is told.
#pragma once

#include "access/principal.hpp"
#include "base/describe.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::archive {

inline constexpr int format_version = 1;

struct Summary {
    std::string file{};
    OrgId organisation_id{};
    std::string organisation{};
    Instant made_at{}; // when the snapshot was taken
    std::string program_version{};
    int schema_version = 0;
    std::int64_t tables = 0, rows = 0;
    std::int64_t bytes = 0; // of the file
};
BOOST_DESCRIBE_STRUCT(Summary, (),
                      (file, organisation_id, organisation, made_at, program_version, schema_version, tables,
                       rows, bytes))

struct Options {
    std::function<void(std::string_view table, std::int64_t rows)> on_progress{}; // rows of all tables so far
    std::function<bool()> should_stop{};
    Clock now = system_now;
};

// ---- An organisation's export -----------------------------------------------------------------------------

// Writes one snapshot of the organisation to a new file that only its owner can read. It gets its name once
// it is whole; meanwhile its rows lie unpacked in a folder beside it (FILE.part-…). Memory doesn't grow with
// the organisation. Who is told, and the audit log, are the caller's: see note_export. Errors: the file is
// there already (conflict); it can't be written (failed); no such organisation (not_found); cancelled.
[[nodiscard]] Result<Summary> write(db::Database& database, OrgId org, const std::filesystem::path& file,
                                    const Options& options = {});

// Writes down that an export was made, and tells those whose debriefs are in it though they aren't for the
// whole organisation. `reason`: what whoever asked for it typed; may be empty on the command line.
void note_export(const Context& context, db::Transaction& tx, const access::Principal& who,
                 const std::string& reason);

// ---- Back into a database
// -----------------------------------------------------------------------------------

// Whether the file is such an archive, by its content; a backup is not.
[[nodiscard]] bool is_archive(const std::filesystem::path& file);

// Reads the whole file and holds it against its manifest. Errors: it isn't there (not_found); it is none, was
// altered, or isn't whole (invalid); it is of a newer Buckstop (conflict).
[[nodiscard]] Result<Summary> check(const std::filesystem::path& file, const Options& options = {});

// Puts the organisation into a database in which it isn't yet, in one transaction: a new one of either kind,
// or one of the same schema version. Nobody can sign in to it: `buckstop setup` lets the first administrator
// in. Call check() first. Errors: the organisation is there (conflict), and those of check.
[[nodiscard]] Result<Summary> restore(db::Database& database, const std::filesystem::path& file,
                                      const Options& options = {});

// ---- Exports asked for in the page
// ----------------------------------------------------------------------------

enum class ExportState { waiting, done, failed };
BOOST_DESCRIBE_ENUM(ExportState, waiting, done, failed)

struct Export {
    Id<struct Export> id{};
    ExportState state = ExportState::waiting;
    std::optional<std::string> requested_by{};
    std::optional<std::int64_t> bytes{};
    std::optional<std::string> error{};
    Instant created_at{}, expires_at{};
};
BOOST_DESCRIBE_STRUCT(Export, (), (id, state, requested_by, bytes, error, created_at, expires_at))

struct ExportRequest {
    std::string reason{};
};
BOOST_DESCRIBE_STRUCT(ExportRequest, (), (reason))

// Newest first, until they expire (a week after they were asked for).
[[nodiscard]] Result<std::vector<Export>> list_exports(const Context& context, const access::Principal& who);
// Errors: forbidden; invalid (no reason); conflict (one is being made).
[[nodiscard]] Result<Export> request_export(const Context& context, const access::Principal& who,
                                            const ExportRequest& wanted);
// Where the file lies. Errors: forbidden; not_found (expired, not made yet).
[[nodiscard]] Result<std::filesystem::path> find_export(const Context& context, const access::Principal& who,
                                                        Id<Export> id);
// For retention: files that have expired go. How many.
[[nodiscard]] std::int64_t remove_expired(const Context& context, db::Transaction& tx, OrgId org);

// ---- A person's own export --------------------------------------------------------------------------------

// Everything of the asker's as a zip archive of JSON and a page to read, drafts opened by this session's key.
// It is written down without its content. Errors: forbidden for anybody but a person themselves.
[[nodiscard]] Result<std::string> own_export(const Context& context, const access::Principal& who);

void add_routes(http::Router& router, const Context& context);
void add_jobs(const Context& context);

} // namespace buckstop::archive
