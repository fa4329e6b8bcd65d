#include "features/doctor/doctor.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <sodium.h>

namespace buckstop::cli {
namespace {

using doctor::Finding;
using doctor::Outcome;

void join(std::vector<Finding>& to, std::vector<Finding> more) {
    std::ranges::move(more, std::back_inserter(to));
}

std::vector<Finding> examine(const LoadedConfig& loaded) {
    auto findings = doctor::examine_settings(loaded);
    const auto url = app::find_database(loaded.config, app::Program::Missing::refuse);
    if (!url) {
        findings.push_back({"database", Outcome::problem, url.error().message, ""});
    } else {
        join(findings, doctor::examine_files(loaded.config, *url));
        const auto database = open_database(
            loaded.config, app::Program::Missing::refuse,
            {.readers = 1, .read_only = true, .statement_timeout = std::chrono::milliseconds(0)});
        if (database) {
            findings.push_back({"database", Outcome::ok, db::without_secrets(*url) + " answers.", ""});
            join(findings, doctor::examine_database(**database, system_now));
        } else {
            findings.push_back({"database", Outcome::problem, database.error().message,
                                "Is the server running, and do its address, user and password fit?"});
        }
    }
    join(findings, doctor::examine_mail(loaded.config));
    return findings;
}

// The database's URL may hold a password.
std::string harmless(const SettingOrigin& origin) {
    if (origin.name != "database")
        return origin.value;
    const auto url = db::parse_url(origin.value);
    return url ? db::without_secrets(*url) : "(unreadable)";
}

void print_for_programs(const std::vector<SettingOrigin>& origins, const std::vector<Finding>& findings,
                        Outcome worst) {
    boost::json::array settings;
    for (const auto& origin : origins)
        settings.push_back({{"name", origin.name}, {"value", harmless(origin)}, {"from", origin.from}});
    fmt::print("{}\n", boost::json::serialize(boost::json::object{{"outcome", enum_name(worst)},
                                                                  {"settings", std::move(settings)},
                                                                  {"checks", json::write(findings)}}));
}

void print_for_people(const std::vector<SettingOrigin>& origins, const std::vector<Finding>& findings) {
    for (const auto& origin : origins)
        fmt::print("{:<18} {:<40} {}\n", origin.name, harmless(origin), origin.from);
    fmt::print("\n");
    for (const auto& finding : findings) {
        fmt::print("{:<8} {:<10} {}\n", enum_name(finding.outcome), finding.check, finding.message);
        if (!finding.advice.empty())
            fmt::print("{:<19} {}\n", "", finding.advice);
    }
}

} // namespace

Result<ExitCode> run(const Doctor&, const Common& common) {
    if (sodium_init() < 0)
        return fail(ErrorCode::failed, "The cryptographic library could not be started.");
    const auto loaded = read_settings_with_origins(common);
    std::vector<Finding> findings;
    if (loaded)
        findings = examine(*loaded);
    else
        for (const auto& error : loaded.error().fields)
            findings.push_back(
                {"settings", Outcome::problem, error.field + ": " + error.message,
                 "Put it right: nothing starts before. docs/operators/configuration.md has them all."});
    const auto worst = std::ranges::max_element(findings, {}, &Finding::outcome)->outcome;
    const auto origins = loaded ? loaded->origins : std::vector<SettingOrigin>();
    if (common.json)
        print_for_programs(origins, findings, worst);
    else
        print_for_people(origins, findings);
    return worst == Outcome::problem ? ExitCode::failure : ExitCode::done;
}

CLI::App* add_doctor(CLI::App& app) {
    auto* sub =
        app.add_subcommand("doctor", "Look at settings, database and surroundings, and change nothing");
    sub->footer(
        R"(Says what is fine, what to keep an eye on and what to put right, and what to do about it. Run it as Buckstop's
user, after setting up, after an update, and when something is odd.

Example:
  buckstop doctor --config /etc/buckstop/buckstop.toml

Exit codes: 0 nothing to put right (there may be warnings) · 1 something is a problem · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
