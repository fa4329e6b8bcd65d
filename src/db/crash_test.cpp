// A killed process loses nothing that it acknowledged, and leaves nothing half done.
#include "db/test_tables.hpp"

#include <array>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace buckstop::db {
namespace {

// Runs `work(say)` in a process of its own, which `say`s numbers, and kills it once `enough` were heard.
// Returns the last number heard, those said before the kill included.
template <class Work>
int kill_after(int enough, Work&& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
        throw std::runtime_error("pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        work([&](int number) { (void)!::write(ends[1], &number, sizeof number); });
        ::pause();
        ::_exit(0);
    }
    ::close(ends[1]);
    int heard = 0;
    for (int number = 0; ::read(ends[0], &number, sizeof number) == sizeof number;) {
        heard = number;
        if (heard == enough)
            ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return heard;
}

class CrashTest : public TablesTest {
  protected:
    [[nodiscard]] Database open_durable() const { return Database(test_database().url(), {.readers = 1}); }
};
INSTANTIATE_BOTH_DATABASES(CrashTest);

TEST_P(CrashTest, NothingAcknowledgedIsLost) {
    int expected = 0;
    for (const int enough : {1, 7, 40, 111}) {
        const int heard = kill_after(enough, [&](auto&& say) {
            Database mine = open_durable();
            for (int i = 1;; ++i) {
                mine.write([](Transaction& tx) {
                    add(tx, 1, 1);
                    add(tx, 1, 2);
                });
                say(i);
            }
        });
        Database after = open_durable();
        const auto first = count(after, 1);
        EXPECT_EQ(count(after, 2), first); // both or none
        EXPECT_GE(first, expected + heard);
        EXPECT_LE(first, expected + heard + 1);
        expected = static_cast<int>(first);
    }
}

TEST_P(CrashTest, AKillInMidTransactionUndoesIt) {
    kill_after(1, [&](auto&& say) {
        Database mine = open_durable();
        mine.write([&](Transaction& tx) {
            add(tx, 1);
            const auto bulk = tx.bulk_insert("note", std::array<std::string_view, 2>{"id", "text"});
            const std::string text(500, 'x');
            for (int id = 0; id < 50'000; ++id)
                bulk->add(std::array<Param, 2>{std::int64_t{id}, std::string_view(text)});
            bulk->finish();
            say(1);
            ::pause();
        });
    });
    Database after = open_durable();
    EXPECT_EQ(count(after), 0);
    EXPECT_EQ(after.read([](Transaction& tx) { return tx.value<int>("select count(*) from note"); }), 0);
    after.write([](Transaction& tx) { add(tx, 1); }); // nobody holds a lock
    EXPECT_EQ(count(after), 1);
}

} // namespace
} // namespace buckstop::db
