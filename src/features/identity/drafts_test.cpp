// The promise that a draft is its author's alone: against administrators, copies of the database, and resets.
#include "features/identity/test_house.hpp"

#include "features/identity/keys.hpp"
#include "features/identity/password.hpp"
#include "features/identity/store.hpp"
#include "features/identity/wraps.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace buckstop::identity::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string secret_text = "I never met the CFO, and I knew that I should.";
const std::string new_password = "another good password";

class DraftsTest : public HouseTest {
  protected:
    void SetUp() override {
        code = house.let_in(ana);
        house.let_in(boss);
        author.sign_in("ana@example.org");
        house.keep_text(author.principal(), secret_text);
    }
    // Somebody with the link chooses the password.
    Answer use_reset(Browser& browser, const std::string& password = new_password) {
        const auto link =
            identity::reset_password(house.context, house.administrator(), ana).value().link.value();
        return browser.post("/invitations/" + token_in(link) + "/accept", {{"password", password}});
    }
    bool is_sealed(Browser& browser) { return browser.get("/session").at("drafts_sealed").as_bool(); }

    std::string code;
    Browser author{house};
};
INSTANTIATE_BOTH_DATABASES(DraftsTest);

TEST_P(DraftsTest, TheAuthorReadsThemOnAnyDevice) {
    EXPECT_EQ(house.read_text(author.principal()), secret_text);
    Browser phone(house);
    phone.sign_in("ana@example.org");
    EXPECT_EQ(house.read_text(phone.principal()), secret_text);
    EXPECT_FALSE(is_sealed(phone));
}

TEST_P(DraftsTest, NobodyElsesKeyOpensThem) {
    Browser other(house);
    other.sign_in("bert@example.org");
    auto who = other.principal();
    EXPECT_FALSE(open(who, author.principal().draft_key_id, "", "kept 1"));
    who.person = ana; // even if a bug let them pass for her
    EXPECT_FALSE(house.read_text(who));
}

TEST_P(DraftsTest, AnAdministratorWhoResetsCannotReadThem) {
    Browser administrator(house);
    const auto entered = use_reset(administrator);
    ASSERT_EQ(entered.status, 200); // they are now signed in as Ana
    EXPECT_EQ(administrator.principal().person, ana);
    EXPECT_TRUE(is_sealed(administrator));
    EXPECT_EQ(house.read_text(administrator.principal()).error().code, ErrorCode::conflict);
    // Nor with the recovery code that they were given, nor with a further one.
    const auto new_code = entered.text("recovery_code");
    EXPECT_EQ(administrator.post("/account/unseal", {{"recovery_code", new_code}}).status, 422);
    const auto further = administrator.post("/account/recovery-code", {{"password", new_password}});
    ASSERT_EQ(further.status, 200);
    EXPECT_EQ(
        administrator.post("/account/unseal", {{"recovery_code", further.text("recovery_code")}}).status,
        422);
    EXPECT_EQ(
        administrator.put("/account/password", {{"current", new_password}, {"new", "yet another password"}})
            .status,
        204);
    EXPECT_FALSE(house.read_text(administrator.principal()));
}

TEST_P(DraftsTest, TheRecoveryCodeOpensThemAgain) {
    Browser browser(house);
    use_reset(browser);
    EXPECT_EQ(browser.post("/account/unseal", {{"recovery_code", keys::new_recovery_code()}}).status, 422);
    EXPECT_EQ(browser.post("/account/unseal", {{"recovery_code", "nonsense"}}).status, 422);
    std::string typed;
    for (const char c : code)
        typed += c == '-' ? ' ' : static_cast<char>(std::tolower(c));
    const auto answer = browser.post("/account/unseal", {{"recovery_code", typed}});
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.at("drafts").as_int64(), 1);
    EXPECT_FALSE(is_sealed(browser));
    EXPECT_EQ(house.read_text(browser.principal()), secret_text);
    Browser phone(house);
    phone.sign_in("ana@example.org", new_password);
    EXPECT_EQ(house.read_text(phone.principal()), secret_text);
}

// Ana asks for another reset, and chooses the password herself this time.
TEST_P(DraftsTest, AfterASecondResetTheOldCodeStillOpensTheOldDrafts) {
    Browser administrator(house);
    use_reset(administrator);
    Browser browser(house);
    use_reset(browser, "a password of my own");
    EXPECT_FALSE(administrator.is_signed_in());
    EXPECT_EQ(browser.post("/account/unseal", {{"recovery_code", code}}).status, 200);
    EXPECT_EQ(house.read_text(browser.principal()), secret_text);
    EXPECT_EQ(Browser(house).sign_in("ana@example.org", new_password).status, 401);
}

// An administrator uses the link, and gives Ana "her new password": they could come back with it.
TEST_P(DraftsTest, APasswordThatSomebodyElseChoseMustGoBeforeTheCodeIsEntered) {
    Browser administrator(house);
    use_reset(administrator);
    Browser browser(house);
    browser.sign_in("ana@example.org", new_password);
    EXPECT_EQ(browser.post("/account/unseal", {{"recovery_code", code}}).status, 409);
    EXPECT_EQ(
        browser.put("/account/password", {{"current", new_password}, {"new", "a password of my own"}}).status,
        204);
    EXPECT_EQ(browser.post("/account/unseal", {{"recovery_code", code}}).status, 200);
    EXPECT_EQ(house.read_text(browser.principal()), secret_text);
    EXPECT_FALSE(administrator.is_signed_in());
    EXPECT_EQ(administrator.sign_in("ana@example.org", new_password).status, 401);
}

// Whoever is signed in elsewhere when the code is entered is out.
TEST_P(DraftsTest, UnsealingEndsOtherSessions) {
    Browser browser(house);
    use_reset(browser);
    Browser elsewhere(house);
    elsewhere.sign_in("ana@example.org", new_password);
    browser.post("/account/unseal", {{"recovery_code", code}});
    EXPECT_TRUE(browser.is_signed_in());
    EXPECT_FALSE(elsewhere.is_signed_in());
}

TEST_P(DraftsTest, APasswordChangeKeepsThemOpen) {
    Browser elsewhere(house);
    elsewhere.sign_in("ana@example.org");
    EXPECT_EQ(
        author.put("/account/password", {{"current", "wrong words here"}, {"new", new_password}}).status,
        422);
    EXPECT_EQ(author.put("/account/password", {{"current", good_password}, {"new", "short"}}).status, 422);
    EXPECT_EQ(author.put("/account/password", {{"current", good_password}, {"new", new_password}}).status,
              204);
    EXPECT_TRUE(author.is_signed_in());
    EXPECT_FALSE(elsewhere.is_signed_in());
    EXPECT_EQ(Browser(house).sign_in("ana@example.org").status, 401);
    Browser again(house);
    again.sign_in("ana@example.org", new_password);
    EXPECT_EQ(house.read_text(again.principal()), secret_text);
}

TEST_P(DraftsTest, ARenewedRecoveryCodeReplacesTheLast) {
    const auto renewed = author.post("/account/recovery-code", {{"password", good_password}});
    ASSERT_EQ(renewed.status, 200);
    Browser browser(house);
    use_reset(browser);
    EXPECT_EQ(browser.post("/account/unseal", {{"recovery_code", code}}).status, 422);
    EXPECT_EQ(browser.post("/account/unseal", {{"recovery_code", renewed.text("recovery_code")}}).status,
              200);
}

TEST_P(DraftsTest, AResetByMailSealsThemToo) {
    house.config.mail_server = "smtp://127.0.0.1:9";
    const auto link = identity::reset_password(house.context, house.administrator(), ana).value();
    EXPECT_FALSE(link.link); // nobody but the mailbox gets to see it
    EXPECT_TRUE(link.mailed);
    const auto token = keys::new_token(org); // as the mail's
    database().write([&](db::Transaction& tx) {
        tx.execute("insert into invitation (org_id, id, person_id, kind, token_hash, created_at, expires_at)"
                   " values ($1, 1, $2, 'reset_by_mail', $3, $4, $5)",
                   org, ana, keys::to_base64(keys::derive(keys::Use::link_lookup, token)), house.now,
                   house.now + 1h);
    });
    Browser browser(house);
    EXPECT_EQ(browser.post("/invitations/" + token + "/accept", {{"password", new_password}}).status, 200);
    EXPECT_TRUE(is_sealed(browser));
    EXPECT_FALSE(house.read_text(browser.principal()));
    EXPECT_EQ(browser.post("/account/unseal", {{"recovery_code", code}}).status, 200);
    EXPECT_EQ(house.read_text(browser.principal()), secret_text);
}

TEST_P(DraftsTest, NothingIsSealedForWhoHasWrittenNothing) {
    Browser browser(house);
    const auto link =
        identity::reset_password(house.context, house.administrator(), boss).value().link.value();
    const auto entered =
        browser.post("/invitations/" + token_in(link) + "/accept", {{"password", new_password}});
    EXPECT_FALSE(entered.at("session").at("drafts_sealed").as_bool());
}

// Somebody with a copy of the database, taken while the author is signed in, tries everything that is in it
// as a key, in each of the ways in which the program uses secrets.
TEST_P(DraftsTest, ACopyOfTheDatabaseOpensNothing) {
    const auto dump = house.dump();
    EXPECT_THAT(dump, Not(Contains(HasSubstr(secret_text))));
    EXPECT_THAT(dump, Not(Contains(HasSubstr(code))));
    EXPECT_THAT(dump, Not(Contains(HasSubstr(author.principal().draft_key))));
    std::set<std::string> candidates;
    const auto add = [&](std::string_view value) {
        for (const auto use :
             {keys::Use::session_lookup, keys::Use::session_key, keys::Use::csrf, keys::Use::link_lookup,
              keys::Use::device_lookup, keys::Use::setup_lookup, keys::Use::recovery_key})
            candidates.insert(keys::derive(use, value));
        if (value.size() == keys::size)
            candidates.emplace(value);
    };
    for (const auto& value : dump) {
        add(value);
        for (std::size_t begin = 0; begin < value.size();) { // and its parts, such as a stored password's
            const auto end = std::min(value.find('$', begin), value.size());
            const auto part = value.substr(begin, end - begin);
            add(part);
            if (const auto bytes = keys::from_base64(part))
                add(*bytes);
            begin = end + 1;
        }
    }
    const auto key = author.principal().draft_key_id;
    const auto session = author.principal().session.value();
    const auto text = database().read([](db::Transaction& tx) {
        return tx.value<std::string>("select sealed from kept_text where org_id = $1", org);
    });
    std::vector<std::string> wraps; // by their length: a nonce, a key and a tag
    std::ranges::copy_if(dump, std::back_inserter(wraps),
                         [](const auto& value) { return value.size() == 96; });
    EXPECT_GE(wraps.size(), 3);
    for (const auto& candidate : candidates) {
        const access::Principal thief{.org = org, .person = ana, .draft_key = candidate, .draft_key_id = key};
        EXPECT_THROW((void)open(thief, key, text, "kept 1"), std::runtime_error);
        for (const auto by : {WrapPlace::By::password, WrapPlace::By::recovery_code, WrapPlace::By::session})
            for (const auto owner : {ana.value(), session})
                for (const auto& wrapped : wraps)
                    ASSERT_FALSE(
                        unwrap({.by = by, .org = org, .owner = owner, .key = key}, candidate, wrapped));
    }
}

TEST_P(DraftsTest, ATextThatIsMovedOrChangedIsNoticed) {
    database().write([](db::Transaction& tx) {
        tx.execute("update kept_text set sealed = 'AAAA' || substr(sealed, 5) where org_id = $1", org);
    });
    EXPECT_THROW((void)house.read_text(author.principal()), std::runtime_error);
}

// The parameters of Argon2id move on: the next sign-in derives anew, and the drafts stay open.
TEST_P(DraftsTest, OlderPasswordsAreDerivedAnewAtSignIn) {
    const std::string parameters = "$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA";
    const auto derived = password::derive(good_password, parameters).value();
    const auto who = author.principal();
    database().write([&](db::Transaction& tx) {
        store::renew_password(tx, org, ana, password::to_store(parameters, derived));
        store::set_password_wrap(
            tx, org, who.draft_key_id,
            wrap({.by = WrapPlace::By::password, .org = org, .owner = ana.value(), .key = who.draft_key_id},
                 derived.wrapping_key, who.draft_key));
    });
    for (int i = 0; i < 2; ++i) {
        Browser browser(house);
        ASSERT_EQ(browser.sign_in("ana@example.org").status, 200);
        EXPECT_EQ(house.read_text(browser.principal()), secret_text);
        const auto stored =
            database().read([](db::Transaction& tx) { return store::password(tx, org, ana); });
        EXPECT_TRUE(password::is_current(stored.value()));
    }
}

} // namespace
} // namespace buckstop::identity::test
