#include "support/databases.hpp"
#include "work/jobs.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <latch>

namespace buckstop::work {
namespace {

using namespace std::chrono_literals;

struct JobRow {
    JobState state = JobState::waiting;
    int attempts = 0;
    std::optional<std::string> error;
    std::optional<std::string> progress;
    std::optional<std::string> lease_owner;
};
BOOST_DESCRIBE_STRUCT(JobRow, (), (state, attempts, error, progress, lease_owner))

class JobsTest : public test::BothDatabases {
  protected:
    JobId add(Jobs& jobs, const std::string& kind, JobRequest request = {}) {
        request.org = OrgId(1);
        request.kind = kind;
        return database().write([&](db::Transaction& tx) { return jobs.add(tx, request); });
    }
    JobRow row(JobId job) {
        return database()
            .read([&](db::Transaction& tx) {
                return tx.find<JobRow>("select state, attempts, error, progress, lease_owner from job"
                                       " where org_id = 1 and id = $1",
                                       job);
            })
            .value();
    }
    bool becomes(JobId job, JobState state, std::chrono::milliseconds within = 10s) {
        const auto end = std::chrono::steady_clock::now() + within;
        while (row(job).state != state && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(5ms);
        return row(job).state == state;
    }
    Clock fixed() {
        return [this] { return now_.load(); };
    }
    static JobOptions quick() { return {.log = Log::silent(), .lease = 600ms, .poll = 20ms}; }

    std::atomic<Instant> now_ = *parse_instant("2020-01-01T00:00:00Z");
};
INSTANTIATE_BOTH_DATABASES(JobsTest);

TEST_P(JobsTest, a_job_gets_its_input_and_is_done) {
    Jobs jobs(quick());
    boost::json::value seen;
    jobs.handle("greet", [&](Running& job) -> Result<> {
        seen = job.input();
        EXPECT_EQ(job.org(), OrgId(1));
        EXPECT_FALSE(job.should_stop());
        job.progress({{"rows", 5}});
        return {};
    });
    const auto id = add(jobs, "greet", {.org = {}, .kind = {}, .input = {{"who", "ana"}}});
    EXPECT_EQ(jobs.run_due(database(), fixed()), 1) << "due by every clock, also one in the past";
    EXPECT_EQ(seen.at("who"), "ana");
    EXPECT_EQ(row(id).state, JobState::done);
    EXPECT_EQ(row(id).progress, R"({"rows":5})");
    EXPECT_FALSE(row(id).lease_owner);
    EXPECT_EQ(jobs.run_due(database(), fixed()), 0);
}

TEST_P(JobsTest, a_job_exists_exactly_when_its_transaction_does) {
    Jobs jobs(quick());
    jobs.handle("x", [](Running&) -> Result<> { return {}; });
    static_cast<void>(database().write([&](db::Transaction& tx) -> Result<> {
        jobs.add(tx, {.org = OrgId(1), .kind = "x", .input = {}});
        return fail(ErrorCode::conflict, "rolled back");
    }));
    EXPECT_EQ(jobs.run_due(database(), fixed()), 0);
}

TEST_P(JobsTest, a_failed_job_waits_longer_each_time_and_ends_failed) {
    Jobs jobs(quick());
    int runs = 0;
    jobs.handle("bad", [&](Running&) -> Result<> {
        if (++runs == 2)
            throw std::runtime_error("secret detail");
        return fail(ErrorCode::unavailable, "The mail server doesn't answer.");
    });
    const auto id = add(jobs, "bad", {.org = {}, .kind = {}, .input = {}, .attempts = 3});
    EXPECT_EQ(jobs.run_due(database(), fixed()), 1);
    EXPECT_EQ(row(id).state, JobState::waiting);
    EXPECT_EQ(row(id).error, "The mail server doesn't answer.");
    now_ = now_.load() + 2400ms;
    EXPECT_EQ(jobs.run_due(database(), fixed()), 0) << "at least half of 5 s";
    now_ = now_.load() + 2600ms;
    EXPECT_EQ(jobs.run_due(database(), fixed()), 1);
    EXPECT_EQ(row(id).error, "Something went wrong; the log says what.");
    now_ = now_.load() + 4900ms;
    EXPECT_EQ(jobs.run_due(database(), fixed()), 0) << "then at least half of 10 s";
    now_ = now_.load() + 5100ms;
    EXPECT_EQ(jobs.run_due(database(), fixed()), 1);
    EXPECT_EQ(row(id).state, JobState::failed);
    EXPECT_EQ(row(id).attempts, 3);
    now_ = now_.load() + 24h;
    EXPECT_EQ(jobs.run_due(database(), fixed()), 0);
}

TEST_P(JobsTest, an_error_may_ask_for_a_longer_pause) {
    Jobs jobs(quick());
    jobs.handle("later", [](Running&) -> Result<> {
        return fail(
            {.code = ErrorCode::too_many_requests, .message = "Slowly.", .fields = {}, .retry_after = 600s});
    });
    add(jobs, "later");
    EXPECT_EQ(jobs.run_due(database(), fixed()), 1);
    now_ = now_.load() + 599s;
    EXPECT_EQ(jobs.run_due(database(), fixed()), 0);
    now_ = now_.load() + 1s;
    EXPECT_EQ(jobs.run_due(database(), fixed()), 1);
}

TEST_P(JobsTest, not_before_is_kept) {
    Jobs jobs(quick());
    jobs.handle("x", [](Running&) -> Result<> { return {}; });
    add(jobs, "x", {.org = {}, .kind = {}, .input = {}, .attempts = 1, .not_before = now_.load() + 1h});
    EXPECT_EQ(jobs.run_due(database(), fixed()), 0);
    now_ = now_.load() + 1h;
    EXPECT_EQ(jobs.run_due(database(), fixed()), 1);
}

TEST_P(JobsTest, kinds_that_this_program_does_not_know_are_left_alone) {
    Jobs jobs(quick());
    jobs.handle("known", [](Running&) -> Result<> { return {}; });
    const auto unknown = add(jobs, "of a newer version");
    const auto known = add(jobs, "known");
    EXPECT_EQ(jobs.run_due(database(), fixed()), 1);
    EXPECT_EQ(row(known).state, JobState::done);
    EXPECT_EQ(row(unknown).state, JobState::waiting);
    EXPECT_THROW(jobs.handle("known", [](Running&) -> Result<> { return {}; }), std::logic_error);
}

TEST_P(JobsTest, runners_share_the_work_and_none_runs_twice) {
    constexpr int count = 60;
    std::atomic<int> runs = 0, at_once = 0, most = 0;
    const auto function = [&](Running&) -> Result<> {
        const int now = ++at_once;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::sleep_for(5ms);
        ++runs;
        --at_once;
        return {};
    };
    Jobs one(quick()), other(quick()); // as two programs on one database
    one.handle("x", function);
    other.handle("x", function);
    std::vector<JobId> ids;
    for (int i = 0; i < count; ++i)
        ids.push_back(add(one, "x"));
    const auto second = test_database().open();
    one.start(database(), 3);
    other.start(*second, 3);
    for (const auto id : ids)
        EXPECT_TRUE(becomes(id, JobState::done));
    one.stop(5s);
    other.stop(5s);
    EXPECT_EQ(runs, count);
    EXPECT_GT(most, 1);
}

TEST_P(JobsTest, a_job_longer_than_its_lease_is_still_run_once) {
    std::atomic<int> runs = 0;
    Jobs one(quick()), other(quick());
    const auto function = [&](Running&) -> Result<> {
        ++runs;
        std::this_thread::sleep_for(2s); // three leases, without a word
        return {};
    };
    one.handle("long", function);
    other.handle("long", function);
    const auto id = add(one, "long");
    const auto second = test_database().open();
    one.start(database(), 1);
    other.start(*second, 1);
    EXPECT_TRUE(becomes(id, JobState::done));
    one.stop(5s);
    other.stop(5s);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(row(id).attempts, 1);
}

TEST_P(JobsTest, a_new_job_wakes_a_sleeping_runner) {
    auto options = quick();
    options.poll = 1h;
    Jobs jobs(options);
    jobs.handle("x", [](Running&) -> Result<> { return {}; });
    jobs.start(database(), 1);
    std::this_thread::sleep_for(50ms);
    EXPECT_TRUE(becomes(add(jobs, "x"), JobState::done, 5s));
}

TEST_P(JobsTest, a_cancelled_job_stops_and_stays_cancelled) {
    Jobs jobs(quick());
    std::latch inside(1);
    jobs.handle("long", [&](Running& job) -> Result<> {
        inside.count_down();
        while (!job.should_stop())
            std::this_thread::sleep_for(2ms);
        return fail(ErrorCode::cancelled, "stopped");
    });
    const auto running = add(jobs, "long");
    jobs.start(database(), 1);
    inside.wait();
    const auto waiting = add(jobs, "long");
    database().write([&](db::Transaction& tx) {
        jobs.cancel(tx, OrgId(1), running);
        jobs.cancel(tx, OrgId(1), waiting);
        jobs.cancel(tx, OrgId(1), JobId(12345));
    });
    std::this_thread::sleep_for(100ms);
    jobs.stop(5s);
    EXPECT_EQ(row(running).state, JobState::cancelled);
    EXPECT_EQ(row(waiting).state, JobState::cancelled);
    EXPECT_EQ(row(waiting).attempts, 0);
}

TEST_P(JobsTest, a_graceful_stop_puts_a_job_back) {
    Jobs jobs(quick());
    std::latch inside(1);
    jobs.handle("long", [&](Running& job) -> Result<> {
        job.progress({{"at", 3}});
        inside.count_down();
        while (!job.should_stop())
            std::this_thread::sleep_for(2ms);
        return fail(ErrorCode::cancelled, "stopped");
    });
    const auto id = add(jobs, "long");
    jobs.start(database(), 1);
    inside.wait();
    jobs.stop(5s);
    EXPECT_EQ(row(id).state, JobState::waiting);
    EXPECT_EQ(row(id).attempts, 0) << "a stop is no attempt";
    EXPECT_EQ(row(id).progress, R"({"at":3})");
    Jobs next(quick());
    next.handle("long", [](Running&) -> Result<> { return {}; });
    EXPECT_EQ(next.run_due(database()), 1);
}

TEST_P(JobsTest, stop_waits_no_longer_than_the_grace) {
    Jobs jobs(quick());
    std::latch inside(1);
    jobs.handle("stubborn", [&](Running&) -> Result<> {
        inside.count_down();
        std::this_thread::sleep_for(700ms);
        return {};
    });
    const auto id = add(jobs, "stubborn");
    jobs.start(database(), 1);
    inside.wait();
    const auto begin = std::chrono::steady_clock::now();
    jobs.stop(50ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
    EXPECT_TRUE(becomes(id, JobState::done));
}

TEST_P(JobsTest, progress_is_written_at_most_twice_a_second) {
    Jobs jobs(quick());
    jobs.handle("chatty", [&](Running& job) -> Result<> {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < 20'000; ++i)
            job.progress({{"row", i}});
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
        return {};
    });
    const auto id = add(jobs, "chatty");
    EXPECT_EQ(jobs.run_due(database()), 1);
    EXPECT_EQ(row(id).progress, R"({"row":19999})") << "the last word is kept";
}

TEST_P(JobsTest, recurring_jobs_come_once_an_interval_for_each_organisation) {
    database().write([&](db::Transaction& tx) {
        for (const int org : {1, 2})
            tx.execute("insert into organisation (org_id, name, time_zone, currency, deal_visibility, "
                       "is_demonstration, created_at, version)"
                       " values ($1, 'x', 'UTC', 'EUR', 'team', $2, 0, 1)",
                       org, false);
    });
    const auto count = [this] {
        return database().read([](db::Transaction& tx) {
            return tx.value<int>("select count(*) from job where kind = 'daily'");
        });
    };
    const auto run_for_a_moment = [&] {
        Jobs one(quick()), other(quick());
        for (auto* jobs : {&one, &other}) {
            jobs->handle("daily", [](Running&) -> Result<> { return {}; });
            jobs->every("daily", 24h);
            jobs->start(database(), 1, fixed());
        }
        std::this_thread::sleep_for(300ms);
    };
    run_for_a_moment();
    EXPECT_EQ(count(), 2);
    now_ = now_.load() + 23h;
    run_for_a_moment();
    EXPECT_EQ(count(), 2);
    now_ = now_.load() + 2h;
    run_for_a_moment();
    EXPECT_EQ(count(), 4);
    now_ = now_.load() + 31 * 24h;
    run_for_a_moment();
    EXPECT_EQ(count(), 2) << "old ones are forgotten";
}

} // namespace
} // namespace buckstop::work
