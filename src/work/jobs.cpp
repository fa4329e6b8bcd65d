#include "work/jobs.hpp"

#include "work/job_store.hpp"

#include <algorithm>
#include <condition_variable>
#include <fmt/format.h>
#include <list>
#include <mutex>
#include <sodium.h>

namespace buckstop::work {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto between_writes = std::chrono::milliseconds(500);

// Growing pauses, 5 s to an hour, each shortened at random by up to a half, so that what failed together
// doesn't come back together.
std::chrono::milliseconds pause_after(int attempts, std::chrono::seconds at_least) {
    const auto doublings = static_cast<unsigned>(std::clamp(attempts - 1, 0, 10));
    const auto whole = std::min<std::int64_t>(std::int64_t{5'000} << doublings, 3'600'000);
    const auto half = static_cast<std::uint32_t>(whole / 2);
    return std::max(std::chrono::milliseconds(half + randombytes_uniform(half)),
                    std::chrono::milliseconds(at_least));
}

// A job under way: used by the thread that runs it, and by the keeper of leases.
class RunningJob final : public Running {
  public:
    RunningJob(TakenJob job, std::string lease, const JobStore& store, const std::atomic<bool>& stopping,
               std::chrono::milliseconds lease_time, Clock now)
        : job_(std::move(job)), lease_(std::move(lease)), store_(store), stopping_(stopping),
          lease_time_(lease_time), now_(std::move(now)) {
        if (auto input = json::parse(job_.input))
            input_ = std::move(*input);
    }

    [[nodiscard]] OrgId org() const override { return job_.org_id; }
    [[nodiscard]] JobId id() const override { return job_.id; }
    [[nodiscard]] const boost::json::value& input() const override { return input_; }
    [[nodiscard]] bool should_stop() const override { return stopping_ || lost_; }

    void progress(const boost::json::value& progress) override {
        const std::scoped_lock lock(mutex_);
        progress_ = boost::json::serialize(progress);
        if (SteadyClock::now() - written_ >= between_writes)
            renew_locked();
    }

    // Shows that the runner lives, and what it last said.
    void renew() {
        const std::scoped_lock lock(mutex_);
        renew_locked();
    }

    [[nodiscard]] const TakenJob& job() const { return job_; }
    [[nodiscard]] const std::string& lease() const { return lease_; }

  private:
    void renew_locked() {
        written_ = SteadyClock::now();
        if (store_.renew(job_, lease_, now_() + lease_time_, progress_))
            progress_.reset();
        else
            lost_ = true;
    }

    const TakenJob job_;
    const std::string lease_;
    const JobStore& store_;
    const std::atomic<bool>& stopping_;
    const std::chrono::milliseconds lease_time_;
    const Clock now_;
    boost::json::value input_;
    std::atomic<bool> lost_ = false; // cancelled, or taken by another runner
    std::mutex mutex_;
    std::optional<std::string> progress_; // said, not yet written
    SteadyClock::time_point written_{};
};

struct Recurring {
    std::string kind;
    std::chrono::seconds interval;
};

} // namespace

struct Jobs::State {
    explicit State(JobOptions its_options) : options(std::move(its_options)) {}

    // What a runner's thread does until it is told to stop, and the keeper's, which renews leases and adds
    // recurring jobs.
    void run(const JobStore& store, const Clock& now);
    void keep(const JobStore& jobs, const Clock& clock, bool housekeeping, const std::stop_token& enough);

    bool run_one(const JobStore& store, const Clock& now);
    [[nodiscard]] Result<> call(RunningJob& running) const;
    void settle(const RunningJob& running, const Result<>& result, const JobStore& store,
                const Clock& now) const;
    void renew_all();
    void do_housekeeping(const JobStore& store, const Clock& now) const;
    void wake();

    const JobOptions options;
    std::map<std::string, Function> functions; // these three change only before start()
    std::vector<std::string> kinds;
    std::vector<Recurring> recurring;

    std::mutex mutex; // for `wakes` and `runners`, and when `stopping` changes
    std::condition_variable_any changed;
    std::uint64_t wakes = 0; // how often somebody said that there is something to do
    int runners = 0;
    std::atomic<bool> stopping = false;

    std::mutex under_way_mutex; // for `under_way`
    std::list<RunningJob*> under_way;

    std::optional<JobStore> store;
    Clock now;
    std::vector<std::jthread> threads; // last: they end before what they use
};

// ---- Running a job

Result<> Jobs::State::call(RunningJob& running) const {
    const auto& job = running.job();
    try {
        return functions.at(job.kind)(running);
    } catch (const std::exception& exception) {
        options.log.error("job_threw",
                          {{"kind", job.kind}, {"job", job.id.value()}, {"what", exception.what()}});
    } catch (...) {
        options.log.error("job_threw", {{"kind", job.kind}, {"job", job.id.value()}});
    }
    return fail(ErrorCode::failed, "Something went wrong; the log says what.");
}

// What becomes of the job. Where the lease is lost none of these changes anything.
void Jobs::State::settle(const RunningJob& running, const Result<>& result, const JobStore& jobs,
                         const Clock& clock) const {
    const auto& job = running.job();
    const auto& lease = running.lease();
    if (result) {
        jobs.finish(job, lease, clock());
    } else if (stopping && result.error().code == ErrorCode::cancelled) {
        jobs.put_back(job, lease);
    } else if (job.attempts < job.max_attempts) {
        jobs.retry(job, lease, clock() + pause_after(job.attempts, result.error().retry_after),
                   result.error().message);
    } else {
        jobs.fail(job, lease, clock(), result.error().message);
        options.log.error("job_failed",
                          {{"kind", job.kind}, {"job", job.id.value()}, {"attempts", job.attempts}});
    }
}

std::string new_lease() {
    std::array<unsigned char, 12> random{};
    randombytes_buf(random.data(), random.size());
    std::string text;
    for (const auto byte : random)
        text += fmt::format("{:02x}", byte);
    return text;
}

// Takes and runs the next job that is due; false where there is none.
bool Jobs::State::run_one(const JobStore& jobs, const Clock& clock) {
    const auto lease = new_lease();
    const auto begin = clock();
    auto job = kinds.empty() ? std::nullopt : jobs.take(kinds, lease, begin, begin + options.lease);
    if (!job)
        return false;
    RunningJob mine(std::move(*job), lease, jobs, stopping, options.lease, clock);
    std::unique_lock lock(under_way_mutex);
    const auto place = under_way.insert(under_way.end(), &mine);
    lock.unlock();
    const auto result = call(mine);
    lock.lock();
    under_way.erase(place);
    lock.unlock();
    mine.renew(); // the last progress
    settle(mine, result, jobs, clock);
    options.log.info("job", {{"kind", mine.job().kind},
                             {"job", mine.job().id.value()},
                             {"good", result.has_value()},
                             {"attempt", mine.job().attempts}});
    return true;
}

void Jobs::State::run(const JobStore& jobs, const Clock& clock) {
    while (!stopping) {
        std::unique_lock lock(mutex);
        const auto seen = wakes;
        lock.unlock();
        bool ran = false;
        try {
            ran = run_one(jobs, clock);
        } catch (const std::exception& exception) { // the database is away; the lease will pass
            options.log.error("job_runner_failed", {{"what", exception.what()}});
        }
        lock.lock();
        if (!ran)
            changed.wait_for(lock, options.poll, [&] { return stopping || wakes != seen; });
    }
    const std::scoped_lock lock(mutex);
    --runners;
    changed.notify_all();
}

// ---- Leases and housekeeping

void Jobs::State::renew_all() {
    const std::scoped_lock lock(under_way_mutex);
    for (auto* job : under_way)
        job->renew();
}

void Jobs::State::do_housekeeping(const JobStore& jobs, const Clock& clock) const {
    for (const auto& [kind, interval] : recurring)
        jobs.add_recurring(kind, clock(), clock() - interval);
    jobs.forget(clock() - options.keep);
}

void Jobs::State::keep(const JobStore& jobs, const Clock& clock, bool housekeeping,
                       const std::stop_token& enough) {
    constexpr auto longest = std::chrono::milliseconds(5'000); // until somebody else's cancel is heard
    const auto between = std::min(options.lease / 3, longest);
    auto next_housekeeping = SteadyClock::now();
    std::unique_lock lock(mutex);
    while (!enough.stop_requested()) {
        const auto seen = wakes;
        lock.unlock();
        try {
            renew_all();
            if (housekeeping && !stopping && SteadyClock::now() >= next_housekeeping) {
                next_housekeeping = SteadyClock::now() + std::chrono::minutes(1);
                do_housekeeping(jobs, clock);
            }
        } catch (const std::exception& exception) {
            options.log.error("job_keeper_failed", {{"what", exception.what()}});
        }
        lock.lock();
        changed.wait_for(lock, enough, between, [&] { return wakes != seen; });
    }
}

void Jobs::State::wake() {
    const std::scoped_lock lock(mutex);
    ++wakes;
    changed.notify_all();
}

// ---- Jobs

Jobs::Jobs(JobOptions options) : state_(std::make_unique<State>(std::move(options))) {}

Jobs::~Jobs() {
    stop(std::chrono::milliseconds(0));
}

void Jobs::handle(std::string kind, Function function) {
    state_->kinds.push_back(kind);
    if (!state_->functions.emplace(std::move(kind), std::move(function)).second)
        throw std::logic_error("two functions run jobs of the kind " + state_->kinds.back());
}

void Jobs::every(std::string kind, std::chrono::seconds interval) {
    state_->recurring.push_back({std::move(kind), interval});
}

JobId Jobs::add(db::Transaction& tx, const JobRequest& request) {
    const auto id = tx.new_id<struct Job>();
    // "At once" is the beginning of time, so that it is due by every clock, a test's fixed one too.
    tx.execute("insert into job (org_id, id, kind, input, state, attempts, max_attempts, run_at, created_at)"
               " values ($1, $2, $3, $4, $5, 0, $6, $7, $8)",
               request.org, id, request.kind, boost::json::serialize(request.input), JobState::waiting,
               request.attempts, request.not_before.value_or(Instant{}), system_now());
    tx.after_commit([state = state_.get()] { state->wake(); });
    return id;
}

void Jobs::cancel(db::Transaction& tx, OrgId org, JobId job) {
    tx.execute("update job set state = 'cancelled', finished_at = $3, lease_until = null, lease_owner = null"
               " where org_id = $1 and id = $2 and state in ('waiting', 'running')",
               org, job, system_now());
    tx.after_commit([state = state_.get()] { state->wake(); }); // the keeper finds the lease gone
}

void Jobs::start(db::Database& database, int threads, Clock now) {
    auto& state = *state_;
    state.store.emplace(database);
    state.now = std::move(now);
    state.runners = threads;
    for (int i = 0; i < threads; ++i)
        state.threads.emplace_back([&state] { state.run(*state.store, state.now); });
    if (threads > 0)
        state.threads.emplace_back(
            [&state](const std::stop_token& enough) { state.keep(*state.store, state.now, true, enough); });
}

void Jobs::stop(std::chrono::milliseconds grace) {
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    state_->changed.notify_all();
    state_->changed.wait_for(lock, grace, [this] { return state_->runners == 0; });
}

int Jobs::run_due(db::Database& database, Clock now) {
    const JobStore jobs(database);
    const std::jthread keeper([&](const std::stop_token& enough) { state_->keep(jobs, now, false, enough); });
    int ran = 0;
    while (!state_->stopping && state_->run_one(jobs, now))
        ++ran;
    return ran;
}

void Jobs::wake() {
    state_->wake();
}

} // namespace buckstop::work
