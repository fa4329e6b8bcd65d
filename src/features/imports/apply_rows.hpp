// How rows with a key and without a history are applied: activities, changes of stage, targets and the like.
// Private to this feature.
#pragma once

#include "base/json.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/apply_store.hpp"
#include "features/imports/apply_take.hpp"

#include <map>

namespace buckstop::imports {

// Deals by what rows call them; a name that several have means none of them.
struct DealsByText {
    std::map<std::string, DealId, std::less<>> by_key, by_name;
};
[[nodiscard]] DealsByText find_deals(db::Transaction& tx, const Scope& scope,
                                     const std::vector<std::string>& keys,
                                     const std::vector<std::string>& names);

// Joins the row to its deal, or notes which one it waits for.
template <class Row>
void set_deal(Row& row, const DealsByText& deals, const Text& key, const Text& name) {
    constexpr std::string_view by_name = "name:";
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

// An empty row; while comparing it has no id.
template <class Row>
[[nodiscard]] Row new_row(db::Transaction& tx, const Scope& scope) {
    Row row{};
    if (!scope.compare)
        row.id = decltype(row.id)(tx.new_ids(1));
    return row;
}

// What a record meant for a row.
struct RowOutcome {
    bool is_new = false, same = false, changed = false, took = false;
};
template <class Row, class Record>
void note_row(JournalPart& journal, const Row& before, const Record& record, const RowOutcome& outcome) {
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

// Rows by key, each created, changed or left alone; a key that comes again finds what it made before. `make`
// gives the row that a record begins with, `merge` the row with what the record says.
template <class Row, class Record, class Make, class Merge>
void apply_rows(db::Transaction& tx, const Scope& scope, Memory& memory, Kind kind,
                const std::vector<Record>& records, Make&& make, Merge&& merge, Applied& into) {
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
            working = {.row = make(record), .is_new = true};
            working.row.external_key = std::string(record.key);
            working.row.as_of = scope.as_of;
        }
        const bool same = !is_new && working.row.content_hash == hash;
        auto row = same ? working.row : merge(working.row, record);
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
            note_row(journal, working.row, record,
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

} // namespace buckstop::imports
