#include "features/backup/backup.hpp"
#include "base/json.hpp"
#include "cli/backup_key.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "features/archive/archive.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

namespace buckstop::cli {
namespace {

// A backup reads and a restore writes for as long as it takes.
constexpr db::Options patient{.readers = 1, .statement_timeout = std::chrono::milliseconds(0)};

// Progress on a terminal, and Ctrl+C.
class Shown {
  public:
    Shown(const Common& common, const char* verb)
        : terminal_(isatty(STDERR_FILENO) != 0 && !common.json), verb_(verb) {}
    ~Shown() {
        if (terminal_)
            fmt::print(stderr, "\r\033[K");
    }
    Shown(const Shown&) = delete;
    Shown& operator=(const Shown&) = delete;

    [[nodiscard]] backup::Options options() const {
        backup::Options options;
        options.should_stop = interrupted;
        if (terminal_)
            options.on_progress = [this](std::string_view table, std::int64_t rows) {
                fmt::print(stderr, "\r\033[K{}: {} rows, now {}", verb_, rows, table);
                std::fflush(stderr);
            };
        return options;
    }

  private:
    bool terminal_;
    const char* verb_;
    InterruptHandler handler_;
};

Result<ExitCode> tell(const Result<backup::Summary>& summary, const Common& common, const char* what) {
    if (!summary)
        return fail(summary.error());
    if (common.json)
        fmt::print("{}\n", json::to_text(*summary));
    else
        fmt::print("{}: {} rows of {} tables, as of {}, schema version {}, {} bytes.\n", what, summary->rows,
                   summary->tables, to_text(summary->made_at), summary->schema_version, summary->bytes);
    return ExitCode::done;
}

void add_key_file(CLI::App& app, std::optional<std::filesystem::path>& key_file) {
    app.add_option("--key-file", key_file,
                   "The file that holds the key; else BUCKSTOP_BACKUP_KEY, or asked for on a terminal")
        ->check(CLI::ExistingFile);
}

// An organisation's export needs no key: it isn't encrypted.
Result<ExitCode> restore_archive(const Restore& command, const Common& common) {
    if (command.replace)
        return fail(ErrorCode::invalid, "--replace is for backups: an export of an organisation goes into a "
                                        "database in which it isn't yet.");
    const auto config = read_settings(common);
    if (!config)
        return fail(config.error());
    const InterruptHandler handler;
    const archive::Options options{.should_stop = interrupted};
    // Before a database is made for it.
    if (const auto whole = archive::check(command.file, options); !whole)
        return fail(whole.error());
    const auto database = open_database(*config, app::Program::Missing::create, patient);
    if (!database)
        return fail(database.error());
    const auto restored = archive::restore(**database, command.file, options);
    if (!restored)
        return fail(restored.error());
    if (common.json)
        fmt::print("{}\n", json::to_text(*restored));
    else
        fmt::print("{} is restored: {} rows, as of {}. Nobody can sign in yet: `buckstop setup`.\n",
                   restored->organisation, restored->rows, to_text(restored->made_at));
    return ExitCode::done;
}

} // namespace

Result<ExitCode> run(const Backup& command, const Common& common) {
    if (sodium_init() < 0)
        return fail(ErrorCode::failed, "The cryptographic library could not be started.");
    const auto key = backup_key(command.key_file, command.check ? KeyFor::opening : KeyFor::making);
    if (!key)
        return fail(key.error());
    if (command.check) {
        const Shown shown(common, "checking");
        return tell(backup::check(command.file, key->text(), shown.options()), common, "The backup is whole");
    }
    const auto config = read_settings(common);
    if (!config)
        return fail(config.error());
    auto options = patient;
    options.read_only = true;
    const auto database = open_database(*config, app::Program::Missing::refuse, options);
    if (!database)
        return fail(database.error());
    const Shown shown(common, "backing up");
    return tell(backup::write(**database, command.file, key->text(), shown.options()), common,
                "The backup is written");
}

Result<ExitCode> run(const Restore& command, const Common& common) {
    if (sodium_init() < 0)
        return fail(ErrorCode::failed, "The cryptographic library could not be started.");
    if (archive::is_archive(command.file))
        return restore_archive(command, common);
    const auto config = read_settings(common);
    if (!config)
        return fail(config.error());
    const auto key = backup_key(command.key_file, KeyFor::opening);
    if (!key)
        return fail(key.error());
    const Shown shown(common, "restoring");
    // Before a database is made for it.
    if (const auto whole = backup::check_restorable(command.file, key->text(), shown.options()); !whole)
        return fail(whole.error());
    const auto database = open_database(*config, app::Program::Missing::create, patient);
    if (!database)
        return fail(database.error());
    const auto target = command.replace ? backup::Target::replace : backup::Target::empty;
    return tell(backup::restore(**database, command.file, key->text(), target, shown.options()), common,
                "The backup is restored");
}

CLI::App* add_backup(CLI::App& app, Backup& backup) {
    auto* sub = app.add_subcommand("backup", "Write the whole database to one encrypted file");
    sub->add_option("FILE", backup.file, "The file to write; it must not exist yet")->required();
    sub->add_flag("--check", backup.check, "Instead: read FILE from end to end and say what is in it");
    add_key_file(*sub, backup.key_file);
    sub->footer(
        R"(One moment of the database, SQLite or PostgreSQL, while the program runs on. Without its key (a
password of 12 characters or more, or such a file) nobody can read the backup or restore it: keep the key elsewhere.

Examples:
  buckstop backup --key-file /etc/buckstop/backup.key /backups/buckstop-2026-11-28.backup
  buckstop backup --check --key-file /etc/buckstop/backup.key /backups/buckstop-2026-11-28.backup

Exit codes: 0 done, or the file is whole · 1 failure, or it isn't · 2 wrong usage)");
    return sub;
}

CLI::App* add_restore(CLI::App& app, Restore& restore) {
    auto* sub = app.add_subcommand("restore", "Put a backup, or an organisation's export, into a database");
    sub->add_option("FILE", restore.file, "A file that `buckstop backup` or `buckstop export` wrote")
        ->required();
    sub->add_flag("--replace", restore.replace, "Lose what the database holds now");
    add_key_file(*sub, restore.key_file);
    sub->footer(
        R"(The file is read to its end before anything changes; then the database has all of it or, where something goes
wrong, what it had before. A backup of an older Buckstop is brought up to date. Stop `buckstop serve` first. Whether FILE is a
backup or an export is told by its content; an export goes into a database in which the organisation isn't yet.

Examples:
  buckstop restore --database sqlite:/var/lib/buckstop/buckstop.db /backups/buckstop-2026-11-28.backup
  buckstop restore --database postgresql://buckstop@db.internal/buckstop from-sqlite.backup
  buckstop restore --database sqlite:new.db organisation.zip

Exit codes: 0 done · 1 failure (such as: the database isn't empty) · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
