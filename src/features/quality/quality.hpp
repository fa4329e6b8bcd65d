// Data quality: what in the CRM's data asks to be mended, as a list that operations works through. A look
// goes over all deals, companies and people and makes the findings equal to what it sees: one appears, and is
// gone by itself once the data is mended in the CRM and imported again. A person can set a finding aside ("it
// is right as it is"), and take that back. README.md here says more.
//
// Law 3: nothing here ranks people. A finding about a deal names its owner's team and never the owner; no
// function takes a person to filter, sort or count by.
#pragma once

#include "access/principal.hpp"
#include "access/ref.hpp"
#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "features/crm/crm.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::quality {

using FindingId = Id<struct Finding>;
using LookId = Id<struct Look>;

enum class Kind {
    deal_without_owner,
    deal_of_inactive_owner, // an open one
    deal_without_amount,    // and without a product that has a list price
    deal_without_company,
    open_deal_past_its_date,
    ended_deal_without_date,
    deal_made_after_it_ended,
    impossible_date,        // before 1990, or more than ten years ahead
    impossible_amount,      // negative, or more than a hundred times what 99 of 100 deals are worth at most
    quiet_deal,             // open, and nothing happened for 180 days
    deal_twice,             // company, amount and name alike, a week apart or less
    company_twice,          // a name alike
    person_twice,           // the same name
    person_without_manager, // who sells, and whom nobody reports to
    stage_of_one_deal,
    currency_without_rate,   // not the organisation's own
    activities_without_deal, // that wait for a deal that never came
    stage_changes_without_deal
};
BOOST_DESCRIBE_ENUM(Kind, deal_without_owner, deal_of_inactive_owner, deal_without_amount,
                    deal_without_company, open_deal_past_its_date, ended_deal_without_date,
                    deal_made_after_it_ended, impossible_date, impossible_amount, quiet_deal, deal_twice,
                    company_twice, person_twice, person_without_manager, stage_of_one_deal,
                    currency_without_rate, activities_without_deal, stage_changes_without_deal)

struct SetAside {
    std::string because;
    std::optional<PersonRef> by; // nothing: the command line, or somebody who isn't there any more
    Instant at{};
};
BOOST_DESCRIBE_STRUCT(SetAside, (), (because, by, at))

// What a finding is about, and as much of it as shows what is odd.
struct FindingFacts {
    std::string name; // of the deal, company or person; the stage, the currency, the key of the missing deal
    std::optional<DealId> deal_id;
    std::optional<CompanyId> company_id;
    std::optional<PersonId> person_id;
    bool can_open = false;            // by who asks
    std::optional<std::string> other; // the earlier one of two that may be one
    std::optional<DealId> other_deal_id;
    std::optional<PersonId> other_person_id;
    std::optional<std::string> company, team; // of a deal; of a person their team
    std::optional<Money> amount;
    std::optional<Date> created_on, expected_close_on, closed_on;
    std::optional<std::string> place;   // of a company: where it is; of a person: their address
    std::optional<std::string> source;  // of what waits
    std::optional<std::int64_t> number; // how many it concerns, or how alike two are, in percent
};
BOOST_DESCRIBE_STRUCT(FindingFacts, (),
                      (name, deal_id, company_id, person_id, can_open, other, other_deal_id, other_person_id,
                       company, team, amount, created_on, expected_close_on, closed_on, place, source,
                       number))

struct Finding : FindingFacts {
    FindingId id;
    Kind kind = Kind::deal_without_owner;
    Instant found_at{};
    std::optional<SetAside> set_aside;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(Finding, (FindingFacts), (id, kind, found_at, set_aside, version))

struct KindCount {
    Kind kind = Kind::deal_without_owner;
    std::int64_t to_mend = 0, set_aside = 0;
    // Since the last import: what came up, and what is mended. Only where there was a look before it.
    std::optional<std::int64_t> found, mended;
};
BOOST_DESCRIBE_STRUCT(KindCount, (), (kind, to_mend, set_aside, found, mended))

struct Report {
    std::optional<Instant> looked_at; // nothing: not yet
    bool is_looking = false;          // or about to
    std::int64_t to_mend = 0, set_aside = 0;
    std::optional<std::int64_t> found, mended; // since the last import
    std::vector<KindCount> kinds;              // all that there are, in the order of Kind
};
BOOST_DESCRIBE_STRUCT(Report, (), (looked_at, is_looking, to_mend, set_aside, found, mended, kinds))

struct FindingQuery {
    std::optional<Kind> kind;
    std::optional<bool> set_aside; // false unless told
    std::optional<TeamId> team;    // deals of this team's people, and they themselves
    std::optional<std::string> cursor;
    std::optional<int> limit; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(FindingQuery, (), (kind, set_aside, team, cursor, limit))

struct SetAsideInput {
    std::string because;
};
BOOST_DESCRIBE_STRUCT(SetAsideInput, (), (because))

// For people: administrators and operations, by the policy.
[[nodiscard]] Result<Report> report(const Context& context, const access::Principal& who);
// By kind, and within one in the order in which they were found.
[[nodiscard]] Result<http::Page<Finding>> list(const Context& context, const access::Principal& who,
                                               const FindingQuery& query);
// The same as a table for a spreadsheet, at most 100,000 rows; `cursor` and `limit` aside.
[[nodiscard]] Result<std::string> table(const Context& context, const access::Principal& who,
                                        const FindingQuery& query);
// Doing it twice is doing it once; the last reason stands.
[[nodiscard]] Result<Finding> set_aside(const Context& context, const access::Principal& who, FindingId id,
                                        const std::string& because);
[[nodiscard]] Result<Finding> bring_back(const Context& context, const access::Principal& who, FindingId id);
// Asks for a look, unless one is under way or about to be.
[[nodiscard]] Result<Report> ask_for_look(const Context& context, const access::Principal& who);

// For jobs and the command line, which have asked access::require already.

// Makes the findings equal to what the data says now, on this thread and in several transactions; safe to run
// twice and to be killed. Nothing where `go_on` said no.
struct Looked {
    std::int64_t deals = 0, found = 0, mended = 0;
    bool operator==(const Looked&) const = default;
};
BOOST_DESCRIBE_STRUCT(Looked, (), (deals, found, mended))
std::optional<Looked> look(const Context& context, OrgId org, std::optional<ImportId> import = std::nullopt,
                           const std::function<bool(const Looked&)>& go_on = {});

// The same as a job, part of the caller's transaction: {"import": "<id>"} or {}. Imports add it when they are
// done. By itself it runs once a day, since some findings come with time.
inline constexpr const char* look_job = "quality.look";

void add_routes(http::Router& router, const Context& context);
void add_jobs(const Context& context);

} // namespace buckstop::quality
