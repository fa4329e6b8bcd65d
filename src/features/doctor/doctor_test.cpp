#include "features/doctor/doctor.hpp"

#include "db/migrate.hpp"
#include "features/audit/audit.hpp"
#include "features/test_office.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace buckstop::doctor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

// What was found by a check that isn't well, as "check: message".
std::vector<std::string> troubles(const std::vector<Finding>& findings) {
    std::vector<std::string> list;
    for (const auto& finding : findings)
        if (finding.outcome != Outcome::ok) {
            EXPECT_FALSE(finding.advice.empty()) << finding.message << " without what to do";
            list.push_back(finding.check + ": " + finding.message);
        }
    return list;
}

class DoctorTest : public test::BothDatabases {
  protected:
    DoctorTest() { office.now = system_now(); } // PostgreSQL has a clock of its own

    // The tests' PostgreSQL gives up safety for speed, which the doctor sees and which isn't meant here.
    std::vector<std::string> examined() {
        db::Database reading(test_database().url(), {.readers = 1, .read_only = true});
        auto findings = examine_database(reading, [this] { return office.now; });
        std::erase_if(findings, [](const Finding& finding) { return finding.check == "server"; });
        return troubles(findings);
    }
    void run(const std::string& sql) {
        database().write([&](db::Transaction& tx) { tx.execute(sql); });
    }
    void add_job(const std::string& state, Instant created, std::optional<Instant> lease,
                 std::optional<Instant> finished) {
        database().write([&](db::Transaction& tx) {
            tx.execute("insert into job (org_id, id, kind, input, state, attempts, max_attempts, run_at,"
                       " lease_until, created_at, finished_at) values ($1, $2, 'mail', '{}', $3, 1, 5, 0, $4,"
                       " $5, $6)",
                       office.org, tx.new_id<Job>(), state, lease, created, finished);
        });
    }

    test::Office office{database()};
};
INSTANTIATE_BOTH_DATABASES(DoctorTest);

TEST_P(DoctorTest, a_healthy_database_is_well) {
    add_job("waiting", office.now - 10min, {}, {});
    add_job("running", office.now - 2h, office.now + 1min, {});
    add_job("failed", office.now - 48h, {}, office.now - 47h);
    add_job("done", office.now - 48h, {}, office.now);
    EXPECT_THAT(examined(), IsEmpty());
}

TEST_P(DoctorTest, an_audit_line_that_was_changed_is_a_problem) {
    database().write([&](db::Transaction& tx) {
        for (int i = 0; i < 3; ++i)
            audit::record(tx, office.now,
                          {.org = office.org, .action = "person.created", .object = access::Object::person});
    });
    EXPECT_THAT(examined(), IsEmpty());
    database().change_schema([](db::Transaction& tx) {
        tx.execute({"drop trigger audit_entry_update", "drop trigger audit_entry_update on audit_entry"});
        tx.execute("update audit_entry set action = 'person.removed' where sequence = 2");
    });
    EXPECT_THAT(examined(), testing::ElementsAre(HasSubstr("Line 2 isn't as it was written")));
}

TEST_P(DoctorTest, jobs_that_are_stuck_or_failed_are_told) {
    add_job("running", office.now - 2h, office.now - 6min, {});
    add_job("waiting", office.now - 2h, {}, {});
    add_job("failed", office.now - 2h, {}, office.now - 1h);
    EXPECT_THAT(examined(),
                testing::UnorderedElementsAre(HasSubstr("lost their runner"), HasSubstr("more than an hour"),
                                              HasSubstr("such as mail")));
}

TEST_P(DoctorTest, indexes_that_an_import_has_left_missing_are_told) {
    run("insert into deferred_index (org_id, name, definition, import_id) values (0, 'deal_owner', '', 1)");
    EXPECT_THAT(examined(), testing::ElementsAre(HasSubstr("1 indexes are missing")));
}

TEST_P(DoctorTest, a_clock_that_differs_from_the_servers_is_told) {
    office.now += 90s;
    if (GetParam() == db::Dialect::sqlite)
        EXPECT_THAT(examined(), IsEmpty()) << "there is no other clock";
    else
        EXPECT_THAT(examined(), testing::ElementsAre(HasSubstr("seconds apart")));
}

TEST_P(DoctorTest, a_line_from_the_future_shows_that_a_clock_is_wrong) {
    database().write([&](db::Transaction& tx) {
        audit::record(tx, office.now + 2h,
                      {.org = office.org, .action = "person.created", .object = access::Object::person});
    });
    EXPECT_THAT(examined(), testing::Contains(HasSubstr("from the future")));
}

TEST_P(DoctorTest, rows_that_refer_to_nothing_are_a_problem) {
    if (GetParam() == db::Dialect::postgres)
        GTEST_SKIP() << "PostgreSQL lets no such row in";
    {
        db::Database raw(test_database().url());
        EXPECT_THROW(raw.change_schema([](db::Transaction& tx) {
            tx.execute("insert into person_role (org_id, person_id, role) values (1, 1, 'rep')");
        }),
                     db::Failure)
            << "ours isn't the way to get one in";
    }
    const auto file = test_database().url().target;
    ASSERT_EQ(
        std::system(("sqlite3 '" + file + "' \"insert into person_role values (1, 1, 'rep')\"").c_str()), 0);
    EXPECT_THAT(examined(), testing::Contains(HasSubstr("1 rows of person_role refer to what isn't there")));
}

TEST_P(DoctorTest, a_schema_that_is_not_this_programs_is_told) {
    run("update schema_migration set checksum = 'other' where version = 2");
    EXPECT_THAT(examined(), testing::ElementsAre(HasSubstr("another text")));
    const test::TestDatabase empty(GetParam(), test::Schema::none);
    EXPECT_THAT(troubles(examine_database(*empty.open(), system_now)),
                testing::Contains(HasSubstr("is empty")));
    empty.open()->change_schema([](db::Transaction& tx) { ASSERT_TRUE(db::migrate_within(tx, 5)); });
    EXPECT_THAT(troubles(examine_database(*empty.open(), system_now)),
                testing::Contains(HasSubstr("migrations are pending")));
}

class SurroundingsTest : public testing::Test {
  protected:
    static std::vector<std::string> settings_say(const Config& config) {
        return troubles(examine_settings({.config = config, .origins = {}, .file = {}}));
    }
    test::TemporaryDirectory directory;
};

TEST_F(SurroundingsTest, settings_that_contradict_each_other_are_told) {
    EXPECT_THAT(settings_say({}), IsEmpty());
    const auto one = [](const char* words) { return testing::ElementsAre(HasSubstr(words)); };
    EXPECT_THAT(settings_say({.listen_address = "0.0.0.0"}), one("public_url isn't set"));
    EXPECT_THAT(settings_say({.public_url = "http://buckstop.example.org"}), one("in the clear"));
    EXPECT_THAT(settings_say({.public_url = "https://buckstop.example.org"}), one("no proxy"));
    EXPECT_THAT(settings_say({.trusted_proxies = {"nonsense"}}), one("nonsense"));
    EXPECT_THAT(settings_say({.web_root = "/nowhere"}), one("web_root"));
    EXPECT_THAT(settings_say({.mail_server = "smtp://127.0.0.1:25"}), one("no sender"));
    EXPECT_THAT(settings_say({.mail_from = "a@example.org"}), one("without mail_server"));
    EXPECT_THAT(settings_say({.job_threads = 0}), one("no background jobs"));
}

TEST_F(SurroundingsTest, a_file_that_others_can_read_is_told_where_it_holds_a_secret) {
    const auto file = directory.write("buckstop.toml", "");
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    LoadedConfig loaded{.config = {}, .origins = {}, .file = file};
    EXPECT_THAT(troubles(examine_settings(loaded)), IsEmpty());
    loaded.config.database = "postgresql://buckstop:secret@db.internal/buckstop";
    EXPECT_THAT(troubles(examine_settings(loaded)), testing::ElementsAre(HasSubstr("can be read by others")));
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    EXPECT_THAT(troubles(examine_settings(loaded)), IsEmpty());
}

TEST_F(SurroundingsTest, a_database_that_others_can_read_is_told) {
    const auto file = directory.write("buckstop.db", "");
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    const auto readers = [&] {
        auto found = troubles(examine_files({}, {db::Dialect::sqlite, file}));
        std::erase_if(found, [](const std::string& trouble) { return trouble.find("room") != trouble.npos; });
        return found; // how full the tests' disk is isn't meant here
    };
    EXPECT_THAT(readers(), IsEmpty());
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    EXPECT_THAT(readers(), testing::ElementsAre(HasSubstr("can be read by others")));
}

TEST_F(SurroundingsTest, a_mail_server_that_is_not_there_is_a_problem) {
    EXPECT_THAT(troubles(examine_mail({})), IsEmpty());
    EXPECT_THAT(troubles(examine_mail({.mail_server = "smtp://127.0.0.1:1"})),
                testing::ElementsAre(HasSubstr("mail: ")));
}

} // namespace
} // namespace buckstop::doctor
