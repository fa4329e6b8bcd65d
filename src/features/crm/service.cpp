// Who may see which deals and companies.
#include "access/policy.hpp"
#include "db/page.hpp"
#include "features/crm/store.hpp"
#include "features/paging.hpp"
#include "features/people/people.hpp"
#include "features/text_field.hpp"

#include <map>

namespace buckstop::crm {
namespace {

using access::Action;
using access::Object;

struct Listed {
    std::vector<DealId> ids;
    std::optional<std::string> next;
};

// `store::PlacedBy…` rows to ids and a cursor.
template <class Placed, class KeyOf>
Listed cut(std::vector<Placed> rows, std::size_t limit, KeyOf&& key_of) {
    Listed listed;
    listed.next = db::cut_page(rows, limit, key_of);
    for (const auto& row : rows)
        listed.ids.push_back(row.id);
    return listed;
}

Result<Listed> list_by_day(db::Transaction& tx, OrgId org, const store::DealFilter& filter,
                           const std::optional<std::string>& cursor, bool latest_first) {
    const Date beginning =
        latest_first ? end_of_time : Date{std::chrono::year{1}, std::chrono::January, std::chrono::day{1}};
    const auto after = db::read_cursor(cursor, std::tuple{beginning, DealId(latest_first ? largest_id : 0)});
    if (!after)
        return fail(after.error());
    return cut(store::by_day(tx, org, filter, {std::get<0>(*after), std::get<1>(*after)}, latest_first),
               filter.limit, [](const store::PlacedByDay& row) {
                   return std::tuple{row.day, row.id};
               });
}

Result<Listed> list_by_amount(db::Transaction& tx, OrgId org, const store::DealFilter& filter,
                              const std::optional<std::string>& cursor) {
    const auto after = db::read_cursor(cursor, std::tuple{largest_id, DealId(largest_id)});
    if (!after)
        return fail(after.error());
    return cut(store::by_amount(tx, org, filter, {std::get<0>(*after), std::get<1>(*after)}), filter.limit,
               [](const store::PlacedByAmount& row) {
                   return std::tuple{row.amount, row.id};
               });
}

Result<Listed> list_by_name(db::Transaction& tx, OrgId org, const store::DealFilter& filter,
                            const std::optional<std::string>& cursor) {
    const auto after = db::read_cursor(cursor, std::tuple{std::string(), DealId()});
    if (!after)
        return fail(after.error());
    return cut(store::by_name(tx, org, filter, {std::get<0>(*after), std::get<1>(*after)}), filter.limit,
               [](const store::PlacedByName& row) {
                   return std::tuple{row.name, row.id};
               });
}

// Open deals begin with the next to be decided, ended ones with the last that was.
DealSort sort_of(const DealQuery& query) {
    return query.sort.value_or(query.outcome == Outcome::open ? DealSort::expected_close_on
                                                              : DealSort::closed_on);
}

std::vector<Outcome> outcomes_of(const DealQuery& query) {
    if (query.outcome)
        return {*query.outcome};
    return {Outcome::open, Outcome::won, Outcome::lost};
}

Result<Listed> list_ids(db::Transaction& tx, const access::Principal& who, const DealQuery& query) {
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    const store::DealFilter filter{.outcomes = outcomes_of(query),
                                   .q = something(query.q),
                                   .stage = query.stage,
                                   .owner =
                                       query.mine.value_or(false) ? std::optional(who.person) : std::nullopt,
                                   .visible = people::visible_deals_sql(tx, who),
                                   .limit = *limit};
    switch (sort_of(query)) {
    case DealSort::closed_on:
        return list_by_day(tx, who.org, filter, query.cursor, true);
    case DealSort::expected_close_on:
        return list_by_day(tx, who.org, filter, query.cursor, false);
    case DealSort::amount:
        return list_by_amount(tx, who.org, filter, query.cursor);
    case DealSort::name:
        return list_by_name(tx, who.org, filter, query.cursor);
    }
    return fail_field("sort", "unknown", "Deals can't be sorted by that.");
}

void add_failures(db::Transaction& tx, const access::Principal& who, std::span<DealSummary* const> deals) {
    std::map<DealId, DealSummary*> by_id;
    std::vector<DealId> ids;
    for (auto* const deal : deals) {
        by_id.emplace(deal->id, deal);
        ids.push_back(deal->id);
    }
    for (auto& failure :
         store::failures_of(tx, who.org, who.person, people::below_sql(who, "failure.owner_id"), ids)) {
        auto& deal = *by_id.at(failure.deal_id);
        deal.failure_id = failure.id;
        deal.failure_state = std::move(failure.state);
    }
}

} // namespace

Result<http::Page<DealSummary>> list_deals(const Context& context, const access::Principal& who,
                                           const DealQuery& query) {
    if (const auto allowed = access::require(who, {}, Object::deal, Action::list); !allowed)
        return fail(allowed.error());
    return context.database.read([&](db::Transaction& tx) -> Result<http::Page<DealSummary>> {
        auto listed = list_ids(tx, who, query);
        if (!listed)
            return fail(listed.error());
        http::Page<DealSummary> page{summaries(tx, who.org, listed->ids), std::move(listed->next)};
        std::vector<DealSummary*> deals;
        for (auto& deal : page.items)
            deals.push_back(&deal);
        add_failures(tx, who, deals);
        return page;
    });
}

Result<Deal> get_deal(const Context& context, const access::Principal& who, DealId id) {
    return context.database.read([&](db::Transaction& tx) -> Result<Deal> {
        auto deal = find_deal(tx, who.org, id);
        const auto missing = [] {
            return fail(ErrorCode::not_found, "There is no such deal, or it isn't yours to see.");
        };
        if (!deal)
            return missing();
        const auto owner = deal->owner ? std::optional(deal->owner->id) : std::nullopt;
        const auto relations = people::deal_relations(tx, who, owner);
        if (!access::require(who, relations, Object::deal, Action::read))
            return missing();
        DealSummary* const summary = &*deal;
        add_failures(tx, who, std::span(&summary, 1));
        return std::move(*deal);
    });
}

Result<http::Page<CompanySummary>> list_companies(const Context& context, const access::Principal& who,
                                                  const CompanyQuery& query) {
    if (const auto allowed = access::require(who, {}, Object::company, Action::list); !allowed)
        return fail(allowed.error());
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    const auto after = db::read_cursor(query.cursor, std::tuple{std::string(), CompanyId()});
    if (!after)
        return fail(after.error());
    return context.database.read([&](db::Transaction& tx) -> Result<http::Page<CompanySummary>> {
        const auto visible = people::visible_deals_sql(tx, who);
        const auto organisation = people::find_organisation(tx, who.org);
        const bool all = who.has(access::Role::operations) ||
                         (organisation && organisation->deal_visibility == people::DealVisibility::everyone);
        auto rows = store::companies(tx, who.org,
                                     {.q = name_key(query.q.value_or("")),
                                      .visible = all ? std::nullopt : std::optional(visible),
                                      .after_name_key = std::get<0>(*after),
                                      .after_id = std::get<1>(*after),
                                      .limit = *limit});
        http::Page<CompanySummary> page;
        page.next = db::cut_page(rows, *limit, [](const store::CompanyRow& row) {
            return std::tuple{row.name_key, row.id};
        });
        std::vector<CompanyId> ids;
        for (const auto& row : rows)
            ids.push_back(row.id);
        std::map<CompanyId, std::int64_t> deals;
        for (const auto& count : store::count_deals(tx, who.org, visible, ids))
            deals.emplace(count.company_id, count.deals);
        for (auto& row : rows)
            page.items.push_back({.id = row.id,
                                  .name = std::move(row.name),
                                  .industry = std::move(row.industry),
                                  .country = std::move(row.country),
                                  .region = std::move(row.region),
                                  .deals = deals[row.id]});
        return page;
    });
}

} // namespace buckstop::crm
