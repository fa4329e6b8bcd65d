#include "features/home/home.hpp"

#include "features/home/service.hpp"
#include "features/test_office.hpp"

#include <gmock/gmock.h>

namespace buckstop::home {
namespace {

using test::Office;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class HomeTest : public test::BothDatabases {
  protected:
    Office office{database()};
    const Context& context = office.context;

    FailureId failure_of(const std::string& name, Date on = Office::lost_on) {
        return database().write([&](db::Transaction& tx) {
            const auto deal = office.add_deal(tx, {.owner = office.id(name), .competitor = "Norrvik"});
            return failures::open(tx, office.org, office.now, failures::Kind::lost_deal, deal,
                                  office.id(name), on);
        });
    }
    DebriefId draft_of(const std::string& name, const std::string& part) {
        const auto id = debriefs::start(context, office[name], failure_of(name)).value().id;
        EXPECT_TRUE(debriefs::save_draft(context, office[name], id,
                                         {debriefs::DraftText{.my_part = part,
                                                              .lesson = "Ask earlier.",
                                                              .act = "Ring",
                                                              .audience = lessons::Audience::organisation},
                                          0}));
        return id;
    }
};
INSTANTIATE_BOTH_DATABASES(HomeTest);

TEST_P(HomeTest, HasWhatWaitsForMe) {
    for (unsigned i = 0; i < 12; ++i)
        failure_of("ana", add_days(Office::lost_on, static_cast<int>(i)));
    const auto id = draft_of("ana", "mine");
    draft_of("ben", "his");
    const auto mine = home(context, office["ana"]);
    EXPECT_THAT(mine.failures, SizeIs(10));
    EXPECT_EQ(mine.failures_more, 2);
    EXPECT_EQ(mine.failures[0].occurred_on, add_days(Office::lost_on, 11)) << "the newest first";
    ASSERT_THAT(mine.drafts, SizeIs(1));
    EXPECT_EQ(mine.drafts[0].id, id);
    EXPECT_THAT(mine.coaching, IsEmpty());

    ASSERT_TRUE(debriefs::share(context, office["ana"], id, {.revision = 1}));
    const auto after = home(context, office["ana"]);
    EXPECT_THAT(after.drafts, IsEmpty());
    ASSERT_THAT(after.commitments, SizeIs(1));
    EXPECT_EQ(after.commitments[0].act, "Ring");
    const auto coach = home(context, office["max"]);
    ASSERT_THAT(coach.coaching, SizeIs(1));
    EXPECT_EQ(coach.coaching[0].id, id);
    EXPECT_THAT(coach.failures, IsEmpty()) << "others' failures aren't mine";
    EXPECT_THAT(coach.commitments, IsEmpty());
    ASSERT_TRUE(debriefs::read(context, office["max"], id));
    EXPECT_THAT(home(context, office["max"]).coaching, IsEmpty());
    ASSERT_TRUE(debriefs::read(context, office["vera"], id));
    EXPECT_THAT(home(context, office["ana"]).notices, SizeIs(1));
}

TEST_P(HomeTest, BringsLessonsToMyOpenDeals) {
    const auto id = draft_of("cleo", "hers");
    ASSERT_TRUE(debriefs::share(context, office["cleo"], id, {.revision = 1}));
    office.deal({.owner = office.id("ana"), .outcome = "open"}); // nothing in common
    const auto later = office.deal({.owner = office.id("ana"),
                                    .outcome = "open",
                                    .expected_close_on = add_days(Office::lost_on, 90),
                                    .competitor = "Norrvik"});
    const auto next = office.deal({.owner = office.id("ana"),
                                   .outcome = "open",
                                   .expected_close_on = add_days(Office::lost_on, 40),
                                   .competitor = "norrvik"});
    office.deal({.owner = office.id("ben"), .outcome = "open", .competitor = "Norrvik"});
    const auto deals = home(context, office["ana"]).deals;
    ASSERT_THAT(deals, SizeIs(2));
    EXPECT_EQ(deals[0].deal.id, next) << "the next to close first";
    EXPECT_EQ(deals[1].deal.id, later);
    ASSERT_THAT(deals[0].lessons, SizeIs(1));
    EXPECT_EQ(deals[0].lessons[0].lesson.title, "Ask earlier");
    EXPECT_EQ(deals[0].lessons[0].why.at(0).text, "Also against Norrvik");
}

TEST_P(HomeTest, ShowsNothingOfAnybodyElsesDraft) {
    const auto id = draft_of("ana", "xylophone");
    test::Office other(database(), "Elsewhere");
    const auto check = [&](const std::string& name, const Home& seen) {
        const auto text = json::to_text(seen);
        EXPECT_THAT(text, Not(HasSubstr("xylophone"))) << name;
        EXPECT_THAT(text, Not(HasSubstr(id.text()))) << name;
    };
    for (const auto& [name, person] : office.people())
        if (name != "ana")
            check(name, home(context, person));
    for (const auto& [name, person] : other.people())
        check("elsewhere: " + name, home(other.context, person));
    EXPECT_THAT(json::to_text(home(context, office["ana"])), HasSubstr(id.text()));
    EXPECT_THAT(json::to_text(home(context, office["ana"])), Not(HasSubstr("xylophone")))
        << "a list names no words";
}

} // namespace
} // namespace buckstop::home
