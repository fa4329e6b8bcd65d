#include "features/backup/backup.hpp"
#include "base/json.hpp"
#include "cli/backup_key.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"

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

} // namespace buckstop::cli
