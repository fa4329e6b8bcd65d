// What the CRM says: deals with their timeline, companies, and the organisation's numbers. Imports write it
// (features/imports), everybody else reads it. Nobody types it in.
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
#include "http/router.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::crm {

enum class Outcome { open, won, lost };
BOOST_DESCRIBE_ENUM(Outcome, open, won, lost)

using CompanyRef = Ref<struct Company>;
using ProductRef = Ref<struct Product>;

// A deal in a list. Its value is the last amount that the CRM had while it was open; where there is none, the
// product's list price; else unknown (see value_sql).
struct DealSummary {
    DealId id;
    std::string name;
    std::optional<CompanyRef> company;
    std::optional<PersonRef> owner;
    std::optional<ProductRef> product;
    std::string stage;
    Outcome outcome = Outcome::open;
    std::optional<Money> value;
    std::optional<Date> created_on, expected_close_on, closed_on;
    // Only for those who may read the failure: its owner and the people above.
    std::optional<FailureId> failure_id;
    std::optional<std::string> failure_state;
};
BOOST_DESCRIBE_STRUCT(DealSummary, (),
                      (id, name, company, owner, product, stage, outcome, value, created_on,
                       expected_close_on, closed_on, failure_id, failure_state))

enum class TimelineKind { created, stage, activity, push, amount, closed };
BOOST_DESCRIBE_ENUM(TimelineKind, created, stage, activity, push, amount, closed)

struct TimelineEntry {
    Date on;
    TimelineKind kind = TimelineKind::created;
    std::string title;
    std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(TimelineEntry, (), (on, kind, title, detail))

struct Competitor {
    std::string name;
    std::optional<std::string> strengths, weaknesses;
};
BOOST_DESCRIBE_STRUCT(Competitor, (), (name, strengths, weaknesses))

// One deal with everything that the CRM told about it.
struct Deal : DealSummary {
    // The competitor is the one that the deal's own row names, else the first of the table of competitors.
    std::optional<std::string> pipeline, kind, lead_source, competitor, segment, region;
    std::vector<Competitor> competitors; // all that the table of competitors knows
    std::optional<double> probability;
    std::optional<std::string> forecast_category, next_step, stated_reason;
    int pushes = 0; // how often the expected close moved to a later month
    std::optional<Date> stage_since, last_activity_on;
    std::map<std::string, std::string> facts; // further columns that the mapping keeps, by their header
    std::vector<TimelineEntry> timeline;      // oldest first
    std::optional<Date> gone_on; // the CRM has it no more, as files of that day say that held all deals
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Deal, (DealSummary),
                      (pipeline, kind, lead_source, competitor, segment, region, competitors, probability,
                       forecast_category, next_step, stated_reason, pushes, stage_since, last_activity_on,
                       facts, timeline, gone_on, version))

enum class DealSort { closed_on, expected_close_on, amount, name };
BOOST_DESCRIBE_ENUM(DealSort, closed_on, expected_close_on, amount, name)

struct DealQuery {
    std::optional<Outcome> outcome;
    std::optional<std::string> q; // part of the deal's or the company's name
    std::optional<std::string> stage;
    std::optional<bool> mine;
    std::optional<DealSort>
        sort; // dates and amounts: latest and largest first, but the nearest expected close
    std::optional<std::string> cursor;
    std::optional<int> limit; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(DealQuery, (), (outcome, q, stage, mine, sort, cursor, limit))

struct CompanySummary {
    CompanyId id;
    std::string name;
    std::optional<std::string> industry, country, region;
    std::int64_t deals = 0;
};
BOOST_DESCRIBE_STRUCT(CompanySummary, (), (id, name, industry, country, region, deals))

struct CompanyQuery {
    std::optional<std::string> q;
    std::optional<std::string> cursor;
    std::optional<int> limit;
};
BOOST_DESCRIBE_STRUCT(CompanyQuery, (), (q, cursor, limit))

struct DealCounts {
    std::int64_t open = 0, won = 0, lost = 0;
};
BOOST_DESCRIBE_STRUCT(DealCounts, (), (open, won, lost))

// How much of everything an organisation has.
struct Status {
    DealCounts deals;
    std::int64_t people = 0, teams = 0, companies = 0, activities = 0, stage_changes = 0, failures = 0,
                 debriefs = 0, lessons = 0, commitments = 0;
};
BOOST_DESCRIBE_STRUCT(Status, (),
                      (deals, people, teams, companies, activities, stage_changes, failures, debriefs,
                       lessons, commitments))

// A deal's value in minor units, for queries that name the tables `deal` and (left joined) `product`: the
// last amount while open; where a deal came in closed, the amount it still carried unless that is zero, which
// says nothing; else the product's list price; else null, unknown.
inline constexpr std::string_view value_sql =
    "coalesce(deal.amount_minor, nullif(deal.amount_at_close_minor, 0), product.list_price_minor)";

// What people call a deal's stage and pipeline, for queries that name the table `deal`: what the table of
// stages says of its ids, else what the deal itself says. Of a stage that several pipelines have, the one of
// the deal's. `column`: which names the stage, where it isn't the deal's present one.
[[nodiscard]] std::string stage_sql(std::string_view column = "deal.stage");
inline constexpr std::string_view pipeline_sql =
    "coalesce((select stage.pipeline from stage where stage.org_id = deal.org_id"
    " and stage.source = deal.source and stage.pipeline_key = deal.pipeline and stage.pipeline is not null"
    " order by stage.id limit 1), deal.pipeline)";
// Likewise its competitor: the deal's own word, else the first that the table of competitors has.
inline constexpr std::string_view competitor_sql =
    "coalesce(deal.competitor, (select competitor.name from competitor where competitor.org_id = deal.org_id"
    " and competitor.deal_id = deal.id order by competitor.id limit 1))";

// The names of companies and products as they are compared: letters and digits only, case folded, so that
// "GTXPro" is "GTX Pro". Empty for a name that has none of them.
[[nodiscard]] std::string name_key(std::string_view name);

// For other features, inside their transactions. They have asked access::require already.
// In the order of `ids`; ids that the organisation doesn't have are left out.
[[nodiscard]] std::vector<DealSummary> summaries(db::Transaction& tx, OrgId org, std::span<const DealId> ids);
[[nodiscard]] std::optional<Deal> find_deal(db::Transaction& tx, OrgId org, DealId id);
[[nodiscard]] Status status(db::Transaction& tx, OrgId org);

// For people: checked against who asks and the organisation's deal visibility.
[[nodiscard]] Result<http::Page<DealSummary>> list_deals(const Context& context, const access::Principal& who,
                                                         const DealQuery& query);
[[nodiscard]] Result<Deal> get_deal(const Context& context, const access::Principal& who, DealId id);
[[nodiscard]] Result<http::Page<CompanySummary>>
list_companies(const Context& context, const access::Principal& who, const CompanyQuery& query);

void add_routes(http::Router& router, const Context& context);

} // namespace buckstop::crm
