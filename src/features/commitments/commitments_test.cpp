#include "features/commitments/commitments.hpp"

#include "features/test_office.hpp"

#include <gmock/gmock.h>

namespace buckstop::commitments {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CommitmentsTest : public test::BothDatabases {
  protected:
    test::Office office{database()};
    const Context& context = office.context;
    const Date today{std::chrono::year{2026}, std::chrono::June, std::chrono::day{15}};

    Commitment commit(const std::string& name, const std::string& act, int days = 7) {
        return add(context, office[name], {.act = act, .due_on = add_days(today, days)}).value();
    }
    std::vector<std::string> acts(const std::string& name, const CommitmentQuery& query = {}) {
        std::vector<std::string> result;
        const auto page = list(context, office[name], query).value();
        for (const auto& item : page.items)
            result.push_back(item.act);
        return result;
    }
    std::string rule_broken(const Commitment& commitment, const CommitmentChange& wanted) {
        const auto changed = change(context, office["ana"], commitment.id, commitment.version, wanted);
        return changed ? "" : changed.error().fields.at(0).field + " " + changed.error().fields.at(0).rule;
    }
};
INSTANTIATE_BOTH_DATABASES(CommitmentsTest);

TEST_P(CommitmentsTest, NeedAnActAndADayToCome) {
    const auto made = commit("ana", " Ring the yard ");
    EXPECT_EQ(made.act, "Ring the yard");
    EXPECT_EQ(made.original_due_on, made.due_on);
    EXPECT_TRUE(made.mine);
    EXPECT_FALSE(made.overdue);
    EXPECT_EQ(add(context, office["ana"], {.act = " ", .due_on = today}).error().fields.at(0).rule,
              "required");
    EXPECT_EQ(
        add(context, office["ana"], {.act = "x", .due_on = add_days(today, -1)}).error().fields.at(0).rule,
        "in_the_past");
    EXPECT_EQ(add(context, office["ana"], {.act = std::string(2001, 'x'), .due_on = today})
                  .error()
                  .fields.at(0)
                  .rule,
              "too_long");
    EXPECT_EQ(add(context, office["olga"], {.act = "x", .due_on = today}).error().code, ErrorCode::forbidden);
}

TEST_P(CommitmentsTest, AreKeptAndThatCanBeUndone) {
    const auto made = commit("ana", "Ring the yard");
    auto kept = change(context, office["ana"], made.id, 1, {.state = State::kept}).value();
    EXPECT_EQ(kept.state, State::kept);
    EXPECT_EQ(kept.done_on, today);
    kept = change(context, office["ana"], made.id, 2, {.done_on = add_days(today, -2)}).value();
    EXPECT_EQ(kept.done_on, add_days(today, -2));
    EXPECT_EQ(rule_broken(kept, {.done_on = add_days(today, 1)}), "done_on in_the_future");
    const auto open = change(context, office["ana"], made.id, 3, {.state = State::open}).value();
    EXPECT_EQ(open.state, State::open);
    EXPECT_EQ(open.done_on, std::nullopt);
    EXPECT_EQ(rule_broken(open, {.done_on = today}), "done_on not_for_this_state");
}

TEST_P(CommitmentsTest, AreMovedButTheFirstDayStays) {
    const auto made = commit("ana", "Ring the yard", 3);
    const auto moved = change(context, office["ana"], made.id, 1, {.due_on = add_days(today, 30)}).value();
    EXPECT_EQ(moved.due_on, add_days(today, 30));
    EXPECT_EQ(moved.original_due_on, add_days(today, 3));
    EXPECT_EQ(rule_broken(moved, {.due_on = add_days(today, -1)}), "due_on in_the_past");
    const auto kept = change(context, office["ana"], made.id, 2, {.state = State::kept}).value();
    EXPECT_EQ(rule_broken(kept, {.due_on = add_days(today, 9)}), "due_on not_for_this_state");
}

TEST_P(CommitmentsTest, AreDroppedForAReason) {
    const auto made = commit("ana", "Ring the yard");
    EXPECT_EQ(rule_broken(made, {.state = State::dropped}), "dropped_because required");
    EXPECT_EQ(rule_broken(made, {.dropped_because = "late"}), "dropped_because not_for_this_state");
    const auto dropped = change(context, office["ana"], made.id, 1,
                                {.state = State::dropped, .dropped_because = "The yard closed"})
                             .value();
    EXPECT_EQ(dropped.dropped_because, "The yard closed");
    EXPECT_EQ(change(context, office["ana"], made.id, 2, {.state = State::open})->dropped_because,
              std::nullopt);
}

TEST_P(CommitmentsTest, AreOverdueAfterTheirDay) {
    const auto made = commit("ana", "Ring the yard", 1);
    office.now += std::chrono::days(1);
    EXPECT_FALSE(get(context, office["ana"], made.id)->overdue);
    // Past midnight in Berlin, though not yet in UTC.
    office.now += std::chrono::hours(10) + std::chrono::minutes(30);
    EXPECT_TRUE(get(context, office["ana"], made.id)->overdue);
    const auto kept = change(context, office["ana"], made.id, 1, {.state = State::kept});
    EXPECT_FALSE(kept->overdue);
}

TEST_P(CommitmentsTest, AreSeenByTheOwnerAndThoseAbove) {
    const auto made = commit("ana", "Ring the yard");
    for (const auto& [name, person] : office.people()) {
        const bool mine = name == "ana";
        const bool above = name == "max" || name == "vera";
        EXPECT_EQ(get(context, person, made.id).has_value(), mine || above) << name;
        const auto changed = change(context, person, made.id, 99, {.state = State::kept});
        EXPECT_EQ(changed.error().code, mine    ? ErrorCode::precondition_failed
                                        : above ? ErrorCode::forbidden
                                                : ErrorCode::not_found)
            << name;
        if (name != "olga") {
            EXPECT_THAT(acts(name), SizeIs(mine || above ? 1 : 0)) << name;
        }
    }
    EXPECT_EQ(list(context, office["olga"], {}).error().code, ErrorCode::forbidden);
    EXPECT_THAT(acts("max", {.mine = true}), IsEmpty());
    test::Office other(database(), "Elsewhere");
    EXPECT_EQ(get(other.context, other["vera"], made.id).error().code, ErrorCode::not_found);
    EXPECT_THAT(list(other.context, other["vera"], {})->items, IsEmpty());
}

TEST_P(CommitmentsTest, OpenOnesComeByTheirDayEndedOnesNewestFirst) {
    for (const int days : {9, 2, 5})
        commit("ana", std::to_string(days), days);
    EXPECT_THAT(acts("ana", {.state = State::open}), ElementsAre("2", "5", "9"));
    const auto open = list(context, office["ana"], {}).value();
    for (const auto& item : open.items)
        ASSERT_TRUE(change(context, office["ana"], item.id, 1, {.state = State::kept}));
    EXPECT_THAT(acts("ana", {.state = State::open}), IsEmpty());
    EXPECT_THAT(acts("ana", {.state = State::kept}), ElementsAre("9", "5", "2"));
    std::vector<std::string> paged;
    std::optional<std::string> cursor;
    do {
        const auto page = list(context, office["ana"], {.cursor = cursor, .limit = 2}).value();
        for (const auto& item : page.items)
            paged.push_back(item.act);
        cursor = page.next;
    } while (cursor);
    EXPECT_THAT(paged, ElementsAre("9", "5", "2"));
}

TEST_P(CommitmentsTest, BelongToNobodyElsesDebrief) {
    EXPECT_EQ(add(context, office["ana"], {.act = "x", .due_on = today, .debrief_id = DebriefId(12)})
                  .error()
                  .fields.at(0)
                  .field,
              "debrief_id");
}

} // namespace
} // namespace buckstop::commitments
