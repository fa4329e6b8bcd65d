// What imports and the demonstration bring.
#include "features/people/names.hpp"
#include "features/people/people.hpp"
#include "features/people/store.hpp"

#include <map>

namespace buckstop::people {
namespace {

using access::Role;
using store::PersonRow;

PersonImage image_of(const PersonRow& row) {
    return {.id = row.id,
            .name = row.name,
            .email = row.email,
            .title = row.title,
            .team_id = row.team_id,
            .manager_id = row.manager_id,
            .source = row.source,
            .external_key = row.external_key,
            .is_active = row.is_active};
}

// What was found or made once in this call, by folded name: a file names the same few teams over and over.
struct Seen {
    std::map<std::string, FoundTeam, std::less<>> teams;
};

FoundTeam find_team(db::Transaction& tx, Instant now, OrgId org, std::string_view name, Seen& seen) {
    const auto key = name_key(name);
    auto found = seen.teams.find(key);
    if (found == seen.teams.end())
        return seen.teams.emplace(key, find_or_create_team(tx, now, org, name)).first->second;
    return {found->second.id, false};
}

// The person that a source's facts are about.
std::optional<PersonRow> match(db::Transaction& tx, OrgId org, const PersonFacts& facts,
                               const std::optional<std::string>& email) {
    const auto named_otherwise = [&](const PersonRow& row) { // by the same source, with another id
        return !facts.key.empty() && row.external_key && row.source == facts.source;
    };
    if (!facts.key.empty())
        if (auto row = store::find_by_key(tx, org, facts.source, facts.key))
            return row;
    if (email)
        if (auto row = store::find_by_email(tx, org, *email); row && !named_otherwise(*row))
            return row;
    if (facts.name && !tidy(*facts.name).empty())
        if (auto row = store::find_by_name(tx, org, name_key(*facts.name)))
            if (facts.key.empty() || !row->external_key)
                return row;
    return std::nullopt;
}

std::optional<std::string> address_in(const PersonFacts& facts) {
    if (!facts.email)
        return std::nullopt;
    auto email = identity::fold_address(*facts.email);
    return can_be_address(email) ? std::optional(std::move(email)) : std::nullopt;
}

// Somebody who was erased: whom the facts mean beside those who are there, or "Someone 3" by that name.
std::optional<PersonId> erased_in(db::Transaction& tx, OrgId org, const PersonFacts& facts,
                                  const std::optional<PersonRow>& known) {
    if (!known)
        return find_erased(tx, org, facts);
    const bool may_be = !known->is_active && !known->email && !known->external_key;
    return may_be && is_erased(tx, org, known->id) ? std::optional(known->id) : std::nullopt;
}

std::string first_name_for(const PersonFacts& facts) {
    for (const auto& text : {facts.name, facts.email, std::optional(facts.key)})
        if (text && !tidy(*text).empty())
            return tidy_name(*text);
    return "Unnamed";
}

// Brings everything but the manager.
UpsertedPerson upsert(db::Transaction& tx, Instant now, OrgId org, const PersonFacts& facts, Seen& seen) {
    const auto email = address_in(facts);
    const auto known = match(tx, org, facts, email);
    UpsertedPerson result;
    if (const auto erased = erased_in(tx, org, facts, known)) {
        result.id = *erased;
        result.is_erased = true;
        return result;
    }
    result.email_refused = facts.email && !tidy(*facts.email).empty() && !email;
    PersonRow row = known.value_or(PersonRow{});
    const bool has_account = known && store::can_sign_in(tx, org, known->id);
    if (!known || (facts.name && !tidy(*facts.name).empty()))
        row.name = first_name_for(facts);
    if (facts.title && !tidy(*facts.title).empty())
        row.title = tidy_name(*facts.title);
    if (facts.active && !has_account)
        row.is_active = *facts.active;
    if (facts.team && !tidy(*facts.team).empty()) {
        const auto team = find_team(tx, now, org, *facts.team, seen);
        row.team_id = team.id;
        if (team.created)
            result.team_created = team.id;
    }
    if (!facts.key.empty() && !row.external_key) {
        row.source = facts.source;
        row.external_key = facts.key;
    }
    if (email && email != row.email) {
        const auto holder = store::find_by_email(tx, org, *email);
        if (has_account || (holder && holder->id != row.id))
            result.email_refused = true;
        else
            row.email = email;
    }
    if (!known) {
        row.id = tx.new_id<struct buckstop::Person>();
        store::insert(tx, org, row, now);
        store::set_roles(tx, org, row.id, facts.roles.empty() ? std::vector{Role::rep} : facts.roles);
        result.change = Change::created;
    } else if (row != *known) {
        store::update(tx, org, row);
        result.change = Change::changed;
    }
    if (known)
        result.before = image_of(*known);
    result.id = row.id;
    return result;
}

void make_manager(db::Transaction& tx, OrgId org, PersonId person) {
    auto roles = store::roles(tx, org, person);
    for (const auto role : roles)
        if (role == Role::manager || role == Role::leader)
            return;
    roles.push_back(Role::manager);
    store::set_roles(tx, org, person, roles);
}

void set_manager(db::Transaction& tx, Instant now, OrgId org, const PersonFacts& facts,
                 UpsertedPerson& person) {
    if (person.is_erased)
        return;
    std::optional<PersonId> manager;
    if (facts.manager_key && !facts.manager_key->empty()) {
        manager = find_person_by_key(tx, org, facts.source, *facts.manager_key);
        person.manager_refused = !manager && !facts.manager;
    }
    if (!manager && facts.manager && !tidy(*facts.manager).empty()) {
        const auto found = find_or_create_person(tx, now, org, *facts.manager);
        manager = found.id;
        if (found.created)
            person.manager_created = found.id;
    }
    if (!manager || *manager == person.id) // some systems write who is at the top as their own manager
        return;
    if (is_erased(tx, org, *manager)) // whoever was above them is now
        return;
    auto row = store::find(tx, org, person.id);
    if (!row || row->manager_id == manager)
        return;
    if (is_above(tx, org, person.id, *manager)) {
        person.manager_refused = true;
        return;
    }
    row->manager_id = manager;
    store::update(tx, org, *row);
    make_manager(tx, org, *manager);
    if (person.change == Change::unchanged)
        person.change = Change::changed;
}

} // namespace

std::vector<UpsertedPerson> upsert_people(db::Transaction& tx, Instant now, OrgId org,
                                          std::span<const PersonFacts> facts) {
    Seen seen;
    std::vector<UpsertedPerson> result;
    result.reserve(facts.size());
    for (const auto& each : facts)
        result.push_back(upsert(tx, now, org, each, seen));
    for (std::size_t i = 0; i < facts.size(); ++i) // once everybody is there, in whatever order they came
        set_manager(tx, now, org, facts[i], result[i]);
    for (auto& person : result)
        if (person.change == Change::unchanged)
            person.before.reset();
        else if (const auto row = store::find(tx, org, person.id))
            person.after = image_of(*row);
    return result;
}

std::vector<FoundPerson> find_or_create_people(db::Transaction& tx, Instant now, OrgId org,
                                               std::span<const std::string_view> names) {
    std::map<std::string, PersonId, std::less<>> seen;
    std::vector<FoundPerson> result;
    result.reserve(names.size());
    for (const auto name : names) {
        const auto key = name_key(name);
        const auto known = seen.find(key);
        result.push_back(known == seen.end() ? find_or_create_person(tx, now, org, name)
                                             : FoundPerson{known->second, false});
        seen.emplace(key, result.back().id);
    }
    return result;
}

FoundPerson find_or_create_person(db::Transaction& tx, Instant now, OrgId org, std::string_view name) {
    if (const auto row = store::find_by_name(tx, org, name_key(name)))
        return {row->id, false};
    if (const auto erased = find_erased(tx, org, {.name = name}))
        return {*erased, false, true};
    const PersonRow row{.id = tx.new_id<struct buckstop::Person>(), .name = tidy_name(name)};
    store::insert(tx, org, row, now);
    store::set_roles(tx, org, row.id, {Role::rep});
    return {row.id, true};
}

std::optional<PersonId> find_person_by_key(db::Transaction& tx, OrgId org, std::string_view source,
                                           std::string_view key) {
    if (const auto row = store::find_by_key(tx, org, source, key))
        return row->id;
    return find_erased(tx, org, {.source = source, .key = key});
}

FoundTeam find_or_create_team(db::Transaction& tx, Instant now, OrgId org, std::string_view name) {
    const auto key = name_key(name);
    if (const auto id = store::team_by_name(tx, org, key))
        return {*id, false};
    if (const auto id = store::insert_team(tx, org, tidy_name(name), key, now))
        return {*id, true};
    return {store::team_by_name(tx, org, key).value_or(TeamId{}), false};
}

} // namespace buckstop::people
