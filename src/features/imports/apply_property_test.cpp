// Random tables, files and days against a model that knows nothing of batches, hashes or history: for each
// key what its newest file said last.
#include "features/imports/apply.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/apply_scene_test.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <map>
#include <random>
#include <rapidcheck/gtest.h>

namespace buckstop::imports {
namespace {

// What a row says of a deal; every row says all of it.
struct Row {
    int key = 0;
    int name = 0, company = 0, owner = 0, stage = 0, amount = 0, close = 0;
};
struct File {
    int day = 1;
    std::vector<Row> rows;
};

constexpr std::array stages{"Quoted", "Terms", "Won", "Lost"};

std::string outcome_of(int stage) {
    return stage == 2 ? "won" : stage == 3 ? "lost" : "open";
}

// Files in any order of their days; of each deal one row in a file, and one file of a day.
std::vector<File> random_files() {
    std::vector<File> files;
    for (int day = 1; day <= 5; ++day) {
        File file{.day = day};
        const auto rows = *rc::gen::inRange(0, 8);
        for (int k = 0; k < rows; ++k)
            file.rows.push_back({.key = *rc::gen::inRange(0, 6),
                                 .name = *rc::gen::inRange(0, 3),
                                 .company = *rc::gen::inRange(0, 4),
                                 .owner = *rc::gen::inRange(0, 3),
                                 .stage = *rc::gen::inRange(0, 4),
                                 .amount = *rc::gen::inRange(1, 4),
                                 .close = *rc::gen::inRange(1, 4)});
        std::ranges::stable_sort(file.rows, {}, &Row::key);
        file.rows.erase(std::unique(file.rows.begin(), file.rows.end(),
                                    [](const Row& a, const Row& b) { return a.key == b.key; }),
                        file.rows.end());
        if (!file.rows.empty())
            files.push_back(std::move(file));
    }
    std::ranges::shuffle(files, std::mt19937(*rc::gen::arbitrary<unsigned>()));
    return files;
}

std::string csv_of(const File& file) {
    std::string csv(deals_header);
    for (const auto& row : file.rows)
        csv += fmt::format("{},Deal {},Company {},Person {},,{},{},2026-01-01,2026-0{}-10,\n", row.key,
                           row.name, row.company, row.owner, stages.at(static_cast<std::size_t>(row.stage)),
                           row.amount, row.close + 6);
    return csv;
}

// How the newest word on each deal reads.
std::vector<std::string> model(const std::vector<File>& files) {
    std::map<int, std::pair<int, Row>> newest;
    for (const auto& file : files)
        for (const auto& row : file.rows)
            if (const auto known = newest.find(row.key);
                known == newest.end() || known->second.first <= file.day)
                newest[row.key] = {file.day, row};
    std::vector<std::string> lines;
    for (const auto& [key, word] : newest) {
        const auto& row = word.second;
        const bool open = row.stage < 2;
        lines.push_back(fmt::format("{}|Company {}|Person {}|{}|{}|{}|{}|{}", key, row.company, row.owner,
                                    stages.at(static_cast<std::size_t>(row.stage)), outcome_of(row.stage),
                                    open ? fmt::format("{}00", row.amount) : "",
                                    open ? fmt::format("2026-0{}-10", row.close + 6) : "",
                                    open ? "" : fmt::format("2026-0{}-10", row.close + 6)));
    }
    return lines;
}

class ApplyProperty : public ApplyTest {
  protected:
    std::vector<std::string> deals_now() {
        return rows("select deal.external_key, company.name, person.name, stage, outcome,"
                    " case when outcome = 'open' then amount_minor end,"
                    " case when outcome = 'open' then expected_close_on end, closed_on from deal"
                    " join company on company.org_id = deal.org_id and company.id = company_id"
                    " join person on person.org_id = deal.org_id and person.id = owner_id"
                    " where deal.org_id = $1 order by deal.external_key");
    }
    void begin_anew() {
        other_ = std::make_unique<test::Office>(database(), "Dock Ltd");
        office.org = other_->org;
    }

  private:
    std::unique_ptr<test::Office> other_;
};
INSTANTIATE_BOTH_DATABASES(ApplyProperty);

TEST_P(ApplyProperty, TheNewestWordCounts) {
    EXPECT_TRUE(rc::check([&] {
        begin_anew();
        const auto files = random_files();
        for (const auto& file : files)
            RC_LOG() << "day " << file.day << "\n" << csv_of(file);
        for (const auto& file : files) {
            const auto counts =
                deals(csv_of(file).substr(deals_header.size()), {.as_of = june(file.day)}).kinds;
            RC_ASSERT(counts.deal->refused == 0);
            RC_ASSERT(counts.deal->created + counts.deal->changed + counts.deal->unchanged ==
                      static_cast<std::int64_t>(file.rows.size()));
        }
        RC_ASSERT(deals_now() == model(files));
    }));
}

TEST_P(ApplyProperty, WhateverComesAgainChangesNothing) {
    EXPECT_TRUE(rc::check([&] {
        begin_anew();
        const auto files = random_files();
        for (const auto& file : files)
            deals(csv_of(file).substr(deals_header.size()), {.as_of = june(file.day)});
        const auto before = everything();
        for (auto times = *rc::gen::inRange(0, 4); times > 0 && !files.empty(); --times) {
            const auto& again = *rc::gen::elementOf(files);
            const auto counts =
                deals(csv_of(again).substr(deals_header.size()), {.as_of = june(again.day)}).kinds;
            RC_ASSERT(counts.deal == Counts{.unchanged = static_cast<std::int64_t>(again.rows.size())});
        }
        RC_ASSERT(everything() == before);
    }));
}

TEST_P(ApplyProperty, APreviewCountsAsTheRun) {
    EXPECT_TRUE(rc::check([&] {
        begin_anew();
        for (const auto& file : random_files()) {
            const auto rows = csv_of(file).substr(deals_header.size());
            const auto preview = deals(rows, {.as_of = june(file.day), .preview = true}).kinds;
            const auto run = deals(rows, {.as_of = june(file.day)}).kinds;
            RC_ASSERT(preview.company == run.company);
            RC_ASSERT(preview.person == run.person);
            RC_ASSERT(preview.deal->created == run.deal->created);
            RC_ASSERT(preview.deal->changed + preview.deal->unchanged ==
                      run.deal->changed + run.deal->unchanged);
        }
    }));
}

} // namespace
} // namespace buckstop::imports
