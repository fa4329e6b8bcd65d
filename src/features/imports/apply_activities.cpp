// Activities and changes of stage: rows that belong to a deal, which may come after them.
#include "features/imports/apply_names.hpp"
#include "features/imports/apply_rows.hpp"

namespace buckstop::imports {
namespace {

using store::StoredActivity;
using store::StoredStageChange;

StoredActivity merged(StoredActivity row, const ActivityRecord& record, const Scope& scope,
                      const Memory& memory, const DealsByText& deals) {
    const bool older = is_older(scope, row.as_of);
    if (!older || !row.deal_id)
        set_deal(row, deals, record.deal_key, record.deal_name);
    if (record.company)
        take(row.company_id, std::optional(CompanyId(*memory.companies.find(*record.company))), older);
    if (record.person_key)
        take(row.person_id, std::optional(PersonId(*memory.people_keys.find(*record.person_key))), older);
    else if (record.person)
        take(row.person_id, std::optional(PersonId(*memory.people.find(*record.person))), older);
    take(row.kind, record.kind, older);
    take(row.subject, record.subject, older);
    take(row.happened_on, record.happened_on, older);
    take(row.is_done, record.done, older);
    return row;
}

StoredStageChange merged(StoredStageChange row, const StageChangeRecord& record, const Scope& scope,
                         const DealsByText& deals) {
    const bool older = is_older(scope, row.as_of);
    if (!older || !row.deal_id)
        set_deal(row, deals, record.deal_key, std::nullopt);
    take(row.from_stage, record.from_stage, older);
    take(row.to_stage, record.to_stage, older);
    take(row.changed_on, record.changed_on, older);
    take(row.amount_minor, record.amount_minor, older);
    take(row.expected_close_on, record.expected_close_on, older);
    return row;
}

StoredActivity new_row(db::Transaction& tx, const Scope& scope, const ActivityRecord& record) {
    auto row = new_row<StoredActivity>(tx, scope);
    row.kind = "task";
    // What is past and doesn't say otherwise has happened.
    row.is_done = record.happened_on &&
                  std::chrono::sys_days{*record.happened_on} <= std::chrono::sys_days{scope.as_of};
    return row;
}

} // namespace

DealsByText find_deals(db::Transaction& tx, const Scope& scope, const std::vector<std::string>& keys,
                       const std::vector<std::string>& names) {
    DealsByText deals;
    for (auto& deal : store::deals_by_key(tx, scope.org, scope.source, keys))
        deals.by_key.emplace(std::move(deal.text), deal.id);
    for (auto& deal : store::deals_by_name(tx, scope.org, names))
        if (const auto [place, is_new] = deals.by_name.emplace(std::move(deal.text), deal.id); !is_new)
            place->second = DealId{};
    return deals;
}

void apply_activities(db::Transaction& tx, const Scope& scope, Memory& memory,
                      const std::vector<ActivityRecord>& records, Applied& into) {
    Unknown companies(memory.companies), people(memory.people), people_keys(memory.people_keys);
    std::vector<std::string> deal_keys, deal_names;
    for (const auto& record : records) {
        if (record.company)
            companies.add(*record.company);
        if (record.person_key)
            people_keys.add(*record.person_key, {*record.person_key, record.person, {}});
        else if (record.person)
            people.add(*record.person);
        if (record.deal_key)
            deal_keys.emplace_back(*record.deal_key);
        else if (record.deal_name)
            deal_names.emplace_back(*record.deal_name);
    }
    learn_companies(tx, scope, memory, companies.texts, into);
    learn_people_keys(tx, scope, memory, people_keys.references, into);
    learn_people(tx, scope, memory, people.texts, into);
    const auto deals = find_deals(tx, scope, deal_keys, deal_names);
    apply_rows<StoredActivity>(
        tx, scope, memory, Kind::activity, records,
        [&](const ActivityRecord& record) { return new_row(tx, scope, record); },
        [&](StoredActivity row, const ActivityRecord& record) {
            return merged(std::move(row), record, scope, memory, deals);
        },
        into);
}

void apply_stage_changes(db::Transaction& tx, const Scope& scope, Memory& memory,
                         const std::vector<StageChangeRecord>& records, Applied& into) {
    std::vector<std::string> deal_keys;
    for (const auto& record : records)
        if (record.deal_key)
            deal_keys.emplace_back(*record.deal_key);
    const auto deals = find_deals(tx, scope, deal_keys, {});
    apply_rows<StoredStageChange>(
        tx, scope, memory, Kind::stage_change, records,
        [&](const StageChangeRecord&) { return new_row<StoredStageChange>(tx, scope); },
        [&](StoredStageChange row, const StageChangeRecord& record) {
            return merged(std::move(row), record, scope, deals);
        },
        into);
}

} // namespace buckstop::imports
