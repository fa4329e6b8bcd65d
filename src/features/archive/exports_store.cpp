#include "features/archive/exports_store.hpp"

namespace buckstop::archive::store {
namespace {

const std::string columns =
    "select e.id, e.state, person.name as requested_by, e.bytes, e.error, e.created_at, e.expires_at"
    " from organisation_export e"
    " left join person on person.org_id = e.org_id and person.id = e.requested_by where e.org_id = $1";

} // namespace

void insert_export(db::Transaction& tx, OrgId org, ExportId id, PersonId by, Instant at, Instant expires_at) {
    tx.execute("insert into organisation_export (org_id, id, requested_by, state, created_at, expires_at)"
               " values ($1, $2, $3, 'waiting', $4, $5)",
               org, id, by ? std::optional(by) : std::nullopt, at, expires_at);
}

std::vector<Export> exports(db::Transaction& tx, OrgId org, Instant now) {
    return tx.query<Export>(columns + " and e.expires_at > $2 order by e.created_at desc, e.id desc", org,
                            now);
}

std::optional<Export> find_export(db::Transaction& tx, OrgId org, ExportId id) {
    return tx.find<Export>(columns + " and e.id = $2", org, id);
}

void finish_export(db::Transaction& tx, OrgId org, ExportId id, std::int64_t bytes) {
    tx.execute("update organisation_export set state = 'done', bytes = $3 where org_id = $1 and id = $2", org,
               id, bytes);
}

void fail_export(db::Transaction& tx, OrgId org, ExportId id, const std::string& error) {
    tx.execute("update organisation_export set state = 'failed', error = $3 where org_id = $1 and id = $2",
               org, id, error);
}

std::vector<ExportId> expired_exports(db::Transaction& tx, OrgId org, Instant now) {
    return tx.query<ExportId>(
        "select id from organisation_export where org_id = $1 and expires_at <= $2 limit 1000", org, now);
}

void remove_export(db::Transaction& tx, OrgId org, ExportId id) {
    tx.execute("delete from organisation_export where org_id = $1 and id = $2", org, id);
}

} // namespace buckstop::archive::store
