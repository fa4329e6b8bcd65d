// Who stands how to whom.
#include "features/people/people.hpp"
#include "features/people/store.hpp"

#include <fmt/format.h>

namespace buckstop::people {
namespace {

using access::Relation;
using access::Role;

bool sees_all_deals(db::Transaction& tx, OrgId org) {
    const auto organisation = store::organisation(tx, org);
    return organisation && organisation->deal_visibility == DealVisibility::everyone;
}

bool works_here(const access::Principal& who) {
    return std::ranges::any_of(who.roles, [](Role role) { return role != Role::observer; });
}

} // namespace

bool is_above(db::Transaction& tx, OrgId org, PersonId upper, PersonId lower) {
    return upper != lower && store::is_above(tx, org, upper, lower);
}

std::vector<Relation> relations(db::Transaction& tx, const access::Principal& who,
                                std::optional<PersonId> owner) {
    if (!owner || !*owner || !who.person)
        return {};
    if (*owner == who.person)
        return {Relation::author, Relation::self};
    std::vector<Relation> held;
    if (is_above(tx, who.org, who.person, *owner))
        held.push_back(Relation::above);
    const auto mine = store::find(tx, who.org, who.person);
    const auto theirs = store::find(tx, who.org, *owner);
    if (mine && theirs && mine->team_id && mine->team_id == theirs->team_id)
        held.push_back(Relation::team);
    return held;
}

std::vector<Relation> deal_relations(db::Transaction& tx, const access::Principal& who,
                                     std::optional<PersonId> owner) {
    auto held = relations(tx, who, owner);
    if (std::ranges::find(held, Relation::team) == held.end() && sees_all_deals(tx, who.org))
        held.push_back(Relation::team);
    return held;
}

std::optional<PersonId> manager_of_team(db::Transaction& tx, OrgId org, std::string_view team_name_key) {
    return store::manager_of_team(tx, org, team_name_key);
}

std::string visible_deals_sql(db::Transaction& tx, const access::Principal& who) {
    if (who.has(Role::operations) || (works_here(who) && sees_all_deals(tx, who.org)))
        return "(1 = 1)";
    if (!who.person)
        return "(1 = 0)";
    std::string sql =
        fmt::format("(deal.owner_id = {} or {}", who.person.value(), below_sql(who, "deal.owner_id"));
    const auto mine = store::find(tx, who.org, who.person);
    if (works_here(who) && mine && mine->team_id)
        sql += fmt::format(" or deal.owner_id in (select mate.id from person mate where mate.org_id = {}"
                           " and mate.team_id = {})",
                           who.org.value(), mine->team_id->value());
    return sql + ")";
}

std::string below_sql(const access::Principal& who, std::string_view column) {
    return fmt::format(
        "{0} in (with recursive below (id) as ("
        "select id from person where org_id = {1} and manager_id = {2}"
        " union select p.id from person p join below b on p.manager_id = b.id where p.org_id = {1})"
        " select id from below where id <> {2})",
        column, who.org.value(), who.person.value());
}

std::optional<PersonId> default_coach(db::Transaction& tx, OrgId org, PersonId person) {
    const auto row = store::find(tx, org, person);
    const auto manager = row && row->manager_id ? store::find(tx, org, *row->manager_id) : std::nullopt;
    return manager && manager->is_active ? std::optional(manager->id) : std::nullopt;
}

std::optional<PersonRef> find_ref(db::Transaction& tx, OrgId org, PersonId person) {
    auto row = store::find(tx, org, person);
    if (!row)
        return std::nullopt;
    return PersonRef{row->id, std::move(row->name)};
}

} // namespace buckstop::people
