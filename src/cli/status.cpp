#include "base/json.hpp"
#include "cli/commands.hpp"
#include "features/crm/crm.hpp"

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

} // namespace buckstop::cli
