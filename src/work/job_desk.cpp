#include "work/job_desk.hpp"

namespace buckstop::work {
namespace {

const std::string columns =
    "select id, kind, state, attempts, max_attempts, input, progress, error, created_at, "
    "run_at, lease_until, finished_at from job";

} // namespace

std::vector<JobInfo> list_jobs(db::Transaction& tx, OrgId org, std::optional<JobState> state, int most) {
    return tx.query<JobInfo>(columns + " where org_id = $1 and ($2 = '' or state = $2)"
                                       " order by id desc limit $3",
                             org, state ? enum_name(*state) : "", most);
}

std::optional<JobInfo> find_job(db::Transaction& tx, OrgId org, JobId job) {
    return tx.find<JobInfo>(columns + " where org_id = $1 and id = $2", org, job);
}

Result<> retry_job(db::Transaction& tx, OrgId org, JobId job) {
    const auto found = find_job(tx, org, job);
    if (!found)
        return fail(ErrorCode::not_found, "There is no such job. See `buckstop job list`.");
    if (found->state == JobState::running)
        return fail(ErrorCode::conflict, "The job is running.");
    if (found->state == JobState::done)
        return fail(ErrorCode::conflict, "The job is done.");
    tx.execute("update job set state = 'waiting', attempts = 0, run_at = 0, finished_at = null,"
               " lease_until = null, lease_owner = null where org_id = $1 and id = $2",
               org, job);
    return {};
}

std::vector<JobCount> count_jobs(db::Transaction& tx) {
    return tx.query<JobCount>(
        "select kind, state, count(*) as number from job group by kind, state order by kind, state");
}

JobTrouble job_trouble(db::Transaction& tx, Instant lost_before, Instant due_before, Instant failed_after) {
    return tx
        .find<JobTrouble>(
            "select"
            " (select count(*) from job where state = 'running' and lease_until < $1) as lost,"
            " (select count(*) from job where state = 'waiting' and created_at < $2 and run_at < $2) as "
            "overdue,"
            " (select count(*) from job where state = 'failed' and finished_at >= $3) as failed,"
            " (select min(kind) from job where state = 'failed' and finished_at >= $3) as failed_kind",
            lost_before, due_before, failed_after)
        .value();
}

} // namespace buckstop::work
