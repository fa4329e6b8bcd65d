#include "work/job_store.hpp"

#include "db/lists.hpp"

namespace buckstop::work {

std::optional<TakenJob> JobStore::take(const std::vector<std::string>& kinds, const std::string& lease,
                                       Instant now, Instant until) const {
    // A look first, so that an idle runner takes no lock.
    const bool due = database_.read([&](db::Transaction& tx) {
        return tx.value<bool>("select exists (select 1 from job where state = 'waiting' and run_at <= $1)"
                              " or exists (select 1 from job where state = 'running' and lease_until < $1)",
                              now);
    });
    if (!due)
        return std::nullopt;
    return database_.write_committed([&](db::Transaction& tx) {
        tx.execute(
            "update job set state = case when attempts < max_attempts then 'waiting' else 'failed' end,"
            " finished_at = case when attempts < max_attempts then null else $1 end,"
            " error = 'Its runner was lost.', lease_until = null, lease_owner = null"
            " where state = 'running' and lease_until < $1",
            now);
        constexpr std::string_view update =
            "update job set state = 'running', attempts = attempts + 1, lease_until = $1, lease_owner = $2"
            " where (org_id, id) in (select org_id, id from job where state = 'waiting'"
            " and run_at <= $3 and kind in ($4*) order by run_at limit 1";
        const auto sqlite =
            std::string(update) + ") returning org_id, id, kind, input, attempts, max_attempts";
        const auto postgres =
            std::string(update) +
            " for update skip locked) returning org_id, id, kind, input, attempts, max_attempts";
        const auto sql = db::in_lists(tx.dialect() == db::Dialect::sqlite ? sqlite : postgres);
        return tx.find<TakenJob>(sql, until, lease, now, db::list_of(tx, kinds));
    });
}

bool JobStore::renew(const TakenJob& job, const std::string& lease, Instant until,
                     const std::optional<std::string>& progress) const {
    return database_.write_committed([&](db::Transaction& tx) {
        return tx.execute("update job set lease_until = $4, progress = coalesce($5, progress)"
                          " where org_id = $1 and id = $2 and lease_owner = $3 and state = 'running'",
                          job.org_id, job.id, lease, until, progress) > 0;
    });
}

bool JobStore::finish(const TakenJob& job, const std::string& lease, Instant now) const {
    return database_.write_committed([&](db::Transaction& tx) {
        return tx.execute("update job set state = 'done', error = null, finished_at = $4, lease_until = "
                          "null, lease_owner = null"
                          " where org_id = $1 and id = $2 and lease_owner = $3 and state = 'running'",
                          job.org_id, job.id, lease, now) > 0;
    });
}

bool JobStore::retry(const TakenJob& job, const std::string& lease, Instant at,
                     const std::string& error) const {
    return database_.write_committed([&](db::Transaction& tx) {
        return tx.execute("update job set state = 'waiting', run_at = $4, error = $5, lease_until = null, "
                          "lease_owner = null"
                          " where org_id = $1 and id = $2 and lease_owner = $3 and state = 'running'",
                          job.org_id, job.id, lease, at, error) > 0;
    });
}

bool JobStore::fail(const TakenJob& job, const std::string& lease, Instant now,
                    const std::string& error) const {
    return database_.write_committed([&](db::Transaction& tx) {
        return tx.execute("update job set state = 'failed', finished_at = $4, error = $5, lease_until = "
                          "null, lease_owner = null"
                          " where org_id = $1 and id = $2 and lease_owner = $3 and state = 'running'",
                          job.org_id, job.id, lease, now, error) > 0;
    });
}

bool JobStore::put_back(const TakenJob& job, const std::string& lease) const {
    return database_.write_committed([&](db::Transaction& tx) {
        return tx.execute("update job set state = 'waiting', attempts = attempts - 1, lease_until = null, "
                          "lease_owner = null"
                          " where org_id = $1 and id = $2 and lease_owner = $3 and state = 'running'",
                          job.org_id, job.id, lease) > 0;
    });
}

bool JobStore::add_recurring(const std::string& kind, Instant now, Instant since) const {
    // SERIALIZABLE, so that two programs can't both find none.
    return database_.write([&](db::Transaction& tx) {
        const auto orgs =
            tx.query<OrgId>("select org_id from organisation where not exists"
                            " (select 1 from job where job.org_id = organisation.org_id and job.kind = $1"
                            " and (job.state in ('waiting', 'running') or job.created_at > $2))",
                            kind, since);
        for (const auto org : orgs)
            tx.execute(
                "insert into job (org_id, id, kind, input, state, attempts, max_attempts, run_at, created_at)"
                " values ($1, $2, $3, '{}', 'waiting', 0, 3, 0, $4)",
                org, tx.new_id<struct Job>(), kind, now);
        return !orgs.empty();
    });
}

void JobStore::forget(Instant before) const {
    database_.write_committed([&](db::Transaction& tx) {
        tx.execute("delete from job where state in ('done', 'cancelled', 'failed') and finished_at < $1",
                   before);
    });
}

} // namespace buckstop::work
