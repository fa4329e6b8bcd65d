#include "features/audit/store.hpp"

namespace buckstop::audit::store {

std::string pseudonym(db::Transaction& tx, OrgId org, PersonId person) {
    tx.execute("insert into audit_pseudonym (org_id, person_id, pseudonym) values ($1, $2, $3)"
               " on conflict (org_id, person_id) do nothing",
               org, person, random_text());
    return tx.value<std::string>("select pseudonym from audit_pseudonym where org_id = $1 and person_id = $2",
                                 org, person);
}

std::optional<std::string> find_pseudonym(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.find<std::string>("select pseudonym from audit_pseudonym where org_id = $1 and person_id = $2",
                                org, person);
}

void delete_pseudonym(db::Transaction& tx, OrgId org, PersonId person) {
    tx.execute("delete from audit_pseudonym where org_id = $1 and person_id = $2", org, person);
}

Head take_next(db::Transaction& tx, OrgId org) {
    const auto next = [&] {
        return tx.find<Head>(
            "update audit_head set sequence = sequence + 1 where org_id = $1 returning sequence, hash", org);
    };
    if (const auto place = next())
        return *place;
    tx.execute("insert into audit_head (org_id, sequence, hash) values ($1, 0, '')"
               " on conflict (org_id) do nothing",
               org);
    return next().value();
}

void set_head(db::Transaction& tx, OrgId org, const std::string& hash) {
    tx.execute("update audit_head set hash = $2 where org_id = $1", org, hash);
}

Head head(db::Transaction& tx, OrgId org) {
    return tx.find<Head>("select sequence, hash from audit_head where org_id = $1", org).value_or(Head{});
}

void insert(db::Transaction& tx, const Entry& entry) {
    tx.execute(
        "insert into audit_entry (org_id, sequence, at, actor, action, object_kind, object_id, subject,"
        " reason_digest, detail, previous_hash, hash)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        entry.org_id, entry.sequence, entry.at, entry.actor, entry.action, entry.object_kind, entry.object_id,
        entry.subject, entry.reason_digest, entry.detail, entry.previous_hash, entry.hash);
}

void insert_reason(db::Transaction& tx, OrgId org, std::int64_t sequence, const std::string& salt,
                   const std::string& reason) {
    tx.execute("insert into audit_reason (org_id, sequence, salt, reason) values ($1, $2, $3, $4)", org,
               sequence, salt, reason);
}

void delete_reasons(db::Transaction& tx, OrgId org, const std::string& pseudonym) {
    tx.execute("delete from audit_reason where org_id = $1 and sequence in"
               " (select sequence from audit_entry where org_id = $1 and (actor = $2 or subject = $2))",
               org, pseudonym);
}

void each(db::Transaction& tx, OrgId org, const std::function<void(const Kept&)>& visit) {
    tx.each<Kept>(
        "select e.org_id, e.sequence, e.at, e.actor, e.action, e.object_kind, e.object_id, e.subject,"
        " e.reason_digest, e.detail, e.previous_hash, e.hash, r.salt, r.reason"
        " from audit_entry e"
        " left join audit_reason r on r.org_id = e.org_id and r.sequence = e.sequence"
        " where e.org_id = $1 order by e.sequence",
        visit, org);
}

std::vector<Named> lines(db::Transaction& tx, OrgId org, const std::optional<std::string>& about,
                         std::int64_t before, int limit) {
    std::string sql = "select e.sequence, e.at,"
                      " ap.name as actor_name, sp.name as subject_name, e.action, e.object_kind, e.object_id,"
                      " r.reason"
                      " from audit_entry e"
                      " left join audit_pseudonym a on a.org_id = e.org_id and a.pseudonym = e.actor"
                      " left join person ap on ap.org_id = e.org_id and ap.id = a.person_id"
                      " left join audit_pseudonym s on s.org_id = e.org_id and s.pseudonym = e.subject"
                      " left join person sp on sp.org_id = e.org_id and sp.id = s.person_id"
                      " left join audit_reason r on r.org_id = e.org_id and r.sequence = e.sequence"
                      " where e.org_id = $1 and e.sequence < $2";
    if (!about)
        return tx.query<Named>(sql + " order by e.sequence desc limit $3", org, before, limit);
    return tx.query<Named>(sql + " and e.subject = $4 order by e.sequence desc limit $3", org, before, limit,
                           *about);
}

std::vector<LookRow> looks(db::Transaction& tx, OrgId org, std::string_view action,
                           std::string_view object_kind, std::int64_t object_id) {
    return tx.query<LookRow>(
        "select p.id, p.name, max(e.at) as at from audit_entry e"
        " join audit_pseudonym a on a.org_id = e.org_id and a.pseudonym = e.actor"
        " join person p on p.org_id = a.org_id and p.id = a.person_id"
        " where e.org_id = $1 and e.object_kind = $2 and e.object_id = $3 and e.action = $4"
        " group by p.id, p.name order by max(e.at) desc",
        org, object_kind, object_id, action);
}

} // namespace buckstop::audit::store
