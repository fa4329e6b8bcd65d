// People and teams through the real routes; and attempts to get around the rules.
#include "features/people/test_town.hpp"

#include <gmock/gmock.h>

namespace buckstop::people::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PeopleTest : public TownTest {
  protected:
    std::vector<std::string> names(std::string_view path, const access::Principal& who) {
        std::vector<std::string> result;
        const auto answer = town.get(path, who);
        EXPECT_EQ(answer.status, 200) << path;
        for (const auto& item : answer.body.at("items").as_array())
            result.emplace_back(item.at("name").as_string());
        return result;
    }
    static std::string path(const access::Principal& who) { return "/people/" + who.person.text(); }
    std::string rule(const Answer& answer) {
        const auto* errors = answer.body.as_object().if_contains("errors");
        return errors != nullptr ? std::string(errors->as_array().at(0).at("rule").as_string()) : "";
    }
};
INSTANTIATE_BOTH_DATABASES(PeopleTest);

TEST_P(PeopleTest, AnAdministratorAddsAndChangesPeople) {
    const auto team = town.post("/teams", administrator, {{"name", "North Sea"}});
    EXPECT_EQ(team.status, 201);
    const auto made = town.post("/people", administrator,
                                {{"name", " Ana Ruiz "},
                                 {"email", "Ana@Example.org"},
                                 {"title", ""},
                                 {"team_id", team.text("id")},
                                 {"manager_id", administrator.person.text()},
                                 {"roles", {"rep", "manager", "rep"}}});
    ASSERT_EQ(made.status, 201) << boost::json::serialize(made.body);
    EXPECT_EQ(made.text("name"), "Ana Ruiz");
    EXPECT_EQ(made.text("email"), "ana@example.org");
    EXPECT_EQ(made.body.at("team").at("name").as_string(), "North Sea");
    EXPECT_EQ(made.body.at("manager").at("name").as_string(), "Bert Osei");
    EXPECT_THAT(made.body.at("roles").as_array(), SizeIs(2));
    EXPECT_EQ(made.text("sign_in"), "none");
    const auto where = "/people/" + made.text("id");
    EXPECT_EQ(town.get(where, administrator).etag(), made.etag());
    EXPECT_EQ(town.patch(where, administrator, {{"title", "Rep"}}, "").status, 428);
    const auto changed =
        town.patch(where, administrator, {{"title", "Account executive"}, {"team_id", nullptr}}, made.etag());
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(changed.text("title"), "Account executive");
    EXPECT_FALSE(changed.body.as_object().contains("team") && !changed.body.at("team").is_null());
    EXPECT_EQ(changed.text("email"), "ana@example.org"); // what is left out stays
    EXPECT_EQ(town.patch(where, administrator, {{"title", "Rep"}}, made.etag()).status, 412);
}

TEST_P(PeopleTest, ListsByNameInPagesAndFinds) {
    for (int i = 0; i < 7; ++i)
        town.add(fmt::format("Person {}", 6 - i), {Role::rep}, {.email = fmt::format("p{}@example.org", i)});
    town.add("Ångström 100%_!", {Role::rep});
    EXPECT_THAT(names("/people?limit=3", administrator), ElementsAre("Bert Osei", "Person 0", "Person 1"));
    std::vector<std::string> all;
    std::string cursor;
    do {
        const auto page =
            town.get("/people?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor), administrator);
        for (const auto& item : page.body.at("items").as_array())
            all.emplace_back(item.at("name").as_string());
        cursor = page.text("next");
    } while (!cursor.empty());
    EXPECT_THAT(all, SizeIs(9));
    EXPECT_THAT(names("/people?q=person 5", administrator), ElementsAre("Person 5"));
    EXPECT_THAT(names("/people?q=P3@EXAMPLE", administrator), ElementsAre("Person 3"));
    EXPECT_THAT(names("/people?q=ÅNGSTRÖM", administrator), ElementsAre("Ångström 100%_!"));
    EXPECT_THAT(names("/people?q=%_", administrator),
                ElementsAre("Ångström 100%_!")); // signs mean themselves
    EXPECT_THAT(names("/people?q=0%", administrator), ElementsAre("Ångström 100%_!"));
    EXPECT_THAT(names("/people?sign_in=active", administrator), IsEmpty());
    town.let_in(administrator);
    EXPECT_THAT(names("/people?sign_in=active", administrator), ElementsAre("Bert Osei"));
    EXPECT_EQ(town.get("/people?limit=0", administrator).status, 422);
    EXPECT_EQ(town.get("/people?cursor=x", administrator).status, 422);
}

TEST_P(PeopleTest, RefusesWhatCannotBe) {
    town.add("Ana Ruiz", {Role::rep}, {.email = "ana@example.org"});
    const auto refused = [&](const boost::json::value& body) {
        return rule(town.post("/people", administrator, body));
    };
    EXPECT_EQ(refused({{"name", "  "}, {"roles", {"rep"}}}), "required");
    EXPECT_EQ(refused({{"name", std::string(201, 'x')}, {"roles", {"rep"}}}), "too_long");
    EXPECT_EQ(refused({{"name", "B"}, {"roles", boost::json::array{}}}), "required");
    EXPECT_EQ(refused({{"name", "B"}, {"email", "not an address"}, {"roles", {"rep"}}}), "not_an_address");
    EXPECT_EQ(refused({{"name", "B"}, {"email", "ANA@example.org "}, {"roles", {"rep"}}}), "taken");
    EXPECT_EQ(refused({{"name", "B"}, {"team_id", "12345"}, {"roles", {"rep"}}}), "unknown");
    EXPECT_EQ(refused({{"name", "B"}, {"manager_id", "12345"}, {"roles", {"rep"}}}), "unknown");
}

TEST_P(PeopleTest, NobodyIsAboveThemselves) {
    const auto top = town.add("Top", {Role::leader});
    const auto middle = town.add_below("Middle", top);
    const auto low = town.add_below("Low", middle);
    const auto set = [&](const access::Principal& who, const access::Principal& manager) {
        return town.patch(path(who), administrator, {{"manager_id", manager.person.text()}},
                          town.get(path(who), administrator).etag());
    };
    EXPECT_EQ(rule(set(top, low)), "circle");
    EXPECT_EQ(rule(set(top, middle)), "circle");
    EXPECT_EQ(rule(set(middle, middle)), "circle");
    EXPECT_EQ(set(low, top).status, 200);
    EXPECT_EQ(set(middle, low).status, 200);
}

TEST_P(PeopleTest, OnlyAdministratorsChangePeopleAndTeams) {
    const auto ana = town.add("Ana Ruiz");
    const auto etag = town.get(path(ana), administrator).etag();
    for (const auto role : {Role::leader, Role::manager, Role::rep, Role::operations, Role::observer}) {
        const auto who = town.add(fmt::format("Somebody {}", enum_name(role)), {role});
        EXPECT_EQ(town.post("/people", who, {{"name", "X"}, {"roles", {"administrator"}}}).status, 403);
        EXPECT_EQ(town.patch(path(ana), who, {{"roles", {"administrator"}}}, etag).status, 403);
        EXPECT_EQ(town.patch(path(who), who, {{"roles", {"administrator"}}}, town.get(path(who), who).etag())
                      .status,
                  403);
        EXPECT_EQ(town.post(path(ana) + "/invitation", who, nullptr).status, 403);
        EXPECT_EQ(town.post(path(ana) + "/password-reset", who, nullptr).status, 403);
        EXPECT_EQ(town.post(path(ana) + "/sign-out", who, nullptr).status, 403);
        EXPECT_EQ(town.post("/teams", who, {{"name", "X"}}).status, 403);
        EXPECT_EQ(town.get("/audit", who).status, 403);
        EXPECT_EQ(town.get("/audit/mine", who).status, 200);
        EXPECT_EQ(town.del("/demonstration", who).status, 403);
        EXPECT_EQ(town.get("/people", who).status, role == Role::observer ? 403 : 200);
        EXPECT_EQ(town.get(path(who), who).status, 200); // oneself
    }
    EXPECT_EQ(town.get("/people", {}).status, 401);
}

TEST_P(PeopleTest, OtherOrganisationsDoNotExist) {
    const auto theirs =
        town.add("Sal Outside", {Role::administrator}, {.email = "sal@example.com"}, town.other_org);
    const auto their_team = create_team(town.context, theirs, "Their team").value();
    EXPECT_EQ(town.get(path(theirs), administrator).status, 404);
    EXPECT_EQ(town.patch(path(theirs), administrator, {{"name", "X"}}, "\"1\"").status, 404);
    EXPECT_EQ(town.post(path(theirs) + "/invitation", administrator, nullptr).status, 404);
    EXPECT_EQ(town.post(path(theirs) + "/sign-out", administrator, nullptr).status, 404);
    EXPECT_EQ(town.patch("/teams/" + their_team.id.text(), administrator, {{"name", "X"}}, "").status, 404);
    EXPECT_EQ(town.del("/teams/" + their_team.id.text(), administrator).status, 404);
    const auto etag = town.get(path(administrator), administrator).etag();
    EXPECT_EQ(
        rule(town.patch(path(administrator), administrator, {{"manager_id", theirs.person.text()}}, etag)),
        "unknown");
    EXPECT_EQ(rule(town.patch(path(administrator), administrator, {{"team_id", their_team.id.text()}}, etag)),
              "unknown");
    EXPECT_THAT(names("/people", administrator), ElementsAre("Bert Osei"));
    EXPECT_THAT(names("/teams", administrator), IsEmpty());
    EXPECT_THAT(names("/people?cursor=" + theirs.person.text(), administrator), IsEmpty());
}

TEST_P(PeopleTest, TheLastAdministratorStays) {
    town.let_in(administrator);
    const auto ana = town.add("Ana Ruiz", {Role::rep}, {.email = "ana@example.org"});
    const auto change = [&](const access::Principal& who, const boost::json::value& body) {
        return town.patch(path(who), administrator, body, town.get(path(who), administrator).etag()).status;
    };
    EXPECT_EQ(change(administrator, {{"roles", {"rep"}}}), 409);
    EXPECT_EQ(change(administrator, {{"is_active", false}}), 409);
    EXPECT_EQ(change(administrator, {{"email", nullptr}}), 422); // nor without the address to sign in with
    EXPECT_EQ(change(ana, {{"roles", {"administrator"}}}), 200);
    EXPECT_EQ(change(administrator, {{"roles", {"rep"}}}), 409); // Ana can't sign in yet
    town.let_in(ana);
    EXPECT_EQ(change(administrator, {{"roles", {"rep"}}}), 200);
    EXPECT_EQ(town.get("/audit", administrator).status, 403); // at once
}

TEST_P(PeopleTest, WhoIsMadeInactiveIsSignedOut) {
    const auto ana = town.add("Ana Ruiz", {Role::rep}, {.email = "ana@example.org"});
    town.let_in(ana);
    const auto signed_in = town.send(http::Method::post, "/session", {},
                                     {{"email", "ana@example.org"}, {"password", "seven mended sails"}});
    ASSERT_EQ(signed_in.status, 200);
    const auto sessions = [&] {
        return town.look(
            [](db::Transaction& tx) { return tx.value<std::int64_t>("select count(*) from session"); });
    };
    EXPECT_EQ(sessions(), 1);
    EXPECT_EQ(town.patch(path(ana), administrator, {{"is_active", false}},
                         town.get(path(ana), administrator).etag())
                  .status,
              200);
    EXPECT_EQ(sessions(), 0);
}

TEST_P(PeopleTest, AChangedAddressIsTold) {
    const auto ana = town.add("Ana Ruiz", {Role::rep}, {.email = "ana@example.org"});
    town.let_in(ana);
    EXPECT_EQ(town.patch(path(ana), administrator, {{"email", "ana.ruiz@example.org"}},
                         town.get(path(ana), administrator).etag())
                  .status,
              200);
    EXPECT_EQ(town.get("/notices", ana).body.at("items").as_array().at(0).at("kind").as_string(),
              "address_changed");
    EXPECT_EQ(town.send(http::Method::post, "/session", {},
                        {{"email", "ana.ruiz@example.org"}, {"password", "seven mended sails"}})
                  .status,
              200);
}

TEST_P(PeopleTest, WhatWasDoneStandsInTheAuditLog) {
    const auto ana = town.add("Ana Ruiz");
    town.patch(path(ana), administrator, {{"roles", {"manager"}}}, town.get(path(ana), administrator).etag());
    const auto line = town.get("/audit?limit=1", administrator).body.at("items").as_array().at(0);
    EXPECT_EQ(line.at("action").as_string(), "person.changed");
    EXPECT_EQ(line.at("actor").as_string(), "Bert Osei");
    EXPECT_EQ(line.at("subject").as_string(), "Ana Ruiz");
    EXPECT_EQ(town.get("/audit/mine", ana).body.at("items").as_array().size(), 2); // created, changed
    const auto first = town.get("/audit?limit=2", administrator);
    const auto next = town.get("/audit?limit=2&cursor=" + first.text("next"), administrator);
    EXPECT_GT(first.body.at("items").as_array().at(1).at("sequence").as_int64(),
              next.body.at("items").as_array().at(0).at("sequence").as_int64());
    EXPECT_TRUE(town.look([&](db::Transaction& tx) { return audit::verify(tx, town.org); }).whole);
}

TEST_P(PeopleTest, TeamsAreNamedOnceAndGoWhenEmpty) {
    const auto made = town.post("/teams", administrator, {{"name", "North  Sea"}});
    EXPECT_EQ(rule(town.post("/teams", administrator, {{"name", "NORTH SEA"}})), "taken");
    EXPECT_EQ(rule(town.post("/teams", administrator, {{"name", ""}})), "required");
    const auto where = "/teams/" + made.text("id");
    EXPECT_EQ(town.patch(where, administrator, {{"name", "Baltic"}}, made.etag()).text("name"), "Baltic");
    EXPECT_EQ(town.patch(where, administrator, {{"name", "Adria"}}, made.etag()).status, 412);
    EXPECT_EQ(town.patch(where, administrator, {{"name", "Adria"}}, "").status, 200);
    const auto ana = town.add("Ana", {Role::rep}, {.team_id = TeamId::parse(made.text("id"))});
    EXPECT_EQ(town.get("/teams", administrator).body.at("items").as_array().at(0).at("people").as_int64(), 1);
    EXPECT_EQ(town.del(where, administrator).status, 409);
    town.patch(path(ana), administrator, {{"is_active", false}}, town.get(path(ana), administrator).etag());
    EXPECT_EQ(town.del(where, administrator).status, 204);
    EXPECT_THAT(names("/teams", administrator), IsEmpty());
}

} // namespace
} // namespace buckstop::people::test
