#include "base/json.hpp"
#include "cli/commands.hpp"
#include "features/crm/crm.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace buckstop::cli {

Result<ExitCode> run(const Status&, const Common& common) {
    auto program = open_program(common, app::Program::Missing::refuse);
    if (!program)
        return fail(program.error());
    const auto org = choose_organisation((*program)->database(), common);
    if (!org)
        return fail(org.error());
    const auto status =
        (*program)->database().read([&](db::Transaction& tx) { return crm::status(tx, *org); });
    if (common.json) {
        fmt::print("{}\n", json::to_text(status));
        return ExitCode::done;
    }
    fmt::print("deals           {:>9} open, {} won, {} lost\n", status.deals.open, status.deals.won,
               status.deals.lost);
    const std::pair<const char*, std::int64_t> lines[] = {{"people", status.people},
                                                          {"teams", status.teams},
                                                          {"companies", status.companies},
                                                          {"activities", status.activities},
                                                          {"stage changes", status.stage_changes},
                                                          {"failures", status.failures},
                                                          {"debriefs", status.debriefs},
                                                          {"lessons", status.lessons},
                                                          {"commitments", status.commitments}};
    for (const auto& [name, number] : lines)
        fmt::print("{:<15} {:>9}\n", name, number);
    return ExitCode::done;
}

CLI::App* add_status(CLI::App& app) {
    auto* sub = app.add_subcommand("status", "Say what the database holds");
    sub->footer(R"(Numbers of deals, people, teams, failures, debriefs, lessons and so on; of nobody's own.

Example:
  buckstop status --json --database sqlite:/var/lib/buckstop/buckstop.db

Exit codes: 0 done · 1 failure · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
