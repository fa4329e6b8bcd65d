#include "features/failures/failures.hpp"

#include "features/failures/eligible.hpp"
#include "features/people/people.hpp"
#include "features/test_office.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace buckstop::failures {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Date day(int year, unsigned month, unsigned of_month) {
    return Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{of_month}};
}
const Date spring = day(2026, 3, 1);

class FailuresTest : public test::BothDatabases {
  protected:
    test::Office office{database()};
    const Context& context = office.context;

    FailureRuleId rule(const RuleInput& input) {
        return database().write(
            [&](db::Transaction& tx) { return insert_rule(tx, office.org, office.now, input); });
    }
    FailureRuleId lost_rule(std::optional<std::int64_t> threshold = {}) {
        return rule({.kind = Kind::lost_deal, .starts_on = spring, .threshold_minor = threshold});
    }
    std::vector<FailureSummary> seen_by(const std::string& name, const FailureQuery& query = {}) {
        return list(context, office[name], query).value().items;
    }
    FailureId only_one_of(const std::string& name) {
        const auto items = seen_by(name, {.mine = true});
        EXPECT_THAT(items, SizeIs(1));
        return items.at(0).id;
    }
    Applied apply(std::optional<ImportId> import = {}) { return apply_rules(context, office.org, import); }
};
INSTANTIATE_BOTH_DATABASES(FailuresTest);

TEST_P(FailuresTest, ALostDealAboveTheThresholdAsksItsOwner) {
    lost_rule(100'00);
    office.deal({.owner = office.id("ana"), .amount_minor = 100'00});
    office.deal({.owner = office.id("ben"), .amount_minor = 99'99});
    EXPECT_EQ(apply(), (Applied{.opened = 1}));
    const auto items = seen_by("ana");
    ASSERT_THAT(items, SizeIs(1));
    EXPECT_EQ(items[0].kind, Kind::lost_deal);
    EXPECT_EQ(items[0].state, State::waiting);
    EXPECT_EQ(items[0].occurred_on, test::Office::lost_on);
    EXPECT_TRUE(items[0].mine);
    ASSERT_TRUE(items[0].deal);
    EXPECT_EQ(items[0].deal->name, "Harbor 34");
    EXPECT_THAT(seen_by("ben"), IsEmpty());
}

TEST_P(FailuresTest, AnUnknownValueIsNoReasonNotToAsk) {
    lost_rule(100'00);
    office.deal({.owner = office.id("ana")});
    office.deal({.owner = office.id("ana"), .amount_minor = 1, .currency = "USD"}); // can't be compared
    EXPECT_EQ(apply().opened, 2);
}

TEST_P(FailuresTest, NothingBeforeTheStartAsks) {
    lost_rule();
    office.deal({.owner = office.id("ana"), .closed_on = day(2026, 2, 28)});
    office.deal({.owner = office.id("ana"), .closed_on = day(2015, 7, 1)});
    office.deal({.owner = office.id("ana"), .closed_on = spring});
    EXPECT_EQ(apply().opened, 1);
}

TEST_P(FailuresTest, WhatRetentionWouldRemoveIsntOpened) {
    rule({.kind = Kind::lost_deal, .starts_on = day(2015, 1, 1)});
    office.deal({.owner = office.id("ana"), .closed_on = day(2023, 6, 14)});
    office.deal({.owner = office.id("ana"), .closed_on = day(2023, 6, 15)});
    ASSERT_TRUE(people::change_retention(office.context, office["ada"], 0, {.failures_years = 3}));
    EXPECT_EQ(apply().opened, 1);
    ASSERT_TRUE(
        people::change_retention(office.context, office["ada"], 1, {.failures_years = std::optional<int>{}}));
    EXPECT_EQ(apply().opened, 1) << "and the other one once everything is kept";
}

TEST_P(FailuresTest, APushedDealCountsFromTheDayOfThePush) {
    rule({.kind = Kind::pushed_deal, .starts_on = spring, .pushes = 2});
    const auto deal = office.deal(
        {.owner = office.id("ana"), .outcome = "open", .pushes = 2, .expected_close_on = day(2026, 8, 1)});
    database().write([&](db::Transaction& tx) {
        const auto version = [&](int sequence, const char* as_of, const char* until, const char* expected) {
            tx.execute(
                "insert into deal_version (org_id, deal_id, as_of, until, stage, outcome, expected_close_on,"
                " sequence) values ($1, $2, $3, $4, 'Quoted', 'open', $5, $6)",
                office.org, deal, as_of, until, expected, sequence);
        };
        version(1, "2026-01-10", "2026-02-10", "2026-03-15");
        version(2, "2026-02-10", "2026-03-10", "2026-05-15");
        version(3, "2026-03-10", "2026-05-01", "2026-06-15"); // the second push, on 10 March
    });
    office.deal({.owner = office.id("ana"), .outcome = "open", .pushes = 1});
    office.deal({.owner = office.id("ana"), .outcome = "lost", .pushes = 5}); // that is another rule's
    EXPECT_EQ(apply().opened, 1);
    EXPECT_EQ(seen_by("ana").at(0).occurred_on, day(2026, 3, 10));
    EXPECT_EQ(seen_by("ana").at(0).kind, Kind::pushed_deal);
}

TEST_P(FailuresTest, WonDealsAreDrawnTheSameEachTime) {
    const auto id = rule({.kind = Kind::sampled_win, .starts_on = spring, .share = 0.3});
    database().write([&](db::Transaction& tx) {
        for (int i = 0; i < 200; ++i)
            office.add_deal(tx, {.owner = office.id("ana"), .outcome = "won"});
    });
    const auto opened = apply().opened;
    EXPECT_GT(opened, 30);
    EXPECT_LT(opened, 90);
    EXPECT_EQ(apply(), Applied{});
    // Who was drawn at 0.3 is drawn at 0.6.
    ASSERT_TRUE(change_rule(context, office["ada"], id, 1,
                            {.kind = Kind::sampled_win, .starts_on = spring, .share = 0.6}));
    const auto more = apply();
    EXPECT_GT(more.opened, 30);
    EXPECT_EQ(more.withdrawn, 0);
}

TEST_P(FailuresTest, ApplyingTwiceOpensNothingTwice) {
    lost_rule();
    lost_rule(50'00); // two rules of a kind ask once
    database().write([&](db::Transaction& tx) {
        for (int i = 0; i < 2'500; ++i) // more than one portion
            office.add_deal(tx, {.owner = office.id("ana")});
    });
    EXPECT_EQ(apply().opened, 2'500);
    EXPECT_EQ(apply(), Applied{});
}

TEST_P(FailuresTest, AnImportIsLookedAtAlone) {
    lost_rule();
    office.deal({.owner = office.id("ana"), .import = ImportId(7)});
    office.deal({.owner = office.id("ana"), .import = ImportId(8)});
    EXPECT_EQ(apply(ImportId(8)).opened, 1);
    EXPECT_EQ(apply().opened, 1);
}

TEST_P(FailuresTest, AReopenedDealAsksNobody) {
    lost_rule();
    const auto deal = office.deal({.owner = office.id("ana")});
    apply();
    office.change_deal(deal, "open", office.id("ana"));
    EXPECT_EQ(apply(), (Applied{.withdrawn = 1}));
    EXPECT_THAT(seen_by("ana"), IsEmpty());
    office.change_deal(deal, "lost", office.id("ana"), ImportId(9));
    EXPECT_EQ(apply(ImportId(9)).opened, 1); // lost again: asked again
    EXPECT_EQ(seen_by("ana").at(0).occurred_on, day(2026, 6, 1));
}

TEST_P(FailuresTest, AWaitingFailureFollowsTheDealToItsNewOwner) {
    lost_rule();
    const auto deal = office.deal({.owner = {}});
    EXPECT_EQ(apply().opened, 1);
    office.change_deal(deal, "lost", office.id("ana"));
    EXPECT_EQ(apply().followed, 1);
    EXPECT_THAT(seen_by("ana", {.mine = true}), SizeIs(1));
    office.change_deal(deal, "lost", office.id("ben"));
    EXPECT_EQ(apply().followed, 1);
    EXPECT_THAT(seen_by("ana"), IsEmpty());
    EXPECT_THAT(seen_by("ben", {.mine = true}), SizeIs(1));
}

TEST_P(FailuresTest, WhatAPersonTouchedStays) {
    lost_rule();
    const auto deal = office.deal({.owner = office.id("ana")});
    apply();
    const auto id = only_one_of("ana");
    ASSERT_TRUE(skip(context, office["ana"], id, "duplicate in the CRM"));
    office.change_deal(deal, "open", office.id("ben"));
    EXPECT_EQ(apply(), Applied{});
    const auto kept = seen_by("ana").at(0);
    EXPECT_EQ(kept.state, State::skipped);
    EXPECT_EQ(kept.skip_reason, "duplicate in the CRM");
}

TEST_P(FailuresTest, SkippingNeedsAReasonAndCanBeTakenBack) {
    lost_rule();
    office.deal({.owner = office.id("ana")});
    apply();
    const auto id = only_one_of("ana");
    EXPECT_EQ(skip(context, office["ana"], id, "  ").error().fields.at(0).rule, "required");
    EXPECT_EQ(skip(context, office["ana"], id, std::string(501, 'x')).error().fields.at(0).rule, "too_long");
    EXPECT_EQ(skip(context, office["ana"], id, std::string("a\0b", 3)).error().fields.at(0).rule,
              "not_a_text");
    EXPECT_EQ(skip(context, office["ana"], id, " not mine ").value().state, State::skipped);
    EXPECT_EQ(unskip(context, office["ana"], id).value().state, State::waiting);
    EXPECT_EQ(unskip(context, office["ana"], id).value().state, State::waiting); // done already
    EXPECT_EQ(unskip(context, office["ana"], id).value().skip_reason, std::nullopt);
}

TEST_P(FailuresTest, OnlyTheOwnerSkipsAndOnlyThoseAboveSee) {
    lost_rule();
    office.deal({.owner = office.id("ana")});
    apply();
    const auto id = only_one_of("ana");
    for (const auto& [name, person] : office.people()) {
        const bool above = name == "max" || name == "vera";
        const bool mine = name == "ana";
        const auto skipped = skip(context, person, id, "because");
        EXPECT_EQ(skipped.has_value(), mine) << name;
        if (!mine) {
            EXPECT_EQ(skipped.error().code, above ? ErrorCode::forbidden : ErrorCode::not_found) << name;
        }
        const auto listed = list(context, person, {});
        if (name == "olga") {
            EXPECT_EQ(listed.error().code, ErrorCode::forbidden);
        } else {
            EXPECT_EQ(listed.value().items.size(), above || mine ? 1U : 0U) << name;
        }
        if (above) {
            EXPECT_FALSE(listed->items[0].mine);
            EXPECT_EQ(listed->items[0].skip_reason, std::nullopt) << "the reason is the owner's";
            EXPECT_THAT(list(context, person, {.mine = true})->items, IsEmpty());
        }
    }
}

TEST_P(FailuresTest, ThatSomebodyIsWritingIsNobodysBusiness) {
    lost_rule();
    office.deal({.owner = office.id("ana")});
    apply();
    const auto id = only_one_of("ana");
    database().write([&](db::Transaction& tx) { set_state(tx, office.org, id, State::drafting); });
    EXPECT_EQ(seen_by("ana").at(0).state, State::drafting);
    EXPECT_EQ(seen_by("max").at(0).state, State::waiting);
    EXPECT_THAT(seen_by("max", {.state = State::drafting}), IsEmpty());
    EXPECT_THAT(seen_by("max", {.state = State::waiting}), SizeIs(1));
    EXPECT_THAT(seen_by("ana", {.state = State::waiting}), IsEmpty());
}

TEST_P(FailuresTest, AListComesInPages) {
    lost_rule();
    database().write([&](db::Transaction& tx) {
        for (unsigned i = 0; i < 25; ++i) // several on a day
            office.add_deal(tx, {.owner = office.id("ana"), .closed_on = day(2026, 4, 1 + i / 4)});
    });
    apply();
    std::vector<FailureId> all;
    std::optional<std::string> cursor;
    std::optional<Date> before;
    do {
        const auto page = list(context, office["max"], {.cursor = cursor, .limit = 7}).value();
        for (const auto& item : page.items) {
            EXPECT_TRUE(!before || item.occurred_on <= *before);
            before = item.occurred_on;
            all.push_back(item.id);
        }
        cursor = page.next;
    } while (cursor);
    EXPECT_THAT(all, SizeIs(25));
    std::ranges::sort(all);
    EXPECT_TRUE(std::ranges::adjacent_find(all) == all.end());
    for (const char* forged : {"x", "2026-01-01", "", "9999-99-99.1"})
        EXPECT_EQ(list(context, office["max"], {.cursor = forged}).error().fields.at(0).rule, "not_a_cursor")
            << forged;
    EXPECT_EQ(list(context, office["max"], {.limit = 0}).error().fields.at(0).rule, "out_of_range");
}

TEST_P(FailuresTest, RulesAreSetByAdministratorsAndOperations) {
    const RuleInput input{.kind = Kind::lost_deal, .starts_on = spring, .threshold_minor = 500'00};
    for (const auto& [name, person] : office.people()) {
        const bool may = name == "ada" || name == "otto";
        EXPECT_EQ(rules(context, person).has_value(), may) << name;
        EXPECT_EQ(preview(context, person, input).has_value(), may) << name;
        const auto added = add_rule(context, person, input);
        ASSERT_EQ(added.has_value(), may) << name;
        if (!may)
            continue;
        EXPECT_EQ(added->threshold, (Money{.minor = 500'00, .currency = "EUR"}));
        EXPECT_TRUE(remove_rule(context, person, added->id));
    }
    const auto id = add_rule(context, office["ada"], input)->id;
    EXPECT_EQ(change_rule(context, office["ana"], id, 1, input).error().code, ErrorCode::forbidden);
    EXPECT_EQ(remove_rule(context, office["ana"], id).error().code, ErrorCode::forbidden);
    EXPECT_EQ(change_rule(context, office["ada"], id, 7, input).error().code, ErrorCode::precondition_failed);
    EXPECT_EQ(change_rule(context, office["ada"], id, 1, input).value().version, 2);
}

TEST_P(FailuresTest, ARuleSaysWhatItsKindNeeds) {
    const auto rule_broken = [&](const RuleInput& input) {
        const auto added = add_rule(context, office["ada"], input);
        return added ? std::string()
                     : added.error().fields.at(0).field + " " + added.error().fields.at(0).rule;
    };
    EXPECT_EQ(rule_broken({.kind = Kind::pushed_deal, .starts_on = spring}), "pushes required");
    EXPECT_EQ(rule_broken({.kind = Kind::sampled_win, .starts_on = spring}), "share required");
    EXPECT_EQ(rule_broken({.kind = Kind::sampled_win, .starts_on = spring, .share = 1.5}),
              "share out_of_range");
    EXPECT_EQ(rule_broken({.kind = Kind::lost_deal, .starts_on = spring, .threshold_minor = -1}),
              "threshold_minor out_of_range");
    EXPECT_EQ(rule_broken({.kind = Kind::lost_deal, .starts_on = spring, .share = 0.5}),
              "share not_for_this_kind");
    EXPECT_EQ(rule_broken({.kind = Kind::pushed_deal, .starts_on = spring, .pushes = 0}),
              "pushes out_of_range");
}

TEST_P(FailuresTest, APreviewCountsWhatApplyingOpens) {
    database().write([&](db::Transaction& tx) {
        for (int i = 0; i < 40; ++i) {
            office.add_deal(tx, {.owner = office.id("ana"), .amount_minor = i * 10'00});
            office.add_deal(tx, {.owner = office.id("ana"), .outcome = "won"});
        }
    });
    for (const RuleInput& input :
         {RuleInput{.kind = Kind::lost_deal, .starts_on = spring, .threshold_minor = 200'00},
          RuleInput{.kind = Kind::sampled_win, .starts_on = spring, .share = 0.25}}) {
        const auto promised = preview(context, office["otto"], input).value();
        EXPECT_GT(promised.would_open, 0);
        EXPECT_THAT(promised.examples,
                    SizeIs(std::min<std::size_t>(5, static_cast<std::size_t>(promised.would_open))));
        // An administrator sets the rule without reading deals.
        EXPECT_EQ(preview(context, office["ada"], input)->would_open, promised.would_open);
        EXPECT_THAT(preview(context, office["ada"], input)->examples, IsEmpty());
        rule(input);
        EXPECT_EQ(apply().opened, promised.would_open);
        EXPECT_EQ(preview(context, office["otto"], input)->would_open, 0);
    }
}

TEST_P(FailuresTest, AChangedRuleIsAppliedByAJob) {
    office.deal({.owner = office.id("ana"), .amount_minor = 10'00});
    office.deal({.owner = office.id("ana"), .amount_minor = 90'00});
    add_jobs(context);
    const auto made = add_rule(context, office["ada"], {.kind = Kind::lost_deal, .starts_on = spring});
    EXPECT_EQ(context.jobs.run_due(database(), context.now), 1);
    EXPECT_THAT(seen_by("ana"), SizeIs(2));
    EXPECT_EQ(rules(context, office["ada"])->items.at(0).opened, 2);
    // A higher threshold takes back what nobody touched.
    const auto raised = change_rule(context, office["ada"], made->id, made->version,
                                    {.kind = Kind::lost_deal, .starts_on = spring, .threshold_minor = 50'00});
    ASSERT_TRUE(raised);
    EXPECT_EQ(context.jobs.run_due(database(), context.now), 1);
    EXPECT_THAT(seen_by("ana"), SizeIs(1));
    EXPECT_TRUE(remove_rule(context, office["ada"], made->id));
    EXPECT_EQ(context.jobs.run_due(database(), context.now), 1);
    EXPECT_THAT(seen_by("ana"), IsEmpty());
}

TEST_P(FailuresTest, WhatWasOpenedByHandIsLeftAlone) {
    const auto deal = office.deal({.owner = office.id("ana"), .outcome = "won"});
    const auto id = database().write([&](db::Transaction& tx) {
        return open(tx, office.org, office.now, Kind::sampled_win, deal, office.id("ana"), spring);
    });
    EXPECT_EQ(apply(), Applied{});
    EXPECT_EQ(only_one_of("ana"), id);
}

TEST_P(FailuresTest, OrganisationsDoNotMeet) {
    lost_rule();
    test::Office other(database(), "Elsewhere");
    office.deal({.owner = office.id("ana")});
    const auto theirs = other.deal({.owner = other.id("ana")});
    EXPECT_EQ(apply().opened, 1);
    EXPECT_EQ(apply_rules(other.context, other.org), Applied{});
    const auto id = only_one_of("ana");
    EXPECT_THAT(list(other.context, other["vera"], {})->items, IsEmpty());
    EXPECT_EQ(skip(other.context, other["ana"], id, "mine now").error().code, ErrorCode::not_found);
    database().read([&](db::Transaction& tx) {
        EXPECT_FALSE(find(tx, other.org, id));
        EXPECT_FALSE(find_by_deal(tx, office.org, theirs, Kind::lost_deal));
        EXPECT_THAT(summaries(tx, other.org, other.id("ana"), std::span(&id, 1)), IsEmpty());
    });
}

// Law 3: no parameter names a person.
TEST_P(FailuresTest, ForgedPersonFiltersAreUnknownParameters) {
    http::Router router;
    add_routes(router, context);
    for (const auto& route : router.routes()) {
        if (route.pattern != "/failures")
            continue;
        for (const char* name :
             {"owner", "owner_id", "person", "person_id", "author", "team", "sort", "group_by"}) {
            http::Request request;
            request.path = "/failures";
            request.query = {{name, office.id("ana").text()}};
            http::Call call(request, office["vera"], {});
            const auto answer = route.handle(call);
            ASSERT_FALSE(answer) << name;
            EXPECT_EQ(answer.error().fields.at(0).rule, "unknown") << name;
        }
    }
}

RC_GTEST_PROP(IsDrawn, GrowsWithTheShare, (std::uint16_t org, std::uint32_t deal)) {
    const auto at = [&](double share) { return is_drawn(OrgId(org + 1), DealId(deal + 1LL), share); };
    RC_ASSERT(!at(0));
    RC_ASSERT(at(1));
    bool before = false;
    for (double share = 0; share <= 1; share += 0.05) {
        RC_ASSERT(!before || at(share));
        before = at(share);
    }
}

TEST(IsDrawnTest, DrawsAboutItsShare) {
    int drawn = 0;
    for (int i = 1; i <= 10'000; ++i)
        drawn += is_drawn(OrgId(1), DealId(i), 0.25) ? 1 : 0;
    EXPECT_NEAR(drawn, 2500, 150);
}

} // namespace
} // namespace buckstop::failures
