#include "work/job_desk.hpp"

#include "support/databases.hpp"

#include <gmock/gmock.h>

namespace buckstop::work {
namespace {

using namespace std::chrono_literals;

class JobDeskTest : public test::BothDatabases {
  protected:
    JobId add(OrgId org, const std::string& kind, int attempts = 1) {
        return database().write([&](db::Transaction& tx) {
            return jobs.add(tx, {.org = org, .kind = kind, .input = {{"deal", "7"}}, .attempts = attempts});
        });
    }
    JobInfo find(JobId job) {
        return database().read([&](db::Transaction& tx) { return find_job(tx, OrgId(1), job); }).value();
    }
    Result<> retry(JobId job) {
        return database().write([&](db::Transaction& tx) { return retry_job(tx, OrgId(1), job); });
    }

    Jobs jobs{{.log = Log::silent()}};
    bool good = false;
    JobDeskTest() {
        jobs.handle("mail", [this](Running&) -> Result<> {
            return good ? Result<>() : fail(ErrorCode::unavailable, "The mail server doesn't answer.");
        });
    }
};
INSTANTIATE_BOTH_DATABASES(JobDeskTest);

TEST_P(JobDeskTest, lists_an_organisations_jobs_by_state) {
    const auto failing = add(OrgId(1), "mail");
    add(OrgId(2), "mail");
    EXPECT_EQ(jobs.run_due(database()), 2);
    const auto waiting = add(OrgId(1), "other");
    const auto list = [&](std::optional<JobState> state, int most = 10) {
        std::vector<JobId> ids;
        for (const auto& job :
             database().read([&](db::Transaction& tx) { return list_jobs(tx, OrgId(1), state, most); }))
            ids.push_back(job.id);
        return ids;
    };
    EXPECT_THAT(list({}), testing::ElementsAre(waiting, failing));
    EXPECT_THAT(list({}, 1), testing::ElementsAre(waiting));
    EXPECT_THAT(list(JobState::failed), testing::ElementsAre(failing));
    EXPECT_THAT(list(JobState::done), testing::IsEmpty());
    EXPECT_EQ(find(failing).error, "The mail server doesn't answer.");
    EXPECT_EQ(find(failing).attempts, 1);
    EXPECT_FALSE(database().read([&](db::Transaction& tx) { return find_job(tx, OrgId(2), failing); }));
}

TEST_P(JobDeskTest, a_failed_job_runs_once_more) {
    const auto job = add(OrgId(1), "mail");
    jobs.run_due(database());
    ASSERT_EQ(find(job).state, JobState::failed);
    good = true;
    EXPECT_EQ(jobs.run_due(database()), 0);
    ASSERT_TRUE(retry(job));
    EXPECT_EQ(find(job).state, JobState::waiting);
    EXPECT_FALSE(find(job).finished_at);
    EXPECT_EQ(jobs.run_due(database()), 1);
    EXPECT_EQ(find(job).state, JobState::done);
    EXPECT_EQ(retry(job).error().code, ErrorCode::conflict) << "it is done";
    EXPECT_EQ(retry(JobId(5)).error().code, ErrorCode::not_found);
}

TEST_P(JobDeskTest, a_job_that_waits_for_its_next_attempt_is_due_at_once) {
    const auto job = add(OrgId(1), "mail", 3);
    jobs.run_due(database());
    ASSERT_EQ(find(job).state, JobState::waiting);
    ASSERT_EQ(jobs.run_due(database()), 0) << "it pauses";
    ASSERT_TRUE(retry(job));
    EXPECT_EQ(jobs.run_due(database()), 1);
    EXPECT_EQ(find(job).attempts, 1) << "with all its attempts before it";
}

TEST_P(JobDeskTest, a_cancelled_job_can_be_taken_up_again) {
    good = true;
    const auto job = add(OrgId(1), "mail");
    database().write([&](db::Transaction& tx) { jobs.cancel(tx, OrgId(1), job); });
    EXPECT_EQ(jobs.run_due(database()), 0);
    ASSERT_TRUE(retry(job));
    EXPECT_EQ(jobs.run_due(database()), 1);
}

TEST_P(JobDeskTest, counts_and_troubles_are_those_of_all_organisations) {
    add(OrgId(1), "mail");
    add(OrgId(2), "mail");
    jobs.run_due(database());
    add(OrgId(3), "other");
    const auto counts = database().read([](db::Transaction& tx) { return count_jobs(tx); });
    ASSERT_EQ(counts.size(), 2U);
    EXPECT_EQ(counts[0].kind, "mail");
    EXPECT_EQ(counts[0].state, JobState::failed);
    EXPECT_EQ(counts[0].number, 2);
    EXPECT_EQ(counts[1].state, JobState::waiting);
    const auto now = system_now();
    const auto trouble = [&](Instant at) {
        return database().read([&](db::Transaction& tx) { return job_trouble(tx, at, at, now - 1h); });
    };
    EXPECT_EQ(trouble(now + 1h).overdue, 1);
    EXPECT_EQ(trouble(now - 1h).overdue, 0);
    EXPECT_EQ(trouble(now).failed, 2);
    EXPECT_EQ(trouble(now).failed_kind, "mail");
    EXPECT_EQ(trouble(now).lost, 0);
}

} // namespace
} // namespace buckstop::work
