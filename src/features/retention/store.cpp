#include "features/retention/store.hpp"

namespace buckstop::retention::store {

std::int64_t remove_jobs(db::Transaction& tx, OrgId org, Instant ended_before) {
    return tx.execute("delete from job where org_id = $1 and id in (select id from job where org_id = $1"
                      " and state in ('done', 'failed', 'cancelled') and finished_at < $2 limit $3)",
                      org, ended_before, portion);
}

std::int64_t remove_sessions(db::Transaction& tx, OrgId org, Instant ended_before) {
    return tx.execute("delete from session where org_id = $1 and id in (select id from session"
                      " where org_id = $1 and expires_at < $2 limit $3)",
                      org, ended_before, portion);
}

std::int64_t remove_notices(db::Transaction& tx, OrgId org, Instant seen_before) {
    return tx.execute("delete from notice where org_id = $1 and id in (select id from notice"
                      " where org_id = $1 and seen_at < $2 limit $3)",
                      org, seen_before, portion);
}

std::int64_t remove_activities(db::Transaction& tx, OrgId org, Date before) {
    return tx.execute("delete from activity where org_id = $1 and id in (select a.id from activity a"
                      " join deal d on d.org_id = a.org_id and d.id = a.deal_id where a.org_id = $1"
                      " and d.outcome <> 'open' and d.closed_on < $2"
                      " and (a.happened_on is null or a.happened_on < $2) limit $3)",
                      org, before, portion);
}

std::int64_t remove_failures(db::Transaction& tx, OrgId org, Date before) {
    return tx.execute("delete from failure where org_id = $1 and id in (select f.id from failure f"
                      " where f.org_id = $1 and f.occurred_on < $2 and not exists (select 1 from debrief d"
                      " where d.org_id = f.org_id and d.failure_id = f.id) limit $3)",
                      org, before, portion);
}

} // namespace buckstop::retention::store
