// People, as people see and change them.
#include "features/audit/audit.hpp"
#include "features/people/names.hpp"
#include "features/people/people.hpp"
#include "features/people/rules.hpp"
#include "features/people/store.hpp"

#include <algorithm>

namespace buckstop::people {
namespace {

using access::Action;
using access::Object;
using access::Role;

std::vector<Role> read_roles(std::string_view text) {
    std::vector<Role> roles;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        if (const auto role = enum_from_name<Role>(text.substr(0, end)))
            roles.push_back(*role);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::ranges::sort(roles);
    return roles;
}

Person shown(store::ShownRow row) {
    Person person{.id = row.id,
                  .name = std::move(row.name),
                  .email = std::move(row.email),
                  .title = std::move(row.title),
                  .roles = read_roles(row.roles.value_or("")),
                  .is_active = row.is_active,
                  .sign_in = row.sign_in,
                  .version = row.version};
    if (row.team_id && row.team_name)
        person.team = {*row.team_id, std::move(*row.team_name)};
    if (row.manager_id && row.manager_name)
        person.manager = {*row.manager_id, std::move(*row.manager_name)};
    return person;
}

Result<Person> get_in(db::Transaction& tx, OrgId org, PersonId person) {
    auto row = store::shown(tx, org, person);
    if (!row)
        return fail(ErrorCode::not_found, "There is no such person.");
    return shown(std::move(*row));
}

// A pattern that finds the text anywhere in a folded name; '!' keeps its signs from meaning something.
std::string like_pattern(std::string_view text) {
    std::string pattern = "%";
    for (const char c : name_key(text)) {
        if (c == '%' || c == '_' || c == '!')
            pattern += '!';
        pattern += c;
    }
    return pattern + "%";
}

std::vector<Role> distinct(std::vector<Role> roles) {
    std::ranges::sort(roles);
    roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
    return roles;
}

// What must hold of a person's row beside the database's own rules.
Result<> check(db::Transaction& tx, OrgId org, const store::PersonRow& row, const std::vector<Role>& roles) {
    FieldErrors errors;
    errors.name("name", row.name);
    errors.at_most("title", row.title.value_or(""));
    if (row.email) {
        errors.address("email", *row.email);
        const auto holder = store::find_by_email(tx, org, *row.email);
        if (holder && holder->id != row.id)
            errors.add("email", "taken", "Somebody else here has this e-mail address.");
    }
    if (roles.empty())
        errors.add("roles", "required", "Choose at least one role.");
    if (row.team_id && !store::team(tx, org, *row.team_id))
        errors.add("team_id", "unknown", "There is no such team.");
    if (row.manager_id && !store::find(tx, org, *row.manager_id))
        errors.add("manager_id", "unknown", "There is no such person.");
    if (row.manager_id && (row.manager_id == row.id || is_above(tx, org, row.id, *row.manager_id)))
        errors.add("manager_id", "circle",
                   "This person is above the one that you chose: nobody can be above themselves.");
    return errors.result();
}

std::optional<std::string> tidy_or_none(const std::optional<std::string>& text) {
    if (!text || tidy(*text).empty())
        return std::nullopt;
    return tidy(*text);
}

std::optional<std::string> address_or_none(const std::optional<std::string>& text) {
    const auto tidied = tidy_or_none(text);
    return tidied ? std::optional(identity::fold_address(*tidied)) : std::nullopt;
}

boost::json::array names_of(const std::vector<Role>& roles) {
    boost::json::array names;
    for (const auto role : roles)
        names.emplace_back(enum_name(role));
    return names;
}

// A person before and after a change, and which fields differ.
struct Changed {
    store::PersonRow row;
    std::vector<Role> roles;
    boost::json::array fields;
};

Changed apply(store::PersonRow row, std::vector<Role> roles, const PersonChange& wanted) {
    Changed changed{std::move(row), std::move(roles), {}};
    const auto set = [&](const char* field, auto& into, const auto& value) {
        if (value == into)
            return;
        into = value;
        changed.fields.emplace_back(field);
    };
    if (wanted.name)
        set("name", changed.row.name, tidy(*wanted.name));
    if (wanted.email)
        set("email", changed.row.email, address_or_none(*wanted.email));
    if (wanted.title)
        set("title", changed.row.title, tidy_or_none(*wanted.title));
    if (wanted.team_id)
        set("team", changed.row.team_id, *wanted.team_id);
    if (wanted.manager_id)
        set("manager", changed.row.manager_id, *wanted.manager_id);
    if (wanted.roles)
        set("roles", changed.roles, distinct(*wanted.roles));
    if (wanted.is_active)
        set("is_active", changed.row.is_active, *wanted.is_active);
    return changed;
}

} // namespace

Result<http::Page<Person>> list(const Context& context, const access::Principal& who,
                                const PersonQuery& query) {
    if (const auto may = access::require(who, {}, Object::person, Action::list); !may)
        return fail(may.error());
    store::Filter filter{.team = query.team, .sign_in = query.sign_in};
    if (query.q && !name_key(*query.q).empty())
        filter.like = like_pattern(*query.q);
    if (query.cursor) {
        filter.after = PersonId::parse(*query.cursor);
        if (!filter.after)
            return fail_field("cursor", "unknown", "This place in the list isn't known. Begin at its start.");
    }
    const int limit = query.limit.value_or(50);
    if (limit < 1 || limit > 200)
        return fail_field("limit", "out_of_range", "A page has 1 to 200 people.");
    auto rows = context.database.read(
        [&](db::Transaction& tx) { return store::list(tx, who.org, filter, limit + 1); });
    http::Page<Person> page;
    if (rows.size() > static_cast<std::size_t>(limit)) {
        rows.pop_back();
        page.next = rows.back().id.text();
    }
    for (auto& row : rows)
        page.items.push_back(shown(std::move(row)));
    return page;
}

Result<Person> get(const Context& context, const access::Principal& who, PersonId person) {
    const std::vector relations =
        person == who.person ? std::vector{access::Relation::self} : std::vector<access::Relation>{};
    if (const auto may = access::require(who, relations, Object::person, Action::read); !may)
        return fail(may.error());
    return context.database.read([&](db::Transaction& tx) { return get_in(tx, who.org, person); });
}

Result<Person> create(const Context& context, const access::Principal& who, const NewPerson& wanted) {
    if (const auto may = access::require(who, {}, Object::person, Action::create); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Person> {
        const store::PersonRow row{.id = tx.new_id<struct buckstop::Person>(),
                                   .name = tidy(wanted.name),
                                   .email = address_or_none(wanted.email),
                                   .title = tidy_or_none(wanted.title),
                                   .team_id = wanted.team_id,
                                   .manager_id = wanted.manager_id};
        const auto roles = distinct(wanted.roles);
        if (const auto good = check(tx, who.org, row, roles); !good)
            return fail(good.error());
        store::insert(tx, who.org, row, context.now());
        store::set_roles(tx, who.org, row.id, roles);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "person.created",
                       .object = Object::person,
                       .object_id = row.id.value(),
                       .subject = row.id,
                       .detail = {{"roles", names_of(roles)}}});
        tell_pages(context, tx, who.org, row.id.text());
        return get_in(tx, who.org, row.id);
    });
}

Result<Person> change(const Context& context, const access::Principal& who, PersonId person,
                      std::int64_t version, const PersonChange& wanted) {
    if (const auto may = access::require(who, {}, Object::person, Action::write); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Person> {
        auto before = store::find(tx, who.org, person);
        if (!before)
            return fail(ErrorCode::not_found, "There is no such person.");
        if (store::is_erased(tx, who.org, person))
            return fail(ErrorCode::conflict, "This person has been erased, and stays nobody. Add them anew.");
        const auto old_email = before->email;
        const auto administrators = store::count_administrators(tx, who.org);
        auto changed = apply(std::move(*before), store::roles(tx, who.org, person), wanted);
        if (const auto good = check(tx, who.org, changed.row, changed.roles); !good)
            return fail(good.error());
        changed.row.version = version;
        if (!store::update(tx, who.org, changed.row))
            return fail(changed_meanwhile());
        if (wanted.roles)
            store::set_roles(tx, who.org, person, changed.roles);
        if (administrators > 0 && store::count_administrators(tx, who.org) == 0)
            return fail(ErrorCode::conflict,
                        "This is the last administrator who can sign in. Make somebody else one "
                        "first.");
        if (changed.row.email != old_email) {
            if (const auto good = identity::change_sign_in_name(tx, who.org, person, changed.row.email);
                !good)
                return fail(good.error());
            identity::notify(context, tx, who.org, person, "address_changed",
                             "An administrator changed the e-mail address that you sign in with.");
        }
        if (!changed.row.is_active)
            identity::sign_out_everywhere(context, tx, who.org, person);
        if (!changed.fields.empty()) {
            boost::json::object detail{{"fields", changed.fields}};
            if (wanted.roles)
                detail["roles"] = names_of(changed.roles);
            audit::record(tx, context.now(),
                          {.org = who.org,
                           .actor = who.person,
                           .action = "person.changed",
                           .object = Object::person,
                           .object_id = person.value(),
                           .subject = person,
                           .detail = std::move(detail)});
        }
        tell_pages(context, tx, who.org, person.text());
        return get_in(tx, who.org, person);
    });
}

Result<> sign_out(const Context& context, const access::Principal& who, PersonId person) {
    if (const auto may = access::require(who, {}, Object::person, Action::write); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<> {
        if (!store::find(tx, who.org, person))
            return fail(ErrorCode::not_found, "There is no such person.");
        identity::sign_out_everywhere(context, tx, who.org, person);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "person.signed_out",
                       .object = Object::person,
                       .object_id = person.value(),
                       .subject = person});
        return {};
    });
}

} // namespace buckstop::people
