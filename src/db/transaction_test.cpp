// When transactions commit, roll back, wait for each other and run again.
#include "db/test_tables.hpp"

#include <atomic>
#include <barrier>
#include <future>
#include <thread>

namespace buckstop::db {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

class TransactionTest : public TablesTest {};
INSTANTIATE_BOTH_DATABASES(TransactionTest);

TEST_P(TransactionTest, CommitsOnAValueAndRollsBackOnAnError) {
    const auto three = database().write([](Transaction& tx) {
        add(tx, 3);
        return 3;
    });
    EXPECT_EQ(three, 3);
    const Result<int> good = database().write([](Transaction& tx) -> Result<int> {
        add(tx, 4);
        return 4;
    });
    EXPECT_EQ(good, 4);
    const Result<> bad = database().write([](Transaction& tx) -> Result<> {
        add(tx, 100);
        return fail(ErrorCode::conflict, "no");
    });
    EXPECT_EQ(bad.error().message, "no");
    EXPECT_EQ(count(), 7);
}

TEST_P(TransactionTest, RollsBackOnAnException) {
    const auto throwing = [](Transaction& tx) {
        add(tx, 100);
        throw std::runtime_error("mine");
    };
    EXPECT_THROW(database().write(throwing), std::runtime_error);
    EXPECT_EQ(count(), 0);
    database().write([](Transaction& tx) { add(tx, 1); }); // the connection is as good as before
    EXPECT_EQ(count(), 1);
}

TEST_P(TransactionTest, CantCommitAfterAFailureThatSomebodyCaught) {
    const auto catching = [](Transaction& tx) {
        add(tx, 1);
        EXPECT_THROW(tx.execute("insert into counter (id, n) values (1, 0)"), Failure);
    };
    EXPECT_THROW(database().write(catching), Failure);
    const auto never_sent = [](Transaction& tx) {
        add(tx, 1);
        const std::string_view zero("\0", 1);
        EXPECT_THROW(tx.execute("insert into note (id, text) values (1, $1)", zero), Failure);
    };
    EXPECT_THROW(database().write(never_sent), Failure);
    EXPECT_EQ(count(), 0);
}

TEST_P(TransactionTest, AReadCantWrite) {
    EXPECT_THROW(database().read([](Transaction& tx) { add(tx, 1); }), Failure);
    EXPECT_EQ(count(), 0);
}

TEST_P(TransactionTest, ActionsRunOnceAfterTheCommitAndOnlyThen) {
    std::vector<std::string> happened;
    database().write([&](Transaction& tx) {
        tx.after_commit([&] {
            EXPECT_EQ(count(), 5); // outside of the transaction, so the database can be used
            happened.emplace_back("first");
        });
        tx.after_commit([&] { happened.emplace_back("second"); });
        add(tx, 5);
        happened.emplace_back("body");
    });
    EXPECT_THAT(happened, ElementsAre("body", "first", "second"));

    happened.clear();
    (void)database().write([&](Transaction& tx) -> Result<> {
        tx.after_commit([&] { happened.emplace_back("never"); });
        return fail(ErrorCode::failed, "no");
    });
    int tries = 0;
    database().write([&](Transaction& tx) {
        tx.after_commit([&] { happened.emplace_back("once"); });
        if (++tries == 1)
            throw Contention("made up");
    });
    EXPECT_THAT(happened, ElementsAre("once"));
}

TEST_P(TransactionTest, AllActionsRunThoughOneThrows) {
    bool second = false;
    const auto work = [&](Transaction& tx) {
        tx.after_commit([] { throw std::runtime_error("mine"); });
        tx.after_commit([&] { second = true; });
        add(tx, 1);
    };
    EXPECT_THROW(database().write(work), std::runtime_error);
    EXPECT_TRUE(second);
    EXPECT_EQ(count(), 1);
}

TEST_P(TransactionTest, RunsAgainOnContentionFourTimesAtMost) {
    int tries = 0;
    const auto contending = [&](int times) {
        tries = 0;
        return [&, times](Transaction& tx) {
            add(tx, 1);
            if (++tries <= times)
                throw Contention("made up");
        };
    };
    database().write(contending(3));
    EXPECT_EQ(tries, 4);
    EXPECT_EQ(count(), 1);
    EXPECT_THROW(database().write(contending(4)), Contention);
    EXPECT_EQ(tries, 4);
    EXPECT_EQ(count(), 1);
}

TEST_P(TransactionTest, ATransactionInsideAnotherIsABug) {
    const auto nested = [&](Transaction&) { database().read([](Transaction&) {}); };
    EXPECT_THROW(database().read(nested), std::logic_error);
    EXPECT_THROW(database().write(nested), std::logic_error);
    const auto other = test_database().open(); // of another pool it is none
    database().read([&](Transaction&) { EXPECT_EQ(count(*other), 0); });
}

TEST_P(TransactionTest, AReadSeesOneMoment) {
    database().read([&](Transaction& tx) {
        const auto before = tx.value<int>("select n from counter where id = 1");
        std::thread([&] { database().write([](Transaction& other) { add(other, 1); }); }).join();
        EXPECT_EQ(std::async(std::launch::async, [&] { return count(); }).get(), 1);
        EXPECT_EQ(tx.value<int>("select n from counter where id = 1"), before);
    });
}

TEST_P(TransactionTest, QueriesInsideAVisit) {
    database().write([](Transaction& tx) {
        for (int i = 0; i < 100; ++i)
            tx.execute("insert into note (id, text) values ($1, $2)", i,
                       i % 10 ? std::optional(std::string(static_cast<std::size_t>(i), 'x')) : std::nullopt);
    });
    database().write([](Transaction& tx) {
        int expected = 0;
        tx.each<std::int64_t>("select id from note order by id", [&](std::int64_t id) {
            EXPECT_EQ(id, expected++);
            // The same query inside itself, and others.
            if (id % 30 == 5) {
                EXPECT_EQ(tx.query<std::int64_t>("select id from note order by id").size(), 100U);
            }
            const auto text = tx.value<std::optional<std::string>>("select text from note where id = $1", id);
            EXPECT_EQ(text.has_value(), id % 10 != 0);
            add(tx, 1);
        });
        EXPECT_EQ(expected, 100);
    });
    EXPECT_EQ(count(), 100);
}

TEST_P(TransactionTest, AVisitMayThrow) {
    database().write([](Transaction& tx) {
        tx.execute("insert into note (id) values (1), (2), (3)");
        const auto stop = [](std::int64_t) { throw std::out_of_range("enough"); };
        EXPECT_THROW(tx.each<std::int64_t>("select id from note", stop), std::out_of_range);
        add(tx, 1);
    });
    EXPECT_EQ(count(), 1); // which is the visit's own business
}

TEST_P(TransactionTest, ManyThreadsLoseNoIncrement) {
    constexpr int threads = 8;
    constexpr int each = 25;
    const auto pool = test_database().open(threads);
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < threads; ++i)
            workers.emplace_back([&] {
                for (int j = 0; j < each; ++j)
                    pool->write([](Transaction& tx) {
                        const auto n = tx.value<std::int64_t>("select n from counter where id = 1");
                        tx.execute("update counter set n = $1 where id = 1", n + 1);
                    });
            });
    }
    EXPECT_EQ(count(), threads * each);
}

TEST_P(TransactionTest, SingleStatementsLoseNothingAtReadCommitted) {
    constexpr int threads = 8;
    constexpr int each = 25;
    const auto pool = test_database().open(threads);
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < threads; ++i)
            workers.emplace_back([&] {
                for (int j = 0; j < each; ++j)
                    pool->write_committed([](Transaction& tx) { add(tx, 1); });
            });
    }
    EXPECT_EQ(count(), threads * each);
}

// Each looks whether the other is on duty before it leaves: a write skew, which only serialisable writes
// prevent.
TEST_P(TransactionTest, WhatAWriteReadStillHoldsWhenItCommits) {
    const auto pool = test_database().open(2);
    for (int round = 0; round < 20; ++round) {
        pool->write([](Transaction& tx) { tx.execute("update counter set n = 1"); });
        std::barrier together(2);
        const auto leave = [&](int id) {
            bool first = true;
            pool->write([&](Transaction& tx) {
                const auto on_duty = tx.value<int>("select sum(n) from counter");
                if (first && tx.dialect() == Dialect::postgres)
                    together.arrive_and_wait(); // both have looked
                first = false;
                if (on_duty > 1)
                    tx.execute("update counter set n = 0 where id = $1", id);
            });
        };
        std::thread other([&] { leave(1); });
        leave(2);
        other.join();
        EXPECT_EQ(count(1) + count(2), 1);
    }
}

TEST_P(TransactionTest, DeadlocksAreRunAgain) {
    const auto pool = test_database().open(2);
    std::barrier together(2);
    const auto both = [&](int first, int second) {
        bool again = false;
        pool->write_committed([&](Transaction& tx) {
            add(tx, 1, first);
            if (!again && tx.dialect() == Dialect::postgres)
                together.arrive_and_wait();
            again = true;
            add(tx, 1, second);
        });
    };
    std::thread other([&] { both(1, 2); });
    both(2, 1);
    other.join();
    EXPECT_EQ(count(1), 2);
    EXPECT_EQ(count(2), 2);
}

TEST_P(TransactionTest, WaitingForAConnectionEnds) {
    Database small(test_database().url(), {.readers = 1, .durable = false, .wait = 50ms});
    small.read([&](Transaction&) {
        std::thread([&] {
            try {
                small.read([](Transaction&) {});
                ADD_FAILURE() << "there is only one connection";
            } catch (const Contention& busy) {
                EXPECT_THAT(busy.what(), HasSubstr("within 50 ms"));
            }
        }).join();
    });
    EXPECT_EQ(count(small), 0); // and it was given back
}

TEST_P(TransactionTest, ManyReadersShareFewConnections) {
    std::atomic<int> reads = 0;
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 16; ++i)
            workers.emplace_back([&] {
                for (int j = 0; j < 20; ++j, ++reads)
                    EXPECT_EQ(count(), 0);
            });
    }
    EXPECT_EQ(reads, 320);
}

// A lock that another holds for too long: on PostgreSQL a row's, on SQLite that of another program's write.
TEST_P(TransactionTest, WaitingForAnotherWriteEndsInContention) {
    const auto other = test_database().open();
    Database impatient(test_database().url(), {.readers = 1, .durable = false, .wait = 20ms});
    other->write([&](Transaction& tx) {
        add(tx, 1);
        std::thread([&] {
            EXPECT_THROW(impatient.write([](Transaction& mine) { add(mine, 1); }), Contention);
        }).join();
    });
    EXPECT_EQ(count(), 1);
}

TEST_P(TransactionTest, ADatabaseOpenedForReadingOnlyIsRead) {
    Database reading(test_database().url(), {.read_only = true});
    EXPECT_EQ(count(reading), 0);
    EXPECT_THROW(reading.write([](Transaction& tx) { add(tx, 1); }), std::logic_error);
    EXPECT_THROW(reading.read([](Transaction& tx) { add(tx, 1); }), Failure);
    EXPECT_EQ(count(), 0);
}

} // namespace
} // namespace buckstop::db
