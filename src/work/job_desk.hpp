// Looking after jobs from outside: what there is, what went wrong, once more, not at all. For the command
// line, the doctor and the metrics; nothing here runs a job.
#pragma once

#include "db/db.hpp"
#include "work/jobs.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buckstop::work {

// A job as it is shown. Its input holds ids, and its error no words of people's.
struct JobInfo {
    JobId id;
    std::string kind;
    JobState state = JobState::waiting;
    int attempts = 0; // begun so far
    int max_attempts = 0;
    std::string input;                   // JSON
    std::optional<std::string> progress; // JSON
    std::optional<std::string> error;    // of the last attempt
    Instant created_at{};
    Instant run_at{};                   // not before; 1970: at once
    std::optional<Instant> lease_until; // while it runs: until when its runner is believed to live
    std::optional<Instant> finished_at;
};
BOOST_DESCRIBE_STRUCT(JobInfo, (),
                      (id, kind, state, attempts, max_attempts, input, progress, error, created_at, run_at,
                       lease_until, finished_at))

// The latest first, at most `most`; of one state, or of all.
[[nodiscard]] std::vector<JobInfo> list_jobs(db::Transaction& tx, OrgId org, std::optional<JobState> state,
                                             int most);
[[nodiscard]] std::optional<JobInfo> find_job(db::Transaction& tx, OrgId org, JobId job);

// A job that failed or was cancelled waits again, due at once, with all its attempts before it. Also one that
// waits for its next attempt, which is then due at once. Errors: not_found; conflict: it runs, or is done.
[[nodiscard]] Result<> retry_job(db::Transaction& tx, OrgId org, JobId job);

// How many there are of each kind in each state, of all organisations.
struct JobCount {
    std::string kind;
    JobState state = JobState::waiting;
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(JobCount, (), (kind, state, number))
[[nodiscard]] std::vector<JobCount> count_jobs(db::Transaction& tx);

// What may need somebody, of all organisations.
struct JobTrouble {
    std::int64_t lost = 0;                  // they run, but their runner's lease passed before `lost_before`
    std::int64_t overdue = 0;               // they wait, though due before `due_before`
    std::int64_t failed = 0;                // for good, after `failed_after`
    std::optional<std::string> failed_kind; // one of their kinds
};
BOOST_DESCRIBE_STRUCT(JobTrouble, (), (lost, overdue, failed, failed_kind))
[[nodiscard]] JobTrouble job_trouble(db::Transaction& tx, Instant lost_before, Instant due_before,
                                     Instant failed_after);

} // namespace buckstop::work
