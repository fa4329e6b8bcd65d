// For each subcommand two functions, in a file of its own: what it takes, and what it does. The latter print
// to standard output (one JSON object where asked for) and return the exit code; what goes wrong comes back
// as an Error, which main prints.
#pragma once

#include "access/principal.hpp"
#include "app/program.hpp"
#include "base/result.hpp"
#include "cli/exit_code.hpp"
#include "cli/options.hpp"

namespace CLI {
class App;
}

namespace buckstop::cli {

// Adds the subcommand with its flags and its help; what is given goes into the struct.
CLI::App* add_serve(CLI::App& app);
CLI::App* add_setup(CLI::App& app, Setup& setup);
CLI::App* add_demo(CLI::App& app, Demo& demo);
CLI::App* add_import(CLI::App& app, Import& import);
CLI::App* add_imports(CLI::App& app, Imports& imports);
CLI::App* add_status(CLI::App& app);
CLI::App* add_quality(CLI::App& app, Quality& quality);
CLI::App* add_user(CLI::App& app, User& user);
CLI::App* add_backup(CLI::App& app, Backup& backup);
CLI::App* add_export(CLI::App& app, Export& command);
CLI::App* add_restore(CLI::App& app, Restore& restore);
CLI::App* add_doctor(CLI::App& app);
CLI::App* add_audit(CLI::App& app, Audit& audit);
CLI::App* add_job(CLI::App& app, Job& job);
CLI::App* add_configuration(CLI::App& app);
CLI::App* add_manual(CLI::App& app, Manual& manual);

[[nodiscard]] Result<ExitCode> run(const Serve& serve, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Setup& setup, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Demo& demo, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Import& import, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Imports& command, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Status& status, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Quality& quality, const Common& common);
[[nodiscard]] Result<ExitCode> run(const User& user, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Configuration& configuration, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Manual& manual, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Complete& complete, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Backup& backup, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Export& command, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Restore& restore, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Doctor& doctor, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Audit& audit, const Common& common);
[[nodiscard]] Result<ExitCode> run(const Job& command, const Common& common);
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
