// Batches, stops and what comes after them; two at once; the indexes that a large import puts off.
#include "features/imports/apply_indexes.hpp"
#include "features/imports/apply_run.hpp"
#include "features/imports/apply_scene_test.hpp"
#include "features/imports/store.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <gmock/gmock.h>
#include <thread>

namespace buckstop::imports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RunTest : public ApplyTest {
  protected:
    // Row 4 of each seven is refused; every fifth key comes a second time, with another amount.
    static std::string table(int count) {
        std::string text(deals_header);
        for (int i = 0; i < count; ++i)
            text += fmt::format("{},Harbor {},Port {},Person {},,{},{},2026-01-02,2026-06-{:02},\n",
                                i % 5 == 4 ? i - 2 : i, i, i % 9, i % 4, i % 3 ? "Lost" : "Quoted",
                                i % 7 == 3 ? "many" : std::to_string(i * 10), 1 + i % 14);
        return text;
    }

    // An import of that table that hasn't begun.
    imports::Run begin(const std::string& text, std::size_t batch_rows) {
        const auto path = folder().write("deals.csv", text);
        const auto plan = inspect(path, {.mapping = parse_mapping(deals_mapping).value()}).value();
        imports::Run run{.org = office.org, .as_of = june(15), .batch_rows = batch_rows};
        run.files.push_back({.plan = plan, .refused_path = folder().path() / "refused.csv"});
        database().write([&](db::Transaction& tx) {
            run.import = tx.new_id<struct buckstop::Import>();
            store::insert(
                tx, office.org,
                {.id = run.import, .state = State::running, .as_of = run.as_of, .created_at = office.now});
            store::insert_file(tx, office.org, run.import,
                               {.name = "deals.csv", .bytes = plan.bytes, .received = plan.bytes});
        });
        return run;
    }

    // As whoever finds it after a kill.
    imports::Run resumed(const imports::Run& run) {
        imports::Run again = run;
        const auto row =
            database()
                .read([&](db::Transaction& tx) { return store::find_file(tx, office.org, run.import, 0); })
                .value();
        auto& file = again.files.at(0);
        file.rows_done = row.rows_done;
        file.is_done = row.is_done;
        file.refused_bytes = row.refused_bytes;
        file.counts =
            row.counts ? json::read<KindCounts>(json::parse(*row.counts).value()).value() : KindCounts{};
        return again;
    }

    [[nodiscard]] std::string refused() const { return content(folder().path() / "refused.csv"); }

    std::optional<ImportId> put_off_by() {
        return database().read([](db::Transaction& tx) { return indexes_put_off_by(tx); });
    }
    std::vector<std::string> indexes() {
        return database().read([](db::Transaction& tx) {
            return tx.query<std::string>(
                {"select sql from sqlite_master where tbl_name = 'deal' and type = 'index' and sql is not "
                 "null"
                 " order by name",
                 "select indexdef from pg_indexes where schemaname = current_schema() and tablename = 'deal'"
                 " and indexname <> 'deal_pkey' order by indexname"});
        });
    }
};
INSTANTIATE_BOTH_DATABASES(RunTest);

TEST_P(RunTest, BatchesOfAnySizeGiveTheSame) {
    const auto text = table(100);
    std::vector<std::string> first;
    std::string first_refused;
    KindCounts first_counts;
    for (const auto size : std::array<std::size_t, 5>{1000, 100, 99, 7, 1}) {
        const test::Office other(database(), "Dock Ltd");
        office.org = other.org;
        const auto ran = imports::run(office.context, begin(text, size));
        ASSERT_TRUE(ran) << ran.error().message;
        if (first.empty()) {
            first = everything();
            first_refused = refused();
            first_counts = ran->counts;
            EXPECT_EQ(ran->counts.deal->created + ran->counts.deal->changed + ran->counts.deal->unchanged +
                          ran->counts.deal->refused,
                      100);
            EXPECT_EQ(std::ranges::count(first_refused, '\n'), 1 + ran->counts.deal->refused);
        }
        EXPECT_EQ(everything(), first) << size;
        EXPECT_EQ(refused(), first_refused) << size;
        EXPECT_EQ(ran->counts, first_counts) << size;
    }
}

TEST_P(RunTest, StoppedAnywhereItGoesOnWhereItWas) {
    const auto text = table(60);
    std::vector<std::string> whole;
    std::string whole_refused;
    for (const int stop_after : {100, 8, 7, 6, 5, 4, 3, 2, 1, 0}) { // batches; the first run is whole
        const test::Office other(database(), "Dock Ltd");
        office.org = other.org;
        auto first = begin(text, 7);
        int batches = 0;
        first.should_stop = [&] { return batches++ >= stop_after; };
        const auto stopped = imports::run(office.context, first);
        KindCounts counts;
        if (stop_after < 9) {
            ASSERT_FALSE(stopped);
            EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
            EXPECT_EQ(resumed(first).files[0].rows_done, std::min(stop_after * 7, 60));
            // What a kill between writing and committing leaves behind.
            std::ofstream(folder().path() / "refused.csv", std::ios::app) << "half a ro";
            auto again = resumed(first);
            again.should_stop = nullptr;
            const auto ran = imports::run(office.context, again);
            ASSERT_TRUE(ran) << ran.error().message;
            counts = ran->counts;
        } else {
            ASSERT_TRUE(stopped);
            counts = stopped->counts;
            whole = everything();
            whole_refused = refused();
        }
        EXPECT_EQ(everything(), whole) << stop_after;
        EXPECT_EQ(counts.deal->refused, 9) << stop_after;
        if (refused() != whole_refused)
            ADD_FAILURE() << stop_after << ":\n" << refused();
    }
}

TEST_P(RunTest, OfTwoThatRunTheSameImportOneGivesUp) {
    const auto mine = begin(table(40), 7);
    auto slow = mine;
    std::optional<Result<Ran>> other;
    slow.on_progress = [&](const Progress&) {
        if (!other)
            other = imports::run(office.context, resumed(mine));
    };
    const auto ran = imports::run(office.context, slow);
    ASSERT_TRUE(other && *other) << "whoever came later finds it unfinished and brings it to its end";
    ASSERT_FALSE(ran);
    EXPECT_THAT(rows("select count(*) from deal where org_id = $1"), ElementsAre("28"));
}

TEST_P(RunTest, TwoImportsOfTheSameDealsAtOnce) {
    const auto text = table(60);
    ASSERT_TRUE(imports::run(office.context, begin(text, 7)));
    const auto alone = everything();

    const test::Office other(database(), "Dock Ltd");
    office.org = other.org;
    auto first = begin(text, 7);
    bool met = false;
    first.on_progress = [&](const Progress& progress) {
        if (progress.rows != 21 || std::exchange(met, true))
            return;
        const auto second = imports::run(office.context, begin(text, 9));
        ASSERT_TRUE(second) << second.error().message;
    };
    const auto ran = imports::run(office.context, first);
    ASSERT_TRUE(ran) << ran.error().message;
    EXPECT_TRUE(met);
    EXPECT_EQ(everything(), alone);
}

TEST_P(RunTest, ACancelledImportStopsAfterItsBatch) {
    auto mine = begin(table(40), 7);
    mine.on_progress = [&](const Progress& progress) {
        if (progress.rows == 14)
            database().write([&](db::Transaction& tx) {
                store::set_state(tx, office.org, mine.import, {State::running}, State::cancelled);
            });
    };
    const auto ran = imports::run(office.context, mine);
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().code, ErrorCode::cancelled);
    EXPECT_EQ(resumed(mine).files[0].rows_done, 14);
}

TEST_P(RunTest, AFileThatHasChangedIsNotGoneOnWith) {
    const auto mine = begin(table(40), 7);
    std::ofstream(folder().path() / "deals.csv", std::ios::app) << "x\n";
    const auto ran = imports::run(office.context, mine);
    ASSERT_FALSE(ran);
    EXPECT_THAT(ran.error().message, HasSubstr("has changed"));
}

// ---- Indexes that are put off -----------------------------------------------------------------------------

TEST_P(RunTest, IndexesThatArePutOffComeBackAsTheyWere) {
    const auto before = indexes();
    ASSERT_THAT(before, SizeIs(3));
    const ImportId import(1), other(2);
    EXPECT_TRUE(database().write([&](db::Transaction& tx) { return put_off_indexes(tx, import); }));
    EXPECT_THAT(indexes(), IsEmpty());
    EXPECT_FALSE(database().write([&](db::Transaction& tx) { return put_off_indexes(tx, other); }));
    EXPECT_EQ(put_off_by(), import);
    build_indexes(database());
    EXPECT_EQ(indexes(), before);
    EXPECT_EQ(put_off_by(), std::nullopt);
}

TEST_P(RunTest, IndexesStayWhereAnyDealIs) {
    office.deal({});
    EXPECT_FALSE(database().write([&](db::Transaction& tx) { return put_off_indexes(tx, ImportId(1)); }));
    EXPECT_THAT(indexes(), SizeIs(3));
}

TEST_P(RunTest, WhoeverFindsAKilledImportsIndexesBuildsThem) {
    const auto before = indexes();
    const auto killed = begin(table(10), 7);
    database().write([&](db::Transaction& tx) { (void)put_off_indexes(tx, killed.import); });
    office.now += std::chrono::hours(1);
    EXPECT_EQ(deals("1,A,B,C,,Quoted,1,,2026-09-01,\n").kinds.deal, (Counts{.created = 1}));
    EXPECT_EQ(indexes(), before);
}

TEST_P(RunTest, AnotherImportWaitsForOneThatIsAlive) {
    const auto before = indexes();
    const auto alive = begin(table(10), 7);
    database().write([&](db::Transaction& tx) {
        (void)put_off_indexes(tx, alive.import);
        (void)store::touch(tx, office.org, alive.import, "{}", office.now);
    });
    int asked = 0;
    const auto stopped = try_import(std::string(deals_header) + "1,A,B,C,,Quoted,1,,2026-09-01,\n",
                                    {.should_stop = [&] { return ++asked > 3; }});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
    EXPECT_EQ(count("deal"), 0);

    std::jthread done([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        build_indexes(database());
    });
    EXPECT_EQ(deals("1,A,B,C,,Quoted,1,,2026-09-01,\n").kinds.deal, (Counts{.created = 1}));
    EXPECT_EQ(indexes(), before);
}

// The whole, with so many rows that the indexes are put off, and with keys that come again.
TEST_P(RunTest, ALargeFirstImportIsExact) {
    const auto before = indexes();
    std::string text(deals_header);
    for (int i = 0; i < many_deals + 50; ++i)
        text += fmt::format("{},D,,,,Quoted,{},,2026-09-01,\n", i % 25'000 == 24'999 ? 7 : i, i);
    const auto report = import(text);
    EXPECT_EQ(report.kinds.deal->created, many_deals + 50 - 4);
    EXPECT_EQ(report.kinds.deal->changed, 4);
    EXPECT_EQ(indexes(), before);
    EXPECT_EQ(count("deal"), many_deals + 50 - 4);
    EXPECT_THAT(
        rows("select amount_minor from deal where org_id = $1 and source = 'quay' and external_key = '7'"),
        ElementsAre("9999900"));
    EXPECT_EQ(put_off_by(), std::nullopt);
    const auto again = import(text);
    EXPECT_EQ(again.kinds.deal->created, 0);
}

} // namespace
} // namespace buckstop::imports
