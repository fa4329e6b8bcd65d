// Somebody writes, and the program is killed at any moment: every word whose saving was acknowledged is
// there.
#include "features/debriefs/debriefs.hpp"
#include "features/test_office.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace buckstop::debriefs {
namespace {

using test::Office;

std::string words_of(std::int64_t revision) {
    return "revision " + std::to_string(revision) + " " + std::string(500, 'x');
}

// Saves one revision after another until it is killed, and says each that it was told is saved.
[[noreturn]] void write_on(const test::TestDatabase& database, const access::Principal& who, DebriefId id,
                           std::int64_t revision, int acknowledgements) {
    const auto pool = database.open();
    const Config config;
    work::Jobs jobs;
    http::Events events;
    const Context context{.database = *pool, .config = config, .jobs = jobs, .events = events};
    for (;; ++revision) {
        const auto saved =
            save_draft(context, who, id, {DraftText{.my_part = words_of(revision + 1)}, revision});
        if (!saved || !std::holds_alternative<Saved>(*saved))
            _exit(1);
        if (write(acknowledgements, &revision, sizeof revision) != sizeof revision)
            _exit(2);
    }
}

class KillTest : public test::BothDatabases {};
INSTANTIATE_BOTH_DATABASES(KillTest);

TEST_P(KillTest, NothingAcknowledgedIsLost) {
    // No connection may be open here while a child is made: SQLite's locks don't survive that.
    access::Principal ana;
    DebriefId id;
    {
        const auto pool = test_database().open();
        Office office(*pool);
        ana = office["ana"];
        const auto failure = pool->write([&](db::Transaction& tx) {
            const auto deal = office.add_deal(tx, {.owner = ana.person});
            return failures::open(tx, office.org, office.now, failures::Kind::lost_deal, deal, ana.person,
                                  Office::lost_on);
        });
        id = start(office.context, ana, failure).value().id;
    }
    std::mt19937 random(20260615);
    std::int64_t revision = 0;
    std::int64_t acknowledged_in_all = 0;
    for (int kill_number = 0; kill_number < 10; ++kill_number) {
        int ends[2] = {};
        ASSERT_EQ(pipe(ends), 0);
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            close(ends[0]);
            write_on(test_database(), ana, id, revision, ends[1]);
        }
        close(ends[1]);
        std::int64_t last = 0;
        ASSERT_EQ(::read(ends[0], &last, sizeof last), static_cast<ssize_t>(sizeof last))
            << "the writer gave up";
        std::this_thread::sleep_for(
            std::chrono::microseconds(std::uniform_int_distribution<>(0, 40'000)(random)));
        kill(child, SIGKILL);
        for (std::int64_t next = 0; ::read(ends[0], &next, sizeof next) == static_cast<ssize_t>(sizeof next);)
            last = next;
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself with " << WEXITSTATUS(status);

        const auto pool = test_database().open();
        const Config config;
        work::Jobs jobs;
        http::Events events;
        const Context context{.database = *pool, .config = config, .jobs = jobs, .events = events};
        const auto seen = read(context, ana, id).value();
        ASSERT_TRUE(seen.draft);
        EXPECT_GE(seen.draft->revision, last + 1);
        EXPECT_LE(seen.draft->revision, last + 2) << "at most one more than was acknowledged";
        EXPECT_EQ(seen.draft->my_part, words_of(seen.draft->revision)) << "whole";
        acknowledged_in_all += last + 1 - revision;
        revision = seen.draft->revision;
    }
    EXPECT_GT(acknowledged_in_all, 10);
}

} // namespace
} // namespace buckstop::debriefs
