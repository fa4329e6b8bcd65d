// Invitations, password resets and set-up, through the real dispatcher; and attempts to get around them.
#include "features/identity/test_house.hpp"

#include "features/identity/keys.hpp"

#include <gmock/gmock.h>
#include <thread>

namespace buckstop::identity::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class LinksTest : public HouseTest {
  protected:
    std::string invitation(PersonId person = nora) {
        return token_in(invite(house.context, house.administrator(), person).value().link.value());
    }
    std::string reset(PersonId person = ana) {
        return token_in(
            identity::reset_password(house.context, house.administrator(), person).value().link.value());
    }
    Answer accept(Browser& browser, const std::string& token, std::string_view password = good_password) {
        return browser.post("/invitations/" + token + "/accept", {{"password", password}});
    }
    // What the audit log says, oldest first.
    std::vector<std::string> actions() {
        return database().read([](db::Transaction& tx) {
            return tx.query<std::string>("select action from audit_entry where org_id = $1 order by sequence",
                                         org);
        });
    }
};
INSTANTIATE_BOTH_DATABASES(LinksTest);

TEST_P(LinksTest, AnInvitationLetsAPersonIn) {
    const auto made = invite(house.context, house.administrator(), nora);
    ASSERT_TRUE(made);
    EXPECT_THAT(made->link.value(), StartsWith("https://buckstop.example.org/invitations/"));
    EXPECT_FALSE(made->mailed);
    const auto token = token_in(*made->link);
    Browser browser(house);
    const auto seen = browser.get("/invitations/" + token);
    EXPECT_EQ(seen.text("kind"), "invitation");
    EXPECT_EQ(seen.text("organisation_name"), "Harbour Ltd");
    EXPECT_EQ(seen.text("email"), "nora@example.org");
    EXPECT_EQ(accept(browser, token, "short").status, 422); // and the link isn't used up by it
    const auto accepted = accept(browser, token);
    EXPECT_EQ(accepted.status, 200);
    EXPECT_THAT(accepted.text("recovery_code"), SizeIs(23));
    EXPECT_TRUE(browser.is_signed_in());
    EXPECT_EQ(Browser(house).sign_in("nora@example.org").status, 200);
    EXPECT_THAT(actions(), testing::ElementsAre("person.invited", "invitation.accepted", "session.started",
                                                "session.started"));
}

TEST_P(LinksTest, ALinkWorksOnce) {
    const auto token = invitation();
    Browser browser(house);
    EXPECT_EQ(accept(browser, token).status, 200);
    Browser thief(house);
    EXPECT_EQ(accept(thief, token, "another good password").status, 404);
    EXPECT_EQ(thief.get("/invitations/" + token).status, 404);
    EXPECT_EQ(thief.sign_in("nora@example.org", "another good password").status, 401);
}

TEST_P(LinksTest, LinksExpire) {
    house.let_in(ana);
    const auto invited = invitation();
    const auto token = reset();
    Browser browser(house);
    house.now += 24h + 1s;
    EXPECT_EQ(accept(browser, token, "another good password").status, 404);
    EXPECT_EQ(browser.get("/invitations/" + invited).status, 200);
    house.now += 24h * 6;
    EXPECT_EQ(accept(browser, invited).status, 404);
    EXPECT_EQ(Browser(house).sign_in("ana@example.org").status, 200); // as before
}

TEST_P(LinksTest, ALaterLinkReplacesTheEarlier) {
    const auto first = invitation();
    const auto second = invitation();
    Browser browser(house);
    EXPECT_EQ(accept(browser, first).status, 404);
    EXPECT_EQ(accept(browser, second).status, 200);
}

TEST_P(LinksTest, GuessedAndForgedTokensFindNothing) {
    invitation();
    Browser browser(house);
    for (const auto& token : {keys::new_token(org), keys::new_token(OrgId(999)), std::string("x"),
                              std::string(60, 'A'), std::string(4000, 'A')}) {
        EXPECT_EQ(browser.get("/invitations/" + token).status, 404);
        EXPECT_EQ(accept(browser, token).status, 404);
    }
    // What is stored of it isn't it.
    const auto hash = database().read([](db::Transaction& tx) {
        return tx.value<std::string>("select token_hash from invitation where org_id = $1", org);
    });
    EXPECT_EQ(accept(browser, hash).status, 404);
}

TEST_P(LinksTest, TheTokenIsNotInTheDatabaseNorInAJob) {
    house.config.mail_server = "smtp://127.0.0.1:9";
    const auto token = invitation();
    EXPECT_THAT(house.dump(), Not(Contains(HasSubstr(token))));
    const auto inputs = database().read([](db::Transaction& tx) {
        return tx.query<std::string>("select input from job where org_id = $1", org);
    });
    ASSERT_THAT(inputs, SizeIs(1));
    EXPECT_THAT(inputs[0], Not(HasSubstr("nora@example.org")));
}

TEST_P(LinksTest, OnlyAdministratorsLetPeopleIn) {
    house.let_in(ana);
    for (const auto role : {access::Role::rep, access::Role::leader, access::Role::manager,
                            access::Role::operations, access::Role::observer}) {
        const access::Principal who{.org = org, .person = ana, .roles = {role}};
        EXPECT_EQ(invite(house.context, who, nora).error().code, ErrorCode::forbidden);
        EXPECT_EQ(identity::reset_password(house.context, who, ana).error().code, ErrorCode::forbidden);
    }
}

TEST_P(LinksTest, PeopleOfAnotherOrganisationDoNotExist) {
    house.let_in(stranger, other_org);
    EXPECT_EQ(invite(house.context, house.administrator(), stranger).error().code, ErrorCode::not_found);
    EXPECT_EQ(identity::reset_password(house.context, house.administrator(), stranger).error().code,
              ErrorCode::not_found);
}

TEST_P(LinksTest, WhoCannotBeInvited) {
    house.let_in(ana);
    EXPECT_EQ(invite(house.context, house.administrator(), ana).error().code, ErrorCode::conflict);
    EXPECT_EQ(identity::reset_password(house.context, house.administrator(), nora).error().code,
              ErrorCode::conflict);
    database().write([](db::Transaction& tx) {
        tx.execute("update person set email = null where org_id = $1 and id = $2", org, nora);
    });
    EXPECT_EQ(invite(house.context, house.administrator(), nora).error().code, ErrorCode::conflict);
}

TEST_P(LinksTest, AnAddressSignsInToOneOrganisation) {
    house.let_in(stranger, other_org);
    database().write([](db::Transaction& tx) {
        tx.execute("update person set email = 'sal@example.com' where org_id = $1 and id = $2", org, nora);
    });
    EXPECT_EQ(invite(house.context, house.administrator(), nora).error().code, ErrorCode::conflict);
}

TEST_P(LinksTest, AnAdministratorsResetIsSeenByThePerson) {
    house.let_in(ana);
    Browser before(house);
    before.sign_in("ana@example.org");
    const auto token = reset();
    EXPECT_EQ(before.get("/notices").at("items").as_array().at(0).at("kind").as_string(),
              "password_reset_link_made");
    EXPECT_TRUE(before.is_signed_in()); // until the link is used
    Browser browser(house);
    EXPECT_EQ(browser.get("/invitations/" + token).text("kind"), "reset_by_administrator");
    const auto accepted = accept(browser, token, "another good password");
    EXPECT_EQ(accepted.status, 200);
    EXPECT_TRUE(accepted.has("recovery_code"));
    EXPECT_FALSE(before.is_signed_in());
    EXPECT_EQ(Browser(house).sign_in("ana@example.org").status, 401);
    EXPECT_EQ(Browser(house).sign_in("ana@example.org", "another good password").status, 200);
    EXPECT_EQ(browser.get("/notices").at("items").as_array().at(0).at("kind").as_string(),
              "password_reset_by_administrator");
    EXPECT_THAT(actions(), Contains("password.reset_link_made"));
    EXPECT_THAT(actions(), Contains("password.reset_by_administrator"));
}

TEST_P(LinksTest, AResetForgetsKnownDevices) {
    house.let_in(ana);
    Browser thief(house); // who knew the password, hence has a known device
    thief.sign_in("ana@example.org");
    Browser owner(house);
    accept(owner, reset(), "another good password");
    const auto devices = database().read([](db::Transaction& tx) {
        return tx.value<std::int64_t>("select count(*) from known_device where org_id = $1", org);
    });
    EXPECT_EQ(devices, 1);
}

TEST_P(LinksTest, TwoWhoUseALinkAtOnceAreOne) {
    const auto token = invitation();
    std::atomic<int> in{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 2; ++i)
            threads.emplace_back([&, i] {
                Browser browser(house);
                const auto password = i == 0 ? good_password : std::string("another good password");
                in += accept(browser, token, password).status == 200 ? 1 : 0;
            });
    }
    EXPECT_EQ(in, 1);
}

TEST_P(LinksTest, WithoutMailAForgottenPasswordIsTheAdministratorsWork) {
    house.let_in(ana);
    Browser browser(house);
    const auto answer = browser.post("/password-reset", {{"email", "ana@example.org"}});
    EXPECT_EQ(answer.status, 202);
    EXPECT_FALSE(answer.at("mailed").as_bool());
    EXPECT_FALSE(browser.get("/session").at("mail").as_bool());
}

TEST_P(LinksTest, AskingForAMailTellsNothingAboutTheAccount) {
    house.config.mail_server = "smtp://127.0.0.1:9";
    house.let_in(ana);
    const auto jobs = [&] {
        return database().read(
            [](db::Transaction& tx) { return tx.value<std::int64_t>("select count(*) from job"); });
    };
    const auto known = Browser(house).post("/password-reset", {{"email", "Ana@example.org"}});
    EXPECT_EQ(jobs(), 1);
    const auto unknown = Browser(house).post("/password-reset", {{"email", "nobody@example.org"}});
    EXPECT_EQ(jobs(), 2); // the same work
    EXPECT_EQ(known.status, 202);
    EXPECT_EQ(boost::json::serialize(known.body), boost::json::serialize(unknown.body));
    EXPECT_TRUE(mail_link(house.context, OrgId(), PersonId(), LinkKind::reset_by_mail)); // a job for nobody
}

TEST_P(LinksTest, NobodysMailboxIsFilled) {
    house.config.mail_server = "smtp://127.0.0.1:9";
    house.let_in(ana);
    for (int i = 0; i < 40; ++i) {
        Browser browser(house, fmt::format("198.51.100.{}", i));
        EXPECT_EQ(browser.post("/password-reset", {{"email", "ana@example.org"}}).status, 202);
        house.now += 1min;
    }
    const auto jobs = database().read(
        [](db::Transaction& tx) { return tx.value<std::int64_t>("select count(*) from job"); });
    EXPECT_LE(jobs, 8);
    EXPECT_GE(jobs, 3);
}

TEST_P(LinksTest, SetUpTokenLetsOneIn) {
    const auto first = offer_setup(house.context).value();
    const auto token = offer_setup(house.context).value(); // a restart replaces it
    const auto take = [&](const std::string& typed) {
        return database().write([&](db::Transaction& tx) { return take_setup_token(tx, typed); });
    };
    EXPECT_THAT(house.dump(), Not(Contains(HasSubstr(token))));
    EXPECT_FALSE(take(first));
    EXPECT_FALSE(take(""));
    EXPECT_FALSE(take(keys::new_recovery_code()));
    std::atomic<int> taken{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { taken += take(token) ? 1 : 0; });
    }
    EXPECT_EQ(taken, 1);
    const auto last = offer_setup(house.context).value();
    house.let_in(boss);
    EXPECT_FALSE(take(last)); // somebody can sign in by now
    EXPECT_FALSE(offer_setup(house.context));
}

TEST_P(LinksTest, AChangedAddressTakesTheSignInAlongAndEndsLinks) {
    house.let_in(ana);
    const auto token = reset();
    const auto change = [&](const std::optional<std::string>& email) {
        return database().write(
            [&](db::Transaction& tx) { return change_sign_in_name(tx, org, ana, email); });
    };
    EXPECT_TRUE(change("Ana.New@example.org"));
    EXPECT_EQ(Browser(house).sign_in("ana.new@example.org").status, 200);
    EXPECT_EQ(Browser(house).sign_in("ana@example.org").status, 401);
    Browser browser(house);
    EXPECT_EQ(accept(browser, token, "another good password").status, 404);
    EXPECT_FALSE(change(std::nullopt));
    house.let_in(boss);
    EXPECT_FALSE(change("bert@example.org"));
}

} // namespace
} // namespace buckstop::identity::test
