// Each kind of finding: where it is found, where not, and that it is gone once the data is mended.
#include "features/quality/checks.hpp"
#include "features/quality/scene_test.hpp"

namespace buckstop::quality {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class KindsTest : public QualityTest {};
INSTANTIATE_BOTH_DATABASES(KindsTest);

TEST_P(KindsTest, SoundDataHasNothingToMend) {
    look();
    EXPECT_THAT(findings(), IsEmpty());
}

TEST_P(KindsTest, DealWithoutOwner) {
    const auto deal = sound_deal("Odd");
    set(deal, "owner_id", std::optional<PersonId>());
    EXPECT_THAT(found(Kind::deal_without_owner), ElementsAre("Odd"));
    set(deal, "owner_id", office.id("ben"));
    EXPECT_THAT(found(Kind::deal_without_owner), IsEmpty());
}

TEST_P(KindsTest, WhatIsGoneFromTheCrmNeedsNothing) {
    const auto deal = sound_deal("Odd");
    set(deal, "owner_id", std::optional<PersonId>());
    EXPECT_THAT(found(Kind::deal_without_owner), ElementsAre("Odd"));
    set(deal, "gone_on", date("2026-06-01"));
    EXPECT_THAT(found(Kind::deal_without_owner), IsEmpty());
}

TEST_P(KindsTest, OnlyAnOpenDealNeedsAnActiveOwner) {
    set(sound_deal("Open", "open"), "owner_id", office.id("ben"));
    set(sound_deal("Lost"), "owner_id", office.id("ben"));
    change("update person set is_active = false where org_id = $1 and id = $2", office.id("ben"));
    EXPECT_THAT(found(Kind::deal_of_inactive_owner), ElementsAre("Open"));
    change("update person set is_active = true where org_id = $1 and id = $2", office.id("ben"));
    EXPECT_THAT(found(Kind::deal_of_inactive_owner), IsEmpty());
}

TEST_P(KindsTest, DealWithoutAmountUnlessItsProductHasAPrice) {
    const auto deal = sound_deal("Odd");
    set(deal, "amount_minor", std::optional<std::int64_t>());
    set(deal, "amount_at_close_minor", 0); // of a lost one it tells nothing
    EXPECT_THAT(found(Kind::deal_without_amount), ElementsAre("Odd"));
    const auto product = office.product("Winch");
    change("update product set list_price_minor = 5000 where org_id = $1 and id = $2", product);
    set(deal, "product_id", product);
    EXPECT_THAT(found(Kind::deal_without_amount), IsEmpty());
}

TEST_P(KindsTest, DealWithoutCompany) {
    const auto deal = sound_deal("Odd");
    set(deal, "company_id", std::optional<CompanyId>());
    EXPECT_THAT(found(Kind::deal_without_company), ElementsAre("Odd"));
    set(deal, "company_id", usual_company());
    EXPECT_THAT(found(Kind::deal_without_company), IsEmpty());
}

TEST_P(KindsTest, OpenDealPastItsDate) {
    set(sound_deal("Yesterday", "open"), "expected_close_on", date("2026-06-14"));
    set(sound_deal("Today", "open"), "expected_close_on", date("2026-06-15"));
    set(sound_deal("Lost"), "expected_close_on", date("2026-06-14"));
    EXPECT_THAT(found(Kind::open_deal_past_its_date), ElementsAre("Yesterday"));
    office.now = midday(2026, 6, 16); // it comes with time
    EXPECT_THAT(found(Kind::open_deal_past_its_date), UnorderedElementsAre("Yesterday", "Today"));
}

TEST_P(KindsTest, EndedDealWithoutDate) {
    const auto deal = sound_deal("Odd", "won");
    set(deal, "closed_on", std::optional<Date>());
    EXPECT_THAT(found(Kind::ended_deal_without_date), ElementsAre("Odd"));
    set(deal, "closed_on", date("2026-06-01"));
    EXPECT_THAT(found(Kind::ended_deal_without_date), IsEmpty());
}

TEST_P(KindsTest, DealMadeAfterItEnded) {
    const auto deal = sound_deal("Odd");
    set(deal, "created_on", date("2026-05-21")); // lost on the day before
    EXPECT_THAT(found(Kind::deal_made_after_it_ended), ElementsAre("Odd"));
    set(deal, "created_on", date("2026-05-20"));
    EXPECT_THAT(found(Kind::deal_made_after_it_ended), IsEmpty());
}

TEST_P(KindsTest, DatesThatCannotBe) {
    set(sound_deal("Old"), "created_on", date("1989-12-31"));
    set(sound_deal("Old enough"), "created_on", date("1990-01-01"));
    set(sound_deal("Far", "open"), "expected_close_on", date("2036-06-17"));
    set(sound_deal("Far enough", "open"), "expected_close_on", date("2036-06-15"));
    EXPECT_THAT(found(Kind::impossible_date), UnorderedElementsAre("Old", "Far"));
}

TEST_P(KindsTest, AmountsThatCannotBe) {
    for (int i = 0; i < 120; ++i)
        set(sound_deal("Usual"), "amount_minor", 1'000);
    const auto large = sound_deal("Large");
    set(large, "amount_minor", 1'000 * 100 * 100);
    set(sound_deal("Negative"), "amount_minor", -1);
    const auto yen = sound_deal("Of few"); // too few in yen to tell
    set(yen, "amount_minor", std::int64_t{1'000'000'000'000});
    set(yen, "currency", std::string("JPY"));
    // The 99th of 100 is 100,001: one of the two sound deals of this test.
    EXPECT_THAT(found(Kind::impossible_amount), UnorderedElementsAre("Negative"));
    set(large, "amount_minor", 1'000 * 100 * 100 * 10);
    EXPECT_THAT(found(Kind::impossible_amount), UnorderedElementsAre("Negative", "Large"));
}

TEST_P(KindsTest, OpenDealWithNothingHappening) {
    const auto deal = sound_deal("Quiet", "open");
    set(deal, "created_on", date("2025-12-16")); // 181 days
    EXPECT_THAT(found(Kind::quiet_deal), ElementsAre("Quiet"));
    change(
        "insert into activity (org_id, id, source, external_key, deal_id, kind, happened_on, is_done, as_of,"
        " content_hash, created_at) values ($1, 1, 'test', 'a', $2, 'call', '2026-05-01', true, '2026-05-01',"
        " 0, 0)",
        deal);
    EXPECT_THAT(found(Kind::quiet_deal), IsEmpty());
    change("delete from activity where org_id = $1");
    change("insert into stage_change (org_id, id, source, external_key, deal_id, to_stage, changed_on, as_of,"
           " content_hash) values ($1, 1, 'test', 's', $2, 'Quoted', '2026-05-01', '2026-05-01', 0)",
           deal);
    EXPECT_THAT(found(Kind::quiet_deal), IsEmpty());
}

TEST_P(KindsTest, DealTwice) {
    const auto make = [&](const char* name, const char* closed, std::int64_t amount) {
        const auto deal = sound_deal(name);
        set(deal, "closed_on", date(closed));
        set(deal, "amount_minor", amount);
        return deal;
    };
    make("Harbor cranes", "2026-05-01", 700);
    const auto twin = make("Harbour Cranes", "2026-05-08", 700);
    make("Harbor cranes", "2026-05-30", 700); // later
    make("Harbor cranes", "2026-05-01", 701); // another amount
    make("Quay lamps", "2026-05-01", 700);    // another name
    look();
    const auto twins = findings(Kind::deal_twice);
    ASSERT_EQ(twins.size(), 1U);
    EXPECT_EQ(twins[0].deal_id, twin);
    EXPECT_EQ(twins[0].other, "Harbor cranes");
    EXPECT_EQ(twins[0].number, 92); // one of thirteen letters
    set(twin, "amount_minor", 702);
    EXPECT_THAT(found(Kind::deal_twice), IsEmpty());
}

TEST_P(KindsTest, CompanyTwice) {
    office.company("Nordwind Logistik GmbH");
    const auto twin = office.company("The Logistik Nordwind");
    office.company("Nordwind Spedition");
    look();
    const auto twins = findings(Kind::company_twice);
    ASSERT_EQ(twins.size(), 1U);
    EXPECT_EQ(twins[0].company_id, twin);
    EXPECT_EQ(twins[0].other, "Nordwind Logistik GmbH");
    EXPECT_EQ(twins[0].number, 100);
    change("update company set name = 'Lodestar' where org_id = $1 and id = $2", twin);
    EXPECT_THAT(found(Kind::company_twice), IsEmpty());
}

TEST_P(KindsTest, PersonTwice) {
    person("Inès Ferreira", "ines@quay.example");
    const auto again = person("Inès Ferreira", "i.ferreira@quay.example");
    look();
    const auto twins = findings(Kind::person_twice);
    ASSERT_EQ(twins.size(), 1U);
    EXPECT_EQ(twins[0].person_id, again);
    EXPECT_EQ(twins[0].other, "ines@quay.example");
    change("update person set name_key = 'another' where org_id = $1 and id = $2", again);
    EXPECT_THAT(found(Kind::person_twice), IsEmpty());
}

TEST_P(KindsTest, PersonWithoutManagerButForTheTopAndThoseWhoDontSell) {
    change("update person set manager_id = null where org_id = $1 and id = $2", office.id("ben"));
    // vera is the top; ada, otto and olga don't sell; max has somebody below.
    change("update person set manager_id = null where org_id = $1 and id = $2", office.id("max"));
    EXPECT_THAT(found(Kind::person_without_manager), ElementsAre("ben"));
    change("update person set is_active = false where org_id = $1 and id = $2", office.id("ben"));
    EXPECT_THAT(found(Kind::person_without_manager), IsEmpty());
}

TEST_P(KindsTest, StageOfOneDeal) {
    const auto deal = sound_deal("Odd");
    set(deal, "stage", std::string("Qouted"));
    look();
    const auto stages = findings(Kind::stage_of_one_deal);
    ASSERT_EQ(stages.size(), 1U);
    EXPECT_EQ(stages[0].name, "Qouted");
    EXPECT_EQ(stages[0].deal_id, deal);
    set(deal, "stage", std::string("Quoted"));
    EXPECT_THAT(found(Kind::stage_of_one_deal), IsEmpty());
}

TEST_P(KindsTest, CurrencyWithoutRate) {
    const auto one = sound_deal("One"), two = sound_deal("Two");
    set(one, "currency", std::string("GBP"));
    set(two, "currency", std::string("GBP"));
    EXPECT_THAT(found(Kind::currency_without_rate), ElementsAre("GBP"));
    EXPECT_EQ(findings(Kind::currency_without_rate)[0].number, 2);
    set(two, "currency", std::string("EUR"));
    EXPECT_EQ(look(), (Looked{.deals = 4})); // neither new nor mended, but fewer
    EXPECT_EQ(findings(Kind::currency_without_rate)[0].number, 1);
    set(one, "currency", std::string("EUR"));
    EXPECT_THAT(found(Kind::currency_without_rate), IsEmpty());
}

TEST_P(KindsTest, WhatWaitsForADealThatNeverCame) {
    for (const int id : {1, 2})
        change(
            "insert into activity (org_id, id, source, external_key, waits_for_deal, kind, is_done, as_of,"
            " content_hash, created_at) values ($1, $2, 'crm', $3, 'D-7', 'call', true, '2026-05-01', 0, 0)",
            id, std::to_string(id));
    change("insert into stage_change (org_id, id, source, external_key, waits_for_deal, to_stage, "
           "changed_on, as_of,"
           " content_hash) values ($1, 1, 'crm', 's', 'D-8', 'Quoted', '2026-05-01', '2026-05-01', 0)");
    EXPECT_THAT(found(Kind::activities_without_deal), ElementsAre("D-7"));
    EXPECT_EQ(findings(Kind::activities_without_deal)[0].number, 2);
    EXPECT_EQ(findings(Kind::activities_without_deal)[0].source, "crm");
    EXPECT_THAT(found(Kind::stage_changes_without_deal), ElementsAre("D-8"));
    change("update activity set waits_for_deal = null where org_id = $1");
    change("update stage_change set waits_for_deal = null where org_id = $1");
    EXPECT_THAT(found(Kind::activities_without_deal), IsEmpty());
    EXPECT_THAT(found(Kind::stage_changes_without_deal), IsEmpty());
}

TEST_P(KindsTest, FindingsOfADealThatIsGoneGoWithIt) {
    const auto deal = sound_deal("Odd");
    set(deal, "company_id", std::optional<CompanyId>());
    EXPECT_THAT(found(Kind::deal_without_company), ElementsAre("Odd"));
    change("delete from deal where org_id = $1 and id = $2", deal);
    EXPECT_THAT(found(Kind::deal_without_company), IsEmpty());
}

TEST(MostThatCanBe, TooFewAmountsTellNothing) {
    std::vector<std::int64_t> amounts(amounts_to_judge_by - 1, 10);
    EXPECT_EQ(most_that_can_be(amounts), std::nullopt);
    amounts.push_back(10);
    EXPECT_EQ(most_that_can_be(amounts), 1'000);
}

TEST(MostThatCanBe, NeverOverflows) {
    std::vector<std::int64_t> amounts(200, INT64_MAX);
    EXPECT_EQ(most_that_can_be(amounts), INT64_MAX);
    std::vector<std::int64_t> zeros(200, 0);
    EXPECT_EQ(most_that_can_be(zeros), std::nullopt);
}

} // namespace
} // namespace buckstop::quality
