#include "features/imports/apply_history.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>

namespace buckstop::imports {
namespace {

using crm::Outcome;
using ::testing::ElementsAre;
using ::testing::SizeIs;

Date june(int day) {
    return add_days(Date{std::chrono::year{2026}, std::chrono::June, std::chrono::day{1}}, day - 1);
}
Date month(unsigned number) {
    return Date{std::chrono::year{2026}, std::chrono::month{number}, std::chrono::day{15}};
}

Reading first_of(const Said& said) {
    return after(
        Reading{.stage = said.stage.value_or("Open"), .outcome = said.outcome.value_or(Outcome::open)}, said);
}

std::vector<Date> days(const std::vector<Reading>& readings) {
    std::vector<Date> result;
    for (const auto& reading : readings)
        result.push_back(reading.as_of);
    return result;
}

TEST(History, AChangeMakesAReadingAndARepetitionNone) {
    std::vector<Reading> readings{first_of({.as_of = june(1), .stage = "Quoted"})};
    EXPECT_EQ(put(readings, {.as_of = june(5), .stage = "Quoted"}), Put::nothing);
    EXPECT_EQ(put(readings, {.as_of = june(8), .stage = "Won", .outcome = Outcome::won}), Put::facts);
    EXPECT_THAT(days(readings), ElementsAre(june(1), june(8)));
    EXPECT_EQ(put(readings, {.as_of = june(8), .stage = "Won", .outcome = Outcome::won}), Put::nothing);
}

TEST(History, WhatAFileDoesNotSayStays) {
    std::vector<Reading> readings{first_of({.as_of = june(1), .stage = "Quoted", .next_step = "Ring Ada"})};
    put(readings, {.as_of = june(8), .stage = "Terms"});
    EXPECT_EQ(readings.back().next_step, "Ring Ada");
    EXPECT_EQ(readings.back().stage, "Terms");
}

TEST(History, TwoFilesOfOneDayAreOneReading) {
    std::vector<Reading> readings{first_of({.as_of = june(1), .stage = "Quoted"})};
    EXPECT_EQ(put(readings, {.as_of = june(1), .next_step = "Ring Ada"}), Put::facts);
    EXPECT_THAT(readings, SizeIs(1));
    put(readings, {.as_of = june(3), .stage = "Terms"});
    put(readings, {.as_of = june(3), .stage = "Lost", .outcome = Outcome::lost});
    EXPECT_THAT(days(readings), ElementsAre(june(1), june(3)));
    EXPECT_THAT(observed_changes(readings), SizeIs(1));
    EXPECT_EQ(observed_changes(readings)[0].to_stage, "Lost");
}

TEST(History, AnOlderFileFillsItsOwnDayAndChangesNothingNewer) {
    std::vector<Reading> readings{first_of({.as_of = june(20), .stage = "Lost", .outcome = Outcome::lost})};
    EXPECT_EQ(
        put(readings, {.as_of = june(1), .stage = "Quoted", .outcome = Outcome::open, .amount_minor = 500}),
        Put::facts);
    ASSERT_THAT(readings, SizeIs(2));
    EXPECT_EQ(readings[1].stage, "Lost");
    EXPECT_EQ(readings[1].outcome, Outcome::lost);
    EXPECT_EQ(readings[1].amount_minor, 500) << "the last amount while open is known now";
    EXPECT_EQ(
        put(readings, {.as_of = june(1), .stage = "Quoted", .outcome = Outcome::open, .amount_minor = 500}),
        Put::nothing);
}

TEST(History, TheLastHopeWhileOpenStaysWhenFilesSpeakOfTheEnd) {
    std::vector<Reading> readings{
        first_of({.as_of = june(1), .outcome = Outcome::open, .expected_close_on = month(7)})};
    put(readings, {.as_of = june(20), .outcome = Outcome::lost, .closed_on = june(19)});
    EXPECT_EQ(readings.back().expected_close_on, month(7));
    put(readings, {.as_of = june(10), .outcome = Outcome::open, .expected_close_on = month(9)});
    EXPECT_EQ(readings.back().expected_close_on, month(9)) << "as if the files had come in order";
    EXPECT_EQ(count_pushes(readings), 1);
}

TEST(History, AnOlderFileThatSaysTheSameOnlyMakesItHoldForLonger) {
    std::vector<Reading> readings{first_of({.as_of = june(20), .stage = "Quoted"})};
    EXPECT_EQ(put(readings, {.as_of = june(1), .stage = "Quoted"}), Put::days);
    EXPECT_THAT(days(readings), ElementsAre(june(1)));
}

TEST(History, ALaterSnapshotThatSaidNothingNewStillSaidSo) {
    std::vector<Reading> readings{first_of({.as_of = june(1), .stage = "Quoted"})};
    // Read again on the 10th, which left no row; now a file of the 5th comes.
    EXPECT_EQ(put(readings, {.as_of = june(5), .stage = "Terms"}, june(10)), Put::facts);
    EXPECT_THAT(days(readings), ElementsAre(june(1), june(5), june(10)));
    EXPECT_EQ(readings.back().stage, "Quoted");
}

TEST(History, ADealThatIsOpenAgainHasNoClosingDate) {
    std::vector<Reading> readings{
        first_of({.as_of = june(1), .stage = "Lost", .outcome = Outcome::lost, .closed_on = june(1)})};
    put(readings, {.as_of = june(9), .stage = "Quoted", .outcome = Outcome::open});
    EXPECT_EQ(readings.back().closed_on, std::nullopt);
    EXPECT_EQ(readings.front().closed_on, june(1));
}

TEST(History, AChangeOfStageIsDatedByTheCrmWhereItLiesBetweenTheReadings) {
    std::vector<Reading> readings{first_of({.as_of = june(1), .stage = "Quoted"})};
    put(readings, {.as_of = june(8), .stage = "Terms", .stage_since = june(6)});
    put(readings, {.as_of = june(15), .stage = "Lost", .outcome = Outcome::lost, .closed_on = june(12)});
    put(readings, {.as_of = june(22), .stage = "Quoted", .outcome = Outcome::open, .stage_since = june(2)});
    const auto changes = observed_changes(readings);
    ASSERT_THAT(changes, SizeIs(3));
    EXPECT_EQ(changes[0].changed_on, june(6));
    EXPECT_EQ(changes[1].changed_on, june(12));
    EXPECT_EQ(changes[2].changed_on, june(22))
        << "the CRM's day lies before the reading that it would follow";
}

TEST(History, OnlyAMoveToALaterMonthIsAPush) {
    std::vector<Reading> readings{first_of({.as_of = june(1), .expected_close_on = june(10)})};
    put(readings, {.as_of = june(2), .expected_close_on = june(28)});
    EXPECT_EQ(count_pushes(readings), 0);
    put(readings, {.as_of = june(3), .expected_close_on = month(7)});
    put(readings, {.as_of = june(4), .expected_close_on = month(9)});
    put(readings, {.as_of = june(5), .expected_close_on = month(8)});
    EXPECT_EQ(count_pushes(readings), 2);
}

// Snapshots that say everything, one for each day.
std::vector<Said> random_snapshots() {
    std::vector<Said> snapshots;
    const auto count = *rc::gen::inRange(1, 8);
    for (int i = 0; i < count; ++i) {
        const auto outcome = *rc::gen::element(Outcome::open, Outcome::open, Outcome::won, Outcome::lost);
        const bool open = outcome == Outcome::open;
        Said said{.as_of = june(i * 3 + 1)};
        said.stage = *rc::gen::element<std::string>("Quoted", "Terms", "Decided");
        said.outcome = outcome;
        said.owner_id = PersonId(*rc::gen::inRange(1, 3));
        if (open)
            said.amount_minor = *rc::gen::inRange(1, 3);
        else
            said.closed_on = june(i * 3);
        said.expected_close_on = month(static_cast<unsigned>(*rc::gen::inRange(6, 10)));
        said.next_step = *rc::gen::element<std::string>("Ring", "Write");
        snapshots.push_back(said);
    }
    return snapshots;
}

bool alike(const std::vector<Reading>& a, const std::vector<Reading>& b) {
    return std::ranges::equal(
        a, b, [](const Reading& x, const Reading& y) { return x.as_of == y.as_of && reads_alike(x, y); });
}

// What an import remembers of days (the table `snapshot`), and how it uses it.
struct Imported {
    std::vector<Reading> readings;
    std::vector<Date> snapshots;

    void import(const Said& said) {
        const auto day = [](Date date) { return std::chrono::sys_days{date}; };
        std::optional<Date> next;
        for (const auto& snapshot : snapshots)
            if (day(snapshot) > day(said.as_of) && (!next || day(snapshot) < day(*next)))
                next = snapshot;
        if (readings.empty())
            readings.push_back(first_of(said));
        else
            put(readings, said, next);
        snapshots.push_back(said.as_of);
    }
};

RC_GTEST_PROP(History, IsTheSameInWhateverOrderSnapshotsCome, ()) {
    const auto snapshots = random_snapshots();
    Imported in_order, otherwise;
    for (const auto& snapshot : snapshots)
        in_order.import(snapshot);
    auto shuffled = snapshots;
    for (auto times = *rc::gen::inRange(0, 6); times > 0; --times)
        shuffled.push_back(snapshots[*rc::gen::inRange<std::size_t>(0, snapshots.size())]);
    std::ranges::shuffle(shuffled, std::mt19937(*rc::gen::arbitrary<unsigned>()));
    for (const auto& snapshot : shuffled)
        otherwise.import(snapshot);
    RC_ASSERT(alike(in_order.readings, otherwise.readings));
    RC_ASSERT(count_pushes(in_order.readings) == count_pushes(otherwise.readings));
}

} // namespace
} // namespace buckstop::imports
