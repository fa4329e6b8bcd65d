#include "features/people/store.hpp"

namespace buckstop::people::store {

std::optional<std::string> erasure_salt(db::Transaction& tx, OrgId org) {
    return tx.find<std::string>("select salt from erasure_salt where org_id = $1", org);
}

std::string erasure_salt(db::Transaction& tx, OrgId org, const std::string& unless_there) {
    tx.execute("insert into erasure_salt (org_id, salt) values ($1, $2) on conflict (org_id) do nothing", org,
               unless_there);
    return tx.value<std::string>("select salt from erasure_salt where org_id = $1", org);
}

std::int64_t next_erased_number(db::Transaction& tx, OrgId org) {
    return tx.value<std::int64_t>("select coalesce(max(number), 0) + 1 from erased_person where org_id = $1",
                                  org);
}

void insert_erased(db::Transaction& tx, OrgId org, const Erased& erased, Instant at) {
    tx.execute("insert into erased_person (org_id, person_id, number, erased_at) values ($1, $2, $3, $4)",
               org, erased.id, erased.number, at);
}

void insert_erased_name(db::Transaction& tx, OrgId org, PersonId person, const ErasedName& name) {
    tx.execute("insert into erased_name (org_id, person_id, kind, source, hash) values ($1, $2, $3, $4, $5)"
               " on conflict (org_id, person_id, kind, hash) do nothing",
               org, person, name.kind, name.source, name.hash);
}

std::optional<PersonId> erased_by(db::Transaction& tx, OrgId org, std::string_view kind,
                                  const std::string& hash) {
    return tx.find<PersonId>("select n.person_id from erased_name n"
                             " join erased_person e on e.org_id = n.org_id and e.person_id = n.person_id"
                             " where n.org_id = $1 and n.kind = $2 and n.hash = $3 order by e.number limit 1",
                             org, kind, hash);
}

std::optional<PersonId> erased_by_name(db::Transaction& tx, OrgId org, const std::string& hash,
                                       const std::optional<std::string_view>& but_known_to) {
    return tx.find<PersonId>(
        "select n.person_id from erased_name n"
        " join erased_person e on e.org_id = n.org_id and e.person_id = n.person_id"
        " where n.org_id = $1 and n.kind = 'name' and n.hash = $2 and not exists"
        " (select 1 from erased_name k where k.org_id = n.org_id and k.person_id = n.person_id"
        " and k.kind = 'key' and k.source = cast($3 as text)) order by e.number limit 1",
        org, hash, but_known_to);
}

bool is_erased(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.value<bool>("select exists (select 1 from erased_person where org_id = $1 and person_id = $2)",
                          org, person);
}

void give_reports_to(db::Transaction& tx, OrgId org, PersonId from, std::optional<PersonId> to) {
    tx.execute("update person set manager_id = $3, version = version + 1"
               " where org_id = $1 and manager_id = $2",
               org, from, to);
}

} // namespace buckstop::people::store
