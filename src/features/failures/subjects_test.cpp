// Failures about a missed target, a customer who left, a service failure.
#include "features/failures/subjects.hpp"

#include "features/test_office.hpp"

#include <gmock/gmock.h>

namespace buckstop::failures {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Date day(std::string_view text) {
    return parse_date(text).value();
}

class SubjectsTest : public test::BothDatabases {
  protected:
    test::Office office{database()}; // on 2026-06-15
    const Context& context = office.context;

    void rule(const RuleInput& input) {
        database().write([&](db::Transaction& tx) { insert_rule(tx, office.org, office.now, input); });
    }
    void missed_rule(std::optional<double> share = {}) {
        rule({.kind = Kind::missed_target, .starts_on = day("2026-01-01"), .share = share});
    }

    struct NewTarget {
        std::optional<std::string> person = "ana", team{};
        std::int64_t amount = 100'000'00;
        std::string from = "2026-04-01", to = "2026-05-31", currency = "EUR";
        std::optional<std::string> measure{};
    };
    void target(const NewTarget& target) {
        database().write([&](db::Transaction& tx) {
            const auto id = tx.new_id<struct Target>();
            tx.execute("insert into target (org_id, id, source, external_key, person_id, team, team_key,"
                       " period, starts_on, ends_on, amount_minor, currency, measure, as_of, content_hash)"
                       " values ($1, $2, 'test', $3, $4, $5, $6, 'spring', $7, $8, $9, $10, $11,"
                       " '2026-01-01', 0)",
                       office.org, id, id.text(),
                       target.person ? std::optional(office.id(*target.person)) : std::nullopt, target.team,
                       target.team, target.from, target.to, target.amount, target.currency, target.measure);
        });
    }
    DealId won(const std::string& owner, std::int64_t amount, std::string_view on = "2026-05-20",
               const std::string& currency = "EUR") {
        return office.deal({.owner = office.id(owner),
                            .outcome = "won",
                            .amount_minor = amount,
                            .currency = currency,
                            .closed_on = day(on)});
    }
    void left(CompanyId company, const std::string& on, std::optional<std::int64_t> amount = {},
              std::optional<std::string> owner = {}) {
        database().write([&](db::Transaction& tx) {
            const auto id = tx.new_id<struct Churn>();
            tx.execute("insert into churn (org_id, id, source, external_key, company_id, owner_id,"
                       " happened_on, amount_minor, currency, stated_reason, as_of, content_hash)"
                       " values ($1, $2, 'test', $3, $4, $5, $6, $7, 'EUR', 'Price', '2026-01-01', 0)",
                       office.org, id, id.text(), company,
                       owner ? std::optional(office.id(*owner)) : std::nullopt, on, amount);
        });
    }
    void went_wrong(CompanyId company, const std::string& on, std::optional<std::string> owner = {}) {
        database().write([&](db::Transaction& tx) {
            const auto id = tx.new_id<struct ServiceFailure>();
            tx.execute("insert into service_failure (org_id, id, source, external_key, company_id, owner_id,"
                       " happened_on, what, as_of, content_hash)"
                       " values ($1, $2, 'test', $3, $4, $5, $6, 'No service', '2026-01-01', 0)",
                       office.org, id, id.text(), company,
                       owner ? std::optional(office.id(*owner)) : std::nullopt, on);
        });
    }
    void told_on(const std::string& as_of) { // by an import of deals
        database().write([&](db::Transaction& tx) {
            tx.execute("insert into import (org_id, id, state, as_of, counts, created_at, touched_at,"
                       " version) values ($1, $2, 'done', $3, '{\"deal\":{}}', 0, 0, 1)",
                       office.org, tx.new_id<struct Import>(), as_of);
        });
    }
    std::vector<FailureSummary> of(const std::string& name) {
        return list(context, office[name], {.mine = true}).value().items;
    }
    Applied apply() { return apply_rules(context, office.org); }
};
INSTANTIATE_BOTH_DATABASES(SubjectsTest);

TEST_P(SubjectsTest, AMissedTargetAsksThePersonAndSaysByHowMuch) {
    missed_rule();
    target({});
    won("ana", 60'000'00);
    won("ana", 15'000'00, "2026-04-01");
    won("ana", 99'000'00, "2026-06-01"); // after the period
    won("ben", 99'000'00);               // somebody else's
    won("ana", 7'00, "2026-05-01", "USD");
    EXPECT_EQ(apply(), (Applied{.opened = 1}));
    const auto items = of("ana");
    ASSERT_THAT(items, SizeIs(1));
    EXPECT_EQ(items[0].kind, Kind::missed_target);
    EXPECT_EQ(items[0].occurred_on, day("2026-05-31"));
    ASSERT_TRUE(items[0].target);
    EXPECT_EQ(items[0].target->period, "spring");
    EXPECT_EQ(items[0].target->won, (Money{75'000'00, "EUR"}));
    EXPECT_EQ(items[0].target->target, (Money{100'000'00, "EUR"}));
    EXPECT_EQ(items[0].target->not_counted, 1) << "what can't be counted is said";
    EXPECT_EQ(what_about(items[0]), "the target for spring");
    EXPECT_EQ(apply(), Applied{});
}

TEST_P(SubjectsTest, OnlyMoreThanTheShareIsMissed) {
    missed_rule(0.25);
    target({});
    target({.person = "ben"});
    won("ana", 75'000'00);
    won("ben", 74'999'99);
    EXPECT_EQ(apply().opened, 1);
    EXPECT_THAT(of("ana"), IsEmpty());
    EXPECT_THAT(of("ben"), SizeIs(1));
}

TEST_P(SubjectsTest, AMissedTargetFollowsTheDeals) {
    missed_rule();
    target({});
    EXPECT_EQ(apply().opened, 1);
    const auto deal = won("ana", 100'000'00);
    EXPECT_EQ(apply(), (Applied{.withdrawn = 1}));
    office.change_deal(deal, "lost", office.id("ana"));
    EXPECT_EQ(apply(), (Applied{.opened = 1}));
    const auto other = won("ana", 100'000'00);
    EXPECT_EQ(apply(), (Applied{.withdrawn = 1}));
    database().write([&](db::Transaction& tx) {
        tx.execute("update deal set gone_on = '2026-06-10' where org_id = $1 and id = $2", office.org, other);
    });
    EXPECT_EQ(apply(), (Applied{.opened = 1})) << "a deal that is gone from the CRM doesn't count";
}

TEST_P(SubjectsTest, WhatSomebodyHasTouchedStays) {
    missed_rule();
    target({});
    apply();
    ASSERT_TRUE(skip(context, office["ana"], of("ana").at(0).id, "Ill for two months"));
    won("ana", 100'000'00);
    EXPECT_EQ(apply(), Applied{});
    EXPECT_EQ(of("ana").at(0).state, State::skipped);
}

TEST_P(SubjectsTest, ATargetCantBeMissedBeforeItsEndIsKnown) {
    missed_rule();
    target({.to = "2026-06-30"}); // not over yet
    target({.person = "ben"});
    told_on("2026-05-31"); // that day may still bring a deal
    EXPECT_EQ(apply(), Applied{});
    told_on("2026-06-01");
    EXPECT_EQ(apply(), (Applied{.opened = 1}));
    EXPECT_THAT(of("ben"), SizeIs(1));
    office.now += std::chrono::days(16); // 1 July, with deals of June only
    EXPECT_EQ(apply(), Applied{});
}

TEST_P(SubjectsTest, ATeamsTargetIsItsManagers) {
    missed_rule();
    target({.person = {}, .team = "North"});
    target({.person = {}, .team = "West"}); // there is no such team yet
    won("ana", 60'000'00);
    won("ben", 39'999'00);
    won("cleo", 90'000'00); // of South
    EXPECT_EQ(apply().opened, 2);
    const auto items = of("max");
    ASSERT_THAT(items, SizeIs(1));
    EXPECT_EQ(items[0].target->team, "North");
    EXPECT_EQ(items[0].target->won.minor, 99'999'00);
    won("max", 1'00'00);
    EXPECT_EQ(apply().withdrawn, 1) << "what a manager wins counts too";
}

TEST_P(SubjectsTest, AnotherMeasureIsNoBusinessOfDeals) {
    missed_rule();
    target({.measure = "Meetings"});
    EXPECT_EQ(apply(), Applied{});
    target({.measure = "Revenue"});
    EXPECT_EQ(apply().opened, 1);
}

TEST_P(SubjectsTest, ACustomerWhoLeftAsksWhoeverWonTheirLastDeal) {
    rule({.kind = Kind::churned_customer, .starts_on = day("2026-01-01"), .threshold_minor = 100'00});
    const auto quay = office.company("Quay Ltd"), pier = office.company("Pier AG");
    const auto deal = [&](const std::string& owner, std::string_view on) {
        office.deal({.owner = office.id(owner), .outcome = "won", .closed_on = day(on), .company = quay});
    };
    deal("ana", "2025-02-01");
    deal("ben", "2026-01-15");
    deal("cleo", "2026-06-01"); // after they had left
    left(quay, "2026-05-03", 48'000'00);
    left(pier, "2026-05-04", 99'99);
    left(pier, "2026-05-05"); // nobody knows what it was worth, nor whose it was
    left(pier, "2026-05-06", 100'00, "ana");
    left(pier, "2025-12-31", 100'00, "ana");
    EXPECT_EQ(apply().opened, 3);
    ASSERT_THAT(of("ben"), SizeIs(1));
    const auto churn = of("ben")[0].churn.value();
    EXPECT_EQ(churn.company.name, "Quay Ltd");
    EXPECT_EQ(churn.lost, (Money{48'000'00, "EUR"}));
    EXPECT_EQ(churn.stated_reason, "Price");
    EXPECT_FALSE(churn.after);
    EXPECT_THAT(of("ana"), SizeIs(1));
}

TEST_P(SubjectsTest, ACustomerWhoLeftAfterAServiceFailureSaysSo) {
    rule({.kind = Kind::churned_customer, .starts_on = day("2026-01-01"), .days = 60});
    const auto quay = office.company("Quay Ltd");
    left(quay, "2026-05-03", {}, "ana");
    went_wrong(quay, "2026-03-03"); // 61 days before
    went_wrong(quay, "2026-05-04"); // after
    went_wrong(office.company("Pier AG"), "2026-05-01");
    EXPECT_EQ(apply().opened, 1);
    EXPECT_FALSE(of("ana").at(0).churn->after);
    went_wrong(quay, "2026-03-04");
    EXPECT_EQ(apply(), (Applied{.followed = 1}));
    const auto after = of("ana").at(0).churn->after.value();
    EXPECT_EQ(after.happened_on, day("2026-03-04"));
    EXPECT_EQ(after.what, "No service");
    EXPECT_EQ(apply(), Applied{});
}

TEST_P(SubjectsTest, AServiceFailureAsksItsOwner) {
    rule({.kind = Kind::service_failure, .starts_on = day("2026-01-01")});
    const auto quay = office.company("Quay Ltd");
    office.deal(
        {.owner = office.id("ben"), .outcome = "won", .closed_on = day("2026-01-15"), .company = quay});
    went_wrong(quay, "2026-05-03", "ana");
    went_wrong(quay, "2026-05-04");
    EXPECT_EQ(apply().opened, 2);
    EXPECT_EQ(of("ana").at(0).service_failure->what, "No service");
    EXPECT_EQ(of("ben").at(0).service_failure->company.name, "Quay Ltd");
}

TEST_P(SubjectsTest, AnUndoneImportTakesItsFailuresAlong) {
    rule({.kind = Kind::service_failure, .starts_on = day("2026-01-01")});
    went_wrong(office.company("Quay Ltd"), "2026-05-03", "ana");
    apply();
    database().write([&](db::Transaction& tx) {
        tx.execute("delete from service_failure where org_id = $1", office.org);
    });
    EXPECT_EQ(apply(), (Applied{.withdrawn = 1}));
}

TEST_P(SubjectsTest, APreviewCountsAndNamesNobody) {
    target({});
    target({.person = "ben", .amount = 0});
    const auto preview = failures::preview(context, office["ada"],
                                           {.kind = Kind::missed_target, .starts_on = day("2026-01-01")});
    ASSERT_TRUE(preview);
    EXPECT_EQ(preview->would_open, 1);
    EXPECT_THAT(preview->examples, IsEmpty());
}

TEST_P(SubjectsTest, RulesAreChecked) {
    const auto refused = [&](const RuleInput& input) {
        const auto added = add_rule(context, office["ada"], input);
        return added ? std::string() : added.error().fields.at(0).field;
    };
    const auto start = day("2026-01-01");
    EXPECT_EQ(refused({.kind = Kind::missed_target, .starts_on = start, .threshold_minor = 1}),
              "threshold_minor");
    EXPECT_EQ(refused({.kind = Kind::missed_target, .starts_on = start, .share = 1.5}), "share");
    EXPECT_EQ(refused({.kind = Kind::service_failure, .starts_on = start, .share = 0.5}), "share");
    EXPECT_EQ(refused({.kind = Kind::lost_deal, .starts_on = start, .days = 5}), "days");
    EXPECT_EQ(refused({.kind = Kind::churned_customer, .starts_on = start, .days = 0}), "days");
    EXPECT_EQ(refused({.kind = Kind::missed_target, .starts_on = start}), "");
    const auto added =
        add_rule(context, office["ada"], {.kind = Kind::churned_customer, .starts_on = start, .days = 90});
    ASSERT_TRUE(added);
    EXPECT_EQ(added->days, 90);
}

// Nobody but the owner and those above may see one, whatever it is about.
TEST_P(SubjectsTest, SomebodyElsesIsNotThere) {
    missed_rule();
    target({});
    apply();
    const auto seen = [&](const std::string& name) {
        const auto page = list(context, office[name], {});
        return page ? page->items.size() : 0U;
    };
    EXPECT_EQ(seen("ana"), 1U);
    EXPECT_EQ(seen("max"), 1U);
    EXPECT_EQ(seen("vera"), 1U);
    for (const char* name : {"ben", "mia", "cleo", "ada", "otto", "olga"})
        EXPECT_EQ(seen(name), 0U) << name;
}

} // namespace
} // namespace buckstop::failures
