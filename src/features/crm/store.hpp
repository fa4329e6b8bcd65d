// SQL of the CRM's rows, for reading. Private to this feature; imports write the rows.
#pragma once

#include "features/crm/crm.hpp"

#include <cstddef>

namespace buckstop::crm::store {

// ---- Lists ------------------------------------------------------------------------------------------------

// A place in a list: what it is sorted by, as text or number, and the id.
struct DealFilter {
    std::vector<Outcome> outcomes; // at least one
    std::optional<std::string> q;  // as typed
    std::optional<std::string> stage;
    std::optional<PersonId> owner;
    std::string visible; // people::visible_deals_sql
    std::size_t limit = 50;
};

struct PlacedByDay {
    Date day{};
    DealId id;
};
BOOST_DESCRIBE_STRUCT(PlacedByDay, (), (day, id))
struct PlacedByAmount {
    std::int64_t amount = 0;
    DealId id;
};
BOOST_DESCRIBE_STRUCT(PlacedByAmount, (), (amount, id))
struct PlacedByName {
    std::string name;
    DealId id;
};
BOOST_DESCRIBE_STRUCT(PlacedByName, (), (name, id))

// Where a deal without a day stands among those with one, and where one without a value does.
inline constexpr Date no_day{std::chrono::year{9999}, std::chrono::December, std::chrono::day{31}};
inline constexpr std::int64_t no_amount = -1'000'000'000'000'000'000;

// The deals behind `after`, at most limit + 1: by the day a deal ended or is expected to …
[[nodiscard]] std::vector<PlacedByDay> by_day(db::Transaction& tx, OrgId org, const DealFilter& filter,
                                              const PlacedByDay& after, bool latest_first);
// … largest value first …
[[nodiscard]] std::vector<PlacedByAmount> by_amount(db::Transaction& tx, OrgId org, const DealFilter& filter,
                                                    const PlacedByAmount& after);
// … by name. The last two look at every deal that the filter lets through.
[[nodiscard]] std::vector<PlacedByName> by_name(db::Transaction& tx, OrgId org, const DealFilter& filter,
                                                const PlacedByName& after);

struct ShownFailure {
    DealId deal_id;
    FailureId id;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(ShownFailure, (), (deal_id, id, state))
// Of these deals, those failures that `reader` may read, the latest of a deal last. `below`:
// people::below_sql.
[[nodiscard]] std::vector<ShownFailure> failures_of(db::Transaction& tx, OrgId org, PersonId reader,
                                                    const std::string& below, std::span<const DealId> deals);

struct CompanyRow {
    CompanyId id;
    std::string name, name_key;
    std::optional<std::string> industry, country, region;
};
BOOST_DESCRIBE_STRUCT(CompanyRow, (), (id, name, name_key, industry, country, region))

struct CompanyFilter {
    std::string q;                      // folded; empty: all
    std::optional<std::string> visible; // only companies of deals for which this holds
    std::string after_name_key;
    CompanyId after_id;
    std::size_t limit = 50;
};
[[nodiscard]] std::vector<CompanyRow> companies(db::Transaction& tx, OrgId org, const CompanyFilter& filter);

struct CompanyDeals {
    CompanyId company_id;
    std::int64_t deals = 0;
};
BOOST_DESCRIBE_STRUCT(CompanyDeals, (), (company_id, deals))
[[nodiscard]] std::vector<CompanyDeals>
count_deals(db::Transaction& tx, OrgId org, const std::string& visible, std::span<const CompanyId> companies);

// ---- One deal ---------------------------------------------------------------------------------------------

[[nodiscard]] std::optional<PersonId> owner_of(db::Transaction& tx, OrgId org, DealId id);

// What the timeline is made of.
struct StageRow {
    std::string source;
    std::optional<std::string> from_stage;
    std::string to_stage;
    Date changed_on{};
};
BOOST_DESCRIBE_STRUCT(StageRow, (), (source, from_stage, to_stage, changed_on))

struct ActivityRow {
    std::string kind;
    std::optional<std::string> subject, person;
    Date happened_on{};
    bool is_done = false;
};
BOOST_DESCRIBE_STRUCT(ActivityRow, (), (kind, subject, person, happened_on, is_done))

// How the deal read at one time, the present last.
struct Reading {
    Date as_of{};
    std::optional<std::int64_t> amount_minor;
    std::optional<Date> expected_close_on;
    std::string currency;
};
BOOST_DESCRIBE_STRUCT(Reading, (), (as_of, amount_minor, expected_close_on, currency))

[[nodiscard]] std::vector<Competitor> competitors(db::Transaction& tx, OrgId org, DealId id);
[[nodiscard]] std::vector<StageRow> stage_changes(db::Transaction& tx, OrgId org, DealId id);
[[nodiscard]] std::vector<ActivityRow> latest_activities(db::Transaction& tx, OrgId org, DealId id, int most);
[[nodiscard]] std::vector<Reading> readings(db::Transaction& tx, OrgId org, DealId id);

} // namespace buckstop::crm::store
