// Links that let people in: invitations and password resets.
#include "features/audit/audit.hpp"
#include "features/identity/identity.hpp"
#include "features/identity/keys.hpp"
#include "features/identity/mail.hpp"
#include "features/identity/service.hpp"
#include "features/identity/store.hpp"
#include "features/identity/throttle.hpp"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

namespace buckstop::identity {
namespace {

using access::Action;
using access::Object;

std::chrono::hours lasts(LinkKind kind) {
    switch (kind) {
    case LinkKind::invitation:
        return std::chrono::hours(24 * 7);
    case LinkKind::reset_by_mail:
        return std::chrono::hours(1);
    case LinkKind::reset_by_administrator:
        return std::chrono::hours(24);
    }
    return std::chrono::hours(1);
}

std::string lookup(std::string_view token) {
    return keys::to_base64(keys::derive(keys::Use::link_lookup, token));
}

// As people reach it.
std::string address_of(const Config& config, const std::string& token) {
    std::string base = config.public_url;
    if (base.empty())
        base = fmt::format("http://{}:{}{}", config.listen_address, config.listen_port, config.base_path);
    while (base.ends_with('/'))
        base.pop_back();
    return base + "/invitations/" + token;
}

struct MadeLink {
    std::string address;
    Instant expires_at{};
};

MadeLink make_link(const Context& context, db::Transaction& tx, OrgId org, PersonId person, LinkKind kind,
                   std::optional<PersonId> by) {
    const auto token = keys::new_token(org);
    const auto expires_at = context.now() + lasts(kind);
    store::insert_link(tx, {.org_id = org, .person_id = person, .kind = kind}, lookup(token), by,
                       context.now(), expires_at);
    return {address_of(context.config, token), expires_at};
}

bool mail_is_set_up(const Context& context) {
    return !context.config.mail_server.empty();
}

void add_mail_job(const Context& context, db::Transaction& tx, OrgId org, PersonId person, LinkKind kind) {
    context.jobs.add(tx, {.org = org,
                          .kind = "identity.mail_link",
                          .input = {{"person", person.value()}, {"kind", enum_name(kind)}}});
    tx.after_commit([&jobs = context.jobs] { jobs.wake(); });
}

// The person to whom a link may be given.
Result<store::PersonRow> person_for_link(db::Transaction& tx, const access::Principal& who, PersonId person) {
    auto row = store::person(tx, who.org, person);
    if (!row)
        return fail(ErrorCode::not_found, "There is no such person.");
    if (!row->is_active)
        return fail(ErrorCode::conflict, "This person isn't active. Make them active first.");
    if (!row->email)
        return fail(ErrorCode::conflict,
                    "This person has no e-mail address, which is what they sign in with. Add it "
                    "first.");
    return std::move(*row);
}

tl::unexpected<Error> link_gone() {
    return fail(ErrorCode::not_found,
                "This link isn't valid any more: it was used, replaced or is too old. Ask for a "
                "new one.");
}

struct Found {
    store::LinkRow link;
    store::PersonRow person;
};

Result<Found> find(db::Transaction& tx, std::string_view token, Instant now) {
    const auto org = keys::org_of_token(token);
    if (!org)
        return link_gone();
    const auto link = store::find_link(tx, *org, lookup(token), now);
    if (!link)
        return link_gone();
    auto person = store::person(tx, *org, link->person_id);
    if (!person || !person->is_active || !person->email)
        return link_gone();
    return Found{*link, std::move(*person)};
}

// Chooses the password, in one transaction with the link's being used up.
Result<Account> use_link(const Context& context, db::Transaction& tx, std::string_view token,
                         const PreparedPassword& password) {
    const auto now = context.now();
    const auto found = find(tx, token, now);
    if (!found)
        return fail(found.error());
    const auto org = found->link.org_id;
    const auto person = found->link.person_id;
    if (!store::take_link(tx, org, lookup(token), now))
        return link_gone();
    if (found->link.kind == LinkKind::invitation) {
        auto account = create_account(tx, now, org, person, password);
        if (!account)
            return fail(account.error());
        audit::record(tx, now,
                      {.org = org,
                       .actor = person,
                       .action = "invitation.accepted",
                       .object = Object::own_account,
                       .subject = person});
        return account;
    }
    if (!store::password(tx, org, person))
        return link_gone();
    auto account = reset_account(context, tx, org, person, password);
    const bool by_mail = found->link.kind == LinkKind::reset_by_mail;
    notify(
        context, tx, org, person, by_mail ? "password_reset_by_mail" : "password_reset_by_administrator",
        fmt::format(
            "Your password was reset through a link that {}. If it wasn't you who chose it, change it now. "
            "Drafts written before stay sealed until you enter your recovery code.",
            by_mail ? "was mailed to you" : "an administrator made"));
    audit::record(tx, now,
                  {.org = org,
                   .actor = person,
                   .action = by_mail ? "password.reset_by_mail" : "password.reset_by_administrator",
                   .object = Object::own_account,
                   .subject = person});
    return account;
}

} // namespace

std::string fold_address(std::string_view email) {
    UErrorCode status = U_ZERO_ERROR;
    const auto text = icu::UnicodeString::fromUTF8({email.data(), static_cast<std::int32_t>(email.size())});
    const auto* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
    auto result = form->normalize(text, status).trim();
    std::string folded;
    result.toUTF8String(folded);
    return folded;
}

Result<Link> invite(const Context& context, const access::Principal& who, PersonId person) {
    if (const auto may = access::require(who, {}, Object::invitation, Action::create); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Link> {
        const auto row = person_for_link(tx, who, person);
        if (!row)
            return fail(row.error());
        if (store::password(tx, who.org, person))
            return fail(ErrorCode::conflict, "This person can sign in already.");
        const auto holder = store::sign_in_name(tx, fold_address(*row->email));
        if (holder && (holder->org_id != who.org || holder->person_id != person))
            return fail(ErrorCode::conflict, "This e-mail address signs in somewhere else already.");
        const auto made = make_link(context, tx, who.org, person, LinkKind::invitation, who.person);
        const bool mailed = mail_is_set_up(context);
        if (mailed)
            add_mail_job(context, tx, who.org, person, LinkKind::invitation);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "person.invited",
                       .object = Object::person,
                       .object_id = person.value(),
                       .subject = person});
        return Link{.link = made.address, .expires_at = made.expires_at, .mailed = mailed};
    });
}

Result<Link> reset_password(const Context& context, const access::Principal& who, PersonId person) {
    if (const auto may = access::require(who, {}, Object::invitation, Action::create); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Link> {
        const auto row = person_for_link(tx, who, person);
        if (!row)
            return fail(row.error());
        if (!store::password(tx, who.org, person))
            return fail(ErrorCode::conflict, "This person has never signed in. Invite them instead.");
        // Where the mail can carry it, nobody else gets to see the link.
        Link link{.mailed = mail_is_set_up(context)};
        if (link.mailed) {
            add_mail_job(context, tx, who.org, person, LinkKind::reset_by_mail);
            link.expires_at = context.now() + lasts(LinkKind::reset_by_mail);
        } else {
            const auto made =
                make_link(context, tx, who.org, person, LinkKind::reset_by_administrator, who.person);
            link.link = made.address;
            link.expires_at = made.expires_at;
            notify(context, tx, who.org, person, "password_reset_link_made",
                   "An administrator made a link that resets your password. If you didn't ask for it, ask "
                   "them why.");
        }
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "password.reset_link_made",
                       .object = Object::person,
                       .object_id = person.value(),
                       .subject = person,
                       .detail = {{"mailed", link.mailed}}});
        return link;
    });
}

Result<Invitation> find_invitation(const Context& context, std::string_view token) {
    return context.database.read([&](db::Transaction& tx) -> Result<Invitation> {
        auto found = find(tx, token, context.now());
        if (!found)
            return fail(found.error());
        const auto organisation = store::organisation(tx, found->link.org_id);
        return Invitation{.kind = found->link.kind,
                          .organisation_name = organisation ? organisation->name : "",
                          .name = std::move(found->person.name),
                          .email = found->person.email.value_or("")};
    });
}

Result<Entered> accept(const Context& context, http::Call& call, std::string_view token,
                       const std::string& password, const Hooks& hooks) {
    const auto invitation = find_invitation(context, token);
    if (!invitation)
        return fail(invitation.error());
    const auto prepared = prepare_password(password, {invitation->name, invitation->email});
    if (!prepared)
        return fail(prepared.error());
    auto account =
        context.database.write([&](db::Transaction& tx) { return use_link(context, tx, token, *prepared); });
    if (!account)
        return fail(account.error());
    return Entered{.session = start_session(context, call, account->principal, hooks, EnteredBy::link),
                   .recovery_code = std::move(account->recovery_code)};
}

Result<ResetRequested> request_reset(const Context& context, const http::Request& request,
                                     const std::string& email) {
    if (!mail_is_set_up(context))
        return ResetRequested{.mailed = false,
                              .message = "This Buckstop doesn't send mail. Ask an administrator for a link."};
    const auto address = fold_address(email);
    // The same work whether the account exists or not: a job for nobody does nothing.
    return context.database.write([&](db::Transaction& tx) -> Result<ResetRequested> {
        const auto now = context.now();
        if (const auto wait = throttle::begin(tx, now, throttle::reset_request(tx, request.client)))
            return fail({.code = ErrorCode::too_many_requests,
                         .message = "Too many requests. Please wait a moment and try again.",
                         .retry_after = *wait});
        const auto account = store::sign_in_name(tx, address).value_or(store::NameRow{});
        if (!throttle::begin(tx, now, throttle::reset_mail(tx, address)))
            add_mail_job(context, tx, account.org_id, account.person_id, LinkKind::reset_by_mail);
        return ResetRequested{.mailed = true,
                              .message =
                                  "If this address belongs to somebody here, a mail is on its way. Its link "
                                  "works for an hour."};
    });
}

Result<> mail_link(const Context& context, OrgId org, PersonId person, LinkKind kind) {
    // A link of its own each time: nothing that opens anything is stored with the job.
    const auto mail = context.database.write([&](db::Transaction& tx) -> std::optional<mail::Mail> {
        const auto row = store::person(tx, org, person);
        const auto organisation = store::organisation(tx, org);
        const bool has_account = store::password(tx, org, person).has_value();
        if (!row || !row->is_active || !row->email || !organisation ||
            has_account == (kind == LinkKind::invitation))
            return std::nullopt;
        const auto made = make_link(context, tx, org, person, kind, std::nullopt);
        return mail::link_mail(kind, {.name = row->name,
                                      .address = *row->email,
                                      .organisation = organisation->name,
                                      .link = made.address});
    });
    if (!mail)
        return {};
    return mail::send(context.config, *mail);
}

Result<> reach_mail_server(const Config& config) {
    return mail::reach(config);
}

} // namespace buckstop::identity
