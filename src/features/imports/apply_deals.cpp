// Deals: the largest table, so what is certainly new goes in without a look, and what reads as before costs
// one look at its key and hash.
#include "base/json.hpp"
#include "features/imports/apply_deal_rows.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/apply_indexes.hpp"
#include "features/imports/apply_names.hpp"
#include "features/imports/apply_take.hpp"

#include <unordered_map>
#include <unordered_set>

namespace buckstop::imports {
namespace {

std::chrono::sys_days day(Date date) {
    return std::chrono::sys_days{date};
}

using Places = std::vector<std::size_t>; // of records in the batch

struct DealBatch {
    db::Transaction& tx;
    const Scope& scope;
    Memory& memory;
    const std::vector<DealRecord>& records;
    std::vector<DealReferences> references{};
    Counts counts{};
    std::vector<DealId> read_again{};
    JournalPart journal{};
};

// The texts of a batch that memory has no row for, each once.
struct UnknownTexts {
    explicit UnknownTexts(Memory& memory)
        : companies(memory.companies), company_keys(memory.company_keys), products(memory.products),
          people(memory.people), people_keys(memory.people_keys) {}
    Unknown companies, company_keys, products, people, people_keys;
    [[nodiscard]] bool any() const {
        return std::ranges::any_of(std::array{&companies, &company_keys, &products, &people, &people_keys},
                                   [](const Unknown* some) { return !some->texts.empty(); });
    }
};

DealReferences references_of(const DealRecord& record, UnknownTexts& unknown) {
    DealReferences found;
    if (record.company_key)
        found.company = CompanyId(
            unknown.company_keys.find_or_add(*record.company_key, {*record.company_key, record.company, {}}));
    else if (record.company)
        found.company = CompanyId(unknown.companies.find_or_add(*record.company));
    if (record.product)
        found.product = ProductId(unknown.products.find_or_add(*record.product));
    if (record.owner_key)
        found.owner = PersonId(unknown.people_keys.find_or_add(
            *record.owner_key, {*record.owner_key, record.owner, record.owner_email}));
    else if (record.owner)
        found.owner = PersonId(unknown.people.find_or_add(*record.owner));
    else if (record.owner_email)
        found.owner =
            PersonId(unknown.people_keys.find_or_add(*record.owner_email, {{}, {}, record.owner_email}));
    return found;
}

void find_references(DealBatch& batch, UnknownTexts& unknown) {
    batch.references.clear();
    batch.references.reserve(batch.records.size());
    for (const auto& record : batch.records)
        batch.references.push_back(references_of(record, unknown));
}

void learn_references(DealBatch& batch, Applied& into) {
    auto& memory = batch.memory;
    UnknownTexts unknown(memory);
    find_references(batch, unknown);
    if (!unknown.any())
        return;
    learn_company_keys(batch.tx, batch.scope, memory, unknown.company_keys.references, into);
    learn_companies(batch.tx, batch.scope, memory, unknown.companies.texts, into);
    learn_products(batch.tx, batch.scope, memory, unknown.products.texts, into);
    learn_people_keys(batch.tx, batch.scope, memory, unknown.people_keys.references, into);
    learn_people(batch.tx, batch.scope, memory, unknown.people.texts, into);
    UnknownTexts none(memory);
    find_references(batch, none);
}

void create(DealBatch& batch, const Places& places) {
    batch.counts.created += static_cast<std::int64_t>(places.size());
    if (batch.scope.compare || places.empty())
        return;
    store::DealInsert insert(batch.tx, batch.scope);
    auto next_id = batch.tx.new_ids(static_cast<std::int64_t>(places.size()));
    std::deque<std::string> texts;
    for (const auto place : places) {
        auto deal = new_deal(batch.records[place], batch.references[place], batch.scope, texts);
        batch.journal.made.push_back(next_id);
        deal.row.id = DealId(next_id++);
        insert.add(deal);
        texts.clear();
    }
    insert.finish();
}

// The first later day on which this deal was read, as far as is known. One that no import had brought by the
// day of a snapshot wasn't.
std::optional<Date> next_reading(const Scope& scope, DealId deal, std::optional<Date> read_on) {
    const auto found = std::ranges::find_if(scope.later_snapshots, [&](const store::Snapshot& snapshot) {
        return deal.value() < snapshot.next_id;
    });
    if (read_on && !is_older(scope, *read_on))
        read_on.reset();
    if (found == scope.later_snapshots.end())
        return read_on;
    return read_on && day(*read_on) < day(found->as_of) ? read_on : found->as_of;
}

// Deals whose readings an older or another file of the same day rearranges, with all of them.
std::unordered_map<DealId, std::vector<Reading>> whole_histories(DealBatch& batch,
                                                                 const std::vector<StoredDeal>& deals) {
    std::vector<DealId> ids;
    for (const auto& deal : deals)
        if (day(batch.scope.as_of) <= day(deal.as_of) || next_reading(batch.scope, deal.id, deal.read_on))
            ids.push_back(deal.id);
    std::unordered_map<DealId, std::vector<Reading>> histories;
    for (const auto id : ids)
        histories[id];
    if (!ids.empty())
        for (const auto& version : store::load_versions(batch.tx, batch.scope.org, ids))
            histories[version.deal_id].push_back(version);
    return histories;
}

// Whether a deal that was gone is in a file again that isn't older.
bool is_back(const Scope& scope, std::optional<Date> gone_on) {
    return gone_on && !is_older(scope, *gone_on);
}

// What becomes of the deals that a batch may change.
struct Changes {
    std::vector<StoredDeal> deals;
    std::vector<DealId> rewritten; // whose history is written anew
    std::vector<store::History> histories;
};

// Notes the deal's new history; `known`: it is the whole one.
void note_history(StoredDeal& deal, std::vector<Reading> readings, bool known, Changes& changes) {
    if (known) {
        changes.rewritten.push_back(deal.id);
        deal.pushes = count_pushes(readings);
    } else {
        deal.pushes += count_pushes(readings);
    }
    if (readings.size() > 1)
        changes.histories.push_back({.deal = deal.id, .readings = std::move(readings)});
}

void note(DealBatch& batch, const DealRecord& record, const StoredDeal& before, bool changed,
          const std::vector<Reading>* history, bool older) {
    if (batch.scope.compare)
        return;
    Statement statement{.said = said(record), .took = changed && !older};
    if (changed)
        statement.before = json::write(before);
    if (changed && history != nullptr)
        statement.readings = json::write(*history);
    batch.journal.add(before.id.value(), statement);
}

// What one record makes of one deal, whose whole history is needed and given where the record's day isn't the
// newest.
void change_one(DealBatch& batch, std::size_t place, StoredDeal deal, const std::vector<Reading>* history,
                Changes& changes) {
    const auto& record = batch.records[place];
    const auto& references = batch.references[place];
    const auto later = next_reading(batch.scope, deal.id, deal.read_on);
    const bool older = is_older(batch.scope, deal.as_of) || later.has_value();
    const auto last_read = std::max(deal.read_on.value_or(deal.as_of), deal.as_of);
    auto readings = history != nullptr ? *history : std::vector<Reading>{};
    readings.push_back(reading_of(deal));
    const auto put_result =
        put(readings, said_by(record, references, batch.scope, deal.stage, deal.outcome), later);
    const bool reads_on = put_result == Put::nothing && batch.scope.as_of > last_read;
    const auto before = deal;
    set_reading(deal, readings.back());
    const bool back = is_back(batch.scope, deal.gone_on);
    if (back)
        deal.gone_on.reset();
    const bool changed = merge(deal, record, references, older) || put_result == Put::facts || back;
    ++(changed ? batch.counts.changed : batch.counts.unchanged);
    note(batch, record, before, changed || put_result != Put::nothing, history, older);
    if (!changed && put_result == Put::nothing) {
        if (reads_on)
            batch.read_again.push_back(deal.id);
        return;
    }
    const auto read = reads_on ? batch.scope.as_of : last_read;
    deal.read_on = read > deal.as_of ? std::optional(read) : std::nullopt;
    if (!older)
        deal.content_hash = record.content_hash;
    if (changed && batch.scope.import)
        deal.import_id = batch.scope.import;
    if (put_result != Put::nothing)
        note_history(deal, std::move(readings), history != nullptr, changes);
    changes.deals.push_back(std::move(deal));
}

void change(DealBatch& batch, const std::unordered_map<DealId, std::size_t>& place_of,
            std::vector<StoredDeal> deals) {
    const auto histories = whole_histories(batch, deals);
    Changes changes;
    for (auto& deal : deals) {
        const auto history = histories.find(deal.id);
        const auto place = place_of.at(deal.id);
        change_one(batch, place, std::move(deal), history != histories.end() ? &history->second : nullptr,
                   changes);
    }
    if (batch.scope.compare || changes.deals.empty())
        return;
    if (!changes.rewritten.empty())
        store::remove_history(batch.tx, batch.scope.org, changes.rewritten);
    store::insert_history(batch.tx, batch.scope.org, changes.histories);
    store::update_deals(batch.tx, batch.scope.org, changes.deals);
}

// Deals that may be there already, each key once.
void create_or_change(DealBatch& batch, const Places& places) {
    std::vector<std::string_view> keys;
    std::unordered_map<std::string_view, std::size_t> place_of_key;
    for (const auto place : places) {
        keys.push_back(batch.records[place].key);
        place_of_key.emplace(batch.records[place].key, place);
    }
    std::vector<DealId> doubtful;
    std::unordered_map<DealId, std::size_t> place_of;
    for (const auto& known : store::find_deals(batch.tx, batch.scope, keys)) {
        const auto found = place_of_key.find(known.external_key);
        const auto place = found->second;
        place_of_key.erase(found);
        if (known.content_hash == batch.records[place].content_hash && !is_older(batch.scope, known.as_of) &&
            !is_back(batch.scope, known.gone_on)) {
            ++batch.counts.unchanged;
            batch.journal.same.push_back(known.id.value());
            if (batch.scope.as_of > known.read_on.value_or(known.as_of))
                batch.read_again.push_back(known.id);
            continue;
        }
        doubtful.push_back(known.id);
        place_of.emplace(known.id, place);
    }
    Places missing;
    for (const auto place : places)
        if (place_of_key.contains(batch.records[place].key))
            missing.push_back(place);
    create(batch, missing);
    if (!doubtful.empty())
        change(batch, place_of, store::load_deals(batch.tx, batch.scope.org, doubtful));
}

// The records whose key hasn't come in this import yet; the others of them are counted (while comparing: as
// they follow from what came) or must wait their turn behind those that are new.
struct Sorted {
    Places certainly_new, others;
    std::int64_t distinct = 0;
};
Sorted sort(DealBatch& batch) {
    auto& memory = batch.memory;
    constexpr std::size_t ahead = 16;
    const auto salt = short_hash(batch.scope.source);
    Sorted sorted;
    for (std::size_t place = 0; place < batch.records.size(); ++place) {
        const auto key = batch.records[place].key_hash ^ salt;
        if (place + ahead < batch.records.size())
            memory.deals.expect(batch.records[place + ahead].key_hash ^ salt);
        if (batch.scope.compare) {
            if (const auto before = memory.deals.note(key, batch.records[place].content_hash))
                ++(*before == batch.records[place].content_hash ? batch.counts.unchanged
                                                                : batch.counts.changed);
            else
                (memory.deals_are_new ? sorted.certainly_new : sorted.others).push_back(place);
        } else {
            memory.deals_are_new = memory.deals_are_new && !memory.deals.full();
            const bool comes_first = memory.deals.note(key);
            sorted.distinct += comes_first ? 1 : 0;
            (comes_first && memory.deals_are_new ? sorted.certainly_new : sorted.others).push_back(place);
        }
    }
    return sorted;
}

// The same row with texts of its own.
StoredDeal owned(const DealRow<std::string_view>& row) {
    StoredDeal deal;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<
        boost::mp11::mp_list, Members<DealRow<std::string_view>>, Members<StoredDeal>>>([&](auto pair) {
        const auto& value = row.*decltype(boost::mp11::mp_first<decltype(pair)>())::pointer;
        auto& into = deal.*decltype(boost::mp11::mp_second<decltype(pair)>())::pointer;
        if constexpr (std::same_as<std::remove_cvref_t<decltype(value)>, std::optional<std::string_view>>)
            into = value ? std::optional(std::string(*value)) : std::nullopt;
        else
            into = value;
    });
    return deal;
}

} // namespace

void make_deals_anew(db::Transaction& tx, const Scope& scope, Memory& memory,
                     const std::vector<DealRecord>& records, const std::vector<std::int64_t>& ids,
                     Applied& into) {
    DealBatch batch{.tx = tx, .scope = scope, .memory = memory, .records = records};
    learn_references(batch, into);
    std::vector<StoredDeal> deals;
    std::vector<DealId> changed;
    for (std::size_t i = 0; i < records.size(); ++i) {
        std::deque<std::string> texts;
        auto& deal = deals.emplace_back(owned(new_deal(records[i], batch.references[i], scope, texts).row));
        deal.id = DealId(ids[i]);
        changed.push_back(deal.id);
        into.journal[Kind::deal].made.push_back(ids[i]);
    }
    store::remove_history(tx, scope.org, changed);
    store::update_deals(tx, scope.org, deals);
}

void apply_deals(db::Transaction& tx, const Scope& scope, Memory& memory,
                 const std::vector<DealRecord>& records, Applied& into) {
    DealBatch batch{.tx = tx, .scope = scope, .memory = memory, .records = records};
    learn_references(batch, into);
    auto sorted = sort(batch);
    into.distinct_deals += sorted.distinct;
    create(batch, sorted.certainly_new);
    // A few keys that come twice are worth reading the table for, but not again and again.
    if (memory.indexes_are_off && !sorted.others.empty() && ++memory.whole_reads > 3) {
        build_indexes(tx);
        memory.indexes_are_off = false;
    }
    // One key may come several times: each time its later word counts, so they go in turns.
    while (!sorted.others.empty()) {
        std::unordered_set<std::string_view> taken;
        Places now, later;
        for (const auto place : sorted.others)
            (taken.insert(records[place].key).second ? now : later).push_back(place);
        create_or_change(batch, now);
        sorted.others = std::move(later);
    }
    into.read_again = std::move(batch.read_again);
    if (!scope.compare)
        into.journal[Kind::deal] = std::move(batch.journal);
    auto& counts = into.counts.of(Kind::deal);
    counts.created += batch.counts.created;
    counts.changed += batch.counts.changed;
    counts.unchanged += batch.counts.unchanged;
}

} // namespace buckstop::imports
