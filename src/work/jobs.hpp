// Durable work: a job is a row in the database, so it survives a kill, is run by one runner at a time, and is
// tried again with growing pauses. A job's function must be safe to run twice: it may have been killed
// between its effect and the note that it is done.
#pragma once

#include "base/json.hpp"
#include "base/log.hpp"
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

struct JobOptions {
    Log log{};
    std::chrono::milliseconds lease{
        60'000}; // how long after a runner's last sign of life its job is free again
    std::chrono::milliseconds poll{1'000}; // how often a runner looks for jobs that other programs added
    std::chrono::hours keep{30 * 24};      // how long jobs that ended are kept
};

class Jobs {
  public:
    // What it returns decides: a value ends the job. An error makes it wait and run again, with growing
    // pauses (at least the error's retry_after) and `attempts` times at most; its message is stored, so it
    // must not hold people's words. ErrorCode::cancelled says "I stopped because I should": where the program
    // stops, the job waits for the next start, and this attempt doesn't count. Exceptions count as errors.
    using Function = std::function<Result<>(Running&)>;

    // Before start(): which function runs jobs of this kind.
    void handle(std::string kind, Function function);
    // Before start(): adds a job of this kind, with an empty input, to every organisation once in an
    // interval. One that is still waiting or running counts, so they never pile up.
    void every(std::string kind, std::chrono::seconds interval);

    // Part of the caller's transaction: the job exists exactly when what it belongs to does. Runners of this
    // program are woken once it commits.
    JobId add(db::Transaction& tx, const JobRequest& request);
    // A waiting job never runs; a running one is told by should_stop(), and is cancelled whatever it returns.
    void cancel(db::Transaction& tx, OrgId org, JobId job);

    // Starts `threads` runners on this database, which must outlive stop(). stop() tells running jobs, waits
    // for them for `grace` and returns; what runs on after that ends before the destructor does.
    void start(db::Database& database, int threads, Clock now = system_now);
    void stop(std::chrono::milliseconds grace);
    // Runs everything that is due now on this thread and returns how many ran: for tests and the command
    // line.
    int run_due(db::Database& database, Clock now = system_now);
    // Wakes a sleeping runner; add() does so by itself.
    void wake();

    explicit Jobs(JobOptions options = {});
    ~Jobs();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace buckstop::work
