// The SQL of sessions and known devices.
#pragma once

#include "access/principal.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/identity/identity.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::identity::store {

struct NewSession {
    OrgId org{};
    access::SessionId id{};
    PersonId person{};
    std::string token_hash{};
    access::DraftKeyId draft_key{};
    std::string draft_key_wrap{};
    std::string device{};
    EnteredBy entered_by = EnteredBy::password;
    Instant now{}, expires_at{};
};
void insert_session(db::Transaction& tx, const NewSession& session);

// A session that hasn't expired, of an active person who can sign in.
struct SessionRow {
    access::SessionId id{};
    PersonId person_id{};
    access::DraftKeyId draft_key_id{};
    std::string draft_key_wrap{};
    Instant last_seen_at{};
    std::optional<std::string> roles{}; // separated by commas
};
BOOST_DESCRIBE_STRUCT(SessionRow, (), (id, person_id, draft_key_id, draft_key_wrap, last_seen_at, roles))
std::optional<SessionRow> find_session(db::Transaction& tx, OrgId org, std::string_view token_hash,
                                       Instant now, Instant idle_since);
void set_last_seen(db::Transaction& tx, OrgId org, access::SessionId session, Instant now);

std::optional<EnteredBy> entered_by(db::Transaction& tx, OrgId org, access::SessionId session);

struct ListedSession {
    access::SessionId id{};
    std::optional<std::string> device{};
    Instant created_at{}, last_seen_at{};
};
BOOST_DESCRIBE_STRUCT(ListedSession, (), (id, device, created_at, last_seen_at))
std::vector<ListedSession> sessions(db::Transaction& tx, OrgId org, PersonId person, Instant now,
                                    Instant idle_since);

void delete_session(db::Transaction& tx, OrgId org, access::SessionId session);
void delete_session_of_token(db::Transaction& tx, OrgId org, std::string_view token_hash);
// All of a person's, but for one. Returns which.
std::vector<access::SessionId> delete_sessions(db::Transaction& tx, OrgId org, PersonId person,
                                               access::SessionId but);
void delete_old_sessions(db::Transaction& tx, OrgId org, PersonId person, Instant now, Instant idle_since);

// The person's known device of this cookie.
std::optional<std::int64_t> known_device(db::Transaction& tx, OrgId org, PersonId person,
                                         std::string_view token_hash);
void touch_device(db::Transaction& tx, OrgId org, std::int64_t device, Instant now);
// Keeps the newest `most` of the person.
void insert_device(db::Transaction& tx, OrgId org, PersonId person, std::string_view token_hash, Instant now,
                   int most);
void delete_devices(db::Transaction& tx, OrgId org, PersonId person);

} // namespace buckstop::identity::store
