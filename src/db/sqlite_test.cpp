// What only SQLite does or needs.
#include "db/connection.hpp"
#include "db/sqlite_statement.hpp"
#include "db/test_tables.hpp"

#include <filesystem>
#include <thread>

namespace buckstop::db {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class SqliteTest : public ::testing::Test {
  protected:
    [[nodiscard]] Url url(std::string_view name = "b.db") const {
        return {Dialect::sqlite, directory_.file(name)};
    }
    test::TemporaryDirectory directory_;
};

TEST_F(SqliteTest, OnlyTheOwnerMayReadTheFiles) {
    Database database(url());
    database.write([](Transaction& tx) { tx.execute("create table a (id bigint)"); });
    int files = 0;
    for (const auto& file : fs::directory_iterator(directory_.path())) {
        EXPECT_EQ(file.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << file.path();
        ++files;
    }
    EXPECT_EQ(files, 3); // the database, its log, the log's index
}

TEST_F(SqliteTest, ClosingLeavesOneFile) {
    {
        Database database(url());
        database.write([](Transaction& tx) { tx.execute("create table a (id bigint)"); });
        database.read([](Transaction& tx) { tx.execute("select * from a"); });
    }
    EXPECT_FALSE(fs::exists(url().target + "-wal"));
}

TEST_F(SqliteTest, TakesStrangeNamesAsTheyAre) {
    for (const auto* const name : {"file:b.db?mode=memory", "ünï cödé #%.db", ":memory:"}) {
        const Database database(url(name));
        EXPECT_TRUE(fs::exists(url(name).target)) << name;
    }
}

TEST_F(SqliteTest, SaysWhyItCantBeOpened) {
    const auto failure_of = [](const Url& where, const Options& options) -> std::string {
        try {
            const Database database(where, options);
        } catch (const Failure& failure) {
            return failure.what();
        }
        return "it was opened";
    };
    EXPECT_THAT(failure_of(url("missing.db"), {.create = false}), HasSubstr("missing.db can't be opened"));
    EXPECT_THAT(failure_of(url("no/such/folder.db"), {}), HasSubstr("No such file or directory"));
    EXPECT_THAT(failure_of({Dialect::sqlite, directory_.write("text.db", std::string(5000, 'x'))}, {}),
                HasSubstr("not a database"));
    EXPECT_FALSE(fs::exists(url("missing.db").target));
}

TEST_F(SqliteTest, KeepsForeignKeysAndSyncsCommits) {
    const auto pragma = [](Database& database, const std::string& name) {
        return database.write([&](Transaction& tx) { return tx.value<int>("pragma " + name); });
    };
    Database durable(url());
    EXPECT_EQ(pragma(durable, "foreign_keys"), 1);
    EXPECT_EQ(pragma(durable, "synchronous"), 2); // FULL
    Database fast(url(), {.durable = false});
    EXPECT_EQ(pragma(fast, "synchronous"), 0);
}

// A column's type can't be changed: a parent is made anew under its children.
TEST_F(SqliteTest, ATableCanBeRebuiltInAChangeOfTheSchema) {
    Database database(url());
    const auto rebuild = [&](const char* copy) {
        database.change_schema([&](Transaction& tx) {
            tx.run_script("create table new_parent (id bigint primary key, n bigint);");
            tx.run_script(copy);
            tx.run_script("drop table parent; alter table new_parent rename to parent;");
        });
    };
    database.write([](Transaction& tx) {
        tx.run_script("create table parent (id bigint primary key, n text);"
                      "create table child (parent bigint references parent (id) on delete cascade);"
                      "insert into parent values (1, '5'); insert into child values (1);");
    });
    rebuild("insert into new_parent select id, n from parent;");
    const auto value = [&](const char* sql) {
        return database.read([&](Transaction& tx) { return tx.value<int>(sql); });
    };
    EXPECT_EQ(value("select count(*) from child"), 1);
    EXPECT_EQ(value("select n + 1 from parent"), 6);

    EXPECT_THROW(rebuild("select 1;"), Failure); // which would leave the child without a parent
    EXPECT_EQ(value("select count(*) from parent"), 1);
    const auto orphan = [](Transaction& tx) { tx.execute("insert into child values (9)"); };
    EXPECT_THROW(database.write(orphan), Failure); // checked at once, as ever
}

// No pool between them: as two programs on one file.
TEST_F(SqliteTest, TwoProgramsTakeTurns) {
    Database server(url());
    Database command_line(url());
    server.write([](Transaction& tx) { tx.execute("create table counter (n bigint)"); });
    server.write([](Transaction& tx) { tx.execute("insert into counter values (0)"); });
    {
        std::vector<std::jthread> programs;
        for (auto* const database : {&server, &command_line})
            programs.emplace_back([database] {
                for (int i = 0; i < 50; ++i)
                    database->write([](Transaction& tx) { tx.execute("update counter set n = n + 1"); });
            });
    }
    EXPECT_EQ(server.read([](Transaction& tx) { return tx.value<int>("select n from counter"); }), 100);
}

TEST_F(SqliteTest, CachesTheStatementsUsedLast) {
    sqlite3* opened = nullptr;
    ASSERT_EQ(sqlite3_open(":memory:", &opened), SQLITE_OK);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> handle(opened, sqlite3_close);
    StatementCache cache(2);
    const auto use = [&](std::string_view sql) {
        auto statement = cache.take(handle.get(), sql);
        const auto* const address = statement.get();
        cache.give_back(std::move(statement));
        return address;
    };
    const auto* const one = use("select 1");
    use("select 2");
    EXPECT_EQ(use("select 1"), one);
    use("select 3"); // in the place of 2, which was used longest ago
    EXPECT_EQ(use("select 1"), one);

    auto first = cache.take(handle.get(), "select 1");
    auto second = cache.take(handle.get(), "select 1"); // the same inside itself
    EXPECT_NE(first.get(), second.get());
    cache.give_back(std::move(second));
    cache.give_back(std::move(first));
    EXPECT_TRUE(cache.take(handle.get(), "select 1"));
}

TEST_F(SqliteTest, NumberedParametersOnly) {
    Database database(url());
    for (const auto* const sql : {"select ?", "select ?1", "select :a", "select @a", "select $a", "select $0",
                                  "select $2", "select $1::text", "select $99999999999999999999"}) {
        const auto run = [&](Transaction& tx) { return tx.value<std::string>(sql, "x"); };
        EXPECT_THROW(database.read(run), Failure) << sql;
    }
}

} // namespace
} // namespace buckstop::db
