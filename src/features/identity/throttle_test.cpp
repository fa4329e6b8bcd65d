// Throttling: that it slows guessing, and that nobody can use it to lock somebody else out.
#include "features/identity/test_house.hpp"

#include "features/identity/throttle.hpp"

#include <gmock/gmock.h>

namespace buckstop::identity::test {
namespace {

class ThrottleTest : public HouseTest {
  protected:
    // One failed try straight at the budgets, without the cost of a password. True if it was let through.
    bool fails(std::string_view address, std::string_view client, std::optional<std::int64_t> device = {}) {
        return database().write([&](db::Transaction& tx) {
            return !throttle::begin(tx, house.now, throttle::sign_in(tx, address, client, device));
        });
    }
    int fail_until_paused(std::string_view address, std::string_view client) {
        int tries = 0;
        while (tries < 1000 && fails(address, client))
            ++tries;
        return tries;
    }
};
INSTANTIATE_BOTH_DATABASES(ThrottleTest);

TEST_P(ThrottleTest, SlowsGuessingDown) {
    EXPECT_EQ(fail_until_paused("ana@example.org", "192.0.2.66"), 6);
    int tries = 0;
    for (int second = 0; second < 3600; ++second) {
        house.now += 1s;
        tries += fails("ana@example.org", "192.0.2.66") ? 1 : 0;
    }
    EXPECT_LT(tries, 70); // about one a minute
    EXPECT_GT(tries, 50); // and never none: a pause, not a lock
}

TEST_P(ThrottleTest, ForgivesWithTime) {
    fail_until_paused("ana@example.org", "192.0.2.66");
    house.now += 2h;
    EXPECT_EQ(fail_until_paused("ana@example.org", "192.0.2.66"), 6);
}

TEST_P(ThrottleTest, TheAnswerSaysHowLongToWait) {
    house.let_in(ana);
    fail_until_paused("ana@example.org", "192.0.2.66");
    Browser browser(house, "192.0.2.66");
    const auto answer = browser.sign_in("ana@example.org"); // even with the right password
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.headers.find("retry-after")->second, "2");
    house.now += 2s;
    EXPECT_EQ(browser.sign_in("ana@example.org").status, 200);
}

TEST_P(ThrottleTest, AnAttackerDoesNotLockTheOwnerOut) {
    house.let_in(ana);
    fail_until_paused("ana@example.org", "192.0.2.66");
    EXPECT_EQ(Browser(house, "198.51.100.1").sign_in("ana@example.org").status, 200); // from anywhere else
}

TEST_P(ThrottleTest, AKnownDeviceIsNotBlockedByAnybody) {
    house.let_in(ana);
    Browser known(house, "192.0.2.66");
    EXPECT_EQ(known.sign_in("ana@example.org").status, 200);
    known.del("/session");
    for (int i = 0; i < 300; ++i) // from the same network, at the same account, and from everywhere
        fails("ana@example.org", i % 2 == 0 ? "192.0.2.66" : fmt::format("198.51.100.{}", i % 200));
    EXPECT_EQ(Browser(house, "192.0.2.66").sign_in("ana@example.org").status, 429);
    EXPECT_EQ(known.sign_in("ana@example.org").status, 200);
}

// A device's cookie says nothing about other accounts, and its own budget is bounded.
TEST_P(ThrottleTest, AKnownDeviceIsNoFreePass) {
    house.let_in(ana);
    house.let_in(boss);
    Browser insider(house, "192.0.2.66");
    insider.sign_in("ana@example.org");
    insider.del("/session");
    int refused = 0;
    for (int i = 0; i < 8; ++i)
        refused += insider.sign_in("bert@example.org", "not the right words").status == 401 ? 1 : 0;
    EXPECT_EQ(refused, 6);
    refused = 0;
    for (int i = 0; i < 14; ++i)
        refused += insider.sign_in("ana@example.org", "not the right words").status == 401 ? 1 : 0;
    EXPECT_EQ(refused, 11);
}

TEST_P(ThrottleTest, ManyNetworksAtOneAccountAreSlowedToo) {
    int through = 0;
    for (int round = 0; round < 10; ++round)
        for (int host = 1; host <= 40; ++host)
            through += fails("ana@example.org", fmt::format("198.51.100.{}", host)) ? 1 : 0;
    EXPECT_LE(through, 100);                              // of 400
    EXPECT_TRUE(fails("ana@example.org", "203.0.113.9")); // who hasn't failed yet may try
}

TEST_P(ThrottleTest, OneNetworkAtManyAccountsIsSlowed) {
    int through = 0;
    for (int i = 0; i < 400; ++i)
        through += fails(fmt::format("person{}@example.org", i), "192.0.2.66") ? 1 : 0;
    EXPECT_LE(through, 52);
    EXPECT_FALSE(fails("one-more@example.org", "192.0.2.66"));
    EXPECT_TRUE(fails("one-more@example.org", "192.0.2.67"));
}

// Signing in to an account of one's own gives no further guesses at others.
TEST_P(ThrottleTest, OnesOwnSuccessDoesNotResetTheNetwork) {
    house.let_in(boss);
    for (int i = 0; i < 60; ++i)
        fails(fmt::format("person{}@example.org", i), "192.0.2.66");
    house.now += 30s;
    Browser browser(house, "192.0.2.66");
    EXPECT_EQ(browser.sign_in("bert@example.org").status, 200);
    int through = 0;
    for (int i = 0; i < 50; ++i)
        through += fails(fmt::format("other{}@example.org", i), "192.0.2.66") ? 1 : 0;
    EXPECT_LE(through, 2);
}

TEST_P(ThrottleTest, TriesAtOnceAreCountedOneByOne) {
    const auto pool = test_database().open(8);
    std::atomic<int> through{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 5; ++k)
                    pool->write([&](db::Transaction& tx) {
                        const auto attempt = throttle::sign_in(tx, "ana@example.org", "192.0.2.66", {});
                        if (!throttle::begin(tx, house.now, attempt))
                            tx.after_commit([&] { ++through; });
                    });
            });
    }
    EXPECT_EQ(through, 6);
}

// The client's address is what the server says, never what the request says of itself.
TEST_P(ThrottleTest, AForgedForwardedHeaderChangesNothing) {
    house.let_in(ana);
    Browser browser(house, "192.0.2.66");
    int refused = 0;
    for (int i = 0; i < 12; ++i) {
        browser.extra_headers = {{"x-forwarded-for", fmt::format("198.51.100.{}", i)},
                                 {"forwarded", fmt::format("for=198.51.100.{}", i)},
                                 {"x-real-ip", fmt::format("198.51.100.{}", i)}};
        refused += browser.sign_in("ana@example.org", "not the right words").status == 401 ? 1 : 0;
    }
    EXPECT_EQ(refused, 6);
}

TEST_P(ThrottleTest, TheTableHoldsNoAddressAndNoAccount) {
    fails("ana@example.org", "192.0.2.66");
    const auto keys = database().read([](db::Transaction& tx) {
        return tx.query<std::string>("select key from sign_in_throttle order by key");
    });
    EXPECT_EQ(keys.size(), 3);
    for (const auto& key : keys)
        EXPECT_THAT(key, ::testing::MatchesRegex("[A-Za-z0-9_-]{32}"));
}

TEST_P(ThrottleTest, AStolenSessionCannotGuessThePassword) {
    house.let_in(ana);
    Browser browser(house);
    browser.sign_in("ana@example.org");
    int wrong = 0;
    for (int i = 0; i < 13; ++i)
        wrong += browser.post("/account/recovery-code", {{"password", "not the right words"}}).status == 422
                     ? 1
                     : 0;
    EXPECT_EQ(wrong, 11);
    EXPECT_EQ(browser.post("/account/recovery-code", {{"password", good_password}}).status, 429);
}

} // namespace
} // namespace buckstop::identity::test
