// Files that hold all of the CRM's deals: what they don't bring is gone, until it comes again.
#include "features/imports/undo_scene_test.hpp"

#include <gmock/gmock.h>

namespace buckstop::imports {
namespace {

using testing::ElementsAre;

const std::string open_one = "1,Winch,Quay Ltd,,,Quoted,10,2026-01-01,2026-07-10,\n";
const std::string open_two = "2,Rope,Quay Ltd,,,Quoted,10,2026-01-01,2026-07-10,\n";
const std::string lost = "3,Hook,Quay Ltd,,,Lost,10,2026-01-01,2026-05-10,\n";

class Gone : public UndoTest {
  protected:
    Report bring(const std::string& rows, int day, Covers covers, bool preview = false) {
        return deals(rows, {.as_of = june(day), .preview = preview, .covers = covers});
    }
    std::vector<std::string> gone() {
        return rows("select external_key, gone_on from deal where org_id = $1 and gone_on is not null"
                    " order by external_key");
    }
};
INSTANTIATE_BOTH_DATABASES(Gone);

TEST_P(Gone, APreviewTellsWhatIsMissing) {
    bring(open_one + open_two + lost, 1, Covers::some);
    EXPECT_EQ(bring(open_one, 2, Covers::some, true).missing, (Missing{.open = 1, .closed = 1}));
    EXPECT_EQ(bring(open_one + open_two + lost, 2, Covers::some, true).missing, Missing{});
    EXPECT_THAT(gone(), ElementsAre());
}

TEST_P(Gone, NothingIsUnlessItIsSaid) {
    bring(open_one + lost, 1, Covers::some);
    bring(open_two, 2, Covers::some);
    EXPECT_THAT(gone(), ElementsAre());
}

TEST_P(Gone, OpenDealsOrAll) {
    bring(open_one + open_two + lost, 1, Covers::some);
    EXPECT_EQ(bring(open_one, 2, Covers::open).missing, (Missing{.open = 1}));
    EXPECT_THAT(gone(), ElementsAre("2|2026-06-02"));
    EXPECT_EQ(bring(open_one, 3, Covers::all).missing, (Missing{.closed = 1}));
    EXPECT_THAT(gone(), ElementsAre("2|2026-06-02", "3|2026-06-03"));
}

TEST_P(Gone, WhatComesAgainIsThereAgain) {
    bring(open_one + open_two, 1, Covers::some);
    bring(open_one, 2, Covers::all);
    const auto again = bring(open_two, 3, Covers::some);
    EXPECT_EQ(again.kinds.deal->changed, 1);
    EXPECT_THAT(gone(), ElementsAre());
}

TEST_P(Gone, ADealOfAnotherSourceIsNoneOfItsBusiness) {
    bring(open_one, 1, Covers::some);
    std::string other(deals_mapping);
    other.replace(other.find("quay"), 4, "dock");
    deals(open_two, {.as_of = june(2), .mapping = other, .covers = Covers::all});
    EXPECT_THAT(gone(), ElementsAre());
}

TEST_P(Gone, AnOlderFileTakesNothingAway) {
    bring(open_one + open_two, 5, Covers::some);
    bring(open_one, 2, Covers::all);
    EXPECT_THAT(gone(), ElementsAre());
}

TEST_P(Gone, UndoneTheyAreThereAgain) {
    bring(open_one + open_two, 1, Covers::some);
    bring(open_one, 2, Covers::all);
    undo_last();
    EXPECT_THAT(gone(), ElementsAre());
}

TEST_P(Gone, UntilTheLastThatMissesThemIsUndone) {
    bring(open_one + open_two, 1, Covers::some);
    bring(open_one, 2, Covers::all);
    bring(open_one, 3, Covers::all);
    const auto imports = all_imports();
    undo(imports[1]);
    EXPECT_THAT(gone(), ElementsAre("2|2026-06-03"));
    undo(imports[2]);
    EXPECT_THAT(gone(), ElementsAre());
}

TEST_P(Gone, WhatBroughtItAgainIsUndone) {
    bring(open_one + open_two, 1, Covers::some);
    bring(open_one, 2, Covers::all);
    bring(open_two, 3, Covers::some);
    undo_last();
    EXPECT_THAT(gone(), ElementsAre("2|2026-06-02"));
}

TEST_P(Gone, StaysGoneWhereAnEarlierImportIsUndone) {
    bring(open_one + open_two, 1, Covers::some);
    bring(open_one + "2,Rope II,Quay Ltd,,,Terms,20,2026-01-01,2026-07-10,\n", 2, Covers::some);
    bring(open_one, 3, Covers::all);
    undo(all_imports()[1]);
    EXPECT_THAT(gone(), ElementsAre("2|2026-06-03"));
    EXPECT_THAT(rows("select name from deal where org_id = $1 order by external_key"),
                ElementsAre("Winch", "Rope"));
}

} // namespace
} // namespace buckstop::imports
