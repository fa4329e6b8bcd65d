#include "features/audit/audit.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"
#include "features/people/people.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <fmt/format.h>
#include <sodium.h>

namespace buckstop::cli {
namespace {

struct Verified {
    OrgId organisation_id;
    std::string organisation;
    audit::Verification result;
};
BOOST_DESCRIBE_STRUCT(Verified, (), (organisation_id, organisation, result))

struct ChainEnd {
    OrgId organisation_id;
    std::string organisation;
    audit::Head head;
};
BOOST_DESCRIBE_STRUCT(ChainEnd, (), (organisation_id, organisation, head))

// "1812:5f0c…"
Result<std::optional<audit::Head>> read_head(const std::string& text) {
    if (text.empty())
        return std::nullopt;
    audit::Head head;
    const auto colon = text.find(':');
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), head.sequence);
    if (error != std::errc{} || colon == text.npos || end != text.data() + colon || colon + 1 == text.size())
        return fail_field("head", "malformed",
                          "Write a head as SEQUENCE:HASH, as `buckstop audit head` prints it.");
    head.hash = text.substr(colon + 1);
    return head;
}

// All organisations, or the one that is named.
Result<std::vector<people::Organisation>> wanted(db::Database& database, const Common& common, bool one) {
    const auto all = database.read([](db::Transaction& tx) { return people::organisations(tx); });
    if (common.organisation.empty() && !one)
        return all;
    const auto chosen = choose_organisation(database, common);
    if (!chosen)
        return fail(chosen.error());
    std::vector<people::Organisation> list;
    std::ranges::copy_if(all, std::back_inserter(list),
                         [&](const auto& organisation) { return organisation.id == *chosen; });
    return list;
}

void print_for_people(const Verified& verified) {
    const auto& result = verified.result;
    if (!result.whole)
        fmt::print("{}: BROKEN at line {}. {}\n", verified.organisation, result.broken_at, result.problem);
    else
        fmt::print("{}: whole, {} lines, {} reasons erased; head {}:{}\n", verified.organisation,
                   result.lines, result.erased_reasons, result.head.sequence, result.head.hash);
}

ExitCode verify(db::Database& database, const std::vector<people::Organisation>& organisations,
                const std::optional<audit::Head>& noted, bool as_json) {
    bool whole = true;
    std::vector<Verified> all;
    for (const auto& organisation : organisations) {
        auto result =
            database.read([&](db::Transaction& tx) { return audit::verify(tx, organisation.id, noted); });
        whole = whole && result.whole;
        all.push_back({organisation.id, organisation.name, std::move(result)});
        if (!as_json)
            print_for_people(all.back());
    }
    if (as_json)
        fmt::print("{}\n", boost::json::serialize(
                               boost::json::object{{"whole", whole}, {"organisations", json::write(all)}}));
    return whole ? ExitCode::done : ExitCode::failure;
}

ExitCode print_heads(db::Database& database, const std::vector<people::Organisation>& organisations,
                     bool as_json) {
    std::vector<ChainEnd> all;
    for (const auto& organisation : organisations)
        all.push_back({organisation.id, organisation.name,
                       database.read([&](db::Transaction& tx) { return audit::head(tx, organisation.id); })});
    if (as_json)
        fmt::print("{}\n", boost::json::serialize(boost::json::object{{"organisations", json::write(all)}}));
    else
        for (const auto& end : all)
            fmt::print("{}:{}  {}\n", end.head.sequence, end.head.hash, end.organisation);
    return ExitCode::done;
}

} // namespace

Result<ExitCode> run(const Audit& audit, const Common& common) {
    if (sodium_init() < 0)
        return fail(ErrorCode::failed, "The cryptographic library could not be started.");
    const auto noted = read_head(audit.head);
    if (!noted)
        return fail(noted.error());
    const auto config = read_settings(common);
    if (!config)
        return fail(config.error());
    const auto database =
        open_database(*config, app::Program::Missing::refuse,
                      {.readers = 1, .read_only = true, .statement_timeout = std::chrono::milliseconds(0)});
    if (!database)
        return fail(database.error());
    const auto organisations = wanted(**database, common, noted->has_value());
    if (!organisations)
        return fail(organisations.error());
    return audit.action == Audit::Action::head ? print_heads(**database, *organisations, common.json)
                                               : verify(**database, *organisations, *noted, common.json);
}

CLI::App* add_audit(CLI::App& app, Audit& audit) {
    auto* sub = app.add_subcommand("audit", "Prove that the audit log is as it was written");
    sub->require_subcommand(1);
    auto* verify = sub->add_subcommand("verify", "Read each organisation's chain from its beginning");
    verify->callback([&audit] { audit.action = Audit::Action::verify; });
    verify->add_option("--head", audit.head,
                       "A head that was noted earlier, SEQUENCE:HASH: the chain must still contain it");
    sub->add_subcommand("head", "Print the end of each chain, to be noted somewhere else")
        ->callback([&audit] { audit.action = Audit::Action::head; });
    sub->footer(
        R"(Who controls the database could write a new chain from its beginning. A head that was noted outside of it proves
that nothing up to there was rewritten.

Examples:
  buckstop audit head --json >> /elsewhere/heads
  buckstop audit verify
  buckstop audit verify --organisation Acme --head 1812:5f0c…

Exit codes: 0 every chain is whole · 1 one is broken, or failure · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
