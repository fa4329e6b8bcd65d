#include "features/imports/imports.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace buckstop::cli {
namespace {

ExitCode list(db::Database& database, OrgId org, int limit, bool as_json) {
    const auto all = database.read([&](db::Transaction& tx) {
        return imports::latest_imports(tx, org, static_cast<std::size_t>(limit));
    });
    if (as_json)
        fmt::print("{}\n", json::to_text(all));
    else if (all.empty())
        fmt::print("Nothing was imported yet.\n");
    else
        for (const auto& import : all)
            fmt::print("{:<20} {:<10} {}  {}\n", import.id.text(), import.state,
                       to_text(import.created_at).substr(0, 16), fmt::join(import.files, ", "));
    return ExitCode::done;
}

void print_for_people(const imports::Undone& undone) {
    fmt::print("{:<14} {:>10} {:>10} {:>10}\n", "", "removed", "as before", "stay");
    for_each_member(undone, [](std::string_view kind, const auto& counts) {
        if constexpr (std::same_as<std::remove_cvref_t<decltype(counts)>,
                                   std::optional<imports::UndoneCounts>>)
            if (counts)
                fmt::print("{:<14} {:>10} {:>10} {:>10}\n", kind, counts->removed, counts->restored,
                           counts->kept);
    });
    for (const auto& row : undone.kept)
        fmt::print("Stays: {} “{}”. {}\n", enum_name(row.kind), row.name, row.reason);
}

Result<ExitCode> undo(app::Program& program, OrgId org, ImportId id, bool as_json) {
    const auto& context = program.context();
    const auto begun =
        program.database().write([&](db::Transaction& tx) { return imports::begin_undo(tx, org, id); });
    if (!begun)
        return fail(begun.error());
    const InterruptHandler handler;
    const auto undone = imports::undo(context, org, id, {.should_stop = interrupted});
    if (!undone)
        return fail(undone.error());
    program.jobs().run_due(program.database()); // what follows from it: rules of failures
    if (as_json)
        fmt::print("{}\n", json::to_text(*undone));
    else
        print_for_people(*undone);
    return ExitCode::done;
}

} // namespace

Result<ExitCode> run(const Imports& command, const Common& common) {
    auto program = open_program(common, app::Program::Missing::refuse);
    if (!program)
        return fail(program.error());
    const auto org = choose_organisation((*program)->database(), common);
    if (!org)
        return fail(org.error());
    if (command.action == Imports::Action::list)
        return list((*program)->database(), *org, command.limit, common.json);
    const auto id = ImportId::parse(command.id);
    if (!id)
        return fail_field("IMPORT", "not_an_id",
                          command.id + " is no import's id. See `buckstop imports list`.");
    return undo(**program, *org, *id, common.json);
}

CLI::App* add_imports(CLI::App& app, Imports& imports) {
    auto* sub = app.add_subcommand("imports", "List what was imported, and undo an import");
    sub->require_subcommand(1);
    auto* list = sub->add_subcommand("list", "List imports, the latest first");
    list->callback([&imports] { imports.action = Imports::Action::list; });
    list->add_option("--limit", imports.limit, "At most so many")
        ->check(CLI::Range(1, 200))
        ->capture_default_str();
    auto* undo = sub->add_subcommand("undo", "Undo an import as a whole, as if it had never been");
    undo->callback([&imports] { imports.action = Imports::Action::undo; });
    undo->add_option("IMPORT", imports.id, "Its id, as `imports list` shows it")->required();
    sub->footer(
        R"(Undoing takes back what the import made and changed; what later imports have said of the same rows stays. A deal
to which a debrief or a lesson belongs stays too, and is told. Interrupted (Ctrl+C), it goes on when called again.

Examples:
  buckstop imports list
  buckstop imports undo 385006902295109124

Exit codes: 0 done · 1 failure (such as: another import is under way) · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
