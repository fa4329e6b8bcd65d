// Every table in tests/data/imports gives exactly the plan, records, refusals and questions that stand beside
// it.
#include "features/imports/record_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace buckstop::imports {
namespace {

const std::filesystem::path folder = std::filesystem::path(BUCKSTOP_SOURCE_DIR) / "tests/data/imports";

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// What isn't printed as it is becomes visible.
std::string visible(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
        else
            out += c;
    return out;
}

class Printer {
  public:
    void line(std::string_view text) { (out_ += visible(text)) += '\n'; }

    void plan(const FilePlan& plan) {
        line(fmt::format("{}, separator {}, header in line {}, {} rows of {}, {}", enum_name(plan.encoding),
                         plan.separator == "\t" ? "tab" : plan.separator, plan.header_line, plan.rows,
                         enum_name(plan.mapping.kind),
                         plan.mapping_needed   ? "needs a mapping"
                         : plan.layout.empty() ? "mapped"
                                               : plan.layout));
        for (const auto& column : plan.columns)
            line(fmt::format("  {}: {}{}{}{}", column.header, enum_name(column.type),
                             column.format ? fmt::format(" {}", enum_name(*column.format)) : "",
                             column.field ? " -> " + *column.field : "",
                             column.confidence.value_or(1) < 1 ? fmt::format(" ({:.2f})", *column.confidence)
                                                               : ""));
        if (plan.not_needed)
            line("not needed: " + *plan.not_needed);
        for (const auto& question : plan.questions) {
            line(fmt::format("question [{}] {}", question.column, question.question));
            for (const auto& choice : question.choices)
                line(fmt::format("  {} ({}): {}", choice.value, choice.label, joined(choice.examples)));
        }
    }

    void batch(const Batch& batch) {
        std::visit([&](const auto& records) { (print(records)); }, batch.records);
        for (const auto& refusal : batch.refusals) {
            line(fmt::format("refused line {} [{}] {} “{}”: {}", refusal.line, refusal.column, refusal.rule,
                             refusal.value, refusal.reason));
            line("  " + refusal.row);
        }
    }

    [[nodiscard]] std::string text() const { return out_; }

  private:
    static std::string joined(const std::vector<std::string>& texts) {
        std::string list;
        for (const auto& text : texts)
            list += (list.empty() ? "" : "; ") + text;
        return list;
    }

    template <class Record>
    void print(const std::vector<Record>& records) {
        for (const auto& record : records) {
            row_ = fmt::format("line {}", record.line);
            fields(record);
            line(row_);
        }
    }

    void put(const char* name, std::string_view value) { row_ += fmt::format(" {}={}", name, value); }
    void add(const char* name, const Text& value) {
        if (value)
            put(name, *value);
    }
    void add(const char* name, const std::optional<Date>& value) {
        if (value)
            put(name, to_text(*value));
    }
    void add(const char* name, const std::optional<std::int64_t>& value) {
        if (value)
            put(name, std::to_string(*value));
    }
    void add(const char* name, const std::optional<double>& value) {
        if (value)
            put(name, fmt::format("{}", *value));
    }
    void add(const char* name, const std::optional<bool>& value) {
        if (value)
            put(name, *value ? "yes" : "no");
    }

    void fields(const DealRecord& r) {
        add("key", r.key), add("name", r.name), add("company", r.company), add("company_key", r.company_key);
        add("owner", r.owner), add("owner_key", r.owner_key), add("owner_email", r.owner_email);
        add("stage", r.stage), add("outcome", r.outcome), add("amount", r.amount_minor),
            add("currency", r.currency);
        add("created", r.created_on), add("expected", r.expected_close_on), add("closed", r.closed_on);
        add("stage_since", r.stage_since), add("last_activity", r.last_activity_on),
            add("product", r.product);
        add("pipeline", r.pipeline), add("probability", r.probability), add("forecast", r.forecast_category);
        add("kind", r.kind), add("lead_source", r.lead_source), add("competitor", r.competitor);
        add("segment", r.segment), add("region", r.region), add("next_step", r.next_step);
        add("reason", r.stated_reason), add("facts", r.facts);
    }
    void fields(const CompanyRecord& r) {
        add("key", r.key), add("name", r.name), add("industry", r.industry), add("segment", r.segment);
        add("country", r.country), add("region", r.region), add("employees", r.employees),
            add("parent", r.parent);
    }
    void fields(const PersonRecord& r) {
        add("key", r.key), add("name", r.name), add("email", r.email), add("title", r.title),
            add("team", r.team);
        add("manager", r.manager), add("manager_key", r.manager_key), add("active", r.active);
    }
    void fields(const ProductRecord& r) {
        add("name", r.name), add("family", r.family), add("price", r.list_price_minor),
            add("currency", r.currency);
    }
    void fields(const ActivityRecord& r) {
        add("key", r.key), add("on", r.happened_on), add("kind", r.kind), add("subject", r.subject);
        add("deal_key", r.deal_key), add("deal", r.deal_name), add("company", r.company),
            add("person", r.person);
        add("person_key", r.person_key), add("done", r.done);
    }
    void fields(const StageChangeRecord& r) {
        add("key", r.key), add("deal_key", r.deal_key), add("from", r.from_stage), add("to", r.to_stage);
        add("on", r.changed_on), add("amount", r.amount_minor), add("expected", r.expected_close_on);
    }
    // Of the kinds that came later: what is described.
    template <class Record>
    void fields(const Record& r) {
        add("key", r.key);
        for_each_member(r, [&](const std::string_view name, const auto& value) {
            add(std::string(name).c_str(), value);
        });
    }

    std::string out_, row_;
};

InspectOptions options_beside(const std::filesystem::path& table) {
    InspectOptions options;
    auto beside = table;
    if (std::filesystem::exists(beside.replace_extension(".toml"))) {
        const auto mapping = parse_mapping(content(beside), beside.filename().string());
        EXPECT_TRUE(mapping) << (mapping ? "" : mapping.error().message);
        if (mapping)
            options.mapping = *mapping;
    }
    std::ifstream answers(beside.replace_extension(".answers"));
    for (std::string line; std::getline(answers, line);)
        options.answers.push_back({line.substr(0, line.find('\t')), line.substr(line.find('\t') + 1)});
    return options;
}

// The plan; and, unless something is to be asked first, all rows.
std::string outcome_of(const std::filesystem::path& table) {
    Printer printer;
    const auto plan = inspect(table, options_beside(table));
    if (!plan) {
        const auto message = plan.error().message;
        const auto from = message.find(table.filename().string()); // without the machine's own folders
        printer.line(fmt::format("error: {}", message.substr(from == message.npos ? 0 : from)));
        return printer.text();
    }
    printer.plan(*plan);
    if (plan->not_needed)
        return printer.text();
    auto reader = RecordReader::open(*plan);
    if (!reader) {
        EXPECT_EQ(reader.error().code, ErrorCode::question) << reader.error().message;
        EXPECT_FALSE(plan->questions.empty());
        return printer.text();
    }
    std::uint64_t rows = 0, left_out = 0;
    for (Batch batch; reader->next(batch); rows += batch.rows) {
        printer.batch(batch);
        const auto records = std::visit([](const auto& all) { return all.size(); }, batch.records);
        EXPECT_EQ(batch.rows, records + batch.refusals.size() + batch.left_out);
        left_out += batch.left_out;
        EXPECT_EQ(batch.first_row, rows);
    }
    if (left_out > 0)
        printer.line(fmt::format("left out: {}", left_out));
    EXPECT_EQ(rows, static_cast<std::uint64_t>(plan->rows)) << "inspecting and reading count alike";
    return printer.text();
}

class Fixtures : public testing::TestWithParam<std::string> {};

TEST_P(Fixtures, give_what_is_expected) {
    const auto table = folder / (GetParam() + ".csv");
    const auto expected = folder / (GetParam() + ".expected");
    const auto outcome = outcome_of(table);
    if (std::getenv("BUCKSTOP_WRITE_EXPECTED") != nullptr)
        std::ofstream(expected, std::ios::binary) << outcome;
    EXPECT_EQ(outcome, content(expected));
}

std::vector<std::string> tables() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".csv")
            names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

INSTANTIATE_TEST_SUITE_P(All, Fixtures, testing::ValuesIn(tables()),
                         [](const auto& fixture) { return fixture.param; });

const std::filesystem::path users = std::filesystem::path(BUCKSTOP_SOURCE_DIR) / "docs/users";

TEST(ImportDocuments, name_every_field_and_every_rule) {
    const auto text = content(users / "import-mapping.md");
    for (const auto kind : all_kinds())
        for (const auto& field : fields_of(kind))
            EXPECT_NE(text.find(fmt::format("`{}`", field.field)), text.npos) << field.field;
    for (const auto& name : tables()) { // the fixtures meet the rules
        std::istringstream lines(content(folder / (name + ".expected")));
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("refused")) {
                const auto from = line.find("] ") + 2;
                const auto rule = line.substr(from, line.find(' ', from) - from);
                EXPECT_NE(text.find(fmt::format("`{}`", rule)), text.npos) << rule;
            }
    }
}

TEST(ImportDocuments, hold_an_example_that_imports_whole) {
    const auto mapping = parse_mapping(content(users / "examples/bids.toml"));
    ASSERT_TRUE(mapping) << mapping.error().message;
    const auto plan = inspect(users / "examples/bids.csv", {.mapping = *mapping}).value();
    auto reader = RecordReader::open(plan).value();
    Batch batch;
    ASSERT_TRUE(reader.next(batch));
    EXPECT_TRUE(batch.refusals.empty());
    EXPECT_EQ(batch.rows, 5U);
}

// The example of the whole syntax.
TEST(ImportDocuments, hold_a_mapping_that_is_right) {
    const auto text = content(users / "import-mapping.md");
    const auto from = text.find("```toml\n") + 8;
    const auto mapping = parse_mapping(text.substr(from, text.find("```", from) - from));
    EXPECT_TRUE(mapping) << (mapping ? "" : mapping.error().message);
}

} // namespace
} // namespace buckstop::imports
