// Deals: rows with a history, on which people may have worked.
#include "base/json.hpp"
#include "features/imports/apply_deal_rows.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/undo_story.hpp"

#include <algorithm>

namespace buckstop::imports {
namespace {

using Readings = std::vector<Reading>;

struct Deals {
    std::map<DealId, StoredDeal> rows;
    std::map<DealId, Readings> readings; // all of each
};

Deals load(const Undoing& undoing) {
    std::vector<DealId> ids;
    for (const auto id : undoing.ids())
        ids.emplace_back(id);
    Deals deals;
    for (auto& version : store::load_versions(undoing.tx, undoing.org, ids))
        deals.readings[version.deal_id].push_back(std::move(version));
    for (auto& row : store::load_deals(undoing.tx, undoing.org, ids)) {
        deals.readings[row.id].push_back(reading_of(row));
        deals.rows.emplace(row.id, std::move(row));
    }
    return deals;
}

// The readings before this was said.
void step_back(const Statement& statement, Readings& readings) {
    if (!statement.before)
        return;
    const auto before = reading_of(json::read<StoredDeal>(*statement.before).value());
    if (statement.readings)
        readings = json::read<Readings>(*statement.readings).value();
    else
        std::erase_if(readings, [&](const Reading& reading) { return reading.as_of >= before.as_of; });
    readings.push_back(before);
}

Readings readings_before(const Story& story, Readings readings) {
    for (auto said = story.later.rbegin(); said != story.later.rend(); ++said)
        step_back(said->statement, readings);
    for (auto statement = story.mine.rbegin(); statement != story.mine.rend(); ++statement)
        step_back(*statement, readings);
    return readings;
}

// A deal that was made, of which later imports first said just the same: as made by the first of them.
void keep_as_made_later(Undoing& undoing, const std::vector<std::size_t>& parts, StoredDeal& deal) {
    const auto& first = undoing.later[parts.front()];
    deal.as_of = first.scope.as_of;
    deal.import_id = first.scope.import;
    deal.pushes = 0;
    Date last_read{};
    for (const auto place : parts) {
        auto& part = undoing.later[place];
        deal.as_of = std::min(deal.as_of, part.scope.as_of);
        if (!part.is_of_snapshot)
            last_read = std::max(last_read, part.scope.as_of);
        (place == parts.front() ? part.rest.made : part.rest.same).push_back(deal.id.value());
    }
    deal.read_on = last_read > deal.as_of ? std::optional(last_read) : std::nullopt;
}

// How deals read again, with their histories.
struct Restored {
    std::vector<StoredDeal> deals;
    std::vector<DealId> ids;
    std::vector<store::History> histories;
    void add(StoredDeal deal, Readings readings) {
        ids.push_back(deal.id);
        if (readings.size() > 1)
            histories.push_back({.deal = deal.id, .readings = std::move(readings)});
        deals.push_back(std::move(deal));
    }
};

// `same`: the later parts that made it, where it was made.
void restore(Undoing& undoing, Deals& deals, const Story& story, const std::vector<std::size_t>& same,
             DealId id, Restored& restored) {
    auto& row = deals.rows.at(id);
    if (!story.made) {
        if (const auto* before = story.before_all())
            row = json::read<StoredDeal>(*before).value();
        restored.add(std::move(row), readings_before(story, std::move(deals.readings[id])));
        return;
    }
    if (const auto* before = story.before_later())
        row = json::read<StoredDeal>(*before).value();
    keep_as_made_later(undoing, same, row);
    restored.add(std::move(row), {});
}

// The deals that nobody has brought any more.
void end_unmade(Undoing& undoing, const store::Ids& unmade) {
    store::Ids gone = unmade;
    for (const auto& deal : store::deals_worked_on(undoing.tx, undoing.org, unmade)) {
        std::erase(gone, deal.id);
        undoing.keep(deal.name, "A debrief or a lesson belongs to it.");
    }
    undoing.undone.of(Kind::deal).removed += static_cast<std::int64_t>(gone.size());
    store::remove_deals(undoing.tx, undoing.org, gone);
}

std::vector<DealRecord> deals_of(const std::vector<const boost::json::value*>& said) {
    auto records = records_of<DealRecord>(said);
    add_hashes(records);
    return records;
}

void say_all_again(Undoing& undoing, const AllAgain& again) {
    for (std::size_t place = 0; place < again.size(); ++place) {
        auto& part = undoing.later[place];
        Applied applied;
        if (!again[place].made.empty())
            make_deals_anew(undoing.tx, part.scope, undoing.memory, deals_of(again[place].made),
                            again[place].ids, applied);
        append(undoing, place, std::exchange(applied.journal, {}));
        if (!again[place].said.empty())
            apply_deals(undoing.tx, part.scope, undoing.memory, deals_of(again[place].said), applied);
        append(undoing, place, std::move(applied.journal));
    }
}

// What a later import took for gone, after all that was said of it.
void mark_gone_again(Undoing& undoing) {
    for (std::size_t place = 0; place < undoing.later.size(); ++place) {
        store::Ids gone;
        std::ranges::copy_if(undoing.later[place].rest.gone, std::back_inserter(gone), [&](std::int64_t id) {
            const auto found = undoing.stories.find(id);
            return found != undoing.stories.end() && found->second.last_said.value_or(0) <= place;
        });
        store::set_gone(undoing.tx, undoing.org, gone, std::nullopt, undoing.later[place].scope.as_of);
    }
}

} // namespace

void undo_deals(Undoing& undoing) {
    auto deals = load(undoing);
    AllAgain again(undoing.later.size());
    store::Ids unmade;
    Restored restored;
    for (auto& [id, story] : undoing.stories) {
        if (!deals.rows.contains(DealId(id)))
            continue;
        if (story.made && story.later.empty()) {
            unmade.push_back(id);
            continue;
        }
        ++undoing.undone.of(Kind::deal).restored;
        const auto same = story.made ? story.take_the_same() : std::vector<std::size_t>();
        if (story.made && same.empty()) {
            make_anew(id, story, again);
            say_again(undoing, id, story, &story.later.front().statement, again);
        } else {
            restore(undoing, deals, story, same, DealId(id), restored);
            say_again(undoing, id, story, story.said_last(), again);
        }
    }
    store::remove_history(undoing.tx, undoing.org, restored.ids);
    store::update_deals(undoing.tx, undoing.org, restored.deals);
    store::insert_history(undoing.tx, undoing.org, restored.histories);
    say_all_again(undoing, again);
    mark_gone_again(undoing);
    write_back(undoing);
    end_unmade(undoing, unmade);
}

} // namespace buckstop::imports
