// One function for each subcommand, each in its own file. They print to standard output (one JSON object
// where asked for) and return the exit code; what goes wrong comes back as an Error, which main prints.
#pragma once

#include "access/principal.hpp"
#include "app/program.hpp"
#include "base/result.hpp"
#include "cli/exit_code.hpp"
#include "cli/options.hpp"

namespace buckstop::cli {

[[nodiscard]] Result<ExitCode> run(const Serve& serve, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Setup& setup, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Demo& demo, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Import& import, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Status& status, const Common& common);
[[nodiscard]] Result<ExitCode> run(const User& user, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Backup& backup, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Restore& restore, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Doctor& doctor, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Audit& audit, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Job& job, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Version& version, const Common& common);

// Whether the log tells events as they come, or, where a command ends with a result to print, only warnings
// and errors. A log level of "warning", "error" or "debug" holds for both.
enum class Telling { result, events };

// What several of them begin with.
[[nodiscard]] Result<std::unique_ptr<app::Program>>
open_program(const Common& common, app::Program::Missing missing, Telling telling = Telling::result);
// The settings alone, from all their places.
[[nodiscard]] Result<Config> read_settings(const Common& common);
[[nodiscard]] Result<LoadedConfig> read_settings_with_origins(const Common& common);
// The database as it is, without bringing its schema up to date: for looking after it.
[[nodiscard]] Result<std::unique_ptr<db::Database>>
open_database(const Config& config, app::Program::Missing missing, const db::Options& options);
// Whoever may run this program on this database may do what an administrator may; the audit log says "the
// program".
[[nodiscard]] access::Principal program_principal(OrgId org);
// The organisation that --organisation names, or the only one there is.
[[nodiscard]] Result<OrgId> choose_organisation(db::Database& database, const Common& common);

} // namespace buckstop::cli
