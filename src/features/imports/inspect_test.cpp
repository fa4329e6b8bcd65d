#include "features/imports/inspect.hpp"

#include "base/json.hpp"
#include "features/imports/suggest.hpp"
#include "features/imports/table_head.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buckstop::imports {
namespace {

using testing::HasSubstr;

class InspectTest : public testing::Test {
  protected:
    FilePlan plan_of(std::string_view text, const InspectOptions& options = {}) {
        auto plan = inspect(folder.write("table.csv", text), options);
        EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
        return plan.value_or(FilePlan{});
    }

    test::TemporaryDirectory folder;
};

TEST_F(InspectTest, a_plan_goes_through_json) {
    const auto plan = plan_of("deal_id,stage,closed_on,amount\n1,Dead,01/02/2026,\"1,234\"\n");
    EXPECT_EQ(plan.questions.size(), 3U);
    EXPECT_EQ(json::read<FilePlan>(json::write(plan)).value(), plan);
}

// By such plans imports of before an upgrade are shown, and undone.
TEST_F(InspectTest, a_plan_that_an_earlier_version_wrote_can_be_read) {
    const auto plan = plan_of("deal_id,stage,closed_on,amount\n1,Dead,01/02/2026,\"1,234\"\n");
    auto before = json::write(plan).as_object();
    for (const char* later : {"not_needed", "evidence"})
        before.erase(later);
    for (auto& column : before["columns"].as_array())
        column.as_object().erase("suggestions");
    const auto read = json::read<FilePlan>(before);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->mapping, plan.mapping);
}

TEST_F(InspectTest, answers_settle_questions_one_by_one) {
    constexpr auto table = "deal_id,stage,closed_on,amount\n1,Dead,01/02/2026,\"1,234\"\n";
    InspectOptions options;
    options.answers = {{"Closed On", "dmy"}, {"stage", "Dead = lost"}, {"amount", "dmy"}, {"", "nonsense"}};
    const auto plan = plan_of(table, options);
    ASSERT_EQ(plan.questions.size(), 1U);
    EXPECT_EQ(plan.questions[0].column, "amount");
    EXPECT_EQ(plan.columns[2].format, Format::dmy);
    EXPECT_EQ(plan.mapping.outcomes, (std::vector<OutcomeWord>{{"Dead", Outcome::lost}}));
}

TEST_F(InspectTest, a_mapping_goes_before_a_layout_and_a_layout_before_a_mapping_that_doesnt_fit) {
    constexpr auto table = "deal_id,stage\n1,Won\n";
    InspectOptions options;
    options.mapping = parse_mapping("source = \"mine\"\n[columns]\nstage = \"stage\"\n").value();
    EXPECT_EQ(plan_of(table, options).mapping.source, "mine");
    EXPECT_EQ(plan_of(table, options).layout, "");
    options.mapping = parse_mapping("source = \"mine\"\n[columns]\nPhase = \"stage\"\n").value();
    EXPECT_EQ(plan_of(table, options).layout, "plain_deals");
    const auto misfit = inspect(folder.write("other.csv", "a,b\n1,x\n"), options);
    ASSERT_FALSE(misfit);
    EXPECT_EQ(misfit.error().code, ErrorCode::invalid);
    EXPECT_THAT(misfit.error().message, HasSubstr("“Phase”"));
}

TEST_F(InspectTest, files_that_are_no_tables_are_refused) {
    const auto error = [&](std::string_view text) { return inspect(folder.write("t", text)).error(); };
    EXPECT_THAT(error("").message, HasSubstr("no rows"));
    EXPECT_THAT(error("\n\n \n").message, HasSubstr("no rows"));
    EXPECT_THAT(error("PK\x03\x04rest").message, HasSubstr("archive"));
    EXPECT_THAT(error("\x1F\x8Brest").message, HasSubstr("compressed"));
    EXPECT_EQ(inspect(folder.path() / "none").error().code, ErrorCode::not_found);
}

TEST_F(InspectTest, it_tells_how_far_it_is_and_can_be_stopped) {
    std::string table = "deal_id,stage\n";
    for (int i = 0; i < 100'000; ++i)
        table += std::to_string(i) + ",Prospecting\n";
    InspectOptions options;
    std::int64_t last = 0;
    std::int64_t whole = 0;
    options.on_progress = [&](std::int64_t bytes, std::int64_t total) {
        EXPECT_GE(bytes, last);
        last = bytes;
        whole = total;
        return true;
    };
    const auto plan = plan_of(table, options);
    EXPECT_EQ(plan.rows, 100'000);
    EXPECT_EQ(whole, static_cast<std::int64_t>(2 * table.size()));
    EXPECT_GT(last, whole / 2);
    for (const auto at : {0, 1}) { // in either pass
        options.on_progress = [&](std::int64_t bytes, std::int64_t total) { return bytes <= at * total / 2; };
        const auto stopped = inspect(folder.path() / "table.csv", options);
        ASSERT_FALSE(stopped);
        EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
    }
}

TEST_F(InspectTest, a_single_column_is_a_table_too) {
    const auto plan = plan_of("Name\nNuala\nTadhg\n");
    EXPECT_EQ(plan.columns.size(), 1U);
    EXPECT_TRUE(plan.mapping_needed);
}

TEST_F(InspectTest, zero_bytes_in_a_header_dont_get_into_plans) {
    const auto plan = plan_of(std::string_view("deal\0_id,stage\n1,2\0003\n", 21));
    EXPECT_EQ(plan.columns[0].header, "deal\xEF\xBF\xBD_id");
    EXPECT_TRUE(json::read<FilePlan>(json::write(plan)));
}

TEST_F(InspectTest, kinds_are_suggested_by_their_headers) {
    const auto kind = [&](std::string_view text) { return plan_of(text).mapping.kind; };
    EXPECT_EQ(kind("Full Name,Email,Department,Line Manager\nNuala,n@quay.example,Sales,Orla\n"),
              Kind::person);
    EXPECT_EQ(kind("Company Name,Industry,Country,Headcount\nEllery,Harbour,Ireland,12\n"), Kind::company);
    EXPECT_EQ(kind("Item,Category,Unit Price\nBeacon,Lights,12.5\n"), Kind::product);
    EXPECT_EQ(kind("Opportunity ID,From Stage,To Stage,Change Date\n1,A,B,2026-01-31\n"), Kind::stage_change);
    EXPECT_EQ(kind("Task ID,Subject,Due Date,Assigned To,Opportunity ID\n1,Call,2026-01-31,Nuala,7\n"),
              Kind::activity);
    EXPECT_EQ(kind("Opportunity Name,Stage,Amount,Close Date\nx,Won,5,2026-01-31\n"), Kind::deal);
}

TEST_F(InspectTest, the_files_name_says_what_it_holds) {
    const auto table = "id,name,state,country,description\n1,Quay,NY,US,ropes\n2,Pier,CA,US,nets\n";
    const auto kind = [&](const char* name) {
        InspectOptions options;
        options.name = name;
        const auto plan = plan_of(table, options);
        EXPECT_TRUE(plan.mapping_needed);
        return plan.mapping.kind;
    };
    EXPECT_EQ(kind("Accounts export 2026.csv"), Kind::company);
    EXPECT_EQ(kind("open-deals.csv"), Kind::deal);
}

TEST_F(InspectTest, what_another_kind_would_take_a_column_for_is_suggested_too) {
    const auto plan = plan_of("Record ID,Stage,Amount,Close Date\n1,Won,5,2026-01-31\n");
    ASSERT_TRUE(plan.mapping_needed);
    ASSERT_EQ(plan.mapping.kind, Kind::deal);
    const auto field_of = [&](std::size_t column, Kind kind) {
        const auto& all = plan.columns[column].suggestions.value();
        const auto found = std::ranges::find(all, kind, &ColumnSuggestion::kind);
        return found == all.end() ? std::string() : found->field;
    };
    EXPECT_EQ(field_of(0, Kind::deal), "key");
    EXPECT_EQ(field_of(2, Kind::target), "amount");
    EXPECT_EQ(field_of(2, Kind::activity), "");
}

TEST_F(InspectTest, cells_overrule_headers) {
    const auto plan =
        plan_of("Record ID,Stage,Amount,Probability,Close Date\n1,Won,lots,40,soon\n2,Won,few,60,later\n");
    EXPECT_FALSE(plan.columns[2].field) << "an amount that is no number";
    EXPECT_EQ(plan.columns[3].field, "probability_percent");
    EXPECT_FALSE(plan.columns[4].field);
}

TEST(TableHead, separators_are_told_by_agreement) {
    EXPECT_EQ(find_separator("a,b;c\nd,e;f\ng,h\n"), ',');
    EXPECT_EQ(find_separator("a;b;c\n1,5;2,5;3\n1;2;3\n"), ';');
    EXPECT_EQ(find_separator("a\tb\n1,2\t3\n4\t5,6\n"), '\t');
    EXPECT_EQ(find_separator("a|b|c\n1|2|3\n"), '|');
    EXPECT_EQ(find_separator("\"a;b\",c\n\"d;e;f\",g\n"), ',');
    EXPECT_EQ(find_separator("nothing\nhere\n"), ',');
}

TEST(TableHead, a_known_header_outweighs_damaged_rows) {
    const std::string_view text = "deal_id,stage,closed_on,amount\nn/a,1,5,1,5,\t\n\t,a\nb,,n/a\n";
    ASSERT_EQ(find_separator(text), '\t') << "by agreement alone";
    const HeadHints hints{.is_known = [](const std::vector<std::string>& headers) {
        return headers == std::vector<std::string>{"deal_id", "stage", "closed_on", "amount"};
    }};
    const auto head = find_head(text, true, hints);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->shape.separator, ',');
    EXPECT_EQ(head->shape.header_line, 1);
    EXPECT_FALSE(head->header_is_doubtful);
}

TEST(TableHead, headers_become_distinct) {
    EXPECT_EQ(distinct_headers({"Name", "name", "", "Name", "Name (2)", " A\nB "}),
              (std::vector<std::string>{"Name", "name", "Column 3", "Name (2)", "Name (2) (2)", "A B"}));
}

TEST(TotalsRow, sums_are_told_from_companies_called_total) {
    const auto totals = [](std::vector<std::string_view> cells) { return is_totals_row(cells); };
    EXPECT_TRUE(totals({"Total", "", "30"}));
    EXPECT_TRUE(totals({"", "Grand Totals (12 records)", "€ 1.234,50"}));
    EXPECT_TRUE(totals({"Subtotal:", "", "5"}));
    EXPECT_TRUE(totals({"Summe", "5", ""}));
    EXPECT_FALSE(totals({"Total Energies", "", "30"}));
    EXPECT_FALSE(totals({"Total", "Energy", "30"}));
    EXPECT_FALSE(totals({"Sumner", "", "3"}));
    EXPECT_FALSE(totals({"", "", ""}));
}

} // namespace
} // namespace buckstop::imports
