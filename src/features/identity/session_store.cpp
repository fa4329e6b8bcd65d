#include "features/identity/session_store.hpp"

namespace buckstop::identity::store {

void insert_session(db::Transaction& tx, const NewSession& session) {
    tx.execute(
        "insert into session (org_id, id, person_id, token_hash, draft_key_id, draft_key_wrap, created_at,"
        " last_seen_at, expires_at, device, entered_by) values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)",
        session.org, session.id, session.person, session.token_hash, session.draft_key,
        session.draft_key_wrap, session.now, session.expires_at, session.device, session.entered_by);
}

std::optional<SessionRow> find_session(db::Transaction& tx, OrgId org, std::string_view token_hash,
                                       Instant now, Instant idle_since) {
    static constexpr std::string_view head =
        "select s.id, s.person_id, s.draft_key_id, s.draft_key_wrap, s.last_seen_at,"
        " (select ";
    static constexpr std::string_view tail =
        " from person_role r where r.org_id = s.org_id and r.person_id = s.person_id) as roles"
        " from session s"
        " join person p on p.org_id = s.org_id and p.id = s.person_id"
        " where s.org_id = $1 and s.token_hash = $2 and s.expires_at > $3 and s.last_seen_at > $4 and "
        "p.is_active";
    static const std::string sqlite = std::string(head) + "group_concat(r.role, ',')" + std::string(tail);
    static const std::string postgres = std::string(head) + "string_agg(r.role, ',')" + std::string(tail);
    return tx.find<SessionRow>(db::Sql(sqlite, postgres), org, token_hash, now, idle_since);
}

void set_last_seen(db::Transaction& tx, OrgId org, access::SessionId session, Instant now) {
    tx.execute("update session set last_seen_at = $3 where org_id = $1 and id = $2 and last_seen_at < $3",
               org, session, now);
}

std::optional<EnteredBy> entered_by(db::Transaction& tx, OrgId org, access::SessionId session) {
    return tx.find<EnteredBy>("select entered_by from session where org_id = $1 and id = $2", org, session);
}

std::vector<ListedSession> sessions(db::Transaction& tx, OrgId org, PersonId person, Instant now,
                                    Instant idle_since) {
    return tx.query<ListedSession>(
        "select id, device, created_at, last_seen_at from session"
        " where org_id = $1 and person_id = $2 and expires_at > $3 and last_seen_at > $4"
        " order by last_seen_at desc, id desc",
        org, person, now, idle_since);
}

void delete_session(db::Transaction& tx, OrgId org, access::SessionId session) {
    tx.execute("delete from session where org_id = $1 and id = $2", org, session);
}

void delete_session_of_token(db::Transaction& tx, OrgId org, std::string_view token_hash) {
    tx.execute("delete from session where org_id = $1 and token_hash = $2", org, token_hash);
}

std::vector<access::SessionId> delete_sessions(db::Transaction& tx, OrgId org, PersonId person,
                                               access::SessionId but) {
    return tx.query<access::SessionId>(
        "delete from session where org_id = $1 and person_id = $2 and id <> $3 returning id", org, person,
        but);
}

void delete_old_sessions(db::Transaction& tx, OrgId org, PersonId person, Instant now, Instant idle_since) {
    tx.execute("delete from session where org_id = $1 and person_id = $2 and (expires_at <= $3 or "
               "last_seen_at <= $4)",
               org, person, now, idle_since);
}

std::optional<std::int64_t> known_device(db::Transaction& tx, OrgId org, PersonId person,
                                         std::string_view token_hash) {
    return tx.find<std::int64_t>(
        "select id from known_device where org_id = $1 and token_hash = $2 and person_id = $3", org,
        token_hash, person);
}

void touch_device(db::Transaction& tx, OrgId org, std::int64_t device, Instant now) {
    tx.execute("update known_device set last_used_at = $3 where org_id = $1 and id = $2", org, device, now);
}

void insert_device(db::Transaction& tx, OrgId org, PersonId person, std::string_view token_hash, Instant now,
                   int most) {
    tx.execute("insert into known_device (org_id, id, person_id, token_hash, created_at, last_used_at)"
               " values ($1, $2, $3, $4, $5, $5)",
               org, tx.new_id<NewSession>(), person, token_hash, now);
    tx.execute("delete from known_device where org_id = $1 and person_id = $2 and id not in"
               " (select id from known_device where org_id = $1 and person_id = $2"
               " order by last_used_at desc, id desc limit $3)",
               org, person, most);
}

void delete_devices(db::Transaction& tx, OrgId org, PersonId person) {
    tx.execute("delete from known_device where org_id = $1 and person_id = $2", org, person);
}

} // namespace buckstop::identity::store
