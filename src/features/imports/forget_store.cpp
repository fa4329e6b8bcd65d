#include "features/imports/forget_store.hpp"

#include <string_view>

namespace buckstop::imports::store {
namespace {

constexpr std::string_view file_columns =
    "select f.import_id, f.position, f.path, f.refused_bytes,"
    " i.state in ('done', 'failed', 'cancelled', 'undone') as has_ended"
    " from import_file f join import i on i.org_id = f.org_id and i.id = f.import_id"
    " where f.org_id = $1 and (f.path is not null or f.refused_bytes > 0)";

} // namespace

bool is_undo_forgotten(db::Transaction& tx, OrgId org, ImportId id) {
    return tx.value<bool>("select exists (select 1 from import where org_id = $1 and id = $2"
                          " and undo_forgotten_at is not null)",
                          org, id);
}

std::vector<StoredPart> parts_after(db::Transaction& tx, OrgId org, std::int64_t sequence, int most) {
    return tx.query<StoredPart>(
        "select sequence, import_id, position, kind, first_id, last_id, entries from import_journal"
        " where org_id = $1 and sequence > $2 order by sequence limit $3",
        org, sequence, most);
}

std::vector<ImportId> with_undo_before(db::Transaction& tx, OrgId org, Instant before) {
    return tx.query<ImportId>("select id from import where org_id = $1 and finished_at < $2"
                              " and state in ('done', 'failed', 'cancelled')"
                              " and (undo_forgotten_at is null or exists (select 1 from import_journal j"
                              " where j.org_id = import.org_id and j.import_id = import.id))"
                              " order by finished_at limit 100",
                              org, before);
}

std::int64_t remove_parts(db::Transaction& tx, OrgId org, ImportId id, int most) {
    return tx.execute("delete from import_journal where org_id = $1 and sequence in"
                      " (select sequence from import_journal where org_id = $1 and import_id = $2"
                      " order by sequence limit $3)",
                      org, id, most);
}

bool note_undo_forgotten(db::Transaction& tx, OrgId org, ImportId id, Instant at) {
    return tx.execute("update import set undo_forgotten_at = $3 where org_id = $1 and id = $2"
                      " and undo_forgotten_at is null",
                      org, id, at) == 1;
}

std::vector<KeptFile> kept_files(db::Transaction& tx, OrgId org) {
    return tx.query<KeptFile>(file_columns, org);
}

std::vector<KeptFile> kept_files_before(db::Transaction& tx, OrgId org, Instant before, int most) {
    return tx.query<KeptFile>(std::string(file_columns) +
                                  " and ((i.state in ('done', 'failed', 'cancelled', 'undone')"
                                  " and coalesce(i.finished_at, i.touched_at) < $2)"
                                  " or (i.state in ('uploaded', 'previewed', 'question')"
                                  " and i.touched_at < $2)) order by f.import_id, f.position limit $3",
                              org, before, most);
}

void forget_refused(db::Transaction& tx, OrgId org, ImportId id, int position) {
    tx.execute("update import_file set refused_bytes = 0 where org_id = $1 and import_id = $2"
               " and position = $3",
               org, id, position);
}

} // namespace buckstop::imports::store
