// Signing in and out, and who is asking.
#include "features/audit/audit.hpp"
#include "features/identity/cookies.hpp"
#include "features/identity/device.hpp"
#include "features/identity/identity.hpp"
#include "features/identity/keys.hpp"
#include "features/identity/password.hpp"
#include "features/identity/service.hpp"
#include "features/identity/session_store.hpp"
#include "features/identity/store.hpp"
#include "features/identity/throttle.hpp"
#include "features/identity/wraps.hpp"
#include "http/event_stream.hpp"

#include <algorithm>
#include <stdexcept>

namespace buckstop::identity {
namespace {

using cookies::Kind;
using keys::Use;
using std::chrono::seconds;

constexpr auto idle_limit = std::chrono::hours(24 * 7);
constexpr auto absolute_limit = std::chrono::hours(24 * 30);
constexpr auto seen_step = std::chrono::minutes(1);
constexpr auto device_limit = std::chrono::hours(24 * 400);
constexpr int most_devices = 20;

// "administrator,rep"
std::vector<access::Role> read_roles(std::string_view text) {
    std::vector<access::Role> roles;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        if (const auto role = enum_from_name<access::Role>(text.substr(0, end)))
            roles.push_back(*role);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::ranges::sort(roles);
    return roles;
}

std::optional<std::string> session_token(const Context& context, const http::Request& request) {
    return cookies::read(Kind::session, request, context.config);
}

// The known device that the request comes from, if it is one of this person's.
std::optional<std::int64_t> known_device(const Context& context, db::Transaction& tx,
                                         const http::Request& request, OrgId org, PersonId person) {
    const auto token = cookies::read(Kind::device, request, context.config);
    if (!token)
        return std::nullopt;
    return store::known_device(tx, org, person, keys::to_base64(keys::derive(Use::device_lookup, *token)));
}

// Lets the device be known again; returns the cookie's value where it is a new one.
std::optional<std::string> remember_device(const Context& context, db::Transaction& tx,
                                           const http::Request& request, OrgId org, PersonId person) {
    if (const auto device = known_device(context, tx, request, org, person)) {
        store::touch_device(tx, org, *device, context.now());
        return std::nullopt;
    }
    auto token = keys::new_token(org);
    store::insert_device(tx, org, person, keys::to_base64(keys::derive(Use::device_lookup, token)),
                         context.now(), most_devices);
    return token;
}

void describe_person(db::Transaction& tx, Session& session, const access::Principal& who,
                     const Context& context, const Hooks& hooks) {
    const auto person = store::person(tx, who.org, who.person);
    const auto organisation = store::organisation(tx, who.org);
    if (!person || !organisation)
        throw std::logic_error("a session of nobody's");
    session.state = SessionState::signed_in;
    session.person = {.id = person->id,
                      .name = person->name,
                      .email = person->email,
                      .title = person->title,
                      .roles = who.roles};
    session.organisation = {.id = organisation->org_id,
                            .name = organisation->name,
                            .currency = organisation->currency,
                            .time_zone = organisation->time_zone,
                            .is_demonstration = organisation->is_demonstration,
                            .today = date_in_zone(context.now(), organisation->time_zone)};
    for (const auto& key : store::sealed_draft_keys(tx, who.org, who.person))
        if (!session.drafts_sealed && hooks.sealed_texts.count)
            session.drafts_sealed = hooks.sealed_texts.count(tx, who.org, who.person, key.id) > 0;
}

// What is known of the account that somebody tries to sign in to.
struct Tried {
    std::optional<store::NameRow> account;
    std::string stored; // the account's password, or one that nobody has
    throttle::Try attempt;
};

// Asks the same of the database whether the account exists or not.
Tried look_up(const Context& context, db::Transaction& tx, const http::Request& request,
              const std::string& address) {
    Tried tried{.account = store::sign_in_name(tx, address), .stored = {}, .attempt = {}};
    const auto [org, person] = tried.account.value_or(store::NameRow{});
    tried.stored = store::password(tx, org, person).value_or(password::nobodys());
    const auto device = known_device(context, tx, request, org, person);
    tried.attempt = throttle::sign_in(tx, address, request.client, device);
    return tried;
}

// With the right password: the person with their draft key, wrapped anew where the parameters have moved on.
// Nothing where they may not sign in.
std::optional<access::Principal> unlock(db::Transaction& tx, const Tried& tried,
                                        const password::Derived& derived,
                                        const std::optional<PreparedPassword>& renewed) {
    const auto& [org, person] = *tried.account;
    const auto row = store::person(tx, org, person);
    const auto key = store::present_draft_key(tx, org, person);
    if (!row || !row->is_active || store::password(tx, org, person) != tried.stored || !key ||
        !key->password_wrap)
        return std::nullopt;
    const WrapPlace place{.by = WrapPlace::By::password, .org = org, .owner = person.value(), .key = key->id};
    auto draft_key = unwrap(place, derived.wrapping_key, *key->password_wrap);
    if (!draft_key)
        throw std::logic_error("a draft key doesn't open with the password that matches");
    if (renewed) {
        store::renew_password(tx, org, person, renewed->stored);
        store::set_password_wrap(tx, org, key->id, wrap(place, renewed->wrapping_key, *draft_key));
    }
    return access::Principal{.org = org,
                             .person = person,
                             .roles = store::roles(tx, org, person),
                             .draft_key = std::move(*draft_key),
                             .draft_key_id = key->id};
}

void clear_session_cookie(const Context& context, http::Call& call) {
    call.set_cookie(cookies::write(Kind::session, "", seconds(0), call.request(), context.config));
}

// An open page hears at once that its session is no more.
void tell_ended(const Context& context, db::Transaction& tx, OrgId org, PersonId person,
                const std::vector<access::SessionId>& ended) {
    tx.after_commit([&events = context.events, org, person, ended] {
        for (const auto session : ended)
            events.publish({.org = org,
                            .to = {person},
                            .topic = std::string(http::signed_out_topic),
                            .id = session.text()});
    });
}

} // namespace

access::Principal authenticate(const Context& context, const http::Request& request) {
    const auto token = session_token(context, request);
    const auto org = token ? keys::org_of_token(*token) : std::nullopt;
    if (!org)
        return {};
    const auto now = context.now();
    const auto row = context.database.read([&](db::Transaction& tx) {
        return store::find_session(tx, *org, keys::to_base64(keys::derive(Use::session_lookup, *token)), now,
                                   now - idle_limit);
    });
    if (!row)
        return {};
    if (now - row->last_seen_at >= seen_step)
        context.database.write_committed(
            [&](db::Transaction& tx) { store::set_last_seen(tx, *org, row->id, now); });
    const WrapPlace place{
        .by = WrapPlace::By::session, .org = *org, .owner = row->id.value(), .key = row->draft_key_id};
    return {.org = *org,
            .person = row->person_id,
            .roles = read_roles(row->roles.value_or("")),
            .session = row->id,
            .draft_key =
                unwrap(place, keys::derive(Use::session_key, *token), row->draft_key_wrap).value_or(""),
            .draft_key_id = row->draft_key_id};
}

std::optional<std::string> csrf_token(const Context& context, const http::Request& request) {
    const auto token = session_token(context, request);
    if (!token)
        return std::nullopt;
    return keys::to_base64(keys::derive(Use::csrf, *token));
}

bool csrf_token_matches(const Context& context, const http::Request& request) {
    const auto expected = csrf_token(context, request);
    const auto sent = request.header("x-csrf-token");
    return expected && sent && keys::equal(*expected, *sent);
}

Session start_session(const Context& context, http::Call& call, const access::Principal& who,
                      const Hooks& hooks, EnteredBy by) {
    const auto& request = call.request();
    const auto now = context.now();
    const auto token = keys::new_token(who.org);
    const auto old = session_token(context, request);
    std::optional<std::string> device;
    Session session{.mail = !context.config.mail_server.empty()};
    context.database.write([&](db::Transaction& tx) {
        if (const auto old_org = old ? keys::org_of_token(*old) : std::nullopt)
            store::delete_session_of_token(tx, *old_org,
                                           keys::to_base64(keys::derive(Use::session_lookup, *old)));
        store::delete_old_sessions(tx, who.org, who.person, now, now - idle_limit);
        const auto id = tx.new_id<access::Session>();
        const WrapPlace place{
            .by = WrapPlace::By::session, .org = who.org, .owner = id.value(), .key = who.draft_key_id};
        store::insert_session(
            tx, {.org = who.org,
                 .id = id,
                 .person = who.person,
                 .token_hash = keys::to_base64(keys::derive(Use::session_lookup, token)),
                 .draft_key = who.draft_key_id,
                 .draft_key_wrap = wrap(place, keys::derive(Use::session_key, token), who.draft_key),
                 .device = device_name(request.header("user-agent").value_or("")),
                 .entered_by = by,
                 .now = now,
                 .expires_at = now + absolute_limit});
        device = remember_device(context, tx, request, who.org, who.person);
        describe_person(tx, session, who, context, hooks);
        audit::record(tx, now,
                      {.org = who.org,
                       .actor = who.person,
                       .action = "session.started",
                       .object = access::Object::own_account,
                       .subject = who.person});
    });
    call.set_cookie(cookies::write(Kind::session, token, absolute_limit, request, context.config));
    if (device)
        call.set_cookie(cookies::write(Kind::device, *device, device_limit, request, context.config));
    session.csrf_token = keys::to_base64(keys::derive(Use::csrf, token));
    return session;
}

Session describe_session(const Context& context, const http::Request& request, const access::Principal& who,
                         const Hooks& hooks) {
    Session session{.mail = !context.config.mail_server.empty()};
    context.database.read([&](db::Transaction& tx) {
        if (who.person) {
            describe_person(tx, session, who, context, hooks);
            return;
        }
        session.state =
            store::anybody_can_sign_in(tx) ? SessionState::signed_out : SessionState::setup_required;
        if (hooks.sign_in_hint)
            session.sign_in_hint = hooks.sign_in_hint(tx);
    });
    if (who.person)
        session.csrf_token = csrf_token(context, request);
    return session;
}

Result<Session> sign_in(const Context& context, http::Call& call, const std::string& email,
                        const std::string& password, const Hooks& hooks) {
    const auto address = fold_address(email);
    const auto tried = context.database.write([&](db::Transaction& tx) -> Result<Tried> {
        auto result = look_up(context, tx, call.request(), address);
        if (const auto wait = throttle::begin(tx, context.now(), result.attempt))
            return fail({.code = ErrorCode::too_many_requests,
                         .message = "Too many tries to sign in. Please wait a moment and try again.",
                         .retry_after = *wait});
        return result;
    });
    if (!tried)
        return fail(tried.error());
    // An account that doesn't exist costs what one does, and gets the same answer.
    const auto derived = password::derive(password, tried->stored);
    if (!derived)
        return fail(derived.error());
    const bool right = password::matches(tried->stored, *derived) && tried->account;
    std::optional<PreparedPassword> renewed;
    if (right && !password::is_current(tried->stored))
        if (auto prepared = prepare_password(password))
            renewed = std::move(*prepared);
    const auto refused = [] {
        return fail(ErrorCode::unauthenticated,
                    "This e-mail address and this password don't belong together.");
    };
    if (!right)
        return refused();
    const auto who = context.database.write([&](db::Transaction& tx) {
        auto person = unlock(tx, *tried, *derived, renewed);
        if (person)
            throttle::succeeded(tx, context.now(), tried->attempt);
        return person;
    });
    if (!who)
        return refused();
    return start_session(context, call, *who, hooks);
}

std::vector<OwnSession> own_sessions(const Context& context, const access::Principal& who) {
    return context.database.read([&](db::Transaction& tx) {
        std::vector<OwnSession> result;
        const auto now = context.now();
        for (auto& row : store::sessions(tx, who.org, who.person, now, now - idle_limit))
            result.push_back({.id = row.id,
                              .device = std::move(row.device),
                              .created_at = row.created_at,
                              .last_seen_at = row.last_seen_at,
                              .current = row.id == who.session});
        return result;
    });
}

void sign_out(const Context& context, http::Call& call) {
    const auto& who = call.who();
    context.database.write([&](db::Transaction& tx) {
        store::delete_session(tx, who.org, who.session);
        tell_ended(context, tx, who.org, who.person, {who.session});
    });
    clear_session_cookie(context, call);
}

void sign_out_everywhere(const Context& context, http::Call& call) {
    const auto& who = call.who();
    context.database.write([&](db::Transaction& tx) {
        sign_out_everywhere(context, tx, who.org, who.person);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "sessions.ended",
                       .object = access::Object::own_account,
                       .subject = who.person});
    });
    clear_session_cookie(context, call);
}

void end_sessions(const Context& context, db::Transaction& tx, OrgId org, PersonId person,
                  access::SessionId but) {
    tell_ended(context, tx, org, person, store::delete_sessions(tx, org, person, but));
}

void sign_out_everywhere(const Context& context, db::Transaction& tx, OrgId org, PersonId person) {
    end_sessions(context, tx, org, person);
    store::delete_devices(tx, org, person);
}

} // namespace buckstop::identity
