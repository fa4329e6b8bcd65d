#include "features/audit/audit.hpp"
#include "features/people/names.hpp"
#include "features/people/people.hpp"
#include "features/people/rules.hpp"
#include "features/people/store.hpp"

namespace buckstop::people {
namespace {

using access::Action;
using access::Object;

Team shown(store::TeamRow row) {
    return {.id = row.id, .name = std::move(row.name), .people = row.people, .version = row.version};
}

Result<Team> get_in(db::Transaction& tx, OrgId org, TeamId team) {
    auto row = store::team(tx, org, team);
    if (!row)
        return fail(ErrorCode::not_found, "There is no such team.");
    return shown(std::move(*row));
}

tl::unexpected<Error> taken() {
    return fail_field("name", "taken", "There is a team of this name.");
}

void write_down(const Context& context, db::Transaction& tx, const access::Principal& who,
                std::string_view action, TeamId team) {
    audit::record(tx, context.now(),
                  {.org = who.org,
                   .actor = who.person,
                   .action = action,
                   .object = Object::team,
                   .object_id = team.value()});
    tell_pages(context, tx, who.org);
}

Result<> check(const std::string& name) {
    FieldErrors errors;
    errors.name("name", name);
    return errors.result();
}

} // namespace

Result<std::vector<Team>> list_teams(const Context& context, const access::Principal& who) {
    if (const auto may = access::require(who, {}, Object::team, Action::list); !may)
        return fail(may.error());
    std::vector<Team> teams;
    for (auto& row : context.database.read([&](db::Transaction& tx) { return store::teams(tx, who.org); }))
        teams.push_back(shown(std::move(row)));
    return teams;
}

Result<Team> create_team(const Context& context, const access::Principal& who, const std::string& name) {
    if (const auto may = access::require(who, {}, Object::team, Action::create); !may)
        return fail(may.error());
    if (const auto good = check(name); !good)
        return fail(good.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Team> {
        const auto id = store::insert_team(tx, who.org, tidy(name), name_key(name), context.now());
        if (!id)
            return taken();
        write_down(context, tx, who, "team.created", *id);
        return get_in(tx, who.org, *id);
    });
}

Result<Team> rename_team(const Context& context, const access::Principal& who, TeamId team,
                         std::optional<std::int64_t> version, const std::string& name) {
    if (const auto may = access::require(who, {}, Object::team, Action::write); !may)
        return fail(may.error());
    if (const auto good = check(name); !good)
        return fail(good.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Team> {
        const auto before = get_in(tx, who.org, team);
        if (!before)
            return fail(before.error());
        if (version && *version != before->version)
            return fail(changed_meanwhile());
        const auto holder = store::team_by_name(tx, who.org, name_key(name));
        if (holder && *holder != team)
            return taken();
        store::rename_team(tx, who.org, team, tidy(name), name_key(name));
        write_down(context, tx, who, "team.renamed", team);
        return get_in(tx, who.org, team);
    });
}

Result<> remove_team(const Context& context, const access::Principal& who, TeamId team) {
    if (const auto may = access::require(who, {}, Object::team, Action::write); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<> {
        const auto before = get_in(tx, who.org, team);
        if (!before)
            return fail(before.error());
        if (before->people > 0)
            return fail(ErrorCode::conflict, "Somebody is in this team. Give them another one first.");
        store::delete_team(tx, who.org, team);
        write_down(context, tx, who, "team.removed", team);
        return {};
    });
}

} // namespace buckstop::people
