// Who somebody is: passwords, sessions, links that let people in, notices, and the keys of drafts. The
// design, with what it protects against and what it doesn't, is README.md here.
#pragma once

#include "access/principal.hpp"
#include "base/describe.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::identity {

// ---- Drafts: what only their author can open ------------------------------------------------------------

struct Sealed {
    access::DraftKeyId key{}; // store it beside the text
    std::string text{};       // printable
};

// Encrypts what the asker wrote so that only they can open it. `about` binds it to its place, such as
// "draft <debrief id>": a text that is moved to another row doesn't open. Error (conflict): the asker has no
// key, as outside a session.
[[nodiscard]] Result<Sealed> seal(const access::Principal& who, std::string_view plaintext,
                                  std::string_view about);

// The reverse. Error (conflict): it was sealed with a key that the asker's session doesn't hold, because
// their password was reset and the recovery code hasn't been entered. Throws std::runtime_error where the
// text was tampered with.
[[nodiscard]] Result<std::string> open(const access::Principal& who, access::DraftKeyId key,
                                       std::string_view sealed, std::string_view about);

// Whether open() would find the key: false means "sealed" to the person.
[[nodiscard]] bool can_open(const access::Principal& who, access::DraftKeyId key);

// What the features that keep sealed texts tell identity, so that it needn't know their tables.
struct SealedTexts {
    // How many texts of the person are sealed with the key.
    std::function<int(db::Transaction&, OrgId, PersonId, access::DraftKeyId)> count;
    // Opens each of them as `before` and seals it again as `now`: the same person with the old and with the
    // present key. Returns how many.
    std::function<Result<int>(db::Transaction&, const access::Principal& before,
                              const access::Principal& now)>
        reseal;
};

// ---- Accounts: a person who can sign in -----------------------------------------------------------------

// A password after Argon2id: what is stored of it, and the key that wraps the person's draft key. It takes
// about 30 ms and 19 MiB, so prepare it outside a transaction.
struct PreparedPassword {
    std::string stored{};
    std::string wrapping_key{};
};

// Errors (invalid, field "password"): too short, too long, or among those that everybody tries first.
// `of_whom`: the person's name and address, which a password may not consist of. Errors (unavailable): too
// many passwords are being worked on.
[[nodiscard]] Result<PreparedPassword> prepare_password(std::string_view password,
                                                        const std::vector<std::string>& of_whom = {});

// How an e-mail address is stored and compared: compatibility forms and case folded, no space around it.
[[nodiscard]] std::string fold_address(std::string_view email);

// Somebody who can sign in from now on.
struct Account {
    std::string recovery_code{};   // shown once, stored nowhere
    access::Principal principal{}; // with the draft key; without a session
};

// Makes a person (who has an e-mail address) able to sign in. Errors (conflict): they already are, they have
// no address, or the address signs in to another organisation.
[[nodiscard]] Result<Account> create_account(db::Transaction& tx, Instant now, OrgId org, PersonId person,
                                             const PreparedPassword& password);

// To be called in the transaction that changes a person's e-mail address. Error (conflict): the address signs
// in to another organisation, or somebody who can sign in would have none.
[[nodiscard]] Result<> change_sign_in_name(db::Transaction& tx, OrgId org, PersonId person,
                                           const std::optional<std::string>& email);

// Ends all sessions of a person and forgets their known devices.
void sign_out_everywhere(const Context& context, db::Transaction& tx, OrgId org, PersonId person);

// Whether and how a person signs in.
enum class SignIn { none, invited, active };
BOOST_DESCRIBE_ENUM(SignIn, none, invited, active)

// That of a row of `person`, in a query that names the table.
inline constexpr std::string_view sign_in_sql =
    "case when exists (select 1 from credential c where c.org_id = person.org_id and c.person_id = person.id)"
    " then 'active'"
    " when exists (select 1 from invitation i where i.org_id = person.org_id and i.person_id = person.id"
    " and i.kind = 'invitation' and i.used_at is null) then 'invited'"
    " else 'none' end";

// Whether anybody at all can sign in: while nobody can, the page offers set-up.
[[nodiscard]] bool anybody_can_sign_in(db::Transaction& tx);

// ---- Links: invitations and password resets -------------------------------------------------------------

// Connects to the mail server of the configuration and signs in, and sends nothing. Error (unavailable): it
// can't be reached, or refuses.
[[nodiscard]] Result<> reach_mail_server(const Config& config);

enum class LinkKind { invitation, reset_by_mail, reset_by_administrator };
BOOST_DESCRIBE_ENUM(LinkKind, invitation, reset_by_mail, reset_by_administrator)

struct Link {
    std::optional<std::string> link{}; // to hand on; nothing where only the mail may carry it
    Instant expires_at{};
    bool mailed = false; // a mail with a link of its own is on its way
};
BOOST_DESCRIBE_STRUCT(Link, (), (link, expires_at, mailed))

// An administrator lets a person in for the first time, or again: audited; for a reset the person is told at
// their next sign-in. A reset seals their drafts once it is used. Errors: forbidden; not_found; conflict
// (an invitation to somebody who can sign in, a reset for somebody who can't, no e-mail address).
[[nodiscard]] Result<Link> invite(const Context& context, const access::Principal& who, PersonId person);
[[nodiscard]] Result<Link> reset_password(const Context& context, const access::Principal& who,
                                          PersonId person);

// ---- Set-up: the first administrator --------------------------------------------------------------------

// While nobody can sign in: a new one-time token, which replaces the last one, for the console (and only
// there). Nothing once somebody can.
[[nodiscard]] std::optional<std::string> offer_setup(const Context& context);

// Takes the token back, once. Error (forbidden): wrong, used, replaced, or somebody can sign in by now.
[[nodiscard]] Result<> take_setup_token(db::Transaction& tx, std::string_view typed);

// ---- Sessions -------------------------------------------------------------------------------------------

enum class SessionState { setup_required, signed_out, signed_in };
BOOST_DESCRIBE_ENUM(SessionState, setup_required, signed_out, signed_in)

struct SessionPerson {
    PersonId id{};
    std::string name{};
    std::optional<std::string> email{}, title{};
    std::vector<access::Role> roles{};
};
BOOST_DESCRIBE_STRUCT(SessionPerson, (), (id, name, email, title, roles))

struct SessionOrganisation {
    OrgId id{};
    std::string name{}, currency{}, time_zone{};
    bool is_demonstration = false;
    Date today{};
};
BOOST_DESCRIBE_STRUCT(SessionOrganisation, (), (id, name, currency, time_zone, is_demonstration, today))

// What the page asks first.
struct Session {
    SessionState state = SessionState::signed_out;
    std::optional<std::string> csrf_token{};
    std::optional<SessionPerson> person{};
    std::optional<SessionOrganisation> organisation{};
    bool drafts_sealed = false; // texts wait for the recovery code
    bool mail = false;          // a forgotten password can be reset by mail
    std::optional<std::string> sign_in_hint{};
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (state, csrf_token, person, organisation, drafts_sealed, mail, sign_in_hint))

// Who sends a request, by its session cookie: an empty principal where there is none, or it was ended, or it
// expired after seven days without a sign of life or thirty in all. For http::DispatchOptions.
[[nodiscard]] access::Principal authenticate(const Context& context, const http::Request& request);

// The token that a write must carry as X-CSRF-Token, derived from the session's; nothing without a session
// cookie.
[[nodiscard]] std::optional<std::string> csrf_token(const Context& context, const http::Request& request);
[[nodiscard]] bool csrf_token_matches(const Context& context, const http::Request& request);

// What others contribute to identity's routes; app wires it.
struct Hooks {
    SealedTexts sealed_texts;
    // How to sign in to the demonstration; nothing elsewhere.
    std::function<std::optional<std::string>(db::Transaction&)> sign_in_hint;
};

// How somebody got in.
enum class EnteredBy { password, link };
BOOST_DESCRIBE_ENUM(EnteredBy, password, link)

// Begins a session for somebody who has just proved who they are (or was just let in): a new token, whatever
// the request carried; sets the cookies of the answer.
[[nodiscard]] Session start_session(const Context& context, http::Call& call, const access::Principal& who,
                                    const Hooks& hooks, EnteredBy by = EnteredBy::password);

// ---- Notices: what a person is told at their next sign-in and in the page --------------------------------

struct Notice {
    Id<struct Notice> id{};
    std::string kind{};
    std::string text{};
    Instant created_at{};
    bool seen = false;
};
BOOST_DESCRIBE_STRUCT(Notice, (), (id, kind, text, created_at, seen))

// Leaves a notice; the person's open pages hear of it once the transaction commits.
void notify(const Context& context, db::Transaction& tx, OrgId org, PersonId person, std::string_view kind,
            std::string_view text);

// A person's newest notices, unseen first; at most `limit`.
[[nodiscard]] std::vector<Notice> notices(db::Transaction& tx, OrgId org, PersonId person, int limit = 50);

// ---------------------------------------------------------------------------------------------------------

void add_routes(http::Router& router, const Context& context, const Hooks& hooks = {});
void add_jobs(const Context& context);

} // namespace buckstop::identity
