// Activities and changes of stage: rows that belong to a deal, which may come after them.
#include "base/json.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/apply_names.hpp"
#include "features/imports/apply_take.hpp"

#include <map>

namespace buckstop::imports {
namespace {

using store::StoredActivity;
using store::StoredStageChange;

constexpr std::string_view by_name = "name:";

// Deals by what rows call them; a name that several have means none of them.
struct Deals {
    std::map<std::string, DealId, std::less<>> by_key, by_name;
};

Deals find_deals(db::Transaction& tx, const Scope& scope, const std::vector<std::string>& keys,
                 const std::vector<std::string>& names) {
    Deals deals;
    for (auto& deal : store::deals_by_key(tx, scope.org, scope.source, keys))
        deals.by_key.emplace(std::move(deal.text), deal.id);
    for (auto& deal : store::deals_by_name(tx, scope.org, names))
        if (const auto [place, is_new] = deals.by_name.emplace(std::move(deal.text), deal.id); !is_new)
            place->second = DealId{};
    return deals;
}

// Joins the row to its deal, or notes which one it waits for.
template <class Row>
void set_deal(Row& row, const Deals& deals, const Text& key, const Text& name) {
    const auto& known = key ? deals.by_key : deals.by_name;
    const auto& text = key ? key : name;
    if (!text)
        return;
    if (const auto found = known.find(*text); found != known.end() && found->second) {
        row.deal_id = found->second;
        row.waits_for_deal.reset();
    } else if (!row.deal_id) {
        row.waits_for_deal = key ? std::string(*key) : std::string(by_name) + std::string(*name);
    }
}

StoredActivity merged(StoredActivity row, const ActivityRecord& record, const Scope& scope,
                      const Memory& memory, const Deals& deals) {
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
                         const Memory&, const Deals& deals) {
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
    StoredActivity row;
    if (!scope.compare)
        row.id = tx.new_id<Activity>();
    row.kind = "task";
    // What is past and doesn't say otherwise has happened.
    row.is_done = record.happened_on &&
                  std::chrono::sys_days{*record.happened_on} <= std::chrono::sys_days{scope.as_of};
    return row;
}

StoredStageChange new_row(db::Transaction& tx, const Scope& scope, const StageChangeRecord&) {
    StoredStageChange row;
    if (!scope.compare)
        row.id = tx.new_id<StageChange>();
    return row;
}

struct Outcome {
    bool is_new = false, same = false, changed = false, took = false;
};
template <class Row, class Record>
void note(JournalPart& journal, const Row& before, const Record& record, const Outcome& outcome) {
    const auto id = before.id.value();
    if (outcome.is_new)
        return journal.made.push_back(id);
    if (outcome.same)
        return journal.same.push_back(id);
    Statement statement{.said = said(record), .took = outcome.took};
    if (outcome.changed)
        statement.before = json::write(before);
    journal.add(id, statement);
}

// Rows by key, each created, changed or left alone; a key that comes again finds what it made before.
template <class Row, class Record>
void apply_rows(db::Transaction& tx, const Scope& scope, Memory& memory, Kind kind,
                const std::vector<Record>& records, const Deals& deals, Applied& into) {
    struct Working {
        Row row;
        bool is_new = false, is_changed = false;
    };
    std::vector<std::string> keys;
    for (const auto& record : records)
        keys.emplace_back(record.key);
    std::map<std::string, Working, std::less<>> rows;
    for (auto& row : store::load_by_key<Row>(tx, scope, keys)) {
        auto key = row.external_key;
        rows.emplace(std::move(key), Working{.row = std::move(row)});
    }
    auto& counts = into.counts.of(kind);
    auto& journal = into.journal[kind];
    for (const auto& record : records) {
        const auto hash = content_hash(record);
        if (count_repeated(scope, memory, kind, record.key, hash, counts))
            continue;
        const auto found = rows.find(record.key);
        const bool is_new = found == rows.end();
        auto& working = is_new ? rows[std::string(record.key)] : found->second;
        if (is_new) {
            working = {.row = new_row(tx, scope, record), .is_new = true};
            working.row.external_key = std::string(record.key);
            working.row.as_of = scope.as_of;
        }
        const bool same = !is_new && working.row.content_hash == hash;
        auto row = same ? working.row : merged(working.row, record, scope, memory, deals);
        const bool changed = !is_new && !(row == working.row);
        ++(is_new ? counts.created : changed ? counts.changed : counts.unchanged);
        working.is_changed |= changed;
        if ((is_new || changed) && scope.import)
            row.import_id = scope.import;
        const bool took = (is_new || changed) && !is_older(scope, row.as_of);
        if (took) {
            row.as_of = scope.as_of;
            row.content_hash = hash;
        }
        if (!scope.compare)
            note(journal, working.row, record,
                 {.is_new = is_new, .same = same, .changed = changed, .took = took});
        working.row = std::move(row);
    }
    if (scope.compare)
        return;
    std::vector<Row> made, altered;
    for (auto& [key, working] : rows)
        if (working.is_new)
            made.push_back(std::move(working.row));
        else if (working.is_changed)
            altered.push_back(std::move(working.row));
    store::insert_rows(tx, scope, made);
    store::update_rows(tx, scope, altered);
}

} // namespace

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
    apply_rows<StoredActivity>(tx, scope, memory, Kind::activity, records, deals, into);
}

void apply_stage_changes(db::Transaction& tx, const Scope& scope, Memory& memory,
                         const std::vector<StageChangeRecord>& records, Applied& into) {
    std::vector<std::string> deal_keys;
    for (const auto& record : records)
        if (record.deal_key)
            deal_keys.emplace_back(*record.deal_key);
    const auto deals = find_deals(tx, scope, deal_keys, {});
    apply_rows<StoredStageChange>(tx, scope, memory, Kind::stage_change, records, deals, into);
}

} // namespace buckstop::imports
