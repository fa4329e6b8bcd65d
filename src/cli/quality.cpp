#include "features/quality/quality.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace buckstop::cli {
namespace {

using quality::Finding;
using quality::Kind;

std::string_view words(Kind kind) {
    switch (kind) {
    case Kind::deal_without_owner:
        return "deals without an owner";
    case Kind::deal_of_inactive_owner:
        return "open deals whose owner is not active";
    case Kind::deal_without_amount:
        return "deals without an amount";
    case Kind::deal_without_company:
        return "deals without a company";
    case Kind::open_deal_past_its_date:
        return "open deals that were expected to close by now";
    case Kind::ended_deal_without_date:
        return "won and lost deals without a closing date";
    case Kind::deal_made_after_it_ended:
        return "deals created after they closed";
    case Kind::impossible_date:
        return "deals with a date that can't be";
    case Kind::impossible_amount:
        return "deals with an amount that can't be";
    case Kind::quiet_deal:
        return "open deals with nothing happening for 180 days";
    case Kind::deal_twice:
        return "deals that may be one";
    case Kind::company_twice:
        return "companies that may be one";
    case Kind::person_twice:
        return "people named twice";
    case Kind::person_without_manager:
        return "people without a manager";
    case Kind::stage_of_one_deal:
        return "stages that only one deal has";
    case Kind::currency_without_rate:
        return "currencies without an exchange rate";
    case Kind::activities_without_deal:
        return "deals that activities wait for and that never came";
    case Kind::stage_changes_without_deal:
        return "deals that stage changes wait for and that never came";
    }
    return enum_name(kind);
}

// What a finding is about, in one line.
std::string line(const Finding& finding) {
    std::string text = finding.name;
    if (finding.company)
        text += " · " + *finding.company;
    if (finding.other)
        text += " ~ " + *finding.other;
    if (finding.place)
        text += " · " + *finding.place;
    if (finding.kind == Kind::company_twice || finding.kind == Kind::deal_twice)
        text += fmt::format(" ({} % alike)", finding.number.value_or(0));
    else if (finding.number)
        text += fmt::format(" ({})", *finding.number);
    return text;
}

// All kinds with the first findings of each.
struct Printed {
    quality::Report report;
    std::vector<Finding> first;
};
BOOST_DESCRIBE_STRUCT(Printed, (), (report, first))

Result<Printed> gather(const Context& context, OrgId org, int limit) {
    const auto who = program_principal(org);
    auto report = quality::report(context, who);
    if (!report)
        return fail(report.error());
    Printed printed{.report = std::move(*report), .first = {}};
    for (const auto& kind : printed.report.kinds) {
        auto page = quality::list(context, who, {.kind = kind.kind, .limit = limit});
        if (!page)
            return fail(page.error());
        std::ranges::move(page->items, std::back_inserter(printed.first));
    }
    return printed;
}

void print_for_people(const Printed& printed) {
    if (printed.report.to_mend == 0)
        fmt::print("Nothing to mend.\n");
    for (const auto& kind : printed.report.kinds) {
        if (kind.to_mend == 0)
            continue;
        fmt::print("{:>8}  {}\n", kind.to_mend, words(kind.kind));
        for (const auto& finding : printed.first)
            if (finding.kind == kind.kind)
                fmt::print("          - {}\n", line(finding));
    }
    if (printed.report.set_aside > 0)
        fmt::print("{:>8}  set aside, as right as they are\n", printed.report.set_aside);
}

} // namespace

Result<ExitCode> run(const Quality& quality, const Common& common) {
    auto program = open_program(common, app::Program::Missing::refuse);
    if (!program)
        return fail(program.error());
    const auto& context = (*program)->context();
    const auto org = choose_organisation((*program)->database(), common);
    if (!org)
        return fail(org.error());
    (void)quality::look(context, *org); // nothing tells it to stop
    const auto printed = gather(context, *org, quality.limit);
    if (!printed)
        return fail(printed.error());
    if (common.json)
        fmt::print("{}\n", json::to_text(*printed));
    else
        print_for_people(*printed);
    return ExitCode::done;
}

CLI::App* add_quality(CLI::App& app, Quality& quality) {
    auto* sub = app.add_subcommand("quality", "Look through the CRM's data for what asks to be mended");
    sub->add_option("--limit", quality.limit, "At most so many examples of each kind")
        ->check(CLI::Range(1, 200))
        ->capture_default_str();
    sub->footer(
        R"(Looks at all deals, companies and people and notes what is missing, odd or there twice, as after an import. In the
page, under Settings, findings can be opened and set aside.

Example:
  buckstop quality --json --database sqlite:/var/lib/buckstop/buckstop.db

Exit codes: 0 done, whatever was found · 1 failure · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
