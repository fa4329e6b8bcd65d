// People: the feature `people` writes them; here records become what it takes, and its answers become counts.
#include "base/json.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/apply_names.hpp"
#include "features/imports/apply_take.hpp"
#include "features/people/people.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace buckstop::imports {
namespace {

people::PersonFacts facts_of(const Scope& scope, const PersonRecord& record) {
    people::PersonFacts facts;
    facts.source = scope.source;
    if (!scope.keyless)
        facts.key = record.key;
    facts.name = record.name;
    facts.email = record.email;
    facts.title = record.title;
    facts.team = record.team;
    facts.manager = record.manager;
    facts.manager_key = record.manager_key;
    facts.active = record.active;
    return facts;
}

std::optional<std::int64_t> find_person(db::Transaction& tx, const Scope& scope, const PersonRecord& record) {
    if (const auto found =
            store::find_person(tx, scope.org, scope.source, scope.keyless ? std::string_view() : record.key,
                               record.email ? people::name_key(*record.email) : std::string(),
                               record.name ? people::name_key(*record.name) : std::string()))
        return found;
    const auto erased = people::find_erased(tx, scope.org, facts_of(scope, record));
    return erased ? std::optional(erased->value()) : std::nullopt;
}

PersonRecord without_key(PersonRecord record) {
    record.key = {};
    return record;
}

// Those that a newer file has told about already: an older one only brings people who aren't there yet.
std::vector<PersonRecord> only_missing(db::Transaction& tx, const Scope& scope,
                                       const std::vector<PersonRecord>& records, Applied& into) {
    std::vector<PersonRecord> missing;
    for (const auto& record : records)
        if (const auto found = find_person(tx, scope, record)) {
            ++into.counts.of(Kind::person).unchanged;
            const PersonId id(*found);
            if (!scope.compare)
                note_person(into.journal[Kind::person],
                            {.id = id, .is_erased = people::is_erased(tx, scope.org, id)},
                            scope.keyless ? without_key(record) : record);
        } else {
            missing.push_back(record);
        }
    return missing;
}

Refusal refused_cell(const PersonRecord& record, std::string column, Text value, std::string rule,
                     std::string reason) {
    return {.line = record.line,
            .column = std::move(column),
            .value = std::string(value.value_or("")),
            .rule = std::move(rule),
            .reason = std::move(reason)};
}

// The rest of the row has been taken.
void add_refusals(const PersonRecord& record, const people::UpsertedPerson& person, Applied& into) {
    auto& refused = into.counts.of(Kind::person).refused;
    if (person.manager_refused) {
        ++refused;
        into.refusals.push_back(refused_cell(
            record, "manager", record.manager ? record.manager : record.manager_key, "manager_not_taken",
            "This manager would stand below this person, or isn't known by that id. "
            "The rest of the row was taken."));
    }
    if (person.email_refused) {
        ++refused;
        into.refusals.push_back(
            refused_cell(record, "email", record.email, "email_not_taken",
                         "This address isn't one, is somebody else's, or the person signs in with "
                         "another. The rest of the row was taken."));
    }
}

// A manager whose own row stands in a file to come is made beforehand.
void make_unknown_managers(db::Transaction& tx, const Scope& scope, Memory& memory,
                           const std::vector<PersonRecord>& records, Applied& into) {
    Unknown managers(memory.people_keys);
    std::vector<std::string_view> own_keys;
    for (const auto& record : records)
        own_keys.push_back(record.key);
    std::ranges::sort(own_keys);
    for (const auto& record : records)
        if (record.manager_key && !std::ranges::binary_search(own_keys, *record.manager_key))
            managers.add(*record.manager_key, {*record.manager_key, record.manager, {}});
    learn_people_keys(tx, scope, memory, managers.references, into);
}

void write_people(db::Transaction& tx, const Scope& scope, Memory& memory,
                  const std::vector<PersonRecord>& records, Applied& into) {
    make_unknown_managers(tx, scope, memory, records, into);
    std::vector<people::PersonFacts> facts;
    for (const auto& record : records)
        facts.push_back(facts_of(scope, record));
    const auto written = people::upsert_people(tx, scope.now, scope.org, facts);
    auto& counts = into.counts.of(Kind::person);
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto& person = written[i];
        counts.created +=
            (person.change == people::Change::created ? 1 : 0) + (person.manager_created ? 1 : 0);
        counts.changed += person.change == people::Change::changed ? 1 : 0;
        counts.unchanged += person.change == people::Change::unchanged ? 1 : 0;
        add_refusals(records[i], person, into);
        note_person(into.journal[Kind::person], person, scope.keyless ? without_key(records[i]) : records[i]);
        if (!scope.keyless)
            memory.people_keys.put(records[i].key, person.id.value());
    }
}

bool says_something_new(const store::StoredPerson& stored, const PersonRecord& record) {
    const auto differs = [](const Text& said, const std::optional<std::string>& known) {
        return said && known != *said;
    };
    const auto differs_folded = [](const Text& said, const std::optional<std::string>& known) {
        return said && (!known || people::name_key(*said) != people::name_key(*known));
    };
    return differs(record.name, stored.name) || differs_folded(record.email, stored.email) ||
           differs(record.title, stored.title) || differs_folded(record.team, stored.team) ||
           differs_folded(record.manager, stored.manager) ||
           differs(record.manager_key, stored.manager_key) ||
           (record.active && *record.active != stored.is_active);
}

void compare_people(db::Transaction& tx, const Scope& scope, Memory& memory,
                    const std::vector<PersonRecord>& records, Applied& into) {
    auto& counts = into.counts.of(Kind::person);
    for (const auto& record : records) {
        const auto name = people::name_key(record.name.value_or(record.key));
        if (count_repeated(scope, memory, Kind::person, scope.keyless ? name : record.key,
                           content_hash(record), counts))
            continue;
        const auto found = find_person(tx, scope, record);
        if (!found && note_made(memory, Kind::person, name)) {
            ++counts.created;
        } else if (found && people::is_erased(tx, scope.org, PersonId(*found))) {
            ++counts.unchanged;
        } else {
            const auto stored = found ? store::load_person(tx, scope.org, PersonId(*found)) : std::nullopt;
            ++(!stored || says_something_new(*stored, record) ? counts.changed : counts.unchanged);
        }
        const auto id = found.value_or(id_to_be(name));
        if (!scope.keyless)
            memory.people_keys.put(record.key, id);
        if (record.name)
            memory.people.put(*record.name, id);
    }
    Unknown managers(memory.people);
    for (const auto& record : records)
        if (record.manager && !record.manager_key)
            managers.add(*record.manager);
    learn_people(tx, scope, memory, managers.texts, into);
}

} // namespace

void note_person(JournalPart& journal, const people::UpsertedPerson& person, const PersonRecord& record) {
    if (person.is_erased) // nothing was taken, and nothing is to be remembered
        return;
    if (person.manager_created)
        journal.made.push_back(person.manager_created->value());
    Statement statement{.said = said(record)};
    if (person.change == people::Change::created)
        journal.made.push_back(person.id.value());
    if (person.before)
        statement.before = json::write(*person.before);
    if (person.after) {
        statement.after = json::write(*person.after);
        statement.took = true;
    }
    if (person.team_created)
        statement.team_made = person.team_created->value();
    journal.add(person.id.value(), statement);
}

void apply_people(db::Transaction& tx, const Scope& scope, Memory& memory,
                  const std::vector<PersonRecord>& records, Applied& into) {
    const auto mine = scope.people_are_older ? only_missing(tx, scope, records, into) : records;
    if (scope.compare)
        compare_people(tx, scope, memory, mine, into);
    else
        write_people(tx, scope, memory, mine, into);
}

} // namespace buckstop::imports
