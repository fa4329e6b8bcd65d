// What only PostgreSQL does or needs.
#include "db/test_tables.hpp"
#include "support/postgres_server.hpp"

#include <fmt/format.h>

namespace buckstop::db {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class PostgresTest : public ::testing::Test {
  protected:
    [[nodiscard]] std::unique_ptr<Database> open(const Options& options = {.readers = 2}) const {
        return std::make_unique<Database>(database_.url(), options);
    }
    // As when the server is restarted.
    static void end_connections(Database& of, Database& by) {
        const auto name =
            of.read([](Transaction& tx) { return tx.value<std::string>("select current_database()"); });
        by.read([&](Transaction& tx) {
            tx.query<bool>("select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                           "where datname = $1 and pid <> pg_backend_pid()",
                           name);
        });
    }
    test::TestDatabase database_{Dialect::postgres, test::Schema::none};
};

template <class Work>
std::string failure_of(Work&& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "nothing failed";
}

TEST_F(PostgresTest, ConnectionsThatDiedUnusedCostNoRequest) {
    const auto pool = open();
    const auto other = open({.readers = 1});
    for (int round = 0; round < 3; ++round) {
        end_connections(*pool, *other);
        EXPECT_EQ(pool->write([](Transaction& tx) { return tx.value<int>("select 1"); }), 1);
    }
}

TEST_F(PostgresTest, AConnectionLostInATransactionFailsItAndIsReplaced) {
    const auto pool = open({.readers = 1});
    const auto other = open({.readers = 1});
    int tries = 0;
    const auto lost = [&](Transaction& tx) {
        ++tries;
        const auto pid = tx.value<int>("select pg_backend_pid()");
        other->read([&](Transaction& by) { by.query<bool>("select pg_terminate_backend($1, 5000)", pid); });
        tx.execute("select 1");
    };
    EXPECT_THROW(pool->write(lost), Failure);
    EXPECT_EQ(tries, 1);
    EXPECT_EQ(pool->read([](Transaction& tx) { return tx.value<int>("select 2"); }), 2);
}

TEST_F(PostgresTest, ALostConnectionEndsABulkInsert) {
    const auto pool = open({.readers = 1});
    const auto other = open({.readers = 1});
    pool->write([](Transaction& tx) { tx.execute("create table a (text text)"); });
    const auto lost = [&](Transaction& tx) {
        const auto pid = tx.value<int>("select pg_backend_pid()");
        const auto bulk = tx.bulk_insert("a", std::array<std::string_view, 1>{"text"});
        const std::string text(1000, 'x');
        for (int i = 0; i < 100'000; ++i) {
            bulk->add(std::array<Param, 1>{std::string_view(text)});
            if (i == 1000)
                other->read(
                    [&](Transaction& by) { by.query<bool>("select pg_terminate_backend($1, 5000)", pid); });
        }
        bulk->finish();
    };
    EXPECT_THROW(pool->write(lost), Failure);
    EXPECT_EQ(pool->read([](Transaction& tx) { return tx.value<int>("select count(*) from a"); }), 0);
}

// What a column can't hold is found before the server sees it, and isn't repeated: it may be somebody's
// words.
TEST_F(PostgresTest, ABulkInsertRefusesWhatAColumnCantHold) {
    const auto pool = open({.readers = 1});
    pool->write([](Transaction& tx) {
        tx.execute("create table a (big bigint, small int, real double precision, day date, text text, flag "
                   "boolean, bytes bytea)");
    });
    const auto insert = [&](std::string_view column, const Param& value, bool fixed) {
        return failure_of([&] {
            pool->write([&](Transaction& tx) {
                const std::array<FixedColumn, 1> same{{{column, value}}};
                const auto bulk = fixed ? tx.bulk_insert("a", std::array<std::string_view, 0>{}, same)
                                        : tx.bulk_insert("a", std::array<std::string_view, 1>{column});
                bulk->add(fixed ? std::span<const Param>{} : std::span(&value, 1));
                bulk->finish();
            });
        });
    };
    const std::vector<std::pair<std::string_view, Param>> unfit{
        {"big", to_param("4711")},           {"big", 47.11},
        {"small", std::int64_t{4711} << 32}, {"real", to_param("4711")},
        {"day", std::int64_t{4711}},         {"day", to_param("4711-02-29")},
        {"text", std::int64_t{4711}},        {"flag", to_param("4711")},
        {"bytes", to_param("4711")}};
    for (const auto& [column, value] : unfit)
        for (const bool fixed : {false, true}) {
            const auto message = insert(column, value, fixed);
            EXPECT_THAT(message, HasSubstr("can't hold")) << column;
            EXPECT_THAT(message, Not(HasSubstr("4711"))) << column;
        }
    const std::vector<std::pair<std::string_view, Param>> fit{
        {"big", std::numeric_limits<std::int64_t>::min()},
        {"small", std::int64_t{std::numeric_limits<std::int32_t>::min()}},
        {"real", std::int64_t{2}},
        {"day", to_param("0001-01-01")},
        {"day", to_param("9999-12-31")}};
    for (const auto& [column, value] : fit)
        EXPECT_EQ(insert(column, value, false), "nothing failed") << column;
    const auto stored = pool->read([](Transaction& tx) {
        return tx.query<std::string>("select coalesce(big::text, small::text, real::text, day::text) from a");
    });
    EXPECT_THAT(stored, ::testing::ElementsAre("-9223372036854775808", "-2147483648", "2", "0001-01-01",
                                               "9999-12-31"));
}

TEST_F(PostgresTest, SaysWhyItCantConnectButNoPassword) {
    const auto message = failure_of(
        [] { const Database database(*parse_url("postgresql://me:hush@127.0.0.1:1/b?connect_timeout=2")); });
    EXPECT_THAT(message, HasSubstr("127.0.0.1"));
    EXPECT_THAT(message, Not(HasSubstr("hush")));
}

TEST_F(PostgresTest, LongStatementsEnd) {
    const auto pool = open({.readers = 1, .statement_timeout = 50ms});
    const auto slow = [](Transaction& tx) { tx.execute("select pg_sleep(10)"); };
    EXPECT_THAT(failure_of([&] { pool->read(slow); }), HasSubstr("statement timeout"));
    pool->change_schema([](Transaction& tx) { tx.execute("select pg_sleep(0.1)"); });
}

// Through pgbouncer a session may be another one in each transaction.
TEST_F(PostgresTest, LeavesNothingInTheSession) {
    const auto pool = open({.readers = 1, .wait = 1234ms});
    const auto setting = [&](Transaction& tx, const char* name) {
        return tx.value<std::string>(fmt::format("select current_setting('{}')", name));
    };
    pool->write([&](Transaction& tx) {
        EXPECT_EQ(setting(tx, "lock_timeout"), "1234ms");
        EXPECT_EQ(setting(tx, "transaction_isolation"), "serializable");
        EXPECT_EQ(tx.value<int>("select count(*) from pg_prepared_statements"), 0);
        EXPECT_EQ(setting(tx, "application_name"), "buckstop");
    });
    pool->write_committed(
        [&](Transaction& tx) { EXPECT_EQ(setting(tx, "transaction_isolation"), "read committed"); });
    pool->read([&](Transaction& tx) {
        EXPECT_EQ(setting(tx, "transaction_isolation"), "repeatable read");
        EXPECT_EQ(tx.value<std::string>("select reset_val from pg_settings where name = 'lock_timeout'"),
                  "0");
    });
}

TEST_F(PostgresTest, ReadsDatesWhateverTheServersStyle) {
    const auto pool = open({.readers = 1});
    const auto name =
        pool->read([](Transaction& tx) { return tx.value<std::string>("select current_database()"); });
    test::PostgresServer::shared().administer("alter database " + name + " set datestyle to 'German'");
    const auto again = open({.readers = 1});
    const auto day = again->read([](Transaction& tx) { return tx.value<Date>("select date '2026-02-03'"); });
    EXPECT_EQ(to_text(day), "2026-02-03");
}

} // namespace
} // namespace buckstop::db
