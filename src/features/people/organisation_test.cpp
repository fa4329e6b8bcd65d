// Organisations: settings, set-up, and going without leaving anything.
#include "features/people/test_town.hpp"

#include <gmock/gmock.h>
#include <thread>

namespace buckstop::people::test {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class OrganisationTest : public TownTest {};
INSTANTIATE_BOTH_DATABASES(OrganisationTest);

TEST_P(OrganisationTest, SettingsAreTheAdministrators) {
    const auto ana = town.add("Ana Ruiz");
    const auto seen = town.get("/organisation", ana);
    EXPECT_EQ(seen.text("name"), "Harbour Ltd");
    EXPECT_EQ(seen.text("deal_visibility"), "team");
    EXPECT_EQ(town.patch("/organisation", ana, {{"name", "X"}}, seen.etag()).status, 403);
    EXPECT_EQ(town.patch("/organisation", administrator, {{"name", "X"}}, "").status, 428);
    const auto changed =
        town.patch("/organisation", administrator,
                   {{"time_zone", "Europe/Berlin"}, {"deal_visibility", "everyone"}}, seen.etag());
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(changed.text("time_zone"), "Europe/Berlin");
    EXPECT_EQ(changed.text("name"), "Harbour Ltd");
    EXPECT_NE(changed.etag(), seen.etag());
    EXPECT_EQ(town.patch("/organisation", administrator, {{"name", "X"}}, seen.etag()).status, 412);
    for (const boost::json::value& wrong :
         {boost::json::value{{"time_zone", "Mars/Olympus"}}, boost::json::value{{"currency", "XXY"}},
          boost::json::value{{"name", " "}}})
        EXPECT_EQ(town.patch("/organisation", administrator, wrong, changed.etag()).status, 422);
    EXPECT_EQ(to_text(town.look([&](db::Transaction& tx) { return today(tx, town.org, town.now); })),
              "2026-11-23");
}

TEST_P(OrganisationTest, GoesWithEverythingThatIsItsOwn) {
    const auto org =
        town.database
            .write([&](db::Transaction& tx) {
                return create_organisation(tx, town.now, {.name = "Demo", .is_demonstration = true});
            })
            .value();
    const auto boss = town.add("Boss", {Role::administrator}, {.email = "boss@example.net"}, org);
    const auto team = create_team(town.context, boss, "Team")->id;
    const auto rep = town.add("Rep", {Role::rep}, {.team_id = team, .manager_id = boss.person}, org);
    town.let_in(boss);
    town.send(http::Method::post, "/session", {},
              {{"email", "boss@example.net"}, {"password", "seven mended sails"}});
    EXPECT_EQ(town.del("/demonstration", administrator).status, 409); // that of Harbour Ltd isn't one
    EXPECT_EQ(town.del("/demonstration", rep).status, 403);
    EXPECT_EQ(town.del("/demonstration", boss).status, 204);
    town.look([&](db::Transaction& tx) {
        for (const auto& table : tx.query<std::string>(
                 {"select m.name from sqlite_master m join pragma_table_info(m.name) c where c.name = "
                  "'org_id'",
                  "select table_name from information_schema.columns where column_name = 'org_id'"}))
            EXPECT_EQ(tx.value<std::int64_t>("select count(*) from " + table + " where org_id = $1", org), 0)
                << table;
        EXPECT_THAT(organisations(tx), SizeIs(2));
        EXPECT_TRUE(audit::verify(tx, town.org).whole);
        return 0;
    });
}

// An empty database with nobody in it.
class SetUpTest : public buckstop::test::BothDatabases {
  protected:
    SetUpTest() {
        town.database.write([&](db::Transaction& tx) {
            remove_organisation(tx, town.org);
            remove_organisation(tx, town.other_org);
        });
    }
    Town town{database()};
    const boost::json::object form{{"organisation_name", "Harbour Ltd"},
                                   {"time_zone", "Europe/Dublin"},
                                   {"currency", "EUR"},
                                   {"name", "Nuala Fernandes"},
                                   {"email", "Nuala@example.org"},
                                   {"password", "seven mended sails"}};
    Answer set_up_with(const std::string& token, boost::json::object input) {
        input["token"] = token;
        return town.post("/setup", {}, input);
    }
    std::vector<Organisation> all() {
        return town.look([](db::Transaction& tx) { return organisations(tx); });
    }
};
INSTANTIATE_BOTH_DATABASES(SetUpTest);

TEST_P(SetUpTest, TheTokenMakesTheFirstAdministrator) {
    const auto token = identity::offer_setup(town.context).value();
    EXPECT_EQ(set_up_with("AAAAA-AAAAA-AAAAA-AAAAA", form).status, 403);
    auto weak = form;
    weak["password"] = "password123";
    EXPECT_EQ(set_up_with(token, weak).status, 422);
    const auto done = set_up_with(token, form);
    ASSERT_EQ(done.status, 200) << boost::json::serialize(done.body);
    EXPECT_EQ(done.body.at("session").at("person").at("email").as_string(), "nuala@example.org");
    EXPECT_EQ(done.body.at("session").at("person").at("roles").as_array().at(0).as_string(), "administrator");
    EXPECT_THAT(done.text("recovery_code"), SizeIs(23));
    EXPECT_EQ(all().at(0).name, "Harbour Ltd");
    EXPECT_EQ(set_up_with(token, form).status, 409);
    EXPECT_THAT(all(), SizeIs(1));
}

TEST_P(SetUpTest, OfTwoAtOnceOneIsTheFirst) {
    const auto token = identity::offer_setup(town.context).value();
    std::atomic<int> made{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 2; ++i)
            threads.emplace_back([&, i] {
                const people::Setup wanted{.organisation_name = "Org",
                                           .time_zone = "UTC",
                                           .currency = "EUR",
                                           .name = "First",
                                           .email = fmt::format("first{}@example.org", i),
                                           .password = "seven mended sails"};
                made += set_up(town.context, wanted, token) ? 1 : 0;
            });
    }
    EXPECT_EQ(made, 1);
    EXPECT_THAT(all(), SizeIs(1));
}

TEST_P(SetUpTest, AnOrganisationThatAnImportMadeIsTakenOver) {
    town.org = town.make_organisation("Imported");
    const auto nuala = town.database.write([&](db::Transaction& tx) {
        return find_or_create_person(tx, town.now, town.org, "nuala fernandes").id;
    });
    const auto token = identity::offer_setup(town.context).value();
    const auto done = set_up_with(token, form);
    ASSERT_EQ(done.status, 200) << boost::json::serialize(done.body);
    ASSERT_THAT(all(), SizeIs(1));
    EXPECT_EQ(all().at(0).name, "Harbour Ltd");
    EXPECT_EQ(done.body.at("session").at("person").at("id").as_string(), nuala.text());
    EXPECT_THAT(done.body.at("session").at("person").at("roles").as_array(),
                SizeIs(2)); // administrator and rep
}

TEST_P(SetUpTest, SaysAllThatIsWrongAtOnce) {
    const auto answer = set_up_with("x", {{"organisation_name", ""},
                                          {"time_zone", "x"},
                                          {"currency", "x"},
                                          {"name", ""},
                                          {"email", "x"},
                                          {"password", "x"}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.body.at("errors").as_array(), SizeIs(5));
}

} // namespace
} // namespace buckstop::people::test
