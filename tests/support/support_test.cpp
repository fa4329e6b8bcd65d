// The tests' own tools.
#include "db/migrate.hpp"
#include "support/databases.hpp"
#include "support/postgres_server.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace buckstop::test {
namespace {

TEST(TemporaryDirectory, HoldsFilesAndGoesWithThem) {
    std::filesystem::path path;
    {
        const TemporaryDirectory directory;
        path = directory.path();
        std::ifstream stream(directory.write("deep/er/file.txt", "content"));
        std::ostringstream content;
        content << stream.rdbuf();
        EXPECT_EQ(content.str(), "content");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PostgresServer, UrlNamesTheDatabase) {
    const std::string url = PostgresServer::shared().url("mine");
    EXPECT_THAT(url, ::testing::StartsWith("postgresql://"));
    EXPECT_THAT(url, ::testing::HasSubstr("/mine"));
    EXPECT_THAT(url, ::testing::Not(::testing::HasSubstr("/postgres?")));
}

TEST(PostgresServer, SaysWhatFails) {
    EXPECT_THROW(PostgresServer::shared().administer("select nonsense"), std::runtime_error);
}

TEST(PostgresServer, AnOwnServerEndsWithItsObject) {
    std::string url;
    {
        const PostgresServer server;
        url = server.url("postgres");
        server.drop_database(server.create_database());
    }
    const std::size_t from = url.find("host=") + 5;
    EXPECT_FALSE(std::filesystem::exists(url.substr(from, url.find('&', from) - from)));
}

class BothDatabasesTest : public BothDatabases {
  protected:
    std::int64_t jobs() {
        return database().read(
            [](db::Transaction& tx) { return tx.value<std::int64_t>("select count(*) from job"); });
    }
    void add_job() {
        database().write([](db::Transaction& tx) {
            tx.execute("insert into job (org_id, id, kind, input, state, attempts, max_attempts, run_at, "
                       "created_at) "
                       "values (1, 1, 'test', '', 'waiting', 0, 1, 0, 0)");
        });
    }
};
INSTANTIATE_BOTH_DATABASES(BothDatabasesTest);

TEST_P(BothDatabasesTest, IsMigrated) {
    const auto state = db::migration_state(database());
    ASSERT_TRUE(state.has_value());
    EXPECT_GT(state->program_version, 0);
    EXPECT_EQ(state->database_version, state->program_version);
    EXPECT_EQ(database().dialect(), GetParam());
}

// Either of these two would find the other's row in a database that they shared.
TEST_P(BothDatabasesTest, IsThisTestsOwn) {
    EXPECT_EQ(jobs(), 0);
    add_job();
    EXPECT_EQ(jobs(), 1);
}
TEST_P(BothDatabasesTest, IsAnotherForTheNextTest) {
    EXPECT_EQ(jobs(), 0);
    add_job();
}

// These leave behind what may not be used again: another schema, an open connection.
TEST_P(BothDatabasesTest, MayChangeTheSchema) {
    EXPECT_EQ(jobs(), 0);
    database().write([](db::Transaction& tx) { tx.execute("alter table job add column colour text"); });
}
TEST_P(BothDatabasesTest, HasTheSchemaOfTheMigrations) {
    EXPECT_THROW(database().read([](db::Transaction& tx) { tx.execute("select colour from job"); }),
                 db::Failure);
    static std::unique_ptr<db::Database> left_open;
    left_open = test_database().open();
    left_open->read([](db::Transaction& tx) { tx.execute("select 1"); });
    add_job();
}
TEST_P(BothDatabasesTest, HasNobodyElseConnected) {
    EXPECT_EQ(jobs(), 0);
}

TEST_P(BothDatabasesTest, OpensTwice) {
    add_job();
    const auto other = test_database().open();
    EXPECT_EQ(
        other->read([](db::Transaction& tx) { return tx.value<std::int64_t>("select count(*) from job"); }),
        1);
}

TEST_P(BothDatabasesTest, ItsUrlCanBeGivenToTheProgram) {
    const auto url = db::parse_url(test_database().url_text());
    ASSERT_TRUE(url.has_value());
    EXPECT_EQ(url->target, test_database().url().target);
}

TEST_P(BothDatabasesTest, CanBeEmpty) {
    const TestDatabase empty(GetParam(), Schema::none);
    const auto state = db::migration_state(*empty.open());
    ASSERT_TRUE(state.has_value());
    EXPECT_EQ(state->database_version, 0);
}

} // namespace
} // namespace buckstop::test
