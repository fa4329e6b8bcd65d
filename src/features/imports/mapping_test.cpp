#include "features/imports/mapping.hpp"

#include "base/json.hpp"
#include "features/imports/layouts.hpp"
#include "features/imports/salesforce_id.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace buckstop::imports {
namespace {

using testing::HasSubstr;

constexpr auto whole = R"(# Bids of the old system
name = "Bids"
kind = "deal"
source = "bids"
key = ["Region", "Number"]
currency = "USD"
dates = "dmy"
decimal = ","

[columns]
"Bid date" = "close_on"
Sponsor = { field = "fact", label = "Who asked" }
"Bid value" = { field = "amount", format = "decimal_point", currency = "EUR", round = true }
Result = "outcome"

[constants]
pipeline = "Bids"
created_on = 2025-12-31
probability = "0.5"

[outcomes]
"We got it" = "won"
Gone = "lost"
)";

TEST(Mapping, a_file_says_everything) {
    const auto mapping = parse_mapping(whole);
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_EQ(mapping->name, "Bids");
    EXPECT_EQ(mapping->kind, Kind::deal);
    EXPECT_EQ(mapping->source, "bids");
    EXPECT_EQ(mapping->key, (std::vector<std::string>{"Region", "Number"}));
    EXPECT_EQ(mapping->currency, "USD");
    EXPECT_EQ(mapping->dates, Format::dmy);
    EXPECT_EQ(mapping->decimal, Format::decimal_comma);
    ASSERT_EQ(mapping->columns.size(), 4U);
    EXPECT_EQ(mapping->columns[0], (ColumnMapping{.header = "Bid date", .field = "close_on"}))
        << "in the file's order";
    EXPECT_EQ(mapping->columns[1].label, "Who asked");
    EXPECT_EQ(mapping->columns[2], (ColumnMapping{.header = "Bid value",
                                                  .field = "amount",
                                                  .format = Format::decimal_point,
                                                  .currency = "EUR",
                                                  .round = true}));
    EXPECT_EQ(mapping->constants[1], (Constant{"created_on", "2025-12-31"}));
    EXPECT_EQ(mapping->outcomes,
              (std::vector<OutcomeWord>{{"We got it", Outcome::won}, {"Gone", Outcome::lost}}));
}

TEST(Mapping, toml_and_json_bring_it_back) {
    const auto mapping = parse_mapping(whole).value();
    EXPECT_EQ(parse_mapping(to_toml(mapping)).value(), mapping);
    EXPECT_EQ(json::read<Mapping>(json::write(mapping)).value(), mapping);
}

// The first complaint about a text, and where.
FieldError complaint(const std::string& text) {
    const auto mapping = parse_mapping(text, "m.toml");
    return mapping ? FieldError{} : mapping.error().fields.at(0);
}

TEST(Mapping, mistakes_are_named_by_line_and_column) {
    EXPECT_EQ(complaint("kind = \"deal\"\nkind = 3\n").rule, "not_toml");
    EXPECT_EQ(complaint("kind = \"deals\"\n[columns]\na = \"stage\"\n").field, "m.toml:1:8");
    EXPECT_THAT(complaint("kind = \"deals\"\n[columns]\na = \"stage\"\n").message,
                HasSubstr("\"stage_change\""));
    EXPECT_EQ(complaint("kind = \"deal\"\ncolour = 1\n[columns]\na = \"stage\"\n").field, "m.toml:2:10");
    const auto unknown = complaint("kind = \"deal\"\n\n[columns]\na = \"stage\"\n\"B c\" = \"amuont\"\n");
    EXPECT_EQ(unknown.field, "m.toml:5:9");
    EXPECT_EQ(unknown.rule, "unknown_field");
    EXPECT_THAT(unknown.message, HasSubstr("amount"));
    EXPECT_EQ(complaint("[columns]\na = \"stage\"\nb = { field = \"amount\", format = \"dmy\" }\n").field,
              "m.toml:3:34");
    EXPECT_EQ(complaint("[columns]\na = \"stage\"\nb = { feild = \"amount\" }\n").rule, "unknown_entry");
}

TEST(Mapping, what_may_not_be_is_refused) {
    const auto rule = [](const std::string& text) { return complaint("kind = \"deal\"\n" + text).rule; };
    EXPECT_EQ(rule("[columns]\na = \"company\"\n"), "required");
    EXPECT_EQ(rule("[columns]\na = \"outcome\"\n"), "");
    EXPECT_EQ(rule("[columns]\na = \"is_won\"\n"), "");
    EXPECT_EQ(rule("[columns]\na = \"stage\"\nb = { field = \"amount\", split = \";\" }\n"),
              "not_a_separator");
    EXPECT_EQ(rule("[columns]\na = \"stage\"\n[only]\nb = []\n"), "required");
    EXPECT_EQ(rule("[columns]\na = \"stage\"\n[only]\nb = 5\n"), "not_a_list");
    EXPECT_EQ(rule("[columns]\na = \"stage\"\nb = \"fact\"\nc = \"fact\"\n"), "");
    EXPECT_EQ(rule("currency = \"Euro\"\n[columns]\na = \"stage\"\n"), "not_a_currency");
    EXPECT_EQ(rule("dates = \",\"\n[columns]\na = \"stage\"\n"), "not_a_format");
    EXPECT_EQ(rule("source = \"\"\n[columns]\na = \"stage\"\n"), "required");
    EXPECT_EQ(rule("[columns]\na = { field = \"stage\", label = \"x\" }\n"), "not_a_fact");
    EXPECT_EQ(rule("[columns]\na = { field = \"stage\", round = true }\n"), "not_an_amount");
    EXPECT_EQ(rule("[columns]\na = \"stage\"\n[constants]\ncreated_on = \"31.12.2025\"\n"), "not_a_value");
    EXPECT_EQ(rule("[columns]\na = \"stage\"\n[constants]\nkey = \"x\"\n"), "not_constant");
    EXPECT_EQ(rule("[columns]\na = \"stage\"\n[outcomes]\nWon = \"won\"\nwon = \"lost\"\n"), "twice");
    EXPECT_EQ(rule("[columns]\na = 3\n"), "not_text");
    EXPECT_EQ(rule("columns = 3\n"), "not_a_table");
}

TEST(Mapping, it_fits_a_header_that_has_all_its_columns) {
    const auto mapping = parse_mapping(whole).value();
    const std::vector<std::string> headers = {"REGION",   "number", "bid_date", "Sponsor",
                                              "BidValue", "Result", "More"};
    EXPECT_TRUE(check(mapping, headers));
    const auto missing = check(mapping, {"Region", "Bid date", "Sponsor", "Bid value", "Result"});
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("“Number”"));
}

TEST(Mapping, remembered_headers_are_the_same_in_any_order) {
    EXPECT_EQ(header_key({"Close Date", "Amount"}), header_key({"amount", "close_date"}));
    EXPECT_NE(header_key({"Close Date", "Amount"}), header_key({"Close Date"}));
    EXPECT_EQ(header_key({"a"}).size(), 32U);
}

TEST(Mapping, keys_come_from_both_places) {
    Mapping mapping{.key = {"A"}};
    mapping.columns = {{.header = "B", .field = "key"}, {.header = "C", .field = "stage"}};
    EXPECT_EQ(key_columns(mapping), (std::vector<std::string>{"A", "B"}));
}

RC_GTEST_PROP(MappingProperties, every_mapping_survives_toml, ()) {
    const auto text = rc::gen::map(rc::gen::container<std::string>(rc::gen::inRange('\x01', '\x7f')),
                                   [](const std::string& inner) { return "x" + inner; });
    Mapping mapping{.name = *text, .source = *text};
    mapping.key = *rc::gen::container<std::vector<std::string>>(text);
    mapping.columns.push_back({.header = "s" + *text, .field = "stage"});
    int facts = 0;
    for (const auto& label : *rc::gen::container<std::vector<std::string>>(text))
        mapping.columns.push_back(
            {.header = "fact " + std::to_string(++facts), .field = "fact", .label = label});
    mapping.columns.push_back({.header = "other s" + *text, .field = "stage", .split = *text});
    if (*rc::gen::arbitrary<bool>())
        mapping.only = {{"s" + *text, {*text, ""}}, {"fact 1", {"one"}}};
    if (*rc::gen::arbitrary<bool>())
        mapping.header = *rc::gen::arbitrary<bool>();
    mapping.outcomes = {{"One" + *text, Outcome::won}};
    mapping.constants = {{"pipeline", *text}};
    const auto again = parse_mapping(to_toml(mapping));
    if (check(mapping))
        RC_ASSERT(again.value() == mapping);
}

// Spellings of one column, or two columns that differ in their spelling alone: the file tells.
TEST(Mapping, spellings_are_told_apart_where_the_file_has_both) {
    const auto mapping = parse_mapping("[columns]\nStage = \"stage\"\nLoss_Reason__c = \"stated_reason\"\n"
                                       "LossReason__c = \"stated_reason\"\n")
                             .value();
    EXPECT_TRUE(check(mapping, {"Stage", "Loss_Reason__c", "LossReason__c"}));
    const auto one = check(mapping, {"Stage", "Loss Reason  c"});
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().fields.front().rule, "twice");
    EXPECT_EQ(find_header({"Loss_Reason__c", "LossReason__c"}, "LossReason__c"), 1U);
    EXPECT_EQ(find_header({"Loss_Reason__c", "LossReason__c"}, "loss reason c"), 0U);
}

TEST(Layouts, every_layout_is_a_right_mapping_of_its_own_header) {
    for (const auto& layout : layouts()) {
        std::vector<std::string> headers;
        for (const auto& column : layout.columns)
            headers.emplace_back(column.header);
        for (const auto& filter : layout.only)
            headers.emplace_back(filter.header);
        for (const auto& key : layout.keys)
            headers.insert(headers.end(), key.begin(), key.end());
        EXPECT_EQ(recognise(headers), &layout) << layout.name;
        const auto mapping = mapping_of(layout, headers);
        const auto checked = check(mapping, headers);
        EXPECT_TRUE(checked) << layout.name << ": " << (checked ? "" : checked.error().message);
        EXPECT_EQ(parse_mapping(to_toml(mapping)).value(), mapping) << layout.name;
        EXPECT_EQ(mapping.key.size(), layout.keys.empty() ? 0 : layout.keys.front().size()) << layout.name;
        EXPECT_EQ(mapping.only.size(), layout.only.size()) << layout.name;
    }
}

TEST(Layouts, every_layout_has_a_title_of_its_own_for_people) {
    std::set<std::string_view> titles;
    for (const auto& layout : layouts()) {
        EXPECT_TRUE(titles.insert(layout.title).second) << layout.name;
        EXPECT_NE(layout.title.find(", "), layout.title.npos) << layout.name;
        EXPECT_EQ(layout.title.find('_'), layout.title.npos) << layout.name;
        EXPECT_EQ(find_layout(layout.name), &layout);
    }
    EXPECT_EQ(find_layout("salesforce_opportunity")->title, "Salesforce, opportunities");
    EXPECT_EQ(find_layout(""), nullptr);
}

TEST(Layouts, order_case_and_other_columns_dont_matter) {
    const auto* layout =
        recognise({"Extra", "Close Value", "CLOSE_DATE", "deal-stage", "Sales Agent", "Opportunity ID"});
    ASSERT_NE(layout, nullptr);
    EXPECT_EQ(layout->name, "maven_pipeline");
    EXPECT_EQ(recognise({"opportunity_id", "sales_agent", "deal_stage"}), nullptr);
}

TEST(Layouts, the_first_key_counts_whose_columns_are_all_there) {
    const std::vector<std::string> bare{"Opportunity Name", "Stage", "Close Date"};
    const auto key_with = [&](std::vector<std::string> more) {
        more.insert(more.end(), bare.begin(), bare.end());
        const auto* layout = recognise(more);
        return layout ? mapping_of(*layout, more).key : std::vector<std::string>{"unknown"};
    };
    EXPECT_EQ(key_with({"Opportunity ID", "Account Name"}), (std::vector<std::string>{"Opportunity ID"}));
    EXPECT_EQ(key_with({"Account Name"}), (std::vector<std::string>{"Account Name", "Opportunity Name"}));
    EXPECT_EQ(key_with({}), (std::vector<std::string>{"Opportunity Name"}));
    EXPECT_EQ(recognise({"Deal Name", "Deal Stage", "Amount"}), nullptr); // HubSpot's, without an id
}

TEST(SalesforceIds, of_fifteen_characters_become_those_of_eighteen) {
    SalesforceId id;
    EXPECT_EQ(id.expand("0068d00000B1xYz"), "0068d00000B1xYzAAJ");
    EXPECT_EQ(id.expand("001A0000006Vm9r"), "001A0000006Vm9rIAC");
    EXPECT_EQ(id.expand("0068d00000B1xYzAAJ"), "0068d00000B1xYzAAJ");
    EXPECT_EQ(id.expand("no id of theirs"), "no id of theirs");
}

} // namespace
} // namespace buckstop::imports
