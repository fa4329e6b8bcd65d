// Who stands how to whom, and which deals that shows.
#include "features/people/test_town.hpp"

#include <gmock/gmock.h>
#include <random>

namespace buckstop::people::test {
namespace {

using access::Relation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class TreeTest : public TownTest {
  protected:
    std::vector<Relation> between(const access::Principal& who, std::optional<PersonId> owner) {
        return town.look([&](db::Transaction& tx) { return relations(tx, who, owner); });
    }
    void add_deal(std::int64_t id, std::optional<PersonId> owner, OrgId of = {}) {
        town.database.write([&](db::Transaction& tx) {
            tx.execute(
                "insert into deal (org_id, id, source, external_key, name, owner_id, stage, outcome, "
                "currency,"
                " pushes, as_of, content_hash, created_at, version)"
                " values ($1, $2, 'test', $3, 'Deal', $4, 'Quoted', 'open', 'EUR', 0, '2026-11-23', 0, 0, 1)",
                of ? of : town.org, id, std::to_string(id), owner);
        });
    }
    std::vector<std::int64_t> visible(const access::Principal& who) {
        return town.look([&](db::Transaction& tx) {
            return tx.query<std::int64_t>("select id from deal where deal.org_id = $1 and " +
                                              visible_deals_sql(tx, who) + " order by id",
                                          who.org);
        });
    }
    void show_deals_to(DealVisibility visibility) {
        const auto version = get_organisation(town.context, administrator)->version;
        ASSERT_TRUE(
            change_organisation(town.context, administrator, version, {.deal_visibility = visibility}));
    }
};
INSTANTIATE_BOTH_DATABASES(TreeTest);

TEST_P(TreeTest, AboveIsAnyHeight) {
    const auto top = town.add("Top", {Role::leader});
    const auto middle = town.add_below("Middle", top);
    const auto low = town.add_below("Low", middle);
    const auto mate = town.add_below("Mate", middle);
    EXPECT_THAT(between(top, low.person), ElementsAre(Relation::above));
    EXPECT_THAT(between(middle, low.person), ElementsAre(Relation::above));
    EXPECT_THAT(between(low, top.person), IsEmpty());
    EXPECT_THAT(between(mate, low.person), IsEmpty());
    EXPECT_THAT(between(low, low.person), ElementsAre(Relation::author, Relation::self));
    EXPECT_THAT(between(low, std::nullopt), IsEmpty());
    const access::Principal program{.org = town.org};
    EXPECT_THAT(between(program, low.person), IsEmpty());
    town.look([&](db::Transaction& tx) {
        EXPECT_FALSE(is_above(tx, town.org, top.person, top.person));
        EXPECT_EQ(default_coach(tx, town.org, low.person), middle.person);
        EXPECT_EQ(default_coach(tx, town.org, top.person), std::nullopt);
        EXPECT_EQ(find_ref(tx, town.org, low.person)->name, "Low");
        EXPECT_FALSE(find_ref(tx, town.other_org, low.person));
        return 0;
    });
}

TEST_P(TreeTest, ACoachWhoLeftIsNone) {
    const auto boss = town.add("Boss", {Role::manager});
    const auto low = town.add_below("Low", boss);
    ASSERT_TRUE(change(town.context, administrator, boss.person, 1, {.is_active = false}));
    EXPECT_EQ(town.look([&](db::Transaction& tx) { return default_coach(tx, town.org, low.person); }),
              std::nullopt);
}

TEST_P(TreeTest, DealsAreShownByTheOrganisationsSetting) {
    const auto team = create_team(town.context, administrator, "North")->id;
    const auto boss = town.add("Boss", {Role::manager});
    const auto ana = town.add("Ana", {Role::rep}, {.team_id = team, .manager_id = boss.person});
    const auto ben = town.add("Ben", {Role::rep}, {.team_id = team});
    const auto cleo = town.add("Cleo", {Role::rep});
    const auto watcher = town.add("Watcher", {Role::observer}, {.team_id = team});
    const auto operations = town.add("Opal", {Role::operations});
    const auto theirs = town.add("Sal", {Role::rep}, {}, town.other_org);
    add_deal(1, ana.person);
    add_deal(2, ben.person);
    add_deal(3, cleo.person);
    add_deal(4, std::nullopt);
    add_deal(5, theirs.person, town.other_org);
    EXPECT_THAT(visible(ana), ElementsAre(1, 2));
    EXPECT_THAT(visible(boss), ElementsAre(1));
    EXPECT_THAT(visible(cleo), ElementsAre(3));
    EXPECT_THAT(visible(administrator), IsEmpty()); // no content by that role
    EXPECT_THAT(visible(watcher), IsEmpty());
    EXPECT_THAT(visible(operations), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(visible({.org = town.org, .roles = {Role::administrator}}), IsEmpty());
    show_deals_to(DealVisibility::everyone);
    EXPECT_THAT(visible(cleo), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(visible(administrator), ElementsAre(1, 2, 3, 4)); // as anybody who works here
    EXPECT_THAT(visible(watcher), IsEmpty());
}

// The list and the single look must never disagree: random trees, teams, roles and settings.
TEST_P(TreeTest, ThePredicateSaysWhatThePolicySays) {
    std::mt19937 random(7);
    const auto pick = [&](int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); };
    std::vector<TeamId> teams;
    for (const char* name : {"A", "B", "C"})
        teams.push_back(create_team(town.context, administrator, name)->id);
    constexpr std::array roles{Role::rep,        Role::manager,  Role::leader,
                               Role::operations, Role::observer, Role::administrator};
    std::vector<access::Principal> everybody;
    for (int i = 0; i < 14; ++i) {
        NewPerson person;
        if (pick(4) != 0)
            person.team_id = teams.at(static_cast<std::size_t>(pick(3)));
        if (i > 0 && pick(3) != 0)
            person.manager_id = everybody.at(static_cast<std::size_t>(pick(i))).person;
        everybody.push_back(
            town.add(fmt::format("Person {}", i), {roles.at(static_cast<std::size_t>(pick(6)))}, person));
        add_deal(i + 1, everybody.back().person);
    }
    add_deal(99, std::nullopt);
    for (const auto visibility : {DealVisibility::team, DealVisibility::everyone}) {
        show_deals_to(visibility);
        for (const auto& who : everybody) {
            const auto listed = visible(who);
            for (int i = 0; i <= 14; ++i) {
                const std::int64_t id = i < 14 ? i + 1 : 99;
                const auto owner =
                    i < 14 ? std::optional(everybody.at(static_cast<std::size_t>(i)).person) : std::nullopt;
                const auto held =
                    town.look([&](db::Transaction& tx) { return deal_relations(tx, who, owner); });
                const bool may =
                    access::require(who, held, access::Object::deal, access::Action::read).has_value();
                EXPECT_EQ(std::ranges::find(listed, id) != listed.end(), may)
                    << enum_name(visibility) << " " << enum_name(who.roles[0]) << " " << id;
            }
        }
    }
}

} // namespace
} // namespace buckstop::people::test
