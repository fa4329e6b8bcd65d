// The table `job`. What looks over all organisations is here and nowhere else: a runner takes what is due,
// whose it may be.
#pragma once

#include "db/db.hpp"
#include "work/jobs.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buckstop::work {

// A job that was taken. Whoever writes to it says its lease, so that a runner that lost it can't.
struct TakenJob {
    OrgId org_id;
    JobId id;
    std::string kind;
    std::string input; // JSON
    int attempts = 0;  // with this one
    int max_attempts = 0;
};
BOOST_DESCRIBE_STRUCT(TakenJob, (), (org_id, id, kind, input, attempts, max_attempts))

class JobStore {
  public:
    explicit JobStore(db::Database& database) : database_(database) {}

    // Takes the next due job of these kinds under `lease` until then; waiting jobs of other kinds are left to
    // programs that know them. Jobs whose lease has passed are first put back, or failed after their last
    // attempt.
    [[nodiscard]] std::optional<TakenJob> take(const std::vector<std::string>& kinds,
                                               const std::string& lease, Instant now, Instant until) const;

    // Each returns false where the lease is no longer ours: cancelled, or taken by another runner.
    bool renew(const TakenJob& job, const std::string& lease, Instant until,
               const std::optional<std::string>& progress) const;
    bool finish(const TakenJob& job, const std::string& lease, Instant now) const;
    // The attempt counts.
    bool retry(const TakenJob& job, const std::string& lease, Instant at, const std::string& error) const;
    bool fail(const TakenJob& job, const std::string& lease, Instant now, const std::string& error) const;
    // The attempt doesn't count: the program stops.
    bool put_back(const TakenJob& job, const std::string& lease) const;

    // Adds a job of this kind to every organisation that has none waiting or running and none begun since.
    // True where there were any to add.
    bool add_recurring(const std::string& kind, Instant now, Instant since) const;
    // Forgets jobs that ended before.
    void forget(Instant before) const;

  private:
    db::Database& database_;
};

} // namespace buckstop::work
