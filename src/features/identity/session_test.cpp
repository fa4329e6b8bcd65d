// Signing in and out, through the real dispatcher; and attempts to get around it.
#include "features/identity/test_house.hpp"

#include "features/identity/keys.hpp"
#include "features/identity/password.hpp"
#include "features/identity/session_store.hpp"
#include "http/event_stream.hpp"

#include <gmock/gmock.h>

namespace buckstop::identity::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class SessionTest : public HouseTest {
  protected:
    std::int64_t count(const std::string& table) {
        return database().read(
            [&](db::Transaction& tx) { return tx.value<std::int64_t>("select count(*) from " + table); });
    }
};
INSTANTIATE_BOTH_DATABASES(SessionTest);

TEST_P(SessionTest, TellsWhereOneStands) {
    Browser browser(house);
    EXPECT_EQ(browser.get("/session").text("state"), "setup_required");
    house.let_in(ana);
    EXPECT_EQ(browser.get("/session").text("state"), "signed_out");
    const auto answer = browser.sign_in("ana@example.org");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.text("state"), "signed_in");
    EXPECT_EQ(answer.at("person").at("name").as_string(), "Ana Ruiz");
    EXPECT_EQ(answer.at("organisation").at("today").as_string(), "2026-11-23");
    EXPECT_EQ(answer.at("person").at("roles").as_array().at(0).as_string(), "rep");
    EXPECT_TRUE(browser.is_signed_in());
    EXPECT_EQ(browser.del("/session").status, 204);
    EXPECT_FALSE(browser.is_signed_in());
    EXPECT_EQ(browser.get("/sessions").status, 401);
}

TEST_P(SessionTest, TheAddressIsReadAsPeopleTypeIt) {
    house.let_in(ana);
    EXPECT_EQ(Browser(house).sign_in("  Ana@Example.ORG ").status, 200);
}

TEST_P(SessionTest, CookiesAreOutOfReach) {
    house.let_in(ana);
    Browser secure(house);
    secure.sign_in("ana@example.org");
    EXPECT_THAT(secure.set_cookies,
                Contains(AllOf(StartsWith("__Host-buckstop_session="), HasSubstr("; Path=/;"),
                               HasSubstr("; HttpOnly"), HasSubstr("; SameSite=Lax"), HasSubstr("; Secure"),
                               Not(HasSubstr("Domain")))));
    Browser plain(house);
    plain.secure = false;
    plain.sign_in("ana@example.org");
    EXPECT_THAT(plain.set_cookies, Contains(AllOf(StartsWith("buckstop_session="), HasSubstr("; HttpOnly"),
                                                  HasSubstr("; SameSite=Lax"), Not(HasSubstr("Secure")))));
    house.config.base_path = "/buckstop";
    Browser below(house);
    below.sign_in("ana@example.org");
    EXPECT_THAT(below.set_cookies, Contains(AllOf(StartsWith("__Secure-buckstop_session="),
                                                  HasSubstr("; Path=/buckstop;"), HasSubstr("; Secure"))));
}

// What sub-domains and plain HTTP can set isn't taken for a session over TLS.
TEST_P(SessionTest, ACookieWithoutThePrefixIsNoSessionOverTls) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    const auto token = browser.cookies.at("__Host-buckstop_session");
    browser.cookies = {{"buckstop_session", token}};
    EXPECT_FALSE(browser.is_signed_in());
}

TEST_P(SessionTest, UnknownAddressWrongPasswordAndClosedAccountGetTheSameAnswer) {
    house.let_in(ana);
    house.let_in(boss);
    database().write([](db::Transaction& tx) {
        tx.execute("update person set is_active = $3 where org_id = $1 and id = $2", org, boss, false);
    });
    const auto wrong = Browser(house).sign_in("ana@example.org", "not the right words");
    const auto unknown = Browser(house).sign_in("nobody@example.org", "not the right words");
    const auto never = Browser(house).sign_in("nora@example.org", "not the right words");
    const auto closed = Browser(house).sign_in("bert@example.org", good_password);
    for (const auto& answer : {wrong, unknown, never, closed}) {
        EXPECT_EQ(answer.status, 401);
        EXPECT_EQ(answer.text("detail"), wrong.text("detail"));
        EXPECT_EQ(answer.body.as_object().size(), wrong.body.as_object().size());
        EXPECT_EQ(answer.headers.size(), wrong.headers.size());
    }
}

// What takes the time: each try derives one key, whether the account exists or not.
TEST_P(SessionTest, AnUnknownAddressCostsWhatAKnownOneDoes) {
    house.let_in(ana);
    (void)password::nobodys(); // made at first use
    for (const char* email : {"ana@example.org", "nobody@example.org", "nora@example.org", ""}) {
        const auto before = password::derivations();
        EXPECT_EQ(Browser(house, "203.0.113.5").sign_in(email, "not the right words").status, 401);
        EXPECT_EQ(password::derivations() - before, 1) << email;
    }
}

TEST_P(SessionTest, ASessionThatWasPlantedIsNotTaken) {
    house.let_in(ana);
    Browser attacker(house);
    attacker.sign_in("ana@example.org"); // any token that the attacker knows
    const auto planted = attacker.cookies.at("__Host-buckstop_session");
    Browser victim(house);
    victim.cookies["__Host-buckstop_session"] = planted;
    victim.csrf = attacker.csrf;
    victim.sign_in("ana@example.org");
    EXPECT_NE(victim.cookies.at("__Host-buckstop_session"), planted);
    EXPECT_TRUE(victim.is_signed_in());
    EXPECT_FALSE(attacker.is_signed_in()); // the session that one signs in over is ended
}

TEST_P(SessionTest, ATokenDiesWithItsSession) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    Browser thief(house);
    thief.cookies = browser.cookies;
    thief.csrf = browser.csrf;
    EXPECT_TRUE(thief.is_signed_in());
    browser.del("/session");
    EXPECT_FALSE(thief.is_signed_in());
    EXPECT_EQ(count("session"), 0);
}

TEST_P(SessionTest, WritesNeedTheTokenOfTheirOwnSession) {
    house.let_in(ana);
    house.let_in(boss);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    Browser other(house);
    other.sign_in("bert@example.org");
    const auto own = std::exchange(browser.csrf, "");
    EXPECT_EQ(browser.del("/sessions").status, 403);
    browser.csrf = other.csrf;
    EXPECT_EQ(browser.del("/sessions").status, 403);
    browser.csrf = own + "x";
    EXPECT_EQ(browser.del("/sessions").status, 403);
    browser.csrf = own;
    browser.extra_headers["sec-fetch-site"] = "cross-site";
    EXPECT_EQ(browser.del("/sessions").status, 403);
    browser.extra_headers.clear();
    EXPECT_TRUE(browser.is_signed_in());
    EXPECT_EQ(browser.del("/sessions").status, 204);
}

// Another site can't sign its visitor in as somebody else.
TEST_P(SessionTest, SigningInFromAnotherSiteIsRefused) {
    house.let_in(ana);
    Browser browser(house);
    browser.extra_headers = {{"sec-fetch-site", "cross-site"}};
    EXPECT_EQ(browser.sign_in("ana@example.org").status, 403);
    browser.extra_headers = {{"origin", "https://elsewhere.example"}};
    EXPECT_EQ(browser.sign_in("ana@example.org").status, 403);
}

TEST_P(SessionTest, SessionsExpire) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    house.now += 24h * 6;
    EXPECT_TRUE(browser.is_signed_in());
    house.now += 24h * 7 + 1s; // idle
    EXPECT_FALSE(browser.is_signed_in());
    browser.sign_in("ana@example.org");
    for (int day = 0; day < 29; ++day) {
        house.now += 24h;
        EXPECT_TRUE(browser.is_signed_in()) << day;
    }
    house.now += 24h; // thirty days in all
    EXPECT_FALSE(browser.is_signed_in());
}

TEST_P(SessionTest, TheSignOfLifeIsWrittenAtMostOnceAMinute) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    const auto seen = [&] {
        return database().read([](db::Transaction& tx) {
            return tx.value<Instant>("select last_seen_at from session where org_id = $1", org);
        });
    };
    const auto begin = seen();
    house.now += 59s;
    EXPECT_TRUE(browser.is_signed_in());
    EXPECT_EQ(seen(), begin);
    house.now += 2s;
    EXPECT_TRUE(browser.is_signed_in());
    EXPECT_EQ(seen(), house.now);
}

TEST_P(SessionTest, ListsOnesOwnSessionsAndEndsThem) {
    house.let_in(ana);
    house.let_in(boss);
    Browser laptop(house);
    laptop.extra_headers["user-agent"] =
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    Browser phone(house);
    Browser other(house);
    laptop.sign_in("ana@example.org");
    house.now += 1s;
    phone.sign_in("ana@example.org");
    other.sign_in("bert@example.org");
    const auto listed = laptop.get("/sessions");
    ASSERT_THAT(listed.at("items").as_array(), SizeIs(2));
    EXPECT_EQ(listed.at("items").as_array().at(1).at("device").as_string(), "Firefox on Linux");
    EXPECT_TRUE(listed.at("items").as_array().at(1).at("current").as_bool());
    EXPECT_FALSE(listed.at("items").as_array().at(0).at("current").as_bool());
    EXPECT_EQ(laptop.del("/sessions").status, 204);
    EXPECT_FALSE(laptop.is_signed_in());
    EXPECT_FALSE(phone.is_signed_in());
    EXPECT_TRUE(other.is_signed_in());
    EXPECT_EQ(count("known_device where person_id = 1001"), 0);
}

TEST_P(SessionTest, OpenPagesHearThatTheirSessionEnded) {
    house.let_in(ana);
    Browser laptop(house), phone(house);
    laptop.sign_in("ana@example.org");
    phone.sign_in("ana@example.org");
    std::vector<std::string> ended;
    const auto listening = house.events.listen(org, ana, [&](const http::Event& event) {
        if (event.topic == http::signed_out_topic)
            ended.push_back(event.id);
    });
    EXPECT_EQ(laptop.del("/session").status, 204);
    EXPECT_THAT(ended, SizeIs(1));
    EXPECT_EQ(phone.del("/sessions").status, 204);
    EXPECT_THAT(ended, SizeIs(2));
    EXPECT_NE(ended.front(), ended.back());
}

TEST_P(SessionTest, SomebodyMadeInactiveIsOutAtOnce) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    database().write([](db::Transaction& tx) {
        tx.execute("update person set is_active = $3 where org_id = $1 and id = $2", org, ana, false);
    });
    EXPECT_FALSE(browser.is_signed_in());
}

TEST_P(SessionTest, RolesAreThoseOfTheMoment) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    EXPECT_THAT(browser.principal().roles, ElementsAre(access::Role::rep));
    database().write([](db::Transaction& tx) {
        tx.execute("insert into person_role (org_id, person_id, role) values ($1, $2, 'operations')", org,
                   ana);
    });
    EXPECT_THAT(browser.principal().roles, ElementsAre(access::Role::rep, access::Role::operations));
    database().write(
        [](db::Transaction& tx) { tx.execute("delete from person_role where org_id = $1", org); });
    EXPECT_THAT(browser.principal().roles, IsEmpty());
}

// The token says which organisation it belongs to; naming another one finds nothing.
TEST_P(SessionTest, ATokenWithAnotherOrganisationFindsNothing) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    auto& cookie = browser.cookies.at("__Host-buckstop_session");
    const auto bytes = keys::from_base64(cookie).value();
    const auto other = keys::from_base64(keys::new_token(other_org)).value();
    cookie = keys::to_base64(other.substr(0, 8) + bytes.substr(8));
    EXPECT_FALSE(browser.is_signed_in());
    for (const char* nonsense : {"", "x", "AAAA", "%00", "ÄÖÜ"}) {
        cookie = nonsense;
        EXPECT_FALSE(browser.is_signed_in()) << nonsense;
    }
}

TEST_P(SessionTest, SignInsAreWrittenDownForThePersonToSee) {
    house.let_in(ana);
    Browser(house).sign_in("ana@example.org");
    const access::Principal who{.org = org, .person = ana, .roles = {access::Role::rep}};
    const auto lines = audit::list_mine(house.context, who, {});
    ASSERT_TRUE(lines);
    ASSERT_THAT(lines->items, SizeIs(1));
    EXPECT_EQ(lines->items[0].action, "session.started");
    EXPECT_EQ(lines->items[0].actor, "Ana Ruiz");
}

TEST_P(SessionTest, OldDevicesAreForgotten) {
    database().write([](db::Transaction& tx) {
        for (int i = 0; i < 5; ++i)
            store::insert_device(tx, org, ana, std::to_string(i), Instant{std::chrono::seconds{i}}, 3);
        EXPECT_FALSE(store::known_device(tx, org, ana, "1"));
        EXPECT_TRUE(store::known_device(tx, org, ana, "2"));
        EXPECT_FALSE(store::known_device(tx, org, boss, "2"));
        EXPECT_FALSE(store::known_device(tx, other_org, ana, "2"));
    });
    EXPECT_EQ(count("known_device"), 3);
}

TEST_P(SessionTest, SecretsAreNotInTheDatabase) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    const auto dump = house.dump();
    for (const auto& [name, value] : browser.cookies)
        EXPECT_THAT(dump, Not(Contains(HasSubstr(value)))) << name;
    EXPECT_THAT(dump, Not(Contains(HasSubstr(browser.csrf))));
    EXPECT_THAT(dump, Not(Contains(HasSubstr(good_password))));
}

TEST_P(SessionTest, NoticesAreOnesOwn) {
    house.let_in(ana);
    house.let_in(boss);
    database().write([&](db::Transaction& tx) { notify(house.context, tx, org, ana, "test", "For Ana"); });
    Browser browser(house);
    browser.sign_in("ana@example.org");
    const auto listed = browser.get("/notices");
    ASSERT_THAT(listed.at("items").as_array(), SizeIs(1));
    const auto notice = listed.at("items").as_array().at(0);
    EXPECT_EQ(notice.at("text").as_string(), "For Ana");
    EXPECT_FALSE(notice.at("seen").as_bool());
    const auto path = fmt::format("/notices/{}/seen", std::string_view(notice.at("id").as_string()));
    Browser other(house);
    other.sign_in("bert@example.org");
    EXPECT_THAT(other.get("/notices").at("items").as_array(), IsEmpty());
    EXPECT_EQ(other.post(path).status, 404);
    EXPECT_EQ(browser.post(path).status, 204);
    EXPECT_TRUE(browser.get("/notices").at("items").as_array().at(0).at("seen").as_bool());
}

} // namespace
} // namespace buckstop::identity::test
