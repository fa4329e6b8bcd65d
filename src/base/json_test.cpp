#include "base/json.hpp"

#include <gmock/gmock.h>

namespace buckstop::json_test {

enum class Mood { calm, cross };
BOOST_DESCRIBE_ENUM(Mood, calm, cross)

struct Named {
    std::string name;
    bool operator==(const Named&) const = default;
};
BOOST_DESCRIBE_STRUCT(Named, (), (name))

struct Node : Named {
    std::vector<Node> children;
    bool operator==(const Node&) const = default;
};
BOOST_DESCRIBE_STRUCT(Node, (Named), (children))

struct Everything : Named {
    bool flag = false;
    int small = 0;
    std::int64_t large = 0;
    double real = 0;
    Mood mood = Mood::calm;
    DealId deal{1};
    Date day{};
    Instant at{};
    Money money{0, "EUR"};
    std::vector<Mood> moods;
    std::map<std::string, std::int64_t> counts;
    std::optional<std::string> note;
    std::optional<std::optional<int>> patch;
    boost::json::value any;
    bool operator==(const Everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (Named),
                      (flag, small, large, real, mood, deal, day, at, money, moods, counts, note, patch, any))

namespace {

using testing::UnorderedElementsAre;

Everything example() {
    Everything all;
    all.name = "Größe \"x\" \n";
    all.flag = true;
    all.small = -7;
    all.large = 9007199254740993;
    all.real = 18.4;
    all.mood = Mood::cross;
    all.deal = DealId(4611686018427387904);
    all.day = *parse_date("2024-02-29");
    all.at = *parse_instant("2026-11-23T01:22:05.123456Z");
    all.money = {-123450, "KWD"};
    all.moods = {Mood::calm, Mood::cross};
    all.counts = {{"a", 1}, {"b", 2}};
    all.note = "noted";
    all.any = {1, nullptr, "x"};
    return all;
}

template <class T>
std::vector<std::string> broken_rules(std::string_view text) {
    const auto value = json::parse(text);
    EXPECT_TRUE(value) << text;
    const auto result = json::read<T>(*value);
    std::vector<std::string> rules;
    if (!result)
        for (const auto& field : result.error().fields)
            rules.push_back(field.field + ": " + field.rule);
    return rules;
}

TEST(Json, everything_survives_a_round_trip) {
    const auto all = example();
    const auto parsed = json::parse(json::to_text(all));
    ASSERT_TRUE(parsed) << parsed.error().message;
    const auto back = json::read<Everything>(*parsed);
    ASSERT_TRUE(back) << back.error().fields.front().field;
    EXPECT_EQ(*back, all);
}

TEST(Json, values_look_as_documented) {
    const auto value = json::write(example()).as_object();
    EXPECT_EQ(value.at("deal"), "4611686018427387904");
    EXPECT_EQ(value.at("day"), "2024-02-29");
    EXPECT_EQ(value.at("at"), "2026-11-23T01:22:05.123456Z");
    EXPECT_EQ(value.at("mood"), "cross");
    EXPECT_EQ(boost::json::serialize(value.at("money")), R"({"minor":-123450,"currency":"KWD"})");
    EXPECT_FALSE(value.contains("patch"));
    EXPECT_EQ(value.begin()->key(), "name") << "a base's members come first";
}

TEST(Json, numbers_that_json_has_no_form_for_are_null) {
    EXPECT_TRUE(json::write(std::numeric_limits<double>::infinity()).is_null());
    EXPECT_TRUE(json::write(std::numeric_limits<double>::quiet_NaN()).is_null());
}

TEST(Json, optional_of_optional_tells_left_out_from_null) {
    auto value = json::write(example());
    EXPECT_FALSE(json::read<Everything>(value)->patch.has_value());
    value.as_object()["patch"] = nullptr;
    const auto cleared = json::read<Everything>(value);
    ASSERT_TRUE(cleared && cleared->patch.has_value());
    EXPECT_FALSE(cleared->patch->has_value());
    value.as_object()["patch"] = 5;
    EXPECT_EQ(json::read<Everything>(value)->patch.value().value(), 5);
}

TEST(Json, every_broken_rule_is_named_by_its_path) {
    EXPECT_THAT(
        broken_rules<Node>(R"({"name": 1, "children": [{"name": "a", "children": [], "extra": 1}, 5, {}]})"),
        UnorderedElementsAre("name: not_a_text", "children[0].extra: unknown", "children[1]: not_an_object",
                             "children[2].name: required", "children[2].children: required"));
}

TEST(Json, each_type_refuses_what_it_is_not) {
    auto value = json::write(example()).as_object();
    const auto broken = [&](std::string_view member, boost::json::value wrong) {
        auto copy = value;
        copy[member] = std::move(wrong);
        const auto result = json::read<Everything>(copy);
        return result ? std::string()
                      : result.error().fields.at(0).field + " " + result.error().fields.at(0).rule;
    };
    EXPECT_EQ(broken("flag", "true"), "flag not_a_boolean");
    EXPECT_EQ(broken("small", 1.5), "small not_an_integer");
    EXPECT_EQ(broken("small", "1"), "small not_an_integer");
    EXPECT_EQ(broken("small", 2147483648), "small out_of_range");
    EXPECT_EQ(broken("large", 9223372036854775808U), "large out_of_range");
    EXPECT_EQ(broken("large", 1e300), "large out_of_range");
    EXPECT_EQ(broken("small", 3.0), "") << "a whole number may be written with a point";
    EXPECT_EQ(broken("real", "1"), "real not_a_number");
    EXPECT_EQ(broken("mood", "angry"), "mood not_a_choice");
    EXPECT_EQ(broken("deal", 5), "deal not_an_id");
    EXPECT_EQ(broken("deal", "0"), "deal not_an_id");
    EXPECT_EQ(broken("day", "2026-02-29"), "day not_a_date");
    EXPECT_EQ(broken("at", "2026-11-23 01:22:05Z"), "at not_a_moment");
    EXPECT_EQ(broken("money", {{"minor", 1}, {"currency", "XX"}}), "money.currency not_a_currency");
    EXPECT_EQ(broken("money", {{"minor", 1}}), "money.currency required");
    EXPECT_EQ(broken("moods", "calm"), "moods not_a_list");
    EXPECT_EQ(broken("counts", {{"a", "b"}}), "counts.a not_an_integer");
    EXPECT_EQ(broken("name", boost::json::string("a\0b", 3)), "name not_a_text");
    EXPECT_EQ(broken("note", nullptr), "");
    EXPECT_EQ(broken("name", nullptr), "name not_a_text");
}

TEST(Json, a_flood_of_mistakes_is_cut_short) {
    std::string text = "[";
    for (int i = 0; i < 5000; ++i)
        text += "0,";
    text += "0]";
    EXPECT_EQ(json::read<std::vector<std::string>>(*json::parse(text)).error().fields.size(), 100U);
}

TEST(Json, refuses_what_is_not_strict_json) {
    for (const std::string_view text :
         {"", " ", "{", "[1,]", "{\"a\":1,}", "// c\n1", "1 2", "NaN", "'a'", "{\"a\" 1}", "tru", "01", "+1",
          "\"\\ud800\"", "\"\xff\"", "\"\xc0\xaf\"", "\"a\nb\"", "\xef\xbb\xbf{}"})
        EXPECT_FALSE(json::parse(text)) << text;
    for (const std::string_view text : {" {} \n", "1e5", "\"\\u00e4\"", "[[]]", "null"})
        EXPECT_TRUE(json::parse(text)) << text;
}

TEST(Json, refuses_repeated_keys_however_they_are_written) {
    const auto repeated = json::parse(R"({"x": {"ab": 1, "c": 2, "\u0061b": 3}})");
    ASSERT_FALSE(repeated);
    EXPECT_EQ(repeated.error().fields.at(0),
              (FieldError{"ab", "repeated", "This name stands twice in one object."}));
    EXPECT_FALSE(json::parse(R"({"": 1, "": 2})"));
    EXPECT_TRUE(json::parse(R"([{"a": 1}, {"a": {"a": 2}}])"));
}

TEST(Json, refuses_more_than_32_levels) {
    EXPECT_TRUE(json::parse(std::string(32, '[') + std::string(32, ']')));
    EXPECT_FALSE(json::parse(std::string(33, '[') + std::string(33, ']')));
    EXPECT_FALSE(json::parse(std::string(1U << 20U, '[')));
}

TEST(Json, the_name_in_an_error_is_cut_between_characters) {
    std::string name;
    while (name.size() < 150)
        name += "ä";
    const auto rules = broken_rules<Named>("{\"name\": \"x\", \"a" + name + "\": 1}");
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_TRUE(json::parse("\"" + rules[0] + "\"")) << "still UTF-8";
    EXPECT_LT(rules[0].size(), 120U);
}

TEST(JsonSchema, names_structs_and_ends_recursion) {
    const auto schema = json::schema<Node>();
    EXPECT_EQ(schema.at("$ref"), "#/$defs/json_test.Node");
    EXPECT_EQ(boost::json::serialize(schema.at("$defs")),
              R"({"json_test.Node":{"type":"object","properties":{"name":{"type":"string"},"children":)"
              R"({"type":"array","items":{"$ref":"#/$defs/json_test.Node"}}},"required":["name","children"],)"
              R"("additionalProperties":false}})");
}

TEST(JsonSchema, has_a_form_for_everything) {
    const auto schema = json::schema<Everything>();
    const auto& definitions = schema.at("$defs").as_object();
    const auto& properties = definitions.at("json_test.Everything").at("properties").as_object();
    const auto text = [&](std::string_view name) { return boost::json::serialize(properties.at(name)); };
    EXPECT_EQ(text("small"), R"({"type":"integer","format":"int32"})");
    EXPECT_EQ(text("note"), R"({"type":["string","null"]})");
    EXPECT_EQ(text("patch"), R"({"type":["integer","null"],"format":"int32"})");
    EXPECT_EQ(text("mood"), R"({"$ref":"#/$defs/json_test.Mood"})");
    EXPECT_EQ(text("day"), R"({"type":"string","format":"date"})");
    EXPECT_EQ(text("counts"),
              R"({"type":"object","additionalProperties":{"type":"integer","format":"int64"}})");
    EXPECT_EQ(text("money"), R"({"$ref":"#/$defs/Money"})");
    EXPECT_EQ(text("any"), "{}");
    EXPECT_EQ(boost::json::serialize(definitions.at("json_test.Mood")),
              R"({"type":"string","enum":["calm","cross"]})");
    EXPECT_EQ(boost::json::serialize(json::schema<std::optional<Mood>>().at("anyOf")),
              R"([{"$ref":"#/$defs/json_test.Mood"},{"type":"null"}])");
}

} // namespace
} // namespace buckstop::json_test
