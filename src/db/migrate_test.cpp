#include "db/migrate.hpp"

#include "db/test_tables.hpp"

#include <thread>

namespace buckstop::db {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Files = std::vector<EmbeddedFile>;

class MigrateTest : public test::BothDatabases {
  protected:
    MigrateTest() : BothDatabases(test::Schema::none) {}

    [[nodiscard]] int rows(const char* table) {
        return database().read(
            [&](Transaction& tx) { return tx.value<int>("select count(*) from " + std::string(table)); });
    }
    [[nodiscard]] bool has(const char* table) {
        try {
            return rows(table) >= 0;
        } catch (const Failure&) {
            return false;
        }
    }
};
INSTANTIATE_BOTH_DATABASES(MigrateTest);

const Files first{
    {"0001_first.sql", "create table a (id bigint primary key); insert into a (id) values (1);"}};
const Files both{first[0], {"0002_second.sql", "create table b (id bigint primary key);"}};

TEST_P(MigrateTest, AppliesWhatIsMissingOnce) {
    EXPECT_EQ(migration_state(database(), both)->database_version, 0);
    EXPECT_FALSE(has("schema_migration")); // looking changes nothing

    const auto one = migrate(database(), first);
    ASSERT_TRUE(one) << one.error().message;
    EXPECT_THAT(one->applied_now, ElementsAre("0001_first"));
    EXPECT_EQ(one->database_version, 1);

    const auto state = migration_state(database(), both);
    EXPECT_EQ(state->database_version, 1);
    EXPECT_EQ(state->program_version, 2);
    EXPECT_THAT(state->applied_now, IsEmpty());

    EXPECT_THAT(migrate(database(), both)->applied_now, ElementsAre("0002_second"));
    const auto again = migrate(database(), both);
    EXPECT_THAT(again->applied_now, IsEmpty());
    EXPECT_EQ(again->database_version, 2);
    EXPECT_EQ(rows("a"), 1);
    EXPECT_EQ(rows("b"), 0);
}

TEST_P(MigrateTest, NothingToApply) {
    const auto state = migrate(database(), Files{});
    ASSERT_TRUE(state);
    EXPECT_EQ(state->program_version, 0);
}

TEST_P(MigrateTest, RefusesASchemaNewerThanTheProgram) {
    ASSERT_TRUE(migrate(database(), both));
    for (const auto& state : {migrate(database(), first), migration_state(database(), first)}) {
        ASSERT_FALSE(state);
        EXPECT_EQ(state.error().code, ErrorCode::conflict);
        EXPECT_THAT(state.error().message, HasSubstr("newer"));
    }
}

TEST_P(MigrateTest, RefusesAMigrationThatChanged) {
    ASSERT_TRUE(migrate(database(), first));
    const Files changed{{"0001_first.sql", "create table a (id bigint primary key);"}, both[1]};
    for (const auto& state : {migrate(database(), changed), migration_state(database(), changed)}) {
        ASSERT_FALSE(state);
        EXPECT_EQ(state.error().code, ErrorCode::conflict);
        EXPECT_THAT(state.error().message, HasSubstr("0001_first"));
    }
    EXPECT_FALSE(has("b"));
}

TEST_P(MigrateTest, RunsTheCommonFileAndThenItsOwnDialects) {
    const Files files{{"0001_first.postgres.sql", "insert into a (id) values (1), (2);"},
                      {"0001_first.sql", "create table a (id bigint);"},
                      {"0001_first.sqlite.sql", "insert into a (id) values (1);"},
                      {"0002_second.postgres.sql", "create table only_postgres (id bigint);"},
                      {"README.md", "not SQL"}};
    ASSERT_TRUE(migrate(database(), files));
    EXPECT_EQ(rows("a"), GetParam() == Dialect::sqlite ? 1 : 2);
    EXPECT_EQ(has("only_postgres"), GetParam() == Dialect::postgres);
    EXPECT_EQ(migration_state(database(), files)->database_version, 2);

    auto mended = files; // the other database's half
    mended[GetParam() == Dialect::sqlite ? 0 : 2].data = "select 1;";
    EXPECT_TRUE(migrate(database(), mended));
}

TEST_P(MigrateTest, KeepsWhatWentBeforeAFailure) {
    const Files broken{first[0],
                       {"0002_broken.sql", "create table b (id bigint); insert into nowhere values (1);"}};
    try {
        (void)migrate(database(), broken);
        ADD_FAILURE() << "it has run";
    } catch (const Failure& failure) {
        EXPECT_THAT(failure.what(), AllOf(HasSubstr("0002_broken"), HasSubstr("nowhere")));
    }
    EXPECT_TRUE(has("a"));
    EXPECT_FALSE(has("b"));
    EXPECT_EQ(migration_state(database(), broken)->database_version, 1);
    EXPECT_THAT(migrate(database(), both)->applied_now, ElementsAre("0002_second"));
}

TEST_P(MigrateTest, AMigrationCantEndItsTransaction) {
    const Files ending{
        {"0001_ending.sql", "create table a (id bigint); commit; create table b (id bigint);"}};
    EXPECT_THROW((void)migrate(database(), ending), Failure);
    EXPECT_EQ(migration_state(database(), ending)->database_version, 0);
}

TEST_P(MigrateTest, FilesBreakTheRules) {
    const auto names = [&](const std::vector<std::string_view>& paths) {
        Files files;
        for (const auto path : paths)
            files.push_back({path, "select 1;"});
        (void)migrate(database(), files);
    };
    EXPECT_THROW(names({"first.sql"}), std::logic_error);
    EXPECT_THROW(names({"1_first.sql"}), std::logic_error);
    EXPECT_THROW(names({"0001.sql"}), std::logic_error);
    EXPECT_THROW(names({"0001_first.mysql.sql"}), std::logic_error);
    EXPECT_THROW(names({"0002_first.sql"}), std::logic_error);
    EXPECT_THROW(names({"0001_first.sql", "0003_third.sql"}), std::logic_error);
    EXPECT_THROW(names({"0001_first.sql", "0001_other.sql"}), std::logic_error);
}

TEST_P(MigrateTest, NodesThatStartTogetherMigrateOnce) {
    Files files;
    std::vector<std::string> names;
    for (int i = 1; i <= 9; ++i)
        names.push_back("000" + std::to_string(i) + "_step.sql");
    for (const auto& name : names)
        files.push_back(
            {name, name == names[0] ? "create table a (id bigint);" : "insert into a (id) values (1);"});
    {
        std::vector<std::jthread> nodes;
        for (int i = 0; i < 4; ++i)
            nodes.emplace_back([&] { EXPECT_TRUE(migrate(*test_database().open(), files)); });
    }
    EXPECT_EQ(rows("a"), 8);
}

TEST_P(MigrateTest, TheProgramsOwnMigrationsRun) {
    const auto state = migrate(database());
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_EQ(state->database_version, state->program_version);
    EXPECT_EQ(migration_state(database())->database_version, state->program_version);
}

} // namespace
} // namespace buckstop::db
