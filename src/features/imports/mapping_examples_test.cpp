// Every example of docs/users/mapping-examples.md does what the page says: its table isn't known by itself,
// and with its mapping all of it is read, as the deals of the CRM that it came from.
#include "features/imports/layouts.hpp"
#include "features/imports/record_reader.hpp"
#include "support/temporary_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

namespace buckstop::imports {
namespace {

struct Example {
    std::string crm; // the heading
    std::string table, mapping, command;
};

// The fenced block of that language behind `from`; empty where there is none.
std::string block(std::string_view text, std::string_view language) {
    const std::string fence = "\n```" + std::string(language) + "\n";
    const auto begin = text.find(fence);
    if (begin == text.npos)
        return {};
    const auto rest = text.substr(begin + fence.size());
    return std::string(rest.substr(0, rest.find("```\n")));
}

std::vector<Example> examples() {
    std::ifstream file(std::filesystem::path(BUCKSTOP_SOURCE_DIR) / "docs/users/mapping-examples.md");
    std::ostringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    std::vector<Example> found;
    for (auto at = text.find("\n## "); at != text.npos;) {
        const auto next = text.find("\n## ", at + 1);
        const auto section = text.substr(at + 4, next == text.npos ? next : next - at - 4);
        const auto mapping = section.find("\n```toml\n");
        const auto mapping_end = section.find("\n```\n", mapping) + 4; // the command comes behind it
        found.push_back({section.substr(0, section.find('\n')), block(section, "csv"), block(section, "toml"),
                         block(section.substr(std::min(mapping_end, section.size())), "")});
        at = next;
    }
    return found;
}

std::string test_name(const std::string& crm) {
    std::string name;
    for (const char c : crm)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            name += c;
    return name;
}

// The CRMs whose exports are known, as their layouts call them.
std::set<std::string, std::less<>> known_sources() {
    std::set<std::string, std::less<>> sources;
    for (const auto& layout : layouts())
        sources.emplace(layout.source);
    return sources;
}

class MappingExamples : public testing::TestWithParam<Example> {
  protected:
    [[nodiscard]] std::string table() const { return folder_.write("table.csv", GetParam().table); }

  private:
    test::TemporaryDirectory folder_;
};
INSTANTIATE_TEST_SUITE_P(Of, MappingExamples, testing::ValuesIn(examples()),
                         [](const auto& example) { return test_name(example.param.crm); });

TEST_P(MappingExamples, NeedTheirMapping) {
    const auto plan = inspect(table());
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_TRUE(plan->mapping_needed) << "the table is known as " << plan->layout;
}

TEST_P(MappingExamples, AreReadWhole) {
    const auto mapping = parse_mapping(GetParam().mapping);
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_TRUE(known_sources().contains(mapping->source)) << mapping->source;
    EXPECT_FALSE(mapping->key.empty());

    // In the organisation's currency nothing is settled: what the example needs, it says.
    const auto plan = inspect(table(), {.mapping = *mapping, .default_currency = "SEK"});
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_TRUE(plan->questions.empty()) << plan->questions.front().question;
    auto reader = RecordReader::open(*plan);
    ASSERT_TRUE(reader) << reader.error().message;
    Batch batch;
    ASSERT_TRUE(reader->next(batch));
    for (const auto& refusal : batch.refusals)
        ADD_FAILURE() << refusal.column << ": " << refusal.reason;
    const auto& deals = std::get<std::vector<DealRecord>>(batch.records);
    ASSERT_EQ(deals.size(), 2U);

    // Two deals that all of the examples tell of: one is open, one was lost, with a reason.
    const auto &bridge = deals[0], &dock = deals[1];
    EXPECT_EQ(bridge.name, "Crew bridge");
    EXPECT_EQ(bridge.company, "Skarravoe Salmon");
    EXPECT_EQ(bridge.owner, "Yusuf Demir");
    EXPECT_EQ(bridge.outcome, "open");
    EXPECT_EQ(bridge.amount_minor, 118'000'00);
    EXPECT_EQ(bridge.currency, "EUR");
    EXPECT_EQ(to_text(bridge.created_on.value()), "2026-03-02");
    EXPECT_EQ(to_text(bridge.expected_close_on.value()), "2026-12-18");
    EXPECT_FALSE(bridge.closed_on);
    EXPECT_EQ(dock.name, "Hoist dock");
    EXPECT_EQ(dock.outcome, "lost");
    EXPECT_EQ(dock.amount_minor, 8'400'50);
    EXPECT_NE(dock.currency, "SEK");
    EXPECT_EQ(to_text(dock.closed_on.value()), "2026-10-24");
    EXPECT_TRUE(dock.stated_reason);
    EXPECT_NE(bridge.key, dock.key);
}

TEST_P(MappingExamples, NameTheirFilesInTheCommand) {
    const auto mapping = parse_mapping(GetParam().mapping).value();
    EXPECT_EQ(GetParam().command,
              "buckstop import --preview --map " + mapping.source + ".toml " + mapping.source + ".csv\n");
}

TEST(MappingExamplesPage, HasOneForEachCrm) {
    auto wanted = known_sources();
    for (const auto* plain : {"plain", "maven"}) // tables that aren't of a CRM
        wanted.erase(plain);
    for (const auto& example : examples()) {
        const auto mapping = parse_mapping(example.mapping);
        ASSERT_TRUE(mapping) << mapping.error().message;
        EXPECT_EQ(wanted.erase(mapping->source), 1U) << mapping->source;
    }
    EXPECT_TRUE(wanted.empty()) << *wanted.begin();
}

} // namespace
} // namespace buckstop::imports
