// What is shown of a file's first rows before a mapping is saved: what the import then reads, for every table
// of tests/data/imports.
#include "features/imports/first_rows.hpp"

#include "features/imports/layouts.hpp"
#include "features/imports/record_reader.hpp"
#include "support/temporary_directory.hpp"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

namespace buckstop::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> headers_of(const FilePlan& plan) {
    std::vector<std::string> headers;
    for (const auto& column : plan.columns)
        headers.push_back(column.header);
    return headers;
}

// The mapping beside the table, or that of its layout.
std::optional<Mapping> mapping_for(const fs::path& table, const FilePlan& plan) {
    auto beside = table;
    if (fs::exists(beside.replace_extension(".toml")))
        return parse_mapping(content(beside)).value();
    const auto* layout = recognise(headers_of(plan));
    return layout == nullptr ? std::nullopt : std::optional(mapping_of(*layout, headers_of(plan)));
}

// What an import of the whole file reads: how many, and which lines it refuses and why.
struct Whole {
    std::int64_t records = 0, left_out = 0;
    std::vector<std::string> refused;
};
Whole read_whole(const FilePlan& plan) {
    Whole whole;
    auto reader = RecordReader::open(plan).value();
    for (Batch batch; reader.next(batch);) {
        whole.records += static_cast<std::int64_t>(
            std::visit([](const auto& records) { return records.size(); }, batch.records));
        whole.left_out += static_cast<std::int64_t>(batch.left_out);
        for (const auto& refusal : batch.refusals)
            whole.refused.push_back(std::to_string(refusal.line) + " " + refusal.reason);
    }
    return whole;
}

std::vector<std::string> refusals_of(const FirstRows& rows) {
    std::vector<std::string> refused;
    for (const auto& row : rows.shown)
        if (row.refused)
            refused.push_back(std::to_string(row.line) + " " + row.refused->reason);
    return refused;
}

TEST(FirstRowsOfFixtures, are_read_as_the_import_reads_them) {
    int compared = 0, asked = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(BUCKSTOP_SOURCE_DIR) / "tests/data/imports")) {
        SCOPED_TRACE(entry.path().filename().string());
        const auto plan = entry.path().extension() == ".csv" ? inspect(entry.path())
                                                             : Result<FilePlan>(fail(ErrorCode::invalid, ""));
        const auto mapping = plan ? mapping_for(entry.path(), *plan) : std::nullopt;
        const auto whole = mapping ? inspect(entry.path(), {.mapping = *mapping})
                                   : Result<FilePlan>(fail(ErrorCode::invalid, ""));
        if (!whole || headers_of(*whole) != headers_of(*plan)) // no table, not known, or another header
            continue;
        const auto rows = read_first_rows(*plan, *mapping).value();
        EXPECT_EQ(rows.questions, whole->questions);
        EXPECT_EQ(rows.of_rows, whole->rows);
        if (!whole->questions.empty()) {
            ++asked;
            continue;
        }
        const auto read = read_whole(*whole);
        EXPECT_EQ(rows.readable, read.records);
        EXPECT_EQ(rows.left_out, read.left_out);
        EXPECT_EQ(rows.refused, std::ssize(read.refused));
        EXPECT_THAT(read.refused, testing::IsSupersetOf(refusals_of(rows)));
        ++compared;
    }
    EXPECT_GE(compared, 55);
    EXPECT_GE(asked, 3);
}

class FirstRowsTest : public testing::Test {
  protected:
    FirstRows read(std::string_view table, const Mapping& mapping) {
        const auto plan = inspect(folder_.write("table.csv", table));
        EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
        auto rows = read_first_rows(*plan, mapping);
        EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
        return rows ? *rows : FirstRows{};
    }
    FirstRows read(std::string_view table, std::string_view toml) {
        return read(table, parse_mapping(toml).value());
    }
    const test::TemporaryDirectory& folder() const { return folder_; }

  private:
    test::TemporaryDirectory folder_;
};

std::vector<std::string> labels(const FirstRows& rows) {
    std::vector<std::string> labels;
    for (const auto& field : rows.fields)
        labels.push_back(field.label);
    return labels;
}

const std::vector<ReadValue>& value(const FirstRows& rows, std::size_t row, std::string_view label) {
    const auto at = std::ranges::find(rows.fields, label, &ReadField::label) - rows.fields.begin();
    return rows.shown.at(row).values.at(static_cast<std::size_t>(at));
}

constexpr std::string_view quays = R"(key = ["Ref"]
currency = "SEK"
[columns]
"Title" = "name"
"Phase" = "stage"
"Worth" = "amount"
"Ends" = "close_on"
"Chance" = "probability"
"Who asked" = "fact"
)";

TEST_F(FirstRowsTest, show_values_as_they_are_understood) {
    const auto rows = read("Ref,Title,Phase,Worth,Ends,Chance,Who asked\n"
                           "7,Quay one,Quoted,\"1,234.50\",31/12/2026,40 %,Nils\n"
                           "8,Quay two,Closed Lost,,30/11/2026,,-\n",
                           quays);
    EXPECT_THAT(labels(rows), ElementsAre("Key", "Name", "Stage", "Outcome", "Amount", "Closed on",
                                          "Expected close", "Probability", "Who asked"));
    EXPECT_EQ(value(rows, 0, "Key").at(0).text, "7");
    EXPECT_EQ(value(rows, 0, "Amount").at(0).money, (Money{123450, "SEK"}));
    EXPECT_EQ(value(rows, 0, "Expected close").at(0).date, Date(2026y / 12 / 31));
    EXPECT_EQ(value(rows, 0, "Probability").at(0).share, 0.4);
    EXPECT_EQ(value(rows, 0, "Who asked").at(0).text, "Nils");
    EXPECT_THAT(value(rows, 0, "Closed on"), IsEmpty());
    EXPECT_EQ(rows.shown.at(1).line, 3);
    EXPECT_EQ(value(rows, 1, "Outcome").at(0).text, "lost");
    EXPECT_EQ(value(rows, 1, "Closed on").at(0).date, Date(2026y / 11 / 30));
    EXPECT_THAT(value(rows, 1, "Who asked"), IsEmpty());
    EXPECT_FALSE(rows.known_by_row);
}

TEST_F(FirstRowsTest, refused_rows_stand_behind_the_first_ones_with_their_reason) {
    std::string table = "Ref,Title,Phase,Worth,Ends,Chance,Who asked\n";
    for (int i = 0; i < 250; ++i)
        table += std::to_string(i) + ",Quay,Quoted," + (i % 40 == 39 ? "much" : "1.5") + ",,,\n";
    const auto rows = read(table, quays);
    EXPECT_EQ(rows.rows, 200);
    EXPECT_EQ(rows.of_rows, 250);
    EXPECT_EQ(rows.readable, 195);
    EXPECT_EQ(rows.refused, 5);
    ASSERT_EQ(rows.shown.size(), 8U);
    EXPECT_FALSE(rows.shown[4].refused);
    const auto& refused = rows.shown[5];
    EXPECT_EQ(refused.line, 41);
    EXPECT_EQ(refused.refused->column, "Worth");
    EXPECT_EQ(refused.refused->value, "much");
    EXPECT_EQ(refused.refused->rule, "not_a_number");
    EXPECT_THAT(refused.refused->reason, HasSubstr("“much” is no number with a decimal point"));
    EXPECT_THAT(refused.values, testing::Each(IsEmpty()));
}

TEST_F(FirstRowsTest, how_a_column_is_written_follows_from_the_whole_file) {
    std::string table = "Ref,Title,Phase,Worth,Ends,Chance,Who asked\n";
    for (int i = 0; i < 300; ++i)
        table += std::to_string(i) + ",Quay,Quoted,,01/02/2026,,\n";
    EXPECT_EQ(read(table, quays).questions.size(), 1U);
    const auto rows = read(table + "300,Quay,Quoted,,31/01/2026,,\n", quays); // far behind what is shown
    EXPECT_THAT(rows.questions, IsEmpty());
    EXPECT_EQ(value(rows, 0, "Expected close").at(0).date, Date(2026y / 2 / 1));
}

TEST_F(FirstRowsTest, what_will_be_asked_is_shown_in_each_way) {
    const auto rows = read("Ref,Title,Phase,Worth,Ends,Chance,Who asked\n"
                           "7,Quay one,Dead,,01/02/2026,,\n"
                           "8,Quay two,Quoted,,03/03/2026,,\n",
                           quays);
    ASSERT_EQ(rows.questions.size(), 2U);
    EXPECT_EQ(rows.questions[0].column, "Ends");
    EXPECT_THAT(rows.questions[0].choices[0].examples, testing::Contains("01/02/2026 → 1 February 2026"));
    EXPECT_EQ(rows.questions[1].column, "Phase");
    EXPECT_EQ(rows.readable, 2);
    const auto outcomes = value(rows, 0, "Outcome");
    ASSERT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes[0].text, "open");
    EXPECT_EQ(outcomes[2].text, "lost");
    EXPECT_THAT(value(rows, 0, "Closed on"),
                ElementsAre(ReadValue{.date = Date(2026y / 2 / 1)}, ReadValue{.date = Date(2026y / 1 / 2)},
                            ReadValue{}));
    EXPECT_EQ(value(rows, 1, "Outcome").size(), 1U) << "nothing is asked of this word";
    EXPECT_EQ(value(rows, 1, "Expected close").size(), 1U) << "the same either way";
}

TEST_F(FirstRowsTest, a_question_that_only_a_mapping_settles_leaves_the_rows_unread) {
    std::string table = "Ref,Result\n";
    for (int i = 0; i < 30; ++i)
        table += std::to_string(i) + ",word " + std::string(1, static_cast<char>('a' + i % 26)) +
                 std::to_string(i) + "\n";
    const auto rows = read(table, "key = [\"Ref\"]\n[columns]\n\"Result\" = \"outcome\"\n");
    ASSERT_EQ(rows.questions.size(), 1U);
    EXPECT_THAT(rows.questions[0].choices, IsEmpty());
    EXPECT_THAT(rows.shown, IsEmpty());
    EXPECT_EQ(rows.rows, 0);
}

TEST_F(FirstRowsTest, what_is_still_needed_is_no_mistake) {
    constexpr auto table = "Ref,Title,First,Last\n1,Quay,Nils,Dahl\n";
    const auto needed = [&](const Mapping& mapping) {
        const auto rows = read(table, mapping);
        EXPECT_THAT(rows.shown, IsEmpty());
        std::string text;
        for (const auto& field : rows.needed) {
            text += field.label;
            for (const auto& other : field.instead)
                text += " | " + other;
            text += "; ";
        }
        return text;
    };
    EXPECT_EQ(needed({.columns = {{.header = "Title", .field = "name"}}}), "Stage | Outcome | Is won; ");
    EXPECT_EQ(needed({.kind = Kind::person}), "Name | First name | Last name; ");
    EXPECT_EQ(needed({.kind = Kind::activity}), "Date; ");
    EXPECT_EQ(needed({.kind = Kind::target, .columns = {{.header = "Title", .field = "starts_on"}}}),
              "Person | Team | Person's id | Person's e-mail; "
              "Period | Starts on + Ends on | Starts on + Length of the period; Amount; ");
    const auto people = read(table, Mapping{.kind = Kind::person,
                                            .columns = {{.header = "First", .field = "first_name"},
                                                        {.header = "Last", .field = "last_name"}}});
    EXPECT_THAT(people.needed, IsEmpty());
    EXPECT_EQ(value(people, 0, "Name").at(0).text, "Nils Dahl");
}

TEST_F(FirstRowsTest, rows_without_a_key_are_known_by_what_they_say) {
    const auto rows = read("Title,Phase\nQuay,Quoted\nQuay,Quoted\n",
                           Mapping{.columns = {{.header = "Phase", .field = "stage"}}});
    EXPECT_TRUE(rows.known_by_row);
    EXPECT_THAT(labels(rows), ElementsAre("Stage", "Outcome")) << "no hash is shown to people";
    EXPECT_FALSE(read("Title\nQuay\n",
                      Mapping{.kind = Kind::company, .columns = {{.header = "Title", .field = "name"}}})
                     .known_by_row);
}

TEST_F(FirstRowsTest, a_column_that_isnt_there_is_named) {
    const auto plan = inspect(folder().write("table.csv", "Ref,Phase\n1,Quoted\n")).value();
    const auto rows = read_first_rows(
        plan, {.columns = {{.header = "Phase", .field = "stage"}, {.header = "Worth", .field = "amount"}}});
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, ErrorCode::invalid);
    ASSERT_EQ(rows.error().fields.size(), 1U);
    EXPECT_EQ(rows.error().fields[0].field, "columns[1].header");
    EXPECT_EQ(rows.error().fields[0].rule, "unknown_column");
}

TEST_F(FirstRowsTest, only_the_head_of_a_file_is_read) {
    std::string table = "Ref,Phase\n1,Quoted\n";
    table.append(std::size_t{12} << 20, '\n'); // blank lines, which are no rows
    table += "2,Quoted\n";
    const Mapping mapping{.columns = {{.header = "Phase", .field = "stage"}}};
    const auto plan = inspect(folder().write("table.csv", table)).value();
    EXPECT_EQ(plan.rows, 2);
    EXPECT_EQ(read_first_rows(plan, mapping)->rows, 1);
    EXPECT_NE(folder().write("table.csv", "Ref,Phase\n1,Quoted\n"), "");
    EXPECT_THAT(read_first_rows(plan, mapping).error().message, HasSubstr("has changed"));
    fs::remove(folder().path() / "table.csv");
    EXPECT_EQ(read_first_rows(plan, mapping).error().code, ErrorCode::not_found);
}

TEST_F(FirstRowsTest, a_plan_keeps_no_words_of_its_columns) {
    const auto plan =
        inspect(folder().write("table.csv", "deal_id,stage,owner\n1,Quoted,Nils Dahl\n")).value();
    ASSERT_EQ(plan.evidence->size(), 3U);
    for (const auto& column : *plan.evidence) {
        EXPECT_THAT(column.words, IsEmpty());
        EXPECT_THAT(column.samples, IsEmpty());
    }
}

} // namespace
} // namespace buckstop::imports
