// Passwords and draft keys of people who can sign in.
#include "features/audit/audit.hpp"
#include "features/identity/identity.hpp"
#include "features/identity/keys.hpp"
#include "features/identity/password.hpp"
#include "features/identity/service.hpp"
#include "features/identity/session_store.hpp"
#include "features/identity/store.hpp"
#include "features/identity/throttle.hpp"
#include "features/identity/wraps.hpp"

#include <stdexcept>

namespace buckstop::identity {
namespace {

using By = WrapPlace::By;

// A fresh draft key with its recovery code.
Account new_draft_key(db::Transaction& tx, Instant now, OrgId org, PersonId person,
                      const PreparedPassword& password) {
    Account account{.recovery_code = keys::new_recovery_code(),
                    .principal = {.org = org,
                                  .person = person,
                                  .roles = store::roles(tx, org, person),
                                  .draft_key = keys::random_bytes(),
                                  .draft_key_id = tx.new_id<access::DraftKey>()}};
    WrapPlace place{
        .by = By::password, .org = org, .owner = person.value(), .key = account.principal.draft_key_id};
    store::DraftKeyRow row{.id = account.principal.draft_key_id,
                           .password_wrap = wrap(place, password.wrapping_key, account.principal.draft_key)};
    place.by = By::recovery_code;
    row.recovery_wrap = wrap(place, keys::derive(keys::Use::recovery_key, account.recovery_code),
                             account.principal.draft_key);
    store::insert_draft_key(tx, org, person, row, now);
    return account;
}

Error too_many(std::chrono::seconds wait) {
    return {.code = ErrorCode::too_many_requests,
            .message = "Too many wrong passwords. Please wait a moment and try again.",
            .retry_after = wait};
}

// Checks that the person in this session knows their password. Returns what is stored of it.
Result<std::string> confirm(const Context& context, const access::Principal& who, const std::string& password,
                            const std::string& field) {
    struct Begun {
        std::optional<std::string> stored;
        throttle::Try attempt;
    };
    const auto begun = context.database.write([&](db::Transaction& tx) -> Result<Begun> {
        Begun result{store::password(tx, who.org, who.person),
                     throttle::confirmation(tx, who.org, who.person)};
        if (const auto wait = throttle::begin(tx, context.now(), result.attempt))
            return fail(too_many(*wait));
        return result;
    });
    if (!begun)
        return fail(begun.error());
    if (!begun->stored)
        return fail(ErrorCode::conflict, "You have no password here.");
    const auto derived = password::derive(password, *begun->stored);
    if (!derived)
        return fail(derived.error());
    if (!password::matches(*begun->stored, *derived))
        return fail_field(field, "wrong", "This isn't your password.");
    context.database.write(
        [&](db::Transaction& tx) { throttle::succeeded(tx, context.now(), begun->attempt); });
    return *begun->stored;
}

// Error where the password was changed since it was confirmed, or the session's draft key isn't the present
// one.
Result<> require_same(db::Transaction& tx, const access::Principal& who, const std::string& stored) {
    const auto key = store::present_draft_key(tx, who.org, who.person);
    if (store::password(tx, who.org, who.person) != stored || !key || !can_open(who, key->id))
        return fail(ErrorCode::conflict, "Your password was changed in the meantime. Please sign in again.");
    return {};
}

} // namespace

Result<Account> create_account(db::Transaction& tx, Instant now, OrgId org, PersonId person,
                               const PreparedPassword& password) {
    const auto row = store::person(tx, org, person);
    if (!row || !row->is_active)
        return fail(ErrorCode::conflict, "There is no such active person.");
    if (!row->email)
        return fail(ErrorCode::conflict, "Somebody who signs in needs an e-mail address.");
    if (!store::set_sign_in_name(tx, org, person, fold_address(*row->email)))
        return fail(ErrorCode::conflict, "This e-mail address signs in somewhere else already.");
    if (!store::insert_password(tx, org, person, password.stored, now))
        return fail(ErrorCode::conflict, "This person can sign in already.");
    store::delete_unused_links(tx, org, person);
    return new_draft_key(tx, now, org, person, password);
}

Account reset_account(const Context& context, db::Transaction& tx, OrgId org, PersonId person,
                      const PreparedPassword& password) {
    const auto now = context.now();
    store::update_password(tx, org, person, password.stored, store::ChosenBy::link, now);
    store::seal_draft_keys(tx, org, person, now);
    store::delete_unused_links(tx, org, person);
    sign_out_everywhere(context, tx, org, person);
    return new_draft_key(tx, now, org, person, password);
}

Result<> change_password(const Context& context, const access::Principal& who, const std::string& current,
                         const std::string& next) {
    const auto row =
        context.database.read([&](db::Transaction& tx) { return store::person(tx, who.org, who.person); });
    if (!row)
        return fail(ErrorCode::not_found, "There is no such person.");
    if (const auto good = password::check_new(next, {row->name, row->email.value_or("")}, "new"); !good)
        return fail(good.error());
    const auto stored = confirm(context, who, current, "current");
    if (!stored)
        return fail(stored.error());
    const auto prepared = prepare_password(next, {row->name, row->email.value_or("")});
    if (!prepared)
        return fail(prepared.error());
    return context.database.write([&](db::Transaction& tx) -> Result<> {
        if (const auto same = require_same(tx, who, *stored); !same)
            return fail(same.error());
        store::update_password(tx, who.org, who.person, prepared->stored, store::ChosenBy::person,
                               context.now());
        const WrapPlace place{
            .by = By::password, .org = who.org, .owner = who.person.value(), .key = who.draft_key_id};
        store::set_password_wrap(tx, who.org, who.draft_key_id,
                                 wrap(place, prepared->wrapping_key, who.draft_key));
        store::delete_unused_links(tx, who.org, who.person);
        end_sessions(context, tx, who.org, who.person, who.session);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "password.changed",
                       .object = access::Object::own_account,
                       .subject = who.person});
        return {};
    });
}

Result<std::string> renew_recovery_code(const Context& context, const access::Principal& who,
                                        const std::string& password) {
    const auto stored = confirm(context, who, password, "password");
    if (!stored)
        return fail(stored.error());
    return context.database.write([&](db::Transaction& tx) -> Result<std::string> {
        if (const auto same = require_same(tx, who, *stored); !same)
            return fail(same.error());
        auto code = keys::new_recovery_code();
        const WrapPlace place{
            .by = By::recovery_code, .org = who.org, .owner = who.person.value(), .key = who.draft_key_id};
        store::set_recovery_wrap(tx, who.org, who.draft_key_id,
                                 wrap(place, keys::derive(keys::Use::recovery_key, code), who.draft_key));
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "recovery_code.renewed",
                       .object = access::Object::own_account,
                       .subject = who.person});
        return code;
    });
}

Result<int> unseal(const Context& context, const access::Principal& who, const std::string& typed,
                   const SealedTexts& texts) {
    const auto wrong = [] {
        return fail_field(
            "recovery_code", "wrong",
            "This recovery code opens nothing that is sealed. Is it the one that you were given before "
            "your password was reset?");
    };
    const auto code = keys::read_recovery_code(typed);
    if (!code)
        return wrong();
    const auto with = keys::derive(keys::Use::recovery_key, *code);
    return context.database.write([&](db::Transaction& tx) -> Result<int> {
        // Whoever used the link knows the password, and could come back for what is opened now.
        if (store::password_chosen_by(tx, who.org, who.person) == store::ChosenBy::link &&
            store::entered_by(tx, who.org, who.session) != EnteredBy::link)
            return fail(
                ErrorCode::conflict,
                "Your password was chosen through a link. Change it first: if somebody else used that link, "
                "they know it, and could read what you open.");
        bool any = false;
        int opened = 0;
        for (const auto& row : store::sealed_draft_keys(tx, who.org, who.person)) {
            const WrapPlace place{
                .by = By::recovery_code, .org = who.org, .owner = who.person.value(), .key = row.id};
            const auto key = unwrap(place, with, row.recovery_wrap);
            if (!key)
                continue;
            any = true;
            auto before = who;
            before.draft_key = *key;
            before.draft_key_id = row.id;
            if (texts.reseal) {
                const auto count = texts.reseal(tx, before, who);
                if (!count)
                    return fail(count.error());
                opened += *count;
            }
            store::open_draft_key(tx, who.org, row.id, context.now());
        }
        if (!any)
            return wrong();
        end_sessions(context, tx, who.org, who.person, who.session);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "drafts.unsealed",
                       .object = access::Object::own_account,
                       .subject = who.person});
        return opened;
    });
}

Result<> change_sign_in_name(db::Transaction& tx, OrgId org, PersonId person,
                             const std::optional<std::string>& email) {
    store::delete_unused_links(tx, org, person); // they were sent to the old address
    if (!store::password(tx, org, person))
        return {};
    if (!email)
        return fail_field("email", "required", "Somebody who can sign in needs an e-mail address.");
    if (!store::set_sign_in_name(tx, org, person, fold_address(*email)))
        return fail_field("email", "taken", "This e-mail address signs in somewhere else already.");
    return {};
}

bool anybody_can_sign_in(db::Transaction& tx) {
    return store::anybody_can_sign_in(tx);
}

} // namespace buckstop::identity
