// Undoing what a source has said of people.
#include "features/identity/identity.hpp"
#include "features/people/names.hpp"
#include "features/people/people.hpp"
#include "features/people/store.hpp"

#include <algorithm>

namespace buckstop::people {
namespace {

// Back to what it was, unless somebody has changed it since.
template <class T>
void back(T& now, const T& before, const T& after) {
    if (now == after)
        now = before;
}

} // namespace

void take_back(db::Transaction& tx, OrgId org, const PersonImage& before, const PersonImage& after) {
    auto row = store::find(tx, org, before.id);
    if (!row)
        return;
    const bool has_account = store::has_sign_in_name(tx, org, row->id);
    back(row->name, before.name, after.name);
    back(row->title, before.title, after.title);
    back(row->team_id, before.team_id, after.team_id);
    if (row->manager_id == after.manager_id &&
        !(before.manager_id && is_above(tx, org, row->id, *before.manager_id)))
        row->manager_id = before.manager_id;
    if (row->source == after.source && row->external_key == after.external_key) {
        row->source = before.source;
        row->external_key = before.external_key;
    }
    if (!has_account) {
        back(row->is_active, before.is_active, after.is_active);
        const auto holder = before.email ? store::find_by_email(tx, org, *before.email) : std::nullopt;
        if (!holder || holder->id == row->id)
            back(row->email, before.email, after.email);
    }
    store::update(tx, org, *row);
}

void name_again(db::Transaction& tx, OrgId org, PersonId person, const PersonFacts& facts) {
    auto row = store::find(tx, org, person);
    if (!row)
        return;
    if (!facts.key.empty() && !row->external_key && !store::find_by_key(tx, org, facts.source, facts.key)) {
        row->source = facts.source;
        row->external_key = facts.key;
    }
    if (facts.email && !row->email) {
        auto email = identity::fold_address(*facts.email);
        if (can_be_address(email) && !store::find_by_email(tx, org, email))
            row->email = std::move(email);
    }
    store::update(tx, org, *row);
}

std::vector<PersonId> remove_unused(db::Transaction& tx, OrgId org, std::span<const PersonId> people) {
    const auto staying = store::people_in_use(tx, org, people);
    std::vector<PersonId> unused;
    for (const auto person : people)
        if (std::ranges::find(staying, person) == staying.end())
            unused.push_back(person);
    store::delete_people(tx, org, unused);
    return staying;
}

void remove_team_if_empty(db::Transaction& tx, OrgId org, TeamId team) {
    if (const auto row = store::team(tx, org, team); row && row->people == 0)
        store::delete_team(tx, org, team);
}

} // namespace buckstop::people
