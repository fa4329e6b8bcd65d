// A migrated database of each test's own, on SQLite and on PostgreSQL:
//
//   class LessonsTest : public test::BothDatabases {};
//   INSTANTIATE_BOTH_DATABASES(LessonsTest);
//   TEST_P(LessonsTest, KeepsTheTitle) { database().write([&](db::Transaction& tx) { … }); }
//
// It is a copy of a database that was migrated once for the test program; on PostgreSQL one that an earlier
// test left may be emptied and used again. `--gtest_filter=*/sqlite` runs one half.
#pragma once

#include "db/db.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace buckstop::test {

enum class Schema { none, migrated };

// One database on one of the two, gone when the object goes.
class TestDatabase {
  public:
    explicit TestDatabase(db::Dialect dialect, Schema schema = Schema::migrated);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    [[nodiscard]] const db::Url& url() const { return url_; }
    // As the command line takes it: "sqlite:…" or "postgresql://…".
    [[nodiscard]] std::string url_text() const;
    // A further pool on it; it must go before this object does.
    [[nodiscard]] std::unique_ptr<db::Database> open(int readers = 2) const;

  private:
    TemporaryDirectory directory_; // where SQLite's file is
    Schema schema_;
    std::string postgres_name_;
    db::Url url_;
};

class BothDatabases : public ::testing::TestWithParam<db::Dialect> {
  protected:
    explicit BothDatabases(Schema schema = Schema::migrated) : test_database_(GetParam(), schema) {}

    [[nodiscard]] const TestDatabase& test_database() const { return test_database_; }
    // Opened at first use.
    [[nodiscard]] db::Database& database() {
        if (!database_)
            database_ = test_database_.open();
        return *database_;
    }

  private:
    TestDatabase test_database_;
    std::unique_ptr<db::Database> database_; // after test_database_, so that it closes first
};

[[nodiscard]] std::string dialect_name(const ::testing::TestParamInfo<db::Dialect>& info);

} // namespace buckstop::test

#define INSTANTIATE_BOTH_DATABASES(Fixture)                                                                  \
    INSTANTIATE_TEST_SUITE_P(                                                                                \
        On, Fixture, ::testing::Values(::buckstop::db::Dialect::sqlite, ::buckstop::db::Dialect::postgres),  \
        ::buckstop::test::dialect_name)
