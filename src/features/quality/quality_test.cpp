// Working through findings: setting aside, lists and their pages, progress, and who may.
#include "features/quality/scene_test.hpp"

#include <set>

namespace buckstop::quality {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class WorkTest : public QualityTest {
  protected:
    DealId without_company(const std::string& name) {
        const auto deal = sound_deal(name);
        set(deal, "company_id", std::optional<CompanyId>());
        return deal;
    }
    Finding only_finding() {
        auto all = findings();
        EXPECT_EQ(all.size(), 1U);
        return all.at(0);
    }
    Result<Finding> set_aside(FindingId id, const std::string& because = "A cash sale") {
        return quality::set_aside(office.context, office["otto"], id, because);
    }
    Report report() { return quality::report(office.context, office["otto"]).value(); }
    ImportId import() {
        return database().write([&](db::Transaction& tx) { return tx.new_id<Import>(); });
    }
};
INSTANTIATE_BOTH_DATABASES(WorkTest);

TEST_P(WorkTest, AFindingSaysWhatItIsAbout) {
    const auto deal = without_company("Odd");
    look();
    const auto finding = only_finding();
    EXPECT_EQ(finding.name, "Odd");
    EXPECT_EQ(finding.deal_id, deal);
    EXPECT_EQ(finding.team, "North");
    EXPECT_EQ(finding.amount, (Money{100'002, "EUR"}));
    EXPECT_TRUE(finding.can_open);
    EXPECT_EQ(finding.found_at, office.now);
    // The administrator may see that it is odd, and not the deal itself.
    const auto page = list(office.context, office["ada"], {});
    EXPECT_FALSE(page->items.at(0).can_open);
}

TEST_P(WorkTest, WhatIsSetAsideStaysAsideUntilItIsMended) {
    const auto deal = without_company("Odd");
    without_company("As odd");
    look();
    const auto id = findings().at(0).id;
    const auto finding = set_aside(id, "  A cash sale ");
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->set_aside->because, "A cash sale");
    EXPECT_EQ(finding->set_aside->by->id, office.id("otto"));
    look();
    EXPECT_THAT(findings(), SizeIs(1));
    EXPECT_THAT(findings({}, true), SizeIs(1));
    EXPECT_EQ(report().to_mend, 1);
    EXPECT_EQ(report().set_aside, 1);

    set(deal, "company_id", usual_company());
    look();
    EXPECT_THAT(findings({}, true), IsEmpty());
    set(deal, "company_id", std::optional<CompanyId>()); // asks anew
    look();
    EXPECT_THAT(findings(), SizeIs(2));
}

TEST_P(WorkTest, SettingAsideIsTakenBack) {
    without_company("Odd");
    look();
    const auto id = only_finding().id;
    ASSERT_TRUE(set_aside(id));
    ASSERT_TRUE(set_aside(id, "For the staff")); // again: the last reason stands
    EXPECT_EQ(findings({}, true).at(0).set_aside->because, "For the staff");
    for (int twice = 0; twice < 2; ++twice) {
        const auto finding = bring_back(office.context, office["ada"], id);
        ASSERT_TRUE(finding);
        EXPECT_FALSE(finding->set_aside);
    }
    EXPECT_THAT(findings(), SizeIs(1));
}

TEST_P(WorkTest, SettingAsideNeedsAReasonAndAFinding) {
    without_company("Odd");
    look();
    const auto id = only_finding().id;
    EXPECT_EQ(set_aside(id, " ").error().code, ErrorCode::invalid);
    EXPECT_EQ(set_aside(id, std::string(501, 'x')).error().code, ErrorCode::invalid);
    EXPECT_EQ(set_aside(FindingId(1)).error().code, ErrorCode::not_found);
    const test::Office other(database(), "Lighthouse");
    EXPECT_EQ(quality::set_aside(other.context, other["otto"], id, "Theirs").error().code,
              ErrorCode::not_found);
    EXPECT_EQ(quality::list(other.context, other["otto"], {})->items.size(), 0U);
}

TEST_P(WorkTest, ListsByKindTeamAndPage) {
    for (int i = 0; i < 5; ++i)
        without_company("Odd");
    const auto of_south = without_company("Of the south");
    set(of_south, "owner_id", office.id("cleo"));
    set(sound_deal("Nobody's"), "owner_id", std::optional<PersonId>());
    look();
    FindingQuery query{.limit = 2};
    std::vector<Kind> kinds;
    std::set<FindingId> ids;
    do {
        const auto page = list(office.context, office["otto"], query).value();
        for (const auto& finding : page.items) {
            kinds.push_back(finding.kind);
            ids.insert(finding.id);
        }
        query.cursor = page.next;
    } while (query.cursor);
    EXPECT_THAT(ids, SizeIs(7));
    EXPECT_TRUE(std::ranges::is_sorted(kinds, {}, [](Kind kind) { return enum_name(kind); }));
    EXPECT_THAT(findings(Kind::deal_without_owner), SizeIs(1));
    const auto south = list(office.context, office["otto"], {.team = office.south}).value().items;
    ASSERT_THAT(south, SizeIs(1));
    EXPECT_EQ(south[0].name, "Of the south");
    EXPECT_EQ(list(office.context, office["otto"], {.limit = 0}).error().code, ErrorCode::invalid);
    EXPECT_EQ(list(office.context, office["otto"], {.cursor = "x"}).error().code, ErrorCode::invalid);
}

TEST_P(WorkTest, TheTableIsSafeInASpreadsheet) {
    without_company("=cmd|' /C calc'!A0");
    without_company("Quay, \"the old\"");
    look();
    const auto csv = table(office.context, office["otto"], {}).value();
    EXPECT_THAT(csv, HasSubstr("deal_without_company,'=cmd|' /C calc'!A0,,North,1000.02,EUR,"));
    EXPECT_THAT(csv, HasSubstr("\"Quay, \"\"the old\"\"\""));
    EXPECT_THAT(csv, Not(HasSubstr("ana"))); // a table that could be counted by person
    EXPECT_EQ(std::ranges::count(csv, '\n'), 3);
}

TEST_P(WorkTest, ProgressIsSinceTheLastImport) {
    const auto mended = without_company("Mended");
    without_company("Stays");
    EXPECT_EQ(look(import()), (Looked{.deals = 4, .found = 2}));
    EXPECT_EQ(report().found, std::nullopt); // nothing to compare with

    set(mended, "company_id", usual_company());
    without_company("New");
    EXPECT_EQ(look(import()), (Looked{.deals = 5, .found = 1, .mended = 1}));
    without_company("Newer"); // by the look of a day
    look();
    EXPECT_EQ(report().found, 2);
    EXPECT_EQ(report().mended, 1);
    ASSERT_THAT(report().kinds, SizeIs(1));
    EXPECT_EQ(report().kinds[0].to_mend, 3);
    EXPECT_EQ(report().kinds[0].found, 2);
}

TEST_P(WorkTest, ALookThatStopsIsMadeUpForByTheNext) {
    without_company("Odd");
    EXPECT_FALSE(quality::look(office.context, office.org, {}, [](const Looked&) { return false; }));
    EXPECT_FALSE(report().looked_at);
    EXPECT_EQ(look(), (Looked{.deals = 3})); // it was found before the stop
    EXPECT_EQ(report().looked_at, office.now);
    EXPECT_THAT(findings(), SizeIs(1));
}

TEST_P(WorkTest, MorePortionsThanOneGiveTheSame) {
    database().write([&](db::Transaction& tx) {
        for (int i = 0; i < 2'100; ++i) {
            const auto deal =
                office.add_deal(tx, {.owner = office.id("ana"), .amount_minor = 100'000, .name = "Odd"});
            if (i % 2 == 0)
                tx.execute("update deal set company_id = $3 where org_id = $1 and id = $2", office.org, deal,
                           CompanyId(i + 1));
        }
    });
    EXPECT_EQ(look(), (Looked{.deals = 2'102, .found = 1'050}));
    EXPECT_EQ(look(), (Looked{.deals = 2'102}));
    change("update deal set company_id = 1 where org_id = $1");
    const auto after = look();
    EXPECT_EQ(after.mended, 1'050);
    EXPECT_EQ(report().kinds.at(0).kind, Kind::deal_twice); // all of them are alike now
}

TEST_P(WorkTest, ALookIsAskedForOnce) {
    EXPECT_FALSE(report().is_looking);
    EXPECT_TRUE(ask_for_look(office.context, office["otto"])->is_looking);
    EXPECT_TRUE(ask_for_look(office.context, office["otto"])->is_looking);
    EXPECT_EQ(database().read([&](db::Transaction& tx) {
        return tx.value<std::int64_t>("select count(*) from job where org_id = $1 and kind = $2", office.org,
                                      look_job);
    }),
              1);
    add_jobs(office.context);
    office.context.jobs.run_due(database(), office.context.now);
    EXPECT_FALSE(report().is_looking);
    EXPECT_TRUE(report().looked_at);
}

TEST_P(WorkTest, NobodyElseSeesOrChangesAnything) {
    without_company("Odd");
    look();
    const auto id = only_finding().id;
    for (const auto& [name, who] : office.people()) {
        SCOPED_TRACE(name);
        const bool may = name == "ada" || name == "otto";
        const auto check = [&](const auto& result) {
            EXPECT_EQ(result.has_value(), may);
            EXPECT_TRUE(may || result.error().code == ErrorCode::forbidden);
        };
        check(quality::report(office.context, who));
        check(quality::list(office.context, who, {}));
        check(quality::table(office.context, who, {}));
        check(quality::set_aside(office.context, who, id, "It is right"));
        check(quality::bring_back(office.context, who, id));
        check(quality::ask_for_look(office.context, who));
    }
    // Who may not isn't told what is wrong with their input either.
    EXPECT_EQ(quality::set_aside(office.context, office["ana"], FindingId(1), "").error().code,
              ErrorCode::forbidden);
}

// Lists and pages never run over all findings or deals for a few rows.
TEST_P(WorkTest, QueriesUseIndexes) {
    if (database().dialect() != db::Dialect::sqlite)
        GTEST_SKIP() << "asked of SQLite, whose plans don't depend on how full a table is";
    const auto plan = [&](const std::string& sql) {
        std::string text;
        database().read([&](db::Transaction& tx) {
            tx.run("explain query plan " + sql, {},
                   [&](const db::Row& row) { text += std::string(row.text(3)) + '\n'; });
        });
        return text;
    };
    for (const auto* const which : {"kind = 'a' and id > 5", "(kind, id) > ('a', 5)"})
        EXPECT_THAT(
            plan(
                std::string("select id from quality_finding where org_id = 1 and is_set_aside = false and ") +
                which + " order by kind, id limit 50"),
            testing::AllOf(HasSubstr("quality_finding_list"), Not(HasSubstr("TEMP B-TREE"))));
    EXPECT_THAT(
        plan("select id from quality_finding where org_id = 1 and subject_id > 5 and subject_id <= 9"),
        HasSubstr("quality_finding_subject"));
    EXPECT_THAT(plan("select kind, is_set_aside, count(*) from quality_finding where org_id = 1"
                     " group by kind, is_set_aside"),
                HasSubstr("COVERING INDEX"));
    EXPECT_THAT(
        plan("select source, waits_for_deal, count(*) from activity where org_id = 1 and waits_for_deal is"
             " not null group by source, waits_for_deal order by source, waits_for_deal limit 5"),
        testing::AllOf(HasSubstr("activity_waiting"), Not(HasSubstr("TEMP B-TREE"))));
    EXPECT_THAT(plan("select max(happened_on) from activity where org_id = 1 and deal_id = 5"),
                HasSubstr("COVERING INDEX activity_deal"));
    EXPECT_THAT(plan("select id from deal where org_id = 1 and id > 5 order by id limit 50"),
                Not(HasSubstr("TEMP B-TREE")));
}

} // namespace
} // namespace buckstop::quality
