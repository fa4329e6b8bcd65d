// Debriefs of failures that aren't about a deal work like the others.
#include "features/debriefs/scene_test.hpp"

#include <gmock/gmock.h>

namespace buckstop::debriefs {
namespace {

using ::testing::SizeIs;

class BeyondDealsTest : public SceneTest {
  protected:
    Date day(std::string_view text) { return parse_date(text).value(); }

    // The failure that the rule of this kind opens about the one row of the table.
    FailureId opened(failures::Kind kind, const std::string& name) {
        database().write([&](db::Transaction& tx) {
            failures::insert_rule(tx, office.org, office.now, {.kind = kind, .starts_on = day("2026-01-01")});
        });
        EXPECT_EQ(failures::apply_rules(context, office.org).opened, 1);
        return failures::list(context, office[name], {.mine = true}).value().items.at(0).id;
    }
    Debrief share_words(const std::string& name, FailureId failure, Audience audience) {
        const auto id = start(context, office[name], failure).value().id;
        auto text = words();
        text.audience = audience;
        EXPECT_TRUE(save(name, id, text, 0));
        return share(context, office[name], id, {.revision = 1}).value();
    }
};
INSTANTIATE_BOTH_DATABASES(BeyondDealsTest);

TEST_P(BeyondDealsTest, ACustomerWhoLeftStandsBesideTheNextDealWithThem) {
    const auto quay = office.company("Quay Ltd", "Marinas");
    database().write([&](db::Transaction& tx) {
        tx.execute(
            "insert into churn (org_id, id, source, external_key, company_id, owner_id, happened_on,"
            " as_of, content_hash) values ($1, $2, 'test', '1', $3, $4, '2026-05-03', '2026-05-03', 0)",
            office.org, tx.new_id<struct Churn>(), quay, office.id("ana"));
    });
    const auto debrief =
        share_words("ana", opened(failures::Kind::churned_customer, "ana"), Audience::organisation);
    EXPECT_FALSE(debrief.deal);
    EXPECT_EQ(debrief.failure.churn->company.name, "Quay Ltd");
    ASSERT_TRUE(debrief.lesson);
    EXPECT_EQ(debrief.lesson->context.company->name, "Quay Ltd");
    EXPECT_EQ(debrief.lesson->context.segment, "Marinas");
    const auto next = office.deal({.owner = office.id("ben"), .outcome = "open", .company = quay});
    EXPECT_THAT(lessons::beside_deal(context, office["ben"], next)->items, SizeIs(1));
}

TEST_P(BeyondDealsTest, AMissedTargetIsDebriefedAndReadByTheCoach) {
    database().write([&](db::Transaction& tx) {
        tx.execute("insert into target (org_id, id, source, external_key, person_id, period, starts_on,"
                   " ends_on, amount_minor, currency, as_of, content_hash) values ($1, $2, 'test', '1', $3,"
                   " 'spring', '2026-04-01', '2026-05-31', 100, 'EUR', '2026-01-01', 0)",
                   office.org, tx.new_id<struct Target>(), office.id("ana"));
    });
    const auto failure = opened(failures::Kind::missed_target, "ana");
    const auto debrief = share_words("ana", failure, Audience::coach);
    EXPECT_EQ(debrief.failure.target->period, "spring");
    // Once it is begun the deals don't take it back.
    office.deal({.owner = office.id("ana"), .outcome = "won", .amount_minor = 100});
    EXPECT_EQ(failures::apply_rules(context, office.org), failures::Applied{});
    const auto read_by_coach = read(context, office["max"], debrief.id).value();
    EXPECT_EQ(read_by_coach.failure.target->won.minor, 100) << "as it is now";
    EXPECT_EQ(read(context, office["ben"], debrief.id).error().code, ErrorCode::not_found);
    ASSERT_TRUE(read(context, office["max"], debrief.id));
}

TEST_P(BeyondDealsTest, WhoElseReadsOneIsToldByWhatItIsAbout) {
    database().write([&](db::Transaction& tx) {
        tx.execute("insert into target (org_id, id, source, external_key, person_id, period, starts_on,"
                   " ends_on, amount_minor, currency, as_of, content_hash) values ($1, $2, 'test', '1', $3,"
                   " 'spring', '2026-04-01', '2026-05-31', 100, 'EUR', '2026-01-01', 0)",
                   office.org, tx.new_id<struct Target>(), office.id("ana"));
    });
    const auto debrief =
        share_words("ana", opened(failures::Kind::missed_target, "ana"), Audience::organisation);
    ASSERT_TRUE(read(context, office["vera"], debrief.id));
    const auto notices = database().read(
        [&](db::Transaction& tx) { return identity::notices(tx, office.org, office.id("ana")); });
    ASSERT_FALSE(notices.empty());
    EXPECT_EQ(notices.at(0).text, "vera read your debrief about the target for spring.");
}

} // namespace
} // namespace buckstop::debriefs
