#include "features/imports/record_reader.hpp"

#include "support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace buckstop::imports {
namespace {

class RecordReaderTest : public testing::Test {
  protected:
    FilePlan plan_of(std::string_view text, std::optional<Mapping> mapping = std::nullopt) {
        return inspect(folder.write("table.csv", text), {.mapping = std::move(mapping)}).value();
    }

    // "D-1" of each record, "line 3" of each refusal, in the order of the lines.
    static std::vector<std::string> rows_of(RecordReader reader) {
        std::map<std::uint64_t, std::string> rows;
        for (Batch batch; reader.next(batch);)
            note(batch, rows);
        std::vector<std::string> list;
        for (const auto& [line, row] : rows)
            list.push_back(row);
        return list;
    }

    static void note(const Batch& batch, std::map<std::uint64_t, std::string>& rows) {
        for (const auto& deal : std::get<std::vector<DealRecord>>(batch.records))
            rows[deal.line] = std::string(deal.key) + " " + std::string(deal.stage.value_or("none"));
        for (const auto& refusal : batch.refusals)
            rows[refusal.line] = fmt::format("line {}", refusal.line);
    }

    static std::string table_of(int rows) {
        std::string table = "deal_id,stage,amount,next_step\n";
        for (int i = 0; i < rows; ++i)
            table += fmt::format("D-{},Stage {},{},{}\n", i, i % 7, i % 10 == 3 ? "many" : "12.50",
                                 std::string(static_cast<std::size_t>(i % 90), 'x'));
        return table;
    }

    test::TemporaryDirectory folder;
};

TEST_F(RecordReaderTest, batches_hold_what_one_reading_holds) {
    const auto plan = plan_of(table_of(1000));
    const auto whole = rows_of(RecordReader::open(plan).value());
    EXPECT_EQ(whole.size(), 1000U);
    EXPECT_EQ(rows_of(RecordReader::open(plan, {.batch_rows = 7}).value()), whole);
    EXPECT_EQ(rows_of(RecordReader::open(plan, {.batch_bytes = 100}).value()), whole);
}

TEST_F(RecordReaderTest, reading_goes_on_where_it_was) {
    const auto plan = plan_of(table_of(1000));
    const auto whole = rows_of(RecordReader::open(plan).value());
    for (const std::uint64_t start : {0U, 1U, 500U, 999U, 1000U, 5000U}) {
        const auto rest = rows_of(RecordReader::open(plan, {.start_row = start}).value());
        EXPECT_EQ(rest, std::vector(whole.begin() +
                                        static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(start, 1000)),
                                    whole.end()));
    }
    auto reader = RecordReader::open(plan, {.start_row = 100, .batch_rows = 10}).value();
    Batch batch;
    ASSERT_TRUE(reader.next(batch));
    EXPECT_EQ(batch.first_row, 100U);
    EXPECT_EQ(batch.rows, 10U);
}

TEST_F(RecordReaderTest, rows_without_a_key_keep_their_numbers_when_reading_goes_on) {
    const auto mapping = parse_mapping("[columns]\nA = \"stage\"\n").value();
    const auto plan = plan_of("A,B\nx,1\nx,1\ny,2\nx,1\n", mapping);
    const auto whole = rows_of(RecordReader::open(plan).value());
    const auto rest = rows_of(RecordReader::open(plan, {.start_row = 1}).value());
    EXPECT_EQ(rest, std::vector(whole.begin() + 1, whole.end()));
    EXPECT_THAT(whole[3], testing::HasSubstr("#3 x"));
}

TEST_F(RecordReaderTest, keys_of_repeated_rows_dont_depend_on_the_order_of_rows) {
    const auto mapping = parse_mapping("[columns]\nA = \"stage\"\n").value();
    const auto keys = [&](std::string_view text) {
        const auto rows = rows_of(RecordReader::open(plan_of(text, mapping)).value());
        return std::set(rows.begin(), rows.end());
    };
    EXPECT_EQ(keys("A,B\nx,1\ny,2\nx,1\nz,3\n"), keys("A,B\nz,3\nx,1\nx,1\ny,2\n"));
}

TEST_F(RecordReaderTest, records_live_as_long_as_their_batch) {
    const auto plan = plan_of(table_of(100));
    auto reader = RecordReader::open(plan, {.batch_rows = 50}).value();
    Batch first;
    ASSERT_TRUE(reader.next(first));
    const Batch moved = std::move(first);
    Batch second;
    ASSERT_TRUE(reader.next(second));
    EXPECT_EQ(std::get<std::vector<DealRecord>>(moved.records).front().key, "D-0");
    EXPECT_EQ(std::get<std::vector<DealRecord>>(second.records).front().key, "D-50");
}

TEST_F(RecordReaderTest, a_row_is_refused_for_its_first_problem_and_tells_the_others) {
    auto reader =
        RecordReader::open(plan_of("deal_id,stage,amount,closed_on\n,Won,many,soon\n2,Won,1,2026-01-01\n"))
            .value();
    Batch batch;
    ASSERT_TRUE(reader.next(batch));
    ASSERT_EQ(batch.refusals.size(), 1U);
    const auto& refusal = batch.refusals[0];
    EXPECT_EQ(refusal.line, 2U);
    EXPECT_EQ(refusal.rule, "missing_key");
    EXPECT_EQ(refusal.row, ",Won,many,soon");
    EXPECT_THAT(refusal.reason, testing::AllOf(testing::HasSubstr("“many”"), testing::HasSubstr("“soon”")));
}

TEST_F(RecordReaderTest, plans_that_cant_be_read_are_refused) {
    auto plan = plan_of("deal_id,stage,closed_on\n1,Won,01/02/2026\n");
    EXPECT_EQ(RecordReader::open(plan).error().code, ErrorCode::question);
    plan = plan_of("deal_id,stage\n1,Won\n");
    (void)folder.write("table.csv", "deal_id,stage\n1,Won\n2,Won\n");
    EXPECT_EQ(RecordReader::open(plan).error().code, ErrorCode::invalid) << "another file now";
    plan.path += ".gone";
    EXPECT_EQ(RecordReader::open(plan).error().code, ErrorCode::not_found);
}

TEST_F(RecordReaderTest, a_stream_gives_the_same_batches_in_order) {
    const auto plan = plan_of(table_of(1000));
    const auto whole = rows_of(RecordReader::open(plan).value());
    BatchStream stream(RecordReader::open(plan, {.batch_rows = 9}).value(), 3);
    std::map<std::uint64_t, std::string> rows;
    std::uint64_t next = 0;
    for (Batch batch; stream.next(batch); next += batch.rows) {
        EXPECT_EQ(batch.first_row, next);
        note(batch, rows);
    }
    EXPECT_EQ(next, 1000U);
    EXPECT_EQ(rows.size(), whole.size());
    Batch after;
    EXPECT_FALSE(stream.next(after));
    EXPECT_EQ(after.rows, 0U);
}

TEST_F(RecordReaderTest, a_stream_can_be_left_at_any_time) {
    const auto plan = plan_of(table_of(1000));
    for (int taken = 0; taken < 5; ++taken) {
        BatchStream stream(RecordReader::open(plan, {.batch_rows = 9}).value());
        Batch batch;
        for (int i = 0; i < taken; ++i)
            EXPECT_TRUE(stream.next(batch));
    }
}

// Whatever the file holds, inspecting and reading agree, and every row is either a record or a refusal.
RC_GTEST_FIXTURE_PROP(RecordReaderTest, every_row_is_a_record_or_a_refusal, ()) {
    const auto cell =
        rc::gen::oneOf(rc::gen::element<std::string>("Won", "Prospecting", "12.50", "1,5", "2026-01-31", "",
                                                     "n/a", "\"", "a\nb", "€ 5", "Total"),
                       rc::gen::arbitrary<std::string>());
    std::string table = "deal_id,stage,closed_on,amount\n";
    for (const auto& row : *rc::gen::container<std::vector<std::vector<std::string>>>(
             rc::gen::container<std::vector<std::string>>(4, cell)))
        table += fmt::format("{},{},{},{}\n", row[0], row[1], row[2], row[3]);
    auto mapping =
        parse_mapping("key = \"deal_id\"\ndates = \"dmy\"\ndecimal = \".\"\ncurrency = \"USD\"\n[columns]\n"
                      "stage = \"stage\"\nclosed_on = \"closed_on\"\namount = \"amount\"\n")
            .value();
    const auto path = folder.write("table.csv", table);
    InspectOptions options{.mapping = mapping, .answers = {{"", "header"}}};
    auto plan = inspect(path, options).value();
    for (const auto& question : plan.questions)
        if (!question.choices.empty())
            options.answers.push_back({question.column, question.choices[0].value});
    plan = inspect(path, options).value();
    auto reader = RecordReader::open(plan);
    if (!reader)
        return; // more questions than choices
    std::uint64_t rows = 0;
    for (Batch batch; reader->next(batch); rows += batch.rows) {
        RC_ASSERT(batch.rows ==
                  std::get<std::vector<DealRecord>>(batch.records).size() + batch.refusals.size());
        for (const auto& refusal : batch.refusals)
            RC_ASSERT(!refusal.rule.empty() && !refusal.reason.empty());
    }
    RC_ASSERT(rows == static_cast<std::uint64_t>(plan.rows));
}

} // namespace
} // namespace buckstop::imports
