#include "base/json.hpp"
#include "cli/commands.hpp"
#include "features/people/people.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace buckstop::cli {
namespace {

struct SetupReport {
    std::string organisation;
    std::string email;
    std::string link;
};
BOOST_DESCRIBE_STRUCT(SetupReport, (), (organisation, email, link))

// An import may have made the organisation already; it gets its name now.
Result<OrgId> prepare_organisation(app::Program& program, const Setup& setup) {
    const Context& context = program.context();
    return program.database().write([&](db::Transaction& tx) -> Result<OrgId> {
        if (identity::anybody_can_sign_in(tx))
            return fail(ErrorCode::conflict,
                        "This database is set up already. Add people with `buckstop user add`.");
        if (const auto all = people::organisations(tx); !all.empty())
            return all.front().id;
        return people::create_organisation(
            tx, context.now(),
            {.name = setup.organisation_name, .time_zone = setup.time_zone, .currency = setup.currency});
    });
}

} // namespace

Result<ExitCode> run(const Setup& setup, const Common& common) {
    auto program = open_program(common, app::Program::Missing::create);
    if (!program)
        return fail(program.error());
    const Context& context = (*program)->context();
    const auto org = prepare_organisation(**program, setup);
    if (!org)
        return fail(org.error());
    const auto who = program_principal(*org);
    const auto organisation = people::get_organisation(context, who);
    if (!organisation)
        return fail(organisation.error());
    const auto named = people::change_organisation(
        context, who, organisation->version,
        {.name = setup.organisation_name, .time_zone = setup.time_zone, .currency = setup.currency});
    if (!named)
        return fail(named.error());
    const auto administrator = people::create(
        context, who, {.name = setup.name, .email = setup.email, .roles = {access::Role::administrator}});
    if (!administrator)
        return fail(administrator.error());
    const auto link = identity::invite(context, who, administrator->id);
    if (!link)
        return fail(link.error());
    const SetupReport report{named->name, setup.email, link->link.value_or("")};
    if (common.json)
        fmt::print("{}\n", json::to_text(report));
    else
        fmt::print("{} is set up. {} chooses a password here, once `buckstop serve` runs:\n\n  {}\n\n"
                   "The link is valid until {}.\n",
                   report.organisation, setup.name, report.link, to_text(link->expires_at));
    return ExitCode::done;
}

CLI::App* add_setup(CLI::App& app, Setup& setup) {
    auto* sub = app.add_subcommand("setup", "Create the first organisation and its administrator");
    sub->add_option("--organisation-name", setup.organisation_name, "The organisation's name")->required();
    sub->add_option("--time-zone", setup.time_zone, "IANA time zone, such as Europe/Berlin")
        ->capture_default_str();
    sub->add_option("--currency", setup.currency, "Of amounts that come without one (ISO 4217)")
        ->capture_default_str();
    sub->add_option("--name", setup.name, "The administrator's name")->required();
    sub->add_option("--email", setup.email, "The administrator's e-mail address")->required();
    sub->footer(R"(Prints a link by which the administrator chooses a password; it is valid for seven days.

Example:
  buckstop setup --organisation-name "Acme" --time-zone Europe/Berlin --currency EUR \
      --name "Ada Okafor" --email ada@acme.example

Exit codes: 0 done · 1 failure (such as: it is set up already) · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
