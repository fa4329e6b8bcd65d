// A job whose program is killed is run again, to its end, once.
#include "support/databases.hpp"
#include "work/jobs.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <spawn.h>
#include <sys/wait.h>

namespace buckstop::work {
namespace {

using namespace std::chrono_literals;

struct Ended {
    std::string state;
    int attempts = 0;
};
BOOST_DESCRIBE_STRUCT(Ended, (), (state, attempts))

JobOptions quick() {
    return {.log = Log::silent(), .lease = 500ms, .poll = 20ms};
}

// The half that is killed: this program again, told by its environment which database to work on.
TEST(KilledJobChild, runs_until_it_is_killed) {
    const char* url = std::getenv("BUCKSTOP_JOB_CHILD_URL");
    if (url == nullptr) // not started by KilledJobTest
        return;
    db::Database database(*db::parse_url(url), {.readers = 1});
    Jobs jobs(quick());
    jobs.handle("long", [](Running& job) -> Result<> {
        job.progress({{"begun", true}});
        std::this_thread::sleep_for(60s);
        return {};
    });
    jobs.start(database, 1);
    std::this_thread::sleep_for(60s);
}

class KilledJobTest : public test::BothDatabases {
  protected:
    pid_t start_child() {
        const std::string url = "BUCKSTOP_JOB_CHILD_URL=" + test_database().url_text();
        std::vector<char*> environment;
        for (char** entry = environ; *entry != nullptr; ++entry)
            environment.push_back(*entry);
        std::string mutable_url = url;
        environment.push_back(mutable_url.data());
        environment.push_back(nullptr);
        std::string program = "/proc/self/exe", filter = "--gtest_filter=KilledJobChild.*";
        std::array<char*, 3> words{program.data(), filter.data(), nullptr};
        posix_spawn_file_actions_t actions{};
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        pid_t child = 0;
        EXPECT_EQ(posix_spawn(&child, program.c_str(), &actions, nullptr, words.data(), environment.data()),
                  0);
        posix_spawn_file_actions_destroy(&actions);
        return child;
    }
    std::string progress(JobId job) {
        return database().read([&](db::Transaction& tx) {
            return tx.value<std::string>(
                "select coalesce(progress, '') from job where org_id = 1 and id = $1", job);
        });
    }
    Ended look(JobId job) {
        return database()
            .read([&](db::Transaction& tx) {
                return tx.find<Ended>("select state, attempts from job where org_id = 1 and id = $1", job);
            })
            .value();
    }
};
INSTANTIATE_BOTH_DATABASES(KilledJobTest);

TEST_P(KilledJobTest, is_run_again_once_to_its_end) {
    Jobs jobs(quick());
    std::atomic<int> runs = 0;
    jobs.handle("long", [&](Running&) -> Result<> {
        ++runs;
        return {};
    });
    const auto job = database().write(
        [&](db::Transaction& tx) { return jobs.add(tx, {.org = OrgId(1), .kind = "long", .input = {}}); });
    const pid_t child = start_child();
    for (int i = 0; i < 2000 && progress(job).empty(); ++i)
        std::this_thread::sleep_for(5ms);
    EXPECT_EQ(jobs.run_due(database()), 0) << "the child has it";
    std::this_thread::sleep_for(1s);
    EXPECT_EQ(jobs.run_due(database()), 0) << "and keeps it beyond its lease";
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(look(job).state, "running") << "nobody said that it ended";

    const auto second = test_database().open();
    Jobs other(quick());
    other.handle("long", [&](Running&) -> Result<> {
        ++runs;
        return {};
    });
    jobs.start(database(), 2);
    other.start(*second, 2);
    for (int i = 0; i < 1000 && look(job).state != "done"; ++i)
        std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(700ms); // another lease
    jobs.stop(5s);
    other.stop(5s);
    EXPECT_EQ(look(job).state, "done");
    EXPECT_EQ(look(job).attempts, 2);
    EXPECT_EQ(runs, 1);
}

TEST_P(KilledJobTest, after_its_last_attempt_is_failed) {
    Jobs jobs(quick());
    jobs.handle("long", [](Running&) -> Result<> { return {}; });
    const auto job = database().write([&](db::Transaction& tx) {
        return jobs.add(tx, {.org = OrgId(1), .kind = "long", .input = {}, .attempts = 1});
    });
    database().write([&](db::Transaction& tx) { // as a kill leaves it
        tx.execute("update job set state = 'running', attempts = 1, lease_until = 1, lease_owner = 'x' where "
                   "org_id = 1 and id = $1",
                   job);
    });
    EXPECT_EQ(jobs.run_due(database()), 0);
    EXPECT_EQ(look(job).state, "failed");
}

} // namespace
} // namespace buckstop::work
