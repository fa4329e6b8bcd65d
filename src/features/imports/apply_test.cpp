// What becomes of the rows of tables, on both databases.
#include "features/imports/apply_scene_test.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace buckstop::imports {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Apply : public ApplyTest {};
INSTANTIATE_BOTH_DATABASES(Apply);

const std::string two_deals =
    "1,Harbor 34,Nordquay,Ida Holm,GTX Pro,Quoted,1200.50,2026-01-02,2026-09-01,blue\n"
    "2,Harbor 35,Nordquay,Ida Holm,GTXPro,Won,900,2026-01-03,2026-06-02,\n";

TEST_P(Apply, WhatARowNamesIsMade) {
    const auto report = deals(two_deals);
    EXPECT_EQ(report.kinds.deal, (Counts{.created = 2}));
    EXPECT_EQ(report.kinds.company, (Counts{.created = 1}));
    EXPECT_EQ(report.kinds.person, (Counts{.created = 1}));
    EXPECT_EQ(report.kinds.product, (Counts{.created = 1})) << "GTXPro is GTX Pro";
    EXPECT_THAT(
        rows("select deal.external_key, deal.name, stage, outcome, amount_minor, amount_at_close_minor, "
             "created_on,"
             " expected_close_on, closed_on, facts, person.name from deal join person on"
             " person.org_id = deal.org_id and person.id = owner_id where deal.org_id = $1 order by 1"),
        ElementsAre("1|Harbor 34|Quoted|open|120050||2026-01-02|2026-09-01||{\"Note\":\"blue\"}|Ida Holm",
                    "2|Harbor 35|Won|won||90000|2026-01-03||2026-06-02||Ida Holm"));
}

TEST_P(Apply, TheSameAgainChangesNothing) {
    deals(two_deals);
    const auto before = everything();
    for (const auto as_of : {june(15), june(15), june(20)}) {
        const auto report = deals(two_deals, {.as_of = as_of});
        EXPECT_EQ(report.kinds.deal, (Counts{.unchanged = 2}));
        EXPECT_FALSE(report.kinds.company || report.kinds.person || report.kinds.product);
    }
    EXPECT_EQ(everything(), before);
}

TEST_P(Apply, OnlyWhatSaysSomethingNewIsChanged) {
    deals(two_deals);
    auto changed = two_deals;
    changed.replace(changed.find("Quoted"), 6, "Lost");
    changed.replace(changed.find("1200.50"), 7, "0");
    const auto report = deals(changed, {.as_of = june(20)});
    EXPECT_EQ(report.kinds.deal, (Counts{.changed = 1, .unchanged = 1}));
    EXPECT_THAT(
        rows("select external_key, stage, outcome, amount_minor, amount_at_close_minor, closed_on, version"
             " from deal where org_id = $1 order by 1"),
        ElementsAre("1|Lost|lost|120050|0|2026-09-01|2", "2|Won|won||90000|2026-06-02|1"))
        << "the last amount while open stays";
    EXPECT_THAT(rows("select stage, outcome, as_of, until from deal_version where org_id = $1"),
                ElementsAre("Quoted|open|2026-06-15|2026-06-20"));
    EXPECT_THAT(rows("select from_stage, to_stage, changed_on, source from stage_change where org_id = $1"),
                ElementsAre("Quoted|Lost|2026-06-20|observed"));
}

TEST_P(Apply, WhatAFileDoesNotSayStays) {
    deals(two_deals);
    const auto report = import("Id,Stage\n1,Terms\n", {.as_of = june(20), .mapping = R"(kind = "deal"
source = "quay"
key = ["Id"]
[columns]
"Stage" = "stage"
[outcomes]
"Terms" = "open"
)"});
    EXPECT_EQ(report.kinds.deal, (Counts{.changed = 1}));
    EXPECT_THAT(
        rows("select deal.name, stage, amount_minor, created_on, facts from deal where org_id = $1 and"
             " external_key = '1'"),
        ElementsAre("Harbor 34|Terms|120050|2026-01-02|{\"Note\":\"blue\"}"));
}

TEST_P(Apply, OfAKeyThatComesTwiceTheLaterWordCounts) {
    const auto report = deals("1,First,A,,,Quoted,1,,2026-09-01,\n"
                              "1,Second,A,,,Quoted,1,,2026-09-01,\n"
                              "1,Second,A,,,Quoted,1,,2026-09-01,\n");
    EXPECT_EQ(report.kinds.deal, (Counts{.created = 1, .changed = 1, .unchanged = 1}));
    EXPECT_THAT(rows("select name from deal where org_id = $1"), ElementsAre("Second"));
}

TEST_P(Apply, SourcesDoNotShareTheirKeys) {
    deals(two_deals);
    auto other = std::string(deals_mapping);
    other.replace(other.find("\"quay\""), 6, "\"dock\"");
    EXPECT_EQ(import(std::string(deals_header) + two_deals, {.mapping = other}).kinds.deal,
              (Counts{.created = 2}));
    EXPECT_EQ(count("deal"), 4);
    EXPECT_EQ(count("company"), 1) << "but a name is a name";
    EXPECT_EQ(count("product"), 1);
}

TEST_P(Apply, OrganisationsDoNotMeet) {
    const test::Office other(database(), "Dock Ltd");
    deals(two_deals);
    const auto before = count("deal");
    const auto mine = office.org;
    office.org = other.org;
    EXPECT_EQ(deals(two_deals).kinds.deal, (Counts{.created = 2}));
    office.org = mine;
    EXPECT_EQ(count("deal"), before);
    EXPECT_EQ(deals(two_deals).kinds.deal, (Counts{.unchanged = 2}));
}

// ---- Tables without a key ---------------------------------------------------------------------------------

constexpr std::string_view keyless = R"(kind = "deal"
source = "bids"
[columns]
"Deal" = "name"
"Stage" = "stage"
"Amount" = "amount"
)";

TEST_P(Apply, RowsWithoutAKeyAreToldApartByOccurrence) {
    const std::string header = "Deal,Stage,Amount\n";
    const std::string row = "Crane,Won,100\n";
    const Options options{.mapping = keyless};
    EXPECT_EQ(import(header + row + row + "Crane,Lost,5\n", options).kinds.deal, (Counts{.created = 3}));
    EXPECT_EQ(import(header + row + row + "Crane,Lost,5\n", options).kinds.deal, (Counts{.unchanged = 3}));
    EXPECT_EQ(import(header + "Crane,Lost,5\n" + row + row, options).kinds.deal, (Counts{.unchanged = 3}))
        << "in whatever order";
    EXPECT_EQ(import(header + row + row + row, options).kinds.deal, (Counts{.created = 1, .unchanged = 2}));
    EXPECT_EQ(count("deal"), 4);
}

// ---- Files that refer to each other -----------------------------------------------------------------------

constexpr std::string_view companies = R"(kind = "company"
source = "quay"
key = ["No"]
[columns]
"Name" = "name"
"Segment" = "segment"
)";

TEST_P(Apply, ACompanyThatWasOnlyNamedGetsItsKey) {
    deals(two_deals);
    const auto report =
        import("No,Name,Segment\n77,NORDQUAY,Ports\n78,Südwerk,Yards\n", {.mapping = companies});
    EXPECT_EQ(report.kinds.company, (Counts{.created = 1, .changed = 1}));
    EXPECT_THAT(rows("select external_key, name, segment from company where org_id = $1 order by 1"),
                ElementsAre("77|NORDQUAY|Ports", "78|Südwerk|Yards"));
    EXPECT_THAT(
        rows("select distinct company.external_key from deal join company on company.org_id = deal.org_id"
             " and company.id = company_id where deal.org_id = $1"),
        ElementsAre("77"));
    deals(two_deals, {.as_of = june(16)});
    EXPECT_EQ(count("company"), 2);
}

TEST_P(Apply, ActivitiesWaitForTheirDeals) {
    const Options options{.mapping = R"(kind = "activity"
source = "quay"
key = ["No"]
[columns]
"Deal" = "deal_key"
"Day" = "happened_on"
"What" = "subject"
"Who" = "person"
)"};
    const std::string table = "No,Deal,Day,What,Who\na,1,2026-06-01,Called,Ida Holm\nb,9,2026-06-20,Visit,\n";
    EXPECT_EQ(import(table, options).kinds.activity, (Counts{.created = 2}));
    const auto joined =
        "select activity.external_key, deal.name, is_done from activity left join deal on"
        " deal.org_id = activity.org_id and deal.id = deal_id where activity.org_id = $1 order by 1";
    const auto done = [&](bool yes) {
        return GetParam() == db::Dialect::sqlite ? (yes ? "1" : "0") : (yes ? "t" : "f");
    };
    EXPECT_THAT(rows(joined),
                ElementsAre(fmt::format("a||{}", done(true)), fmt::format("b||{}", done(false))))
        << "what lies ahead hasn't happened";
    deals(two_deals);
    EXPECT_THAT(rows(joined),
                ElementsAre(fmt::format("a|Harbor 34|{}", done(true)), fmt::format("b||{}", done(false))));
    EXPECT_EQ(import(table, options).kinds.activity, (Counts{.unchanged = 2}));
}

TEST_P(Apply, AHistoryOfStagesComesOnce) {
    deals(two_deals);
    const Options options{.mapping = R"(kind = "stage_change"
source = "quay"
[columns]
"Deal" = "deal_key"
"From" = "from_stage"
"To" = "to_stage"
"Day" = "changed_on"
)"};
    const std::string table = "Deal,From,To,Day\n1,Enquiry,Visit,2026-02-01\n1,Visit,Quoted,2026-03-01\n";
    EXPECT_EQ(import(table, options).kinds.stage_change, (Counts{.created = 2}));
    EXPECT_EQ(import(table, options).kinds.stage_change, (Counts{.unchanged = 2}));
    EXPECT_THAT(
        rows("select from_stage, to_stage, changed_on from stage_change where org_id = $1 order by 3"),
        ElementsAre("Enquiry|Visit|2026-02-01", "Visit|Quoted|2026-03-01"));
}

// ---- Days -------------------------------------------------------------------------------------------------

std::string snapshot(const std::string& stage, const std::string& amount, const std::string& close) {
    return fmt::format("1,Harbor 34,Nordquay,Ida Holm,,{},{},2026-01-02,{},\n", stage, amount, close);
}

TEST_P(Apply, SnapshotsGiveTheSameHistoryInAnyOrder) {
    struct Snapshot {
        int day;
        std::string row;
    };
    const std::vector<Snapshot> snapshots{{1, snapshot("Quoted", "100", "2026-07-01")},
                                          {8, snapshot("Negotiation", "100", "2026-07-20")},
                                          {15, snapshot("Negotiation", "90", "2026-09-01")},
                                          {22, snapshot("Lost", "0", "2026-06-21")}};
    std::vector<int> order{0, 1, 2, 3};
    std::vector<std::string> first;
    do {
        const test::Office other(database(), "Dock Ltd");
        office.org = other.org;
        for (const int i : order)
            deals(snapshots[static_cast<std::size_t>(i)].row,
                  {.as_of = june(snapshots[static_cast<std::size_t>(i)].day)});
        const auto now = everything();
        if (first.empty()) {
            first = now;
            EXPECT_THAT(first, Contains(HasSubstr("change: 1|Negotiation|Lost|2026-06-21")));
            EXPECT_THAT(first, Contains(HasSubstr("change: 1|Quoted|Negotiation|2026-06-08")));
            EXPECT_THAT(rows("select pushes from deal where org_id = $1"), ElementsAre("1"))
                << "from July to September; within July is no push";
        }
        EXPECT_EQ(now, first) << fmt::format("{}", fmt::join(order, ", "));
    } while (std::ranges::next_permutation(order).found);
}

TEST_P(Apply, ADealThatCameAfterASnapshotWasNotReadInIt) {
    const std::string known = "1,Harbor 34,Nordquay,Ida Holm,,Quoted,100,2026-01-02,2026-07-01,\n";
    deals(known, {.as_of = june(20)});
    deals(known + "2,Pier,Nordquay,Ida Holm,,Quoted,100,2026-01-02,2026-07-01,\n", {.as_of = june(1)});
    deals(known + "2,Pier,Nordquay,Ida Holm,,Terms,100,2026-01-02,2026-07-01,\n", {.as_of = june(5)});
    EXPECT_THAT(rows("select external_key, stage from deal where org_id = $1 order by 1"),
                ElementsAre("1|Quoted", "2|Terms"));
}

// ---- Refusals ---------------------------------------------------------------------------------------------

TEST_P(Apply, RefusedRowsAreAFileToMend) {
    const std::string broken =
        "3,Pier,Nordquay,Ida Holm,,Quoted,1x00,2026-01-02,2026-09-01,\"two, in quotes\"\n";
    const auto report = deals(two_deals + broken);
    EXPECT_EQ(report.kinds.deal, (Counts{.created = 2, .refused = 1}));
    ASSERT_TRUE(report.refused_file);
    auto text = content(*report.refused_file);
    EXPECT_EQ(text, std::string(deals_header) + broken);
    text.replace(text.find("1x00"), 4, "1000");
    EXPECT_EQ(import(text).kinds.deal, (Counts{.created = 1}));
    EXPECT_EQ(count("deal"), 3);
    EXPECT_THAT(rows("select line, column_name, value, rule from import_refusal where org_id = $1"),
                ElementsAre("4|Amount|1x00|not_a_number"));
}

TEST_P(Apply, NoRefusalNoFile) {
    EXPECT_FALSE(deals(two_deals).refused_file);
}

// ---- Preview ----------------------------------------------------------------------------------------------

TEST_P(Apply, APreviewCountsWhatARunWouldDoAndWritesNothing) {
    const auto changed = "1,Harbor 34,Nordquay,Ida Holm,GTX Pro,Lost,0,2026-01-02,2026-06-03,blue\n"
                         "2,Harbor 35,Nordquay,Ida Holm,GTXPro,Won,900,2026-01-03,2026-06-02,\n"
                         "3,Pier,Südwerk,Ole Berg,Lift,Quoted,5,,2026-10-01,\n"
                         "3,Pier,Südwerk,Ole Berg,Lift,Quoted,6,,2026-10-01,\n"
                         "4,Pier,Südwerk,Ole Berg,Lift,Quoted,x,,2026-10-01,\n";
    for (const auto& table : {two_deals, std::string(changed)}) {
        const auto before = everything();
        const auto imports = count("import");
        const auto preview = deals(table, {.as_of = june(20), .preview = true});
        EXPECT_EQ(everything(), before);
        EXPECT_EQ(count("import"), imports);
        EXPECT_FALSE(preview.refused_file);
        EXPECT_EQ(preview.kinds, deals(table, {.as_of = june(20)}).kinds);
    }
}

} // namespace
} // namespace buckstop::imports
