// Backups: the whole database as one encrypted file, taken while the program runs, and the way back. The file
// is the same whichever database it comes from, so one of SQLite can be restored into PostgreSQL and the
// other way round. docs/operators/backup.md says what is in it, README.md how it is built.
#pragma once

#include "base/describe.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace buckstop::backup {

// A key that is easier to guess than this isn't taken; in bytes.
inline constexpr std::size_t shortest_key = 12;

struct Summary {
    std::string file;
    Instant made_at{};           // when the snapshot was taken
    std::string program_version; // of the Buckstop that made it
    int schema_version = 0;
    std::int64_t tables = 0;
    std::int64_t rows = 0;
    std::int64_t bytes = 0; // of the file
};
BOOST_DESCRIBE_STRUCT(Summary, (), (file, made_at, program_version, schema_version, tables, rows, bytes))

struct Options {
    std::function<void(std::string_view table, std::int64_t rows)> on_progress{}; // rows of all tables so far
    std::function<bool()> should_stop{};
    Clock now = system_now;
    bool quick_key = false; // makes a key that is cheap to guess: for tests
};

// Writes one snapshot of `database`, as it is at one moment, to a new file that only its owner can read. The
// file gets its name once it is whole and on the disk. Memory doesn't grow with the database.
// Errors: the file is there already (conflict); it can't be written (failed); the key is too short (invalid);
// the database is empty (not_found) or newer than this program (conflict); `should_stop` said so (cancelled).
[[nodiscard]] Result<Summary> write(db::Database& database, const std::filesystem::path& file,
                                    std::string_view key, const Options& options = {});

// Reads the whole file and says what is in it. Errors: it isn't there (not_found); it is no backup, has
// another key, was altered, or isn't whole (invalid).
[[nodiscard]] Result<Summary> check(const std::filesystem::path& file, std::string_view key,
                                    const Options& options = {});

// The same, and refuses a backup whose schema is newer than this program (conflict): restore() would.
[[nodiscard]] Result<Summary> check_restorable(const std::filesystem::path& file, std::string_view key,
                                               const Options& options = {});

enum class Target {
    empty,  // must hold nothing yet
    replace // whatever Buckstop has in it goes
};

// Puts the file into `database`, in one transaction: either all of it is there or nothing has changed. Call
// check_restorable() first, so that a bad file is found before anybody is kept waiting. The schema is brought
// to the backup's and, once that is filled, to this program's. Errors, beside those: the database isn't
// empty, or isn't Buckstop's (conflict).
[[nodiscard]] Result<Summary> restore(db::Database& database, const std::filesystem::path& file,
                                      std::string_view key, Target target, const Options& options = {});

} // namespace buckstop::backup
