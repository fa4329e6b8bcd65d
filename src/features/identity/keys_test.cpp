// Tokens, wraps, recovery codes and passwords: no database.
#include "features/identity/cookies.hpp"
#include "features/identity/device.hpp"
#include "features/identity/identity.hpp"
#include "features/identity/keys.hpp"
#include "features/identity/password.hpp"
#include "features/identity/throttle.hpp"
#include "features/identity/wraps.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <set>
#include <thread>

namespace buckstop::identity {
namespace {

using ::testing::MatchesRegex;
using ::testing::SizeIs;

TEST(Keys, TokensSayTheirOrganisation) {
    for (const std::int64_t id :
         {std::int64_t{1}, std::int64_t{255}, std::int64_t{9'223'372'036'854'775'807}})
        EXPECT_EQ(keys::org_of_token(keys::new_token(OrgId(id))), OrgId(id));
    EXPECT_NE(keys::new_token(OrgId(1)), keys::new_token(OrgId(1)));
    for (const char* nonsense :
         {"", "AAAA", "not base64!", "=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
        EXPECT_FALSE(keys::org_of_token(nonsense)) << nonsense;
}

TEST(Keys, EachUseOfASecretIsItsOwn) {
    std::set<std::string> derived;
    for (const auto use :
         {keys::Use::session_lookup, keys::Use::session_key, keys::Use::csrf, keys::Use::link_lookup,
          keys::Use::device_lookup, keys::Use::setup_lookup, keys::Use::recovery_key})
        derived.insert(keys::derive(use, "secret"));
    EXPECT_THAT(derived, SizeIs(7));
}

TEST(Keys, EncryptionBindsKeyTextAndPlace) {
    const auto key = keys::random_bytes();
    const auto text = keys::encrypt(key, "my part", "draft 1");
    EXPECT_EQ(keys::decrypt(key, text, "draft 1"), "my part");
    EXPECT_FALSE(keys::decrypt(key, text, "draft 2"));
    EXPECT_FALSE(keys::decrypt(keys::random_bytes(), text, "draft 1"));
    EXPECT_FALSE(keys::decrypt("", text, "draft 1"));
    EXPECT_FALSE(keys::decrypt(key, "", "draft 1"));
    EXPECT_NE(keys::encrypt(key, "my part", "draft 1"), text);
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(keys::decrypt(key, changed, "draft 1")) << i;
    }
}

TEST(Keys, AWrapOpensOnlyInItsPlace) {
    const WrapPlace place{
        .by = WrapPlace::By::password, .org = OrgId(1), .owner = 2, .key = access::DraftKeyId(3)};
    const auto with = keys::random_bytes();
    const auto wrapped = wrap(place, with, "the key");
    EXPECT_EQ(unwrap(place, with, wrapped), "the key");
    for (const auto& other :
         {WrapPlace{WrapPlace::By::session, place.org, place.owner, place.key},
          WrapPlace{place.by, OrgId(9), place.owner, place.key}, WrapPlace{place.by, place.org, 9, place.key},
          WrapPlace{place.by, place.org, place.owner, access::DraftKeyId(9)}})
        EXPECT_FALSE(unwrap(other, with, wrapped));
}

TEST(RecoveryCode, IsEasyToTypeAndHardToGuess) {
    const auto code = keys::new_recovery_code();
    EXPECT_THAT(code, MatchesRegex("([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}"));
    EXPECT_EQ(keys::read_recovery_code(code), code);
    EXPECT_EQ(keys::read_recovery_code("  oilab 12345-abcde\tvwxyz "), "011AB-12345-ABCDE-VWXYZ");
    for (const char* wrong :
         {"", "ABCDE", "ABCDE-12345-ABCDE-VWXY", "ABCDE-12345-ABCDE-VWXYZ0", "UUUUU-12345-ABCDE-VWXYZ",
          "ABCDE/12345/ABCDE/VWXYZ", "ÄBCDE-12345-ABCDE-VWXYZ"})
        EXPECT_FALSE(keys::read_recovery_code(wrong)) << wrong;
}

TEST(Password, RulesRefuseWhatIsGuessedFirst) {
    const std::vector<std::string> whom{"Ana Ruiz", "ana.ruiz@example.org"};
    for (const char* weak : {"", "short", "ninechars", "aaaaaaaaaaaa", "1234567890", "password1234",
                             "Password!!2026", "abcdefghijkl", "qwertyuiop", "Welcome2026!", "September2026",
                             "anaruiz2026", "Ana.Ruiz.1!", "ana@example.org", "xyxyxyxyxyxy", "98765432109"})
        EXPECT_FALSE(password::check_new(weak, whom, "password")) << weak;
    for (const char* good :
         {"seven mended sails", "mended, not marked", "Tr0ubad0ur&3", "vier Fässer Öl", "пять лодок в гавани",
          "ana has a red boat", "kJ8#mq2Lw9z", "鯨の歌を聞いた夜に眠る"})
        EXPECT_TRUE(password::check_new(good, whom, "password")) << good;
    const auto refused = password::check_new("short", {}, "new");
    EXPECT_EQ(refused.error().fields.at(0).field, "new");
    EXPECT_EQ(refused.error().fields.at(0).rule, "too_short");
    EXPECT_FALSE(password::check_new(std::string(2000, 'x') + "abcdefg", {}, "password"));
}

TEST(Password, MatchesOnlyItself) {
    const auto prepared = prepare_password("vier Fässer Öl").value();
    const auto right = password::derive("vier Fässer Öl", prepared.stored).value();
    EXPECT_TRUE(password::matches(prepared.stored, right));
    EXPECT_EQ(right.wrapping_key, prepared.wrapping_key);
    EXPECT_NE(right.wrapping_key, right.verifier);
    EXPECT_EQ(prepared.stored.find(keys::to_base64(right.wrapping_key)), std::string::npos);
    EXPECT_FALSE(
        password::matches(prepared.stored, password::derive("vier Fässer Ol", prepared.stored).value()));
    // The same letters, composed otherwise, as another system's keyboard gives them.
    EXPECT_TRUE(password::matches(prepared.stored,
                                  password::derive("vier Fa\u0308sser O\u0308l", prepared.stored).value()));
    EXPECT_TRUE(password::is_current(prepared.stored));
    EXPECT_THAT(prepared.stored,
                MatchesRegex("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9_-]{22}\\$[A-Za-z0-9_-]{43}"));
    EXPECT_NE(prepare_password("vier Fässer Öl").value().stored, prepared.stored);
}

TEST(Password, OlderParametersAreStillReadAndKnownAsOld) {
    const std::string old = "$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA";
    const auto stored = password::to_store(old, password::derive("seven mended sails", old).value());
    EXPECT_TRUE(password::matches(stored, password::derive("seven mended sails", stored).value()));
    EXPECT_FALSE(password::is_current(stored));
    EXPECT_THROW((void)password::derive("x", "md5$abc"), std::logic_error);
}

TEST(Password, NobodysMatchesNothing) {
    EXPECT_TRUE(password::is_current(password::nobodys()));
    EXPECT_FALSE(password::matches(password::nobodys(), password::derive("", password::nobodys()).value()));
}

// A crowd at the door takes memory for a few at a time; the rest is told to come again.
TEST(Password, OnlySoManyAtOnce) {
    std::atomic<int> done{0};
    std::atomic<int> put_off{0};
    const auto parameters = password::new_parameters();
    {
        std::vector<std::jthread> crowd;
        for (int i = 0; i < 40; ++i)
            crowd.emplace_back([&] {
                const auto derived = password::derive("seven mended sails", parameters);
                EXPECT_TRUE(derived || derived.error().code == ErrorCode::unavailable);
                ++(derived ? done : put_off);
            });
    }
    EXPECT_GT(done, 0);
    EXPECT_GT(put_off, 0);
    EXPECT_TRUE(password::derive("seven mended sails", parameters));
}

TEST(Sealing, OpensForItsAuthorAlone) {
    const access::Principal ana{.org = OrgId(1),
                                .person = PersonId(2),
                                .draft_key = keys::random_bytes(),
                                .draft_key_id = access::DraftKeyId(3)};
    const auto sealed = seal(ana, "I never met the CFO.", "draft 7").value();
    EXPECT_EQ(sealed.key, ana.draft_key_id);
    EXPECT_EQ(open(ana, sealed.key, sealed.text, "draft 7"), "I never met the CFO.");
    EXPECT_THROW((void)open(ana, sealed.key, sealed.text, "draft 8"), std::runtime_error); // moved
    auto somebody = ana;
    somebody.person = PersonId(9);
    EXPECT_THROW((void)open(somebody, sealed.key, sealed.text, "draft 7"), std::runtime_error);
    auto later = ana;
    later.draft_key_id = access::DraftKeyId(4);
    EXPECT_FALSE(can_open(later, sealed.key));
    EXPECT_EQ(open(later, sealed.key, sealed.text, "draft 7").error().code, ErrorCode::conflict);
    EXPECT_EQ(seal(access::Principal{}, "x", "y").error().code, ErrorCode::conflict);
}

TEST(Network, IsWhatOneCustomerHas) {
    EXPECT_EQ(throttle::network_of("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(throttle::network_of("2001:db8::1"), throttle::network_of("2001:db8:0:0:ffff::2"));
    EXPECT_NE(throttle::network_of("2001:db8::1"), throttle::network_of("2001:db8:0:1::1"));
}

TEST(Device, IsNamedInWords) {
    EXPECT_EQ(device_name(
                  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 "
                  "Mobile/15E148 Safari/604.1"),
              "Safari on iPhone");
    EXPECT_EQ(
        device_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 "
                    "Edg/140.0"),
        "Edge on Windows");
    EXPECT_EQ(device_name("curl/8.0"), "A program");
    EXPECT_EQ(device_name(""), "A program");
}

} // namespace
} // namespace buckstop::identity
