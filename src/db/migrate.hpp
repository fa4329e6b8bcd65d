// Brings a database to the schema that this program knows. Migrations are numbered SQL files,
// migrations/0001_name.sql, with 0001_name.sqlite.sql or 0001_name.postgres.sql beside or instead of it where
// the databases differ (run after the common file). Each runs in one transaction with its row in
// schema_migration, which keeps a checksum of what was run.
#pragma once

#include "base/embedded.hpp"
#include "db/db.hpp"

namespace buckstop::db {

struct MigrationState {
    int database_version = 0; // the newest migration that the database has; 0 where it has none
    int program_version = 0;  // the newest that the program knows
    std::vector<std::string> applied_now{};
};

// Applies what is missing, one node at a time (an advisory lock on PostgreSQL). Errors (conflict): the schema
// is newer than the program, or a migration that was applied has another checksum now. What was applied
// before a migration fails stays applied; a migration whose SQL fails throws a Failure that names it.
Result<MigrationState> migrate(Database& database);

// Looks, and changes nothing.
Result<MigrationState> migration_state(Database& database);

// Part of the caller's transaction, which must be one of Database::change_schema: applies what is missing up
// to `version`, so that a backup of an older schema can be put in before the rest.
Result<MigrationState> migrate_within(Transaction& tx, int version);
// Applies all that is missing.
Result<MigrationState> migrate_within(Transaction& tx);
// The newest migration that this program knows.
[[nodiscard]] int program_schema_version();

// The same with other files than those in the program, as tests need. Files that break the rules of naming
// and numbering (from 1, without a gap) throw std::logic_error.
Result<MigrationState> migrate(Database& database, std::span<const EmbeddedFile> files);
Result<MigrationState> migration_state(Database& database, std::span<const EmbeddedFile> files);
Result<MigrationState> migrate_within(Transaction& tx, std::span<const EmbeddedFile> files, int version);
[[nodiscard]] int newest_version(std::span<const EmbeddedFile> files);

} // namespace buckstop::db
