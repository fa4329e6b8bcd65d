#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "features/archive/archive.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace buckstop::cli {
namespace {

ExitCode tell(const archive::Summary& summary, const Common& common, std::string_view what) {
    if (common.json)
        fmt::print("{}\n", json::to_text(summary));
    else
        fmt::print("{}: {}, {} rows of {} tables, as of {}, {} bytes.\n", what, summary.organisation,
                   summary.rows, summary.tables, to_text(summary.made_at), summary.bytes);
    return ExitCode::done;
}

} // namespace

Result<ExitCode> run(const Export& command, const Common& common) {
    const InterruptHandler handler;
    const archive::Options options{.should_stop = interrupted};
    if (command.check) {
        const auto checked = archive::check(command.file, options);
        return checked ? Result<ExitCode>(tell(*checked, common, "The export is whole"))
                       : Result<ExitCode>(fail(checked.error()));
    }
    auto program = open_program(common, app::Program::Missing::refuse);
    if (!program)
        return fail(program.error());
    const auto& context = (*program)->context();
    const auto org = choose_organisation(context.database, common);
    if (!org)
        return fail(org.error());
    // A connection of its own: rows of a large organisation take longer to read than a request may.
    const auto reader =
        open_database(context.config, app::Program::Missing::refuse,
                      {.readers = 1, .read_only = true, .statement_timeout = std::chrono::milliseconds(0)});
    if (!reader)
        return fail(reader.error());
    const auto written = archive::write(**reader, *org, command.file, options);
    if (!written)
        return fail(written.error());
    context.database.write([&](db::Transaction& tx) {
        archive::note_export(context, tx, program_principal(*org), command.reason);
    });
    return tell(*written, common, "The export is written");
}

CLI::App* add_export(CLI::App& app, Export& command) {
    auto* sub = app.add_subcommand("export", "Write everything that an organisation shares to one archive");
    sub->add_option("FILE", command.file, "The zip archive to write; it must not exist yet")->required();
    sub->add_flag("--check", command.check, "Instead: read FILE from end to end and say what is in it");
    sub->add_option("--reason", command.reason, "What it is for; it stands in the audit log");
    sub->footer(
        R"(JSON Lines with a manifest, for other programs and for `buckstop restore`. Drafts, passwords, keys and the audit log
aren't in it; everybody whose shared debriefs are, though not for the whole organisation, is told. It is not encrypted.

Examples:
  buckstop export organisation.zip --reason "moving to another server"
  buckstop export --check organisation.zip

Exit codes: 0 done, or the archive is whole · 1 failure, or it isn't · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
