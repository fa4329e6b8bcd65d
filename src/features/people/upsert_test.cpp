// What imports and the demonstration bring.
#include "features/people/test_town.hpp"

#include <gmock/gmock.h>

namespace buckstop::people::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::SizeIs;

class UpsertTest : public TownTest {
  protected:
    std::vector<UpsertedPerson> bring(const std::vector<PersonFacts>& facts) {
        return town.database.write(
            [&](db::Transaction& tx) { return upsert_people(tx, town.now, town.org, facts); });
    }
    Person person(PersonId id) { return get(town.context, administrator, id).value(); }
    std::int64_t count(const std::string& table) {
        return town.look([&](db::Transaction& tx) {
            return tx.value<std::int64_t>("select count(*) from " + table + " where org_id = $1", town.org);
        });
    }
};
INSTANTIATE_BOTH_DATABASES(UpsertTest);

TEST_P(UpsertTest, BringsPeopleTeamsAndTheTree) {
    const std::vector<PersonFacts> facts{
        {.source = "crm",
         .key = "1",
         .name = "Ana Ruiz",
         .email = "Ana@example.org",
         .team = "North",
         .manager_key = "3"},
        {.source = "crm", .key = "2", .name = "Ben Okri", .team = "north ", .manager = "Cleo Park"},
        {.source = "crm", .key = "3", .name = "Cleo Park", .title = "Manager", .manager_key = "3"}};
    const auto first = bring(facts);
    EXPECT_THAT(first, Each(Field(&UpsertedPerson::change, Change::created)));
    EXPECT_THAT(first, Each(Field(&UpsertedPerson::manager_refused, false)));
    EXPECT_TRUE(first[0].team_created);
    EXPECT_FALSE(first[1].team_created);
    EXPECT_EQ(person(first[0].id).email, "ana@example.org");
    EXPECT_EQ(person(first[0].id).team->name, "North");
    EXPECT_EQ(person(first[0].id).manager->id, first[2].id);
    EXPECT_EQ(person(first[1].id).manager->id, first[2].id);
    EXPECT_THAT(person(first[2].id).roles, ElementsAre(Role::manager, Role::rep));
    EXPECT_EQ(count("team"), 1);
    const auto second = bring(facts);
    EXPECT_THAT(second, Each(Field(&UpsertedPerson::change, Change::unchanged)));
    EXPECT_EQ(count("person"), 4);
    const auto third = bring({{.source = "crm", .key = "1", .name = "Ana Ruiz-Vega"}});
    EXPECT_EQ(third[0].change, Change::changed);
    EXPECT_EQ(third[0].id, first[0].id);
    EXPECT_EQ(person(first[0].id).email, "ana@example.org"); // what it doesn't say is left alone
}

TEST_P(UpsertTest, FindsByKeyThenAddressThenName) {
    const auto by_hand = town.add("Ana Ruiz", {Role::leader}, {.email = "ana@example.org"});
    EXPECT_EQ(bring({{.source = "crm", .key = "7", .name = "A. Ruiz", .email = "ANA@example.org"}})[0].id,
              by_hand.person);
    EXPECT_EQ(bring({{.source = "crm", .key = "7", .name = "Ana Vega"}})[0].id, by_hand.person);
    // Two of one name with different ids of the CRM are two people; without an id the name finds one of them.
    const auto one = bring({{.source = "crm", .key = "8", .name = "Sam Lee"}})[0].id;
    const auto other = bring({{.source = "crm", .key = "9", .name = "sam  LEE"}})[0];
    EXPECT_EQ(other.change, Change::created);
    EXPECT_NE(other.id, one);
    EXPECT_EQ(bring({{.source = "files", .name = "Sam Lee"}})[0].change, Change::unchanged);
    // Somebody whom a list of deals has named first gets the id when the list of users comes.
    const auto named = town.database.write(
        [&](db::Transaction& tx) { return find_or_create_person(tx, town.now, town.org, "Kit Marlow"); });
    EXPECT_TRUE(named.created);
    EXPECT_EQ(bring({{.source = "crm", .key = "10", .name = "Kit Marlow"}})[0].id, named.id);
    EXPECT_EQ(town.look([&](db::Transaction& tx) { return find_person_by_key(tx, town.org, "crm", "10"); }),
              named.id);
}

// Operations may bring files; a file must not take an account over.
TEST_P(UpsertTest, AFileCannotTakeAnAccountOver) {
    town.let_in(administrator);
    const auto result = bring({{.source = "crm",
                                .name = "Bert Osei",
                                .email = "attacker@example.org",
                                .active = false,
                                .roles = {Role::rep}}})[0];
    EXPECT_EQ(result.id, administrator.person);
    EXPECT_TRUE(result.email_refused);
    const auto after = person(administrator.person);
    EXPECT_EQ(after.email, "bert@example.org");
    EXPECT_TRUE(after.is_active);
    EXPECT_THAT(after.roles, ElementsAre(Role::administrator));
}

TEST_P(UpsertTest, RefusesOddAddressesAndCircles) {
    const auto first = bring({{.source = "crm", .key = "1", .name = "Ana", .email = "not an address"},
                              {.source = "crm", .key = "2", .name = "Ben", .email = "bert@example.org"},
                              {.source = "crm", .key = "3", .name = "Cleo", .manager_key = "unknown"}});
    EXPECT_TRUE(first[0].email_refused);
    EXPECT_EQ(first[1].id, administrator.person); // by the address
    EXPECT_TRUE(first[2].manager_refused);
    const auto circle = bring({{.source = "crm", .key = "1", .name = "Ana", .manager = "Cleo"},
                               {.source = "crm", .key = "3", .name = "Cleo", .manager = "Ana"}});
    EXPECT_FALSE(circle[0].manager_refused);
    EXPECT_TRUE(circle[1].manager_refused);
}

TEST_P(UpsertTest, NamesInBulk) {
    const std::vector<std::string_view> names{"Ana Ruiz", "Ben Okri", "ANA RUIZ", "Ana  Ruiz "};
    const auto found = town.database.write(
        [&](db::Transaction& tx) { return find_or_create_people(tx, town.now, town.org, names); });
    EXPECT_TRUE(found[0].created);
    EXPECT_TRUE(found[1].created);
    EXPECT_FALSE(found[2].created);
    EXPECT_EQ(found[0].id, found[2].id);
    EXPECT_EQ(found[0].id, found[3].id);
    EXPECT_EQ(count("person"), 3);
}

TEST(Names, AreFolded) {
    EXPECT_EQ(name_key("  Ana\t Ruiz "), "ana ruiz");
    EXPECT_EQ(name_key("STRAẞE"), name_key("strasse"));
    EXPECT_EQ(name_key("Ａｎａ"), "ana");
    EXPECT_EQ(name_key("A\u0301na"), name_key("Ána"));
    EXPECT_EQ(name_key("Ana\u00A0Ruiz"), "ana ruiz");
    EXPECT_EQ(name_key("ΣΊΣΥΦΟΣ"), name_key("σίσυφος"));
    EXPECT_EQ(name_key(""), "");
    EXPECT_NE(name_key("Müller"), name_key("Muller")); // two names
}

} // namespace
} // namespace buckstop::people::test
