// The first organisation and its administrator.
#include "features/audit/audit.hpp"
#include "features/people/names.hpp"
#include "features/people/people.hpp"
#include "features/people/rules.hpp"
#include "features/people/store.hpp"

namespace buckstop::people {
namespace {

using access::Role;

// The only organisation, where an import has made it; else a new one.
Result<OrgId> take_organisation(db::Transaction& tx, Instant now, const Setup& wanted) {
    const auto all = organisations(tx);
    if (all.size() != 1)
        return create_organisation(
            tx, now,
            {.name = wanted.organisation_name, .time_zone = wanted.time_zone, .currency = wanted.currency});
    auto only = all.front();
    only.name = tidy(wanted.organisation_name);
    only.time_zone = wanted.time_zone;
    only.currency = wanted.currency;
    store::update_organisation(tx, only);
    return only.id;
}

// Somebody whom an import has brought, if only one has the name; else a new person.
Result<PersonId> take_person(db::Transaction& tx, Instant now, OrgId org, const Setup& wanted) {
    const auto email = identity::fold_address(wanted.email);
    auto row = store::find_by_email(tx, org, email);
    const auto key = name_key(wanted.name);
    if (!row && store::count_by_name(tx, org, key) == 1)
        row = store::find_by_name(tx, org, key);
    if (!row) {
        row = store::PersonRow{
            .id = tx.new_id<struct buckstop::Person>(), .name = tidy(wanted.name), .email = email};
        store::insert(tx, org, *row, now);
    } else {
        row->email = email;
        row->is_active = true;
        store::update(tx, org, *row);
    }
    auto roles = store::roles(tx, org, row->id);
    roles.push_back(Role::administrator);
    store::set_roles(tx, org, row->id, roles);
    return row->id;
}

Result<> check(const Setup& wanted) {
    FieldErrors errors;
    errors.name("organisation_name", wanted.organisation_name);
    errors.name("name", wanted.name);
    errors.address("email", identity::fold_address(wanted.email));
    if (!is_time_zone(wanted.time_zone))
        errors.add("time_zone", "unknown", "Choose a time zone such as Europe/Berlin.");
    if (!is_currency(wanted.currency))
        errors.add("currency", "unknown", "Choose a currency such as EUR.");
    return errors.result();
}

} // namespace

Result<identity::Account> set_up(const Context& context, const Setup& wanted,
                                 const std::optional<std::string>& token) {
    if (const auto good = check(wanted); !good)
        return fail(good.error());
    const auto password = identity::prepare_password(wanted.password, {wanted.name, wanted.email});
    if (!password)
        return fail(password.error());
    return context.database.write([&](db::Transaction& tx) -> Result<identity::Account> {
        if (identity::anybody_can_sign_in(tx))
            return fail(ErrorCode::conflict,
                        "This Buckstop is set up already. Sign in, or ask to be invited.");
        if (token)
            if (const auto taken = identity::take_setup_token(tx, *token); !taken)
                return fail(taken.error());
        const auto now = context.now();
        const auto org = take_organisation(tx, now, wanted);
        if (!org)
            return fail(org.error());
        const auto person = take_person(tx, now, *org, wanted);
        if (!person)
            return fail(person.error());
        auto account = identity::create_account(tx, now, *org, *person, *password);
        if (account)
            audit::record(tx, now,
                          {.org = *org,
                           .actor = *person,
                           .action = "organisation.set_up",
                           .object = access::Object::organisation_settings,
                           .object_id = org->value(),
                           .subject = *person});
        return account;
    });
}

} // namespace buckstop::people
