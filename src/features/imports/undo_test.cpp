#include "features/imports/undo.hpp"

#include "base/json.hpp"
#include "features/imports/apply_scene_test.hpp"
#include "features/imports/store.hpp"
#include "features/imports/undo_scene_test.hpp"

#include <gmock/gmock.h>

namespace buckstop::imports {
namespace {

using testing::ElementsAre;

constexpr std::string_view people_mapping = R"(kind = "person"
source = "quay"
key = ["Id"]
[columns]
"Name" = "name"
"Email" = "email"
"Title" = "title"
"Team" = "team"
"Manager" = "manager"
)";
constexpr std::string_view people_header = "Id,Name,Email,Title,Team,Manager\n";
class Undo : public UndoTest {
  protected:
    std::vector<std::string> nothing_ = everything();
    void people(const std::string& rows) {
        import(std::string(people_header) + rows, {.mapping = people_mapping});
    }
};
INSTANTIATE_BOTH_DATABASES(Undo);

TEST_P(Undo, WhatAnImportMadeGoes) {
    deals("1,Winch,Quay Ltd,Nils Dahl,Rope,Quoted,10,2026-01-01,2026-07-10,a\n");
    const auto undone = undo_last();
    EXPECT_EQ(undone.deal->removed, 1);
    EXPECT_EQ(undone.company->removed, 1);
    EXPECT_EQ(undone.product->removed, 1);
    EXPECT_EQ(undone.person->removed, 1);
    EXPECT_EQ(everything(), nothing_);
    EXPECT_EQ(count("import_journal"), 0);
    EXPECT_THAT(rows("select state from import where org_id = $1"), ElementsAre("undone"));
}

TEST_P(Undo, WhatItChangedReadsAsBefore) {
    deals("1,Winch,Quay Ltd,Nils Dahl,Rope,Quoted,10,2026-01-01,2026-07-10,a\n", {.as_of = june(1)});
    const auto before = everything();
    deals("1,Winch II,Pier AG,Rosa Klee,,Lost,0,2026-01-01,2026-08-10,b\n", {.as_of = june(5)});
    EXPECT_NE(everything(), before);
    const auto undone = undo_last();
    EXPECT_EQ(undone.deal, (UndoneCounts{.restored = 1}));
    EXPECT_EQ(undone.company, (UndoneCounts{.removed = 1}));
    EXPECT_EQ(undone.person, (UndoneCounts{.removed = 1}));
    EXPECT_EQ(everything(), before);
}

TEST_P(Undo, WhatLaterImportsSaidOfTheSameRowsStays) {
    deals("1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n"
          "2,Rope,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n",
          {.as_of = june(1)});
    deals("1,Winch,Quay Ltd,Nils Dahl,,Terms,12,2026-01-01,2026-07-10,a\n", {.as_of = june(5)});
    const auto undone = undo(first());
    EXPECT_EQ(undone.deal, (UndoneCounts{.removed = 1, .restored = 1}));
    const auto after = everything();
    begin_anew();
    deals("1,Winch,Quay Ltd,Nils Dahl,,Terms,12,2026-01-01,2026-07-10,a\n", {.as_of = june(5)});
    EXPECT_EQ(after, everything());
}

// A name alone is of no day: whoever named the company first, what is known of it is the file's.
TEST_P(Undo, AnOlderFileSaysMoreThanANewerName) {
    const auto companies = [&] {
        import("Id,Name,Segment\nc1,Quay Ltd,Harbour\n", {.as_of = june(1), .mapping = companies_mapping});
        return rows("select name, external_key, segment, as_of from company"
                    " where org_id = $1 and content_hash <> 0");
    };
    const auto deal = "1,Winch,Quay Ltd,,,Quoted,10,2026-01-01,2026-07-10,a\n";
    deals(deal, {.as_of = june(5)});
    deals(deal, {.as_of = june(9)});
    EXPECT_THAT(companies(), ElementsAre("Quay Ltd|c1|Harbour|2026-06-01"));
    undo(first());
    const auto after = everything();
    begin_anew();
    deals(deal, {.as_of = june(9)});
    companies();
    EXPECT_EQ(after, everything());
}

TEST_P(Undo, AFileThatCameTwiceIsThereUntilBothAreUndone) {
    const auto rows = "1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n";
    deals(rows, {.as_of = june(1)});
    deals(rows, {.as_of = june(3)});
    undo(first());
    const auto after = everything();
    begin_anew();
    deals(rows, {.as_of = june(3)});
    EXPECT_EQ(after, everything());
    undo_last();
    EXPECT_EQ(everything(), nothing_);
}

TEST_P(Undo, ADealWithALessonStaysAndIsTold) {
    deals("1,Winch,Quay Ltd,Nils Dahl,,Lost,10,2026-01-01,2026-05-10,a\n"
          "2,Rope,Quay Ltd,Nils Dahl,,Lost,10,2026-01-01,2026-05-10,a\n");
    give_lesson("1");
    const auto undone = undo_last();
    EXPECT_EQ(undone.deal, (UndoneCounts{.removed = 1, .kept = 1}));
    ASSERT_EQ(undone.kept.size(), 1U);
    EXPECT_EQ(undone.kept[0].name, "Winch");
    EXPECT_THAT(rows("select external_key from deal where org_id = $1"), ElementsAre("1"));
}

TEST_P(Undo, PeopleReadAsBeforeButForWhatWasChangedByHand) {
    people("u1,Nils Dahl,nils@quay.example,Rep,Pier,\n");
    people(
        "u1,Nils Dahl,nils@quay.example,Manager,Dock,\nu2,Rosa Klee,rosa@quay.example,Rep,Dock,Nils Dahl\n");
    database().write([&](db::Transaction& tx) {
        tx.execute("update person set title = 'Director' where org_id = $1 and name = 'Nils Dahl'",
                   office.org);
    });
    undo_last();
    EXPECT_THAT(rows("select person.name, email, title, team.name from person left join team"
                     " on team.org_id = person.org_id and team.id = team_id where person.org_id = $1"
                     " and email is not null order by person.name"),
                ElementsAre("Nils Dahl|nils@quay.example|Director|Pier"));
    EXPECT_THAT(rows("select name from team where org_id = $1 and name in ('Pier', 'Dock')"),
                ElementsAre("Pier"));
}

TEST_P(Undo, PeopleWhoCameAgainStay) {
    people("u1,Nils Dahl,nils@quay.example,Rep,Pier,\n");
    people("u1,Nils Dahl,nils@quay.example,Manager,,\nu2,Rosa Klee,,,,Nils Dahl\n");
    undo(first());
    EXPECT_THAT(rows("select person.name, person.email, person.title, manager.name from person"
                     " left join person manager on manager.org_id = person.org_id and"
                     " manager.id = person.manager_id where person.org_id = $1"
                     " and person.name like '% %' order by person.name"),
                ElementsAre("Nils Dahl|nils@quay.example|Manager|", "Rosa Klee|||Nils Dahl"));
}

TEST_P(Undo, WhoHasWorkedHereSinceStays) {
    people("u1,Nils Dahl,nils@quay.example,Rep,Pier,\n");
    database().write([&](db::Transaction& tx) {
        tx.execute("insert into sign_in_name (email, org_id, person_id) select email, org_id, id from person"
                   " where org_id = $1 and email is not null",
                   office.org);
    });
    EXPECT_EQ(undo_last().person, (UndoneCounts{.kept = 1}));
    EXPECT_THAT(rows("select name, email from person where org_id = $1 and email is not null"),
                ElementsAre("Nils Dahl|nils@quay.example"));
}

TEST_P(Undo, ActivitiesWaitForTheirDealAgain) {
    deals("1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n");
    import("Id,Deal,Who,What,On\na1,1,Nils Dahl,Called,2026-06-01\n", {.mapping = activities_mapping});
    undo(first());
    EXPECT_THAT(rows("select external_key, waits_for_deal, deal_id from activity where org_id = $1"),
                ElementsAre("a1|1|"));
    deals("1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n");
    EXPECT_THAT(rows("select activity.external_key, deal.external_key from activity join deal"
                     " on deal.org_id = activity.org_id and deal.id = deal_id where activity.org_id = $1"),
                ElementsAre("a1|1"));
}

TEST_P(Undo, ACompanyThatIsStillNamedLosesOnlyItsFacts) {
    import("Id,Name,Segment\nc1,Quay Ltd,Large\n", {.mapping = companies_mapping});
    deals("1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n");
    undo(first());
    EXPECT_THAT(rows("select name, segment from company where org_id = $1"), ElementsAre("Quay Ltd|"));
    undo_last();
    EXPECT_EQ(everything(), nothing_);
}

TEST_P(Undo, WhatAnUndoneImportTookAwayFromAnEarlierOneComesBack) {
    deals("1,Winch,Quay Ltd,Nils Dahl,Rope,Quoted,10,2026-01-01,2026-07-10,a\n", {.as_of = june(1)});
    deals("2,Rope,Quay Ltd,Nils Dahl,Rope,Quoted,10,2026-01-01,2026-07-10,a\n", {.as_of = june(2)});
    deals("2,Rope,Pier AG,Rosa Klee,Hook,Quoted,10,2026-01-01,2026-07-10,a\n", {.as_of = june(3)});
    const auto imports = all_imports();
    undo(imports[0]); // made what deal 2 had named before it was changed
    undo(imports[2]);
    const auto after = everything();
    begin_anew();
    deals("2,Rope,Quay Ltd,Nils Dahl,Rope,Quoted,10,2026-01-01,2026-07-10,a\n", {.as_of = june(2)});
    EXPECT_EQ(after, everything());
}

TEST_P(Undo, RefusesWhatCantBeUndone) {
    deals("1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n");
    undo_last();
    const auto last = all_imports().back();
    const auto again =
        database().write([&](db::Transaction& tx) { return begin_undo(tx, office.org, last); });
    EXPECT_EQ(again.error().code, ErrorCode::conflict);
    const auto none =
        database().write([&](db::Transaction& tx) { return begin_undo(tx, office.org, ImportId(7)); });
    EXPECT_EQ(none.error().code, ErrorCode::not_found);
}

TEST_P(Undo, NothingIsImportedMeanwhile) {
    deals("1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n");
    const auto last = all_imports().back();
    ASSERT_TRUE(database().write([&](db::Transaction& tx) { return begin_undo(tx, office.org, last); }));
    const auto report = try_import(std::string(deals_header) + "2,Rope,,,,Quoted,1,,,\n", {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::unavailable);
    EXPECT_TRUE(undo_marked(all_imports().front()));
    deals("2,Rope,,,,Quoted,1,,,\n");
    EXPECT_EQ(count("deal"), 1);
}

TEST_P(Undo, FollowsRulesAgainAndIsWrittenDown) {
    deals("1,Winch,Quay Ltd,Nils Dahl,,Quoted,10,2026-01-01,2026-07-10,a\n");
    undo_last();
    EXPECT_THAT(rows("select action from audit_entry where org_id = $1 order by sequence desc limit 1"),
                ElementsAre("import.undone"));
    EXPECT_THAT(rows("select input from job where org_id = $1 and kind = 'failures.apply_rules'"
                     " order by id desc limit 1"),
                ElementsAre("{}"));
}

} // namespace
} // namespace buckstop::imports
