// Targets, churned customers, service failures, competitors and stages: applied, applied again, undone.
#include "features/crm/crm.hpp"
#include "features/imports/undo_scene_test.hpp"

#include <gmock/gmock.h>

namespace buckstop::imports {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view targets_header = "person,team,period,target_amount,currency\n";
constexpr std::string_view churn_header = "company,churned_on,amount_lost,stated_reason,owner\n";
constexpr std::string_view service_header = "company,happened_on,what_happened,owner\n";
constexpr std::string_view competitors_header = "deal_id,competitor_name,strengths\n";

class FurtherTables : public UndoTest {
  protected:
    // Known by their header.
    Report known(std::string_view header, const std::string& rows, Options options = {}) {
        options.mapping = {};
        return import(std::string(header) + rows, options);
    }
    std::vector<std::string> targets() {
        return rows("select person.name, team, period, starts_on, ends_on, amount_minor, currency from target"
                    " left join person on person.org_id = target.org_id and person.id = person_id"
                    " where target.org_id = $1 order by person.name, team, starts_on");
    }
    std::vector<std::string> churn() {
        return rows("select company.name, happened_on, amount_minor, currency, stated_reason, person.name"
                    " from churn join company on company.org_id = churn.org_id and company.id = company_id"
                    " left join person on person.org_id = churn.org_id and person.id = owner_id"
                    " where churn.org_id = $1 order by happened_on");
    }
    std::vector<std::string> competitors() {
        return rows("select deal.name, competitor.name, strengths, waits_for_deal from competitor left join"
                    " deal on deal.org_id = competitor.org_id and deal.id = deal_id"
                    " where competitor.org_id = $1 order by competitor.name");
    }
    // Somebody has begun to debrief what this row of the table is about.
    void give_debrief(const std::string& table, const std::string& failure_kind) {
        database().write([&](db::Transaction& tx) {
            const auto failure = tx.new_id<struct Failure>();
            tx.execute("insert into failure (org_id, id, kind, subject_id, owner_id, occurred_on, state,"
                       " created_at, version) select org_id, $2, $3, id, $4, '2026-06-01', 'drafting', 0, 1"
                       " from " +
                           table + " where org_id = $1",
                       office.org, failure, failure_kind, office.id("ana"));
            tx.execute("insert into debrief (org_id, id, failure_id, author_id, state, audience, started_at,"
                       " version) values ($1, $2, $3, $4, 'drafting', 'coach', 0, 1)",
                       office.org, tx.new_id<struct Debrief>(), failure, office.id("ana"));
        });
    }
    std::vector<std::string> nothing_ = everything();
};
INSTANTIATE_BOTH_DATABASES(FurtherTables);

TEST_P(FurtherTables, TargetsComeInOnce) {
    const std::string table =
        "Nils Dahl,,Q3 2026,240000,EUR\n,North,2026-07,90000,\nNils Dahl,,FY26,900000,USD\n";
    const auto report = known(targets_header, table);
    EXPECT_EQ(report.kinds.target, (Counts{.created = 3}));
    EXPECT_EQ(report.kinds.person, (Counts{.created = 1})) << "whom a target names is made";
    EXPECT_THAT(targets(),
                testing::UnorderedElementsAre("|North|July 2026|2026-07-01|2026-07-31|9000000|EUR",
                                              "Nils Dahl||FY26|2026-01-01|2026-12-31|90000000|USD",
                                              "Nils Dahl||Q3 2026|2026-07-01|2026-09-30|24000000|EUR"));
    EXPECT_EQ(known(targets_header, table).kinds.target, (Counts{.unchanged = 3}));
}

TEST_P(FurtherTables, AChangedTargetIsNoSecondOne) {
    known(targets_header, "Nils Dahl,,Q3 2026,240000,EUR\n");
    const auto before = targets();
    EXPECT_EQ(known(targets_header, "Nils Dahl,,2026-Q3,250000,EUR\n").kinds.target, (Counts{.changed = 1}));
    EXPECT_THAT(targets(), ElementsAre("Nils Dahl||Q3 2026|2026-07-01|2026-09-30|25000000|EUR"));
    EXPECT_EQ(undo_last().target, (UndoneCounts{.restored = 1}));
    EXPECT_EQ(targets(), before);
    EXPECT_EQ(undo(first()).target, (UndoneCounts{.removed = 1}));
    EXPECT_THAT(targets(), IsEmpty());
    EXPECT_EQ(everything(), nothing_);
}

TEST_P(FurtherTables, APreviewCountsAndWritesNothing) {
    const auto report =
        known(targets_header, "Nils Dahl,,Q3 2026,240000,EUR\n,,Q3 2026,1,EUR\n", {.preview = true});
    EXPECT_EQ(report.kinds.target, (Counts{.created = 1, .refused = 1}));
    EXPECT_THAT(targets(), IsEmpty());
    EXPECT_EQ(everything(), nothing_);
}

TEST_P(FurtherTables, AnOlderFileOnlyFillsGaps) {
    known(churn_header, "Quay Ltd,2026-05-03,48000,,\n", {.as_of = june(10)});
    known(churn_header, "Quay Ltd,2026-05-03,1,Price,Nils Dahl\n", {.as_of = june(5)});
    EXPECT_THAT(churn(), ElementsAre("Quay Ltd|2026-05-03|4800000|EUR|Price|Nils Dahl"));
}

TEST_P(FurtherTables, CustomersWhoLeftAndWhatWentWrong) {
    deals("1,Winch,Quay Ltd,Nils Dahl,,Won,10,2026-01-01,2026-02-10,a\n");
    EXPECT_EQ(known(churn_header, "Quay Ltd,2026-05-03,48000,Price,\n").kinds.churn, (Counts{.created = 1}));
    const auto report = known(service_header, "Pier AG,2026-03-11,No service,Rosa Klee\n");
    EXPECT_EQ(report.kinds.service_failure, (Counts{.created = 1}));
    EXPECT_EQ(report.kinds.company, (Counts{.created = 1}));
    EXPECT_EQ(report.kinds.person, (Counts{.created = 1}));
    EXPECT_EQ(undo_last().service_failure, (UndoneCounts{.removed = 1}));
    EXPECT_EQ(count("service_failure"), 0);
    EXPECT_EQ(undo(first()).company, (UndoneCounts{.restored = 1})) << "the churn still names Quay Ltd";
    EXPECT_THAT(churn(), ElementsAre("Quay Ltd|2026-05-03|4800000|EUR|Price|"));
}

TEST_P(FurtherTables, WhatSomebodyHasBegunToDebriefStays) {
    known(targets_header, "Nils Dahl,,Q3 2026,240000,EUR\n,North,2026,1,EUR\n");
    database().write([&](db::Transaction& tx) { // of one of the two
        tx.execute("update target set period = 'Q3' where org_id = $1 and team is null", office.org);
    });
    give_debrief("(select org_id, id from target where team is null) as t", "missed_target");
    const auto undone = undo_last();
    EXPECT_EQ(undone.target, (UndoneCounts{.removed = 1, .kept = 1}));
    ASSERT_EQ(undone.kept.size(), 1U);
    EXPECT_EQ(undone.kept[0].name, "Q3");
    EXPECT_EQ(count("target"), 1);
    EXPECT_EQ(count("debrief"), 1);
}

TEST_P(FurtherTables, ADebriefFollowsWhatALaterImportSaysAnew) {
    known(churn_header, "Quay Ltd,2026-05-03,48000,Price,\n", {.as_of = june(1)});
    known(churn_header, "Quay Ltd,2026-05-03,50000,Price,\n", {.as_of = june(5)});
    give_debrief("churn", "churned_customer");
    EXPECT_EQ(undo(first()).churn, (UndoneCounts{.restored = 1}));
    EXPECT_THAT(churn(), ElementsAre("Quay Ltd|2026-05-03|5000000|EUR|Price|"));
    EXPECT_THAT(rows("select churn.amount_minor from failure join churn on churn.org_id = failure.org_id and"
                     " churn.id = failure.subject_id where failure.org_id = $1"),
                ElementsAre("5000000"));
}

TEST_P(FurtherTables, CompetitorsWaitForTheirDeal) {
    const std::string mapping = R"(kind = "competitor"
source = "quay"
[columns]
"deal_id" = "deal_key"
"competitor_name" = "name"
"strengths" = "strengths"
)";
    import(std::string(competitors_header) + "1,Norrvik,Near\n1,Castellan,\n", {.mapping = mapping});
    EXPECT_THAT(competitors(), ElementsAre("|Castellan||1", "|Norrvik|Near|1"));
    deals("1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n");
    EXPECT_THAT(competitors(), ElementsAre("Winch|Castellan||", "Winch|Norrvik|Near|"));
    undo_last(); // the deals
    EXPECT_THAT(competitors(), ElementsAre("|Castellan||1", "|Norrvik|Near|1"));
    EXPECT_EQ(undo(first()).competitor, (UndoneCounts{.removed = 2}));
    EXPECT_EQ(everything(), nothing_);
}

TEST_P(FurtherTables, StagesAreKnownByPipelineAndId) {
    const std::string header = "stage_id,stage_name,pipeline_id,pipeline_name,probability,stage_order\n";
    const std::string table = "s1,Quoted,p1,Sales,0.4,1\ns1,Asked,p2,Renewals,0.2,1\n";
    EXPECT_EQ(known(header, table).kinds.stage, (Counts{.created = 2}));
    EXPECT_EQ(known(header, "s1,Offered,p1,Sales,0.4,1\n").kinds.stage, (Counts{.changed = 1}));
    EXPECT_THAT(rows("select stage_key, label, pipeline from stage where org_id = $1 order by label"),
                ElementsAre("s1|Asked|Renewals", "s1|Offered|Sales"));
}

TEST_P(FurtherTables, StagesReadWithTheirNamesWhicheverCameFirst) {
    constexpr std::string_view pipelines = "Pipeline ID,Pipeline label,Stage ID,Stage label\n";
    const std::string stages =
        "default,Sales,s1,Quoted\nother,Renewals,s1,Asked\ndefault,Sales,s2,Terms sent\n";
    constexpr std::string_view deal_columns = "hs_object_id,dealname,dealstage,pipeline,hs_is_closed\n";
    constexpr std::string_view history = "dealId,property,value,timestamp\n";
    const auto shown = [&] {
        return database().read([&](db::Transaction& tx) {
            const auto ids = tx.query<DealId>("select id from deal where org_id = $1", office.org);
            const auto deal = crm::find_deal(tx, office.org, ids.at(0)).value();
            std::string text = deal.stage + " of " + deal.pipeline.value_or("");
            for (const auto& entry : deal.timeline)
                text += ", " + entry.title + " " + entry.detail.value_or("");
            return text;
        });
    };
    known(deal_columns, "1,Winch,s1,default,false\n", {.as_of = june(1)});
    known(deal_columns, "1,Winch,s2,default,false\n", {.as_of = june(5)});
    known(history, "1,dealstage,s1,2026-05-01\n");
    EXPECT_EQ(shown(), "s2 of default, s1 , s2 from s1");
    known(pipelines, stages);
    EXPECT_EQ(shown(), "Terms sent of Sales, Quoted , Terms sent from Quoted");
    const auto in_stage = [&](const std::string& stage) {
        return crm::list_deals(office.context, office["otto"], {.stage = stage}).value().items.size();
    };
    EXPECT_EQ(in_stage("Terms sent"), 1U);
    EXPECT_EQ(in_stage("Quoted"), 0U);
    known(deal_columns, "1,Winch,Terms sent,Sales,false\n", {.as_of = june(7)}); // as the page exports it
    EXPECT_EQ(shown(), "Terms sent of Sales, Quoted , Terms sent from Quoted");
    undo(all_imports().at(3));
    EXPECT_EQ(shown(), "Terms sent of Sales, s1 , s2 from s1, Terms sent from s2");

    begin_anew();
    known(pipelines, stages);
    known(deal_columns, "1,Winch,s1,default,false\n");
    EXPECT_EQ(shown(), "Quoted of Sales");
}

TEST_P(FurtherTables, ADealReadsWithAllItsCompetitors) {
    constexpr std::string_view deal_columns = "Id,Name,StageName,CloseDate,IsClosed,IsWon,Competitor__c\n";
    constexpr std::string_view competitor_columns = "Id,OpportunityId,CompetitorName,Strengths,Weaknesses\n";
    const std::string winch = "006000000000001AAA", rope = "006000000000002AAA";
    known(deal_columns, winch + ",Winch,Quoted,2026-07-10,false,false,\n" + rope +
                            ",Rope,Quoted,2026-07-10,false,false,Pierhead\n");
    known(competitor_columns, "1," + winch + ",Norrvik,Near,Slow\n2," + winch + ",Castellan,,\n3," +
                                  rope.substr(0, 15) + ",Norrvik,,\n");
    const auto deal = [&](const std::string& key) {
        return database().read([&](db::Transaction& tx) {
            return crm::find_deal(
                       tx, office.org,
                       tx.value<DealId>("select id from deal where org_id = $1 and external_key = $2",
                                        office.org, key))
                .value();
        });
    };
    EXPECT_EQ(deal(winch).competitor, "Norrvik");
    ASSERT_EQ(deal(winch).competitors.size(), 2U);
    EXPECT_EQ(deal(winch).competitors[0].strengths, "Near");
    EXPECT_EQ(deal(winch).competitors[1].name, "Castellan");
    EXPECT_EQ(deal(rope).competitor, "Pierhead") << "the deal's own word stays";
    EXPECT_EQ(deal(rope).competitors.at(0).name, "Norrvik") << "by an id of 15 letters";
}

TEST_P(FurtherTables, WhatIsKnownAndNotNeededIsPassedOver) {
    const auto report = known("Id,AccountId,LastName,OwnerId\n", "1,2,Holm,3\n");
    ASSERT_EQ(report.not_needed.size(), 1U);
    EXPECT_EQ(report.not_needed[0].file, "table.csv");
    EXPECT_EQ(report.not_needed[0].why,
              "These are contacts of Salesforce. Buckstop doesn't need them: nothing is "
              "taken from this file, and the others go on.");
    EXPECT_EQ(report.kinds, KindCounts{});
    EXPECT_EQ(everything(), nothing_);
    EXPECT_THAT(rows("select state from import where org_id = $1"), ElementsAre("done"));
    // Who wants them as people all the same says so by a mapping.
    const auto mapped = import("Id,AccountId,LastName,OwnerId\n1,2,Holm,3\n",
                               {.mapping = "kind = \"person\"\nkey = [\"Id\"]\n[columns]\n\"LastName\" = "
                                           "\"last_name\"\n"});
    EXPECT_THAT(mapped.not_needed, IsEmpty());
    EXPECT_EQ(mapped.kinds.person, (Counts{.created = 1}));
}

} // namespace
} // namespace buckstop::imports
