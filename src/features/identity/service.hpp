// What the routes, the jobs and the tests of identity call beside the public functions.
#pragma once

#include "features/identity/identity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buckstop::identity {

// ---- accounts.cpp

// A password that was reset by whoever holds a link: what the old one opened stays sealed, all sessions end,
// and there is a new draft key with a new recovery code.
Account reset_account(const Context& context, db::Transaction& tx, OrgId org, PersonId person,
                      const PreparedPassword& password);

// The same person, who knows their password: the draft key is wrapped anew; other sessions end. Errors:
// invalid
// (`current` is wrong, `next` breaks a rule), too_many_requests.
Result<> change_password(const Context& context, const access::Principal& who, const std::string& current,
                         const std::string& next);
// A new recovery code in place of the last one. Errors: invalid (wrong password), too_many_requests.
Result<std::string> renew_recovery_code(const Context& context, const access::Principal& who,
                                        const std::string& password);
// Opens what the code opens and seals it with the present key. Returns how many texts. Other sessions end.
// Errors: invalid (it opens nothing); conflict (the password was chosen through a link, and not in this
// session).
Result<int> unseal(const Context& context, const access::Principal& who, const std::string& typed,
                   const SealedTexts& texts);

// ---- sessions.cpp

// The answer to GET /session for whoever asks.
Session describe_session(const Context& context, const http::Request& request, const access::Principal& who,
                         const Hooks& hooks);

// Errors: unauthenticated (the same for an unknown address, a wrong password and somebody who can't sign in),
// too_many_requests, unavailable.
Result<Session> sign_in(const Context& context, http::Call& call, const std::string& email,
                        const std::string& password, const Hooks& hooks);

struct OwnSession {
    access::SessionId id{};
    std::optional<std::string> device{};
    Instant created_at{}, last_seen_at{};
    bool current = false;
};
BOOST_DESCRIBE_STRUCT(OwnSession, (), (id, device, created_at, last_seen_at, current))
std::vector<OwnSession> own_sessions(const Context& context, const access::Principal& who);
// Ends a person's sessions, but for one; pages that are open hear of it after the commit.
void end_sessions(const Context& context, db::Transaction& tx, OrgId org, PersonId person,
                  access::SessionId but = {});
void sign_out(const Context& context, http::Call& call);
void sign_out_everywhere(const Context& context, http::Call& call);

// ---- links.cpp

// Where a link leads: what the page shows before a password is chosen. Error (not_found): unknown, used,
// expired.
struct Invitation {
    LinkKind kind = LinkKind::invitation;
    std::string organisation_name, name, email;
};
BOOST_DESCRIBE_STRUCT(Invitation, (), (kind, organisation_name, name, email))
Result<Invitation> find_invitation(const Context& context, std::string_view token);

// Chooses the password and signs in. Errors: not_found; invalid (the password).
struct Entered {
    Session session;
    std::optional<std::string> recovery_code;
};
BOOST_DESCRIBE_STRUCT(Entered, (), (session, recovery_code))
Result<Entered> accept(const Context& context, http::Call& call, std::string_view token,
                       const std::string& password, const Hooks& hooks);

// Somebody forgot their password. Where mail is set up a link goes to the address, if it belongs to an
// account; the answer doesn't tell. Error: too_many_requests.
struct ResetRequested {
    bool mailed = false; // mail is set up
    std::string message;
};
BOOST_DESCRIBE_STRUCT(ResetRequested, (), (mailed, message))
Result<ResetRequested> request_reset(const Context& context, const http::Request& request,
                                     const std::string& email);

// Makes a link of this kind and mails it; the job "identity.mail_link". A person of nobody's: does nothing.
Result<> mail_link(const Context& context, OrgId org, PersonId person, LinkKind kind);

} // namespace buckstop::identity
