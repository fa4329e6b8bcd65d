#include "features/audit/audit.hpp"
#include "features/people/people.hpp"
#include "features/retention/retention.hpp"
#include "features/test_office.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>

namespace buckstop::retention {
namespace {

class RetentionTest : public test::BothDatabases {
  protected:
    test::Office office{database()};

    [[nodiscard]] Instant days_ago(int days) const { return office.now - std::chrono::hours(24 * days); }

    void keep(const people::RetentionChange& wanted) {
        const auto version = people::get_retention(office.context, office["ada"])->version;
        const auto changed = people::change_retention(office.context, office["ada"], version, wanted);
        ASSERT_TRUE(changed) << changed.error().message;
    }
    std::int64_t count(const std::string& from) {
        return database().read([&](db::Transaction& tx) {
            return tx.value<std::int64_t>("select count(*) from " + from + " where org_id = $1", office.org);
        });
    }
    void jobs(int how_many, const std::string& state, Instant finished_at) {
        database().write([&](db::Transaction& tx) {
            for (int i = 0; i < how_many; ++i)
                tx.execute("insert into job (org_id, id, kind, input, state, attempts, max_attempts, run_at,"
                           " created_at, finished_at) values ($1, $2, 'k', '{}', $3, 1, 1, 0, 0, $4)",
                           office.org, tx.new_ids(1), state, finished_at);
        });
    }
    void notice(std::optional<Instant> seen_at) {
        database().write([&](db::Transaction& tx) {
            tx.execute("insert into notice (org_id, id, person_id, kind, detail, created_at, seen_at)"
                       " values ($1, $2, $3, 'k', '{}', 0, $4)",
                       office.org, tx.new_ids(1), office.id("ana"), seen_at);
        });
    }
    void session(Instant expires_at) {
        database().write([&](db::Transaction& tx) {
            const auto id = tx.new_ids(1);
            tx.execute("insert into session (org_id, id, person_id, token_hash, draft_key_id, draft_key_wrap,"
                       " created_at, last_seen_at, expires_at, entered_by)"
                       " values ($1, $2, $3, $4, 1, 'w', 0, 0, $5, 'password')",
                       office.org, id, office.id("ana"), std::to_string(id), expires_at);
        });
    }
    void activity(DealId deal, Date on) {
        database().write([&](db::Transaction& tx) {
            tx.execute("insert into activity (org_id, id, source, external_key, deal_id, kind, happened_on,"
                       " is_done, as_of, content_hash, created_at)"
                       " values ($1, $2, 'test', $3, $4, 'call', $5, true, $5, 0, 0)",
                       office.org, tx.new_ids(1), std::to_string(tx.new_ids(1)), deal, on);
        });
    }
    void failure(Date on, bool debriefed) {
        database().write([&](db::Transaction& tx) {
            const auto id = tx.new_ids(1);
            tx.execute("insert into failure (org_id, id, kind, owner_id, occurred_on, state, created_at,"
                       " version) values ($1, $2, 'lost_deal', $3, $4, 'waiting', 0, 1)",
                       office.org, id, office.id("ana"), on);
            if (debriefed)
                tx.execute("insert into debrief (org_id, id, failure_id, author_id, state, audience,"
                           " started_at, version) values ($1, $2, $3, $4, 'drafting', 'coach', 0, 1)",
                           office.org, tx.new_ids(1), id, office.id("ana"));
        });
    }
    static Date in_year(int year) { return Date{std::chrono::year{year} / 3 / 1}; }
};
INSTANTIATE_BOTH_DATABASES(RetentionTest);

TEST_P(RetentionTest, WhatIsOverAgeGoesAndTheRestStays) {
    jobs(1, "done", days_ago(31));
    jobs(1, "done", days_ago(29));
    jobs(1, "waiting", days_ago(31));
    notice(days_ago(366));
    notice(days_ago(364));
    notice(std::nullopt); // not seen yet
    session(days_ago(31));
    session(days_ago(29));
    const auto applied = apply(office.context, office.org);
    EXPECT_EQ(applied, (Applied{.jobs = 1, .sessions = 1, .notices = 1}));
    EXPECT_EQ(count("job"), 2);
    EXPECT_EQ(count("notice"), 2);
    EXPECT_EQ(count("session"), 1);
    EXPECT_EQ(apply(office.context, office.org), Applied{}) << "it can be repeated";
}

TEST_P(RetentionTest, OffMeansKeep) {
    keep({.import_undo_days = std::optional<int>{},
          .jobs_days = std::optional<int>{},
          .sessions_days = std::optional<int>{},
          .notices_days = std::optional<int>{}});
    jobs(1, "done", days_ago(4000));
    notice(days_ago(4000));
    session(days_ago(4000));
    activity(office.deal({.closed_on = in_year(2001)}), in_year(2001));
    failure(in_year(2001), false);
    EXPECT_EQ(apply(office.context, office.org), Applied{});
}

TEST_P(RetentionTest, OldActivitiesOfClosedDealsAndUndebriefedFailuresGoWhereAsked) {
    keep({.activities_years = 5, .failures_years = 3});
    activity(office.deal({.closed_on = in_year(2020)}), in_year(2020));
    activity(office.deal({.closed_on = in_year(2020)}), in_year(2025)); // somebody called since
    activity(office.deal({.outcome = "open"}), in_year(2019));
    activity(office.deal({.closed_on = in_year(2022)}), in_year(2020));
    failure(in_year(2022), false);
    failure(in_year(2022), true);
    failure(in_year(2024), false);
    EXPECT_EQ(apply(office.context, office.org), (Applied{.activities = 1, .failures = 1}));
    EXPECT_EQ(count("activity"), 3);
    EXPECT_EQ(count("failure"), 2);
}

TEST_P(RetentionTest, EachPortionIsWrittenDownAsACount) {
    jobs(2500, "done", days_ago(40));
    EXPECT_EQ(apply(office.context, office.org).jobs, 2500);
    const auto details = database().read([&](db::Transaction& tx) {
        return tx.query<std::string>("select detail from audit_entry where org_id = $1 and action ="
                                     " 'retention.applied' order by sequence",
                                     office.org);
    });
    EXPECT_THAT(details,
                ::testing::ElementsAre(R"({"what":"jobs","count":1000})", R"({"what":"jobs","count":1000})",
                                       R"({"what":"jobs","count":500})"));
}

TEST_P(RetentionTest, UploadsAndRefusedRowsGoButNothingOutsideTheDataDirectory) {
    const test::TemporaryDirectory data;
    const test::TemporaryDirectory elsewhere;
    Config config;
    config.data_directory = data.path().string();
    const Context context{.database = database(),
                          .config = config,
                          .jobs = office.context.jobs,
                          .events = office.context.events,
                          .now = office.context.now};
    const auto outside = elsewhere.write("deals.csv", "Id\n");
    const auto import = [&](const std::string& state, Instant at, bool is_outside) {
        const auto id = database().write([&](db::Transaction& tx) { return tx.new_id<struct Import>(); });
        auto folder = data.path() / "imports" / id.text();
        std::filesystem::create_directories(folder);
        for (const auto* name : {"0", "refused-0.csv"})
            std::ofstream(folder / name) << "a row";
        database().write([&](db::Transaction& tx) {
            tx.execute("insert into import (org_id, id, state, as_of, created_at, touched_at, finished_at,"
                       " version) values ($1, $2, $3, '2026-06-01', 0, $4, $5, 1)",
                       office.org, id, state, at, state == "uploaded" ? std::nullopt : std::optional(at));
            tx.execute("insert into import_file (org_id, import_id, position, name, path, bytes, received,"
                       " answers, rows_done, is_done, refused_bytes)"
                       " values ($1, $2, 0, 'deals.csv', $3, 1, 1, '[]', 0, true, 5)",
                       office.org, id, is_outside ? std::string(outside) : (folder / "0").string());
        });
        return folder;
    };
    const auto old = import("done", days_ago(91), false);
    const auto abandoned = import("uploaded", days_ago(91), false);
    const auto strange = import("done", days_ago(91), true);
    const auto recent = import("done", days_ago(89), false);
    const auto running = import("running", days_ago(91), false);
    EXPECT_EQ(apply(context, office.org).import_files, 5);
    EXPECT_FALSE(std::filesystem::exists(old));
    EXPECT_FALSE(std::filesystem::exists(abandoned));
    EXPECT_FALSE(std::filesystem::exists(strange / "refused-0.csv"));
    EXPECT_TRUE(std::filesystem::exists(outside));
    EXPECT_TRUE(std::filesystem::exists(recent / "0"));
    EXPECT_TRUE(std::filesystem::exists(running / "0"));
    EXPECT_EQ(apply(context, office.org).import_files, 0);
}

TEST_P(RetentionTest, StopsBetweenPortions) {
    jobs(2500, "done", days_ago(40));
    int asked = 0;
    (void)apply(office.context, office.org, [&] { return ++asked < 6; });
    EXPECT_GT(count("job"), 0);
    EXPECT_LT(count("job"), 2500);
}

TEST_P(RetentionTest, AnotherOrganisationsThingsStay) {
    test::Office other(database(), "Dock Ltd");
    jobs(1, "done", days_ago(40));
    EXPECT_EQ(apply(other.context, other.org), Applied{});
    EXPECT_EQ(count("job"), 1);
}

TEST_P(RetentionTest, OnlyAdministratorsChangeIt) {
    for (const auto& [name, who] : office.people())
        if (name != "ada") {
            EXPECT_EQ(people::change_retention(office.context, who, 0, {.jobs_days = 3}).error().code,
                      ErrorCode::forbidden)
                << name;
        }
    for (const int wrong : {0, -1, 3651}) {
        EXPECT_EQ(
            people::change_retention(office.context, office["ada"], 0, {.jobs_days = wrong}).error().code,
            ErrorCode::invalid);
    }
    ASSERT_TRUE(people::change_retention(office.context, office["ada"], 0, {.jobs_days = 3}));
    EXPECT_EQ(people::change_retention(office.context, office["ada"], 0, {.jobs_days = 4}).error().code,
              ErrorCode::precondition_failed)
        << "somebody else was faster";
    EXPECT_EQ(people::get_retention(office.context, office["ana"])->jobs_days, 3);
    EXPECT_EQ(people::get_retention(office.context, office["ana"])->import_undo_days, 90);
}

TEST(Years, EndInFebruaryToo) {
    const Date leap_day{std::chrono::year{2024} / 2 / 29};
    EXPECT_EQ(people::years_before(leap_day, 1), (Date{std::chrono::year{2023} / 2 / 28}));
    EXPECT_EQ(people::years_before(leap_day, 4), (Date{std::chrono::year{2020} / 2 / 29}));
}

} // namespace
} // namespace buckstop::retention
