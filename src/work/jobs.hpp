// Durable work: a job is a row in the database, so it survives a kill, is run by one runner at a time, and is
// tried again with growing pauses. A job's function must be safe to run twice: it may have been killed between
// its effect and the note that it is done.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "db/db.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>

namespace buckstop::work {

enum class JobState { waiting, running, done, failed, cancelled };
BOOST_DESCRIBE_ENUM(JobState, waiting, running, done, failed, cancelled)

struct JobRequest {
    OrgId org;
    std::string kind;         // names the function that runs it
    boost::json::value input; // what it needs; ids rather than content
    int attempts = 5;         // at most
    std::optional<Instant> not_before{};
};

// A job while it runs.
class Running {
  public:
    virtual ~Running() = default;
    [[nodiscard]] virtual OrgId org() const = 0;
    [[nodiscard]] virtual JobId id() const = 0;
    [[nodiscard]] virtual const boost::json::value& input() const = 0;
    // True once somebody cancelled it or the program is stopping: return soon, having kept what is done.
    [[nodiscard]] virtual bool should_stop() const = 0;
    // Stores the progress and renews the lease; cheap to call often (it writes at most twice a second).
    virtual void progress(const boost::json::value& progress) = 0;
};

class Jobs {
  public:
    using Function = std::function<Result<>(Running&)>;

    // Before start(): which function runs jobs of this kind.
    void handle(std::string kind, Function function);

    // Part of the caller's transaction: the job exists exactly when what it belongs to does.
    JobId add(db::Transaction& tx, const JobRequest& request);
    void cancel(db::Transaction& tx, OrgId org, JobId job);

    // Starts `threads` runners on this database; stop() lets running jobs end within `grace`, then returns.
    void start(db::Database& database, int threads, Clock now = system_now);
    void stop(std::chrono::milliseconds grace);
    // Runs everything that is due now on this thread and returns how many ran: for tests and the command line.
    int run_due(db::Database& database, Clock now = system_now);
    // Wakes a sleeping runner (after_commit of whoever added a job).
    void wake();

    Jobs();
    ~Jobs();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace buckstop::work
