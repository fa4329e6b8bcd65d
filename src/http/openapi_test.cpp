#include "http/openapi.hpp"

#include "http/problem.hpp"
#include "http/validate.hpp"

#include <gmock/gmock.h>

namespace buckstop::lessons_like {
struct Input {
    std::string title;
};
BOOST_DESCRIBE_STRUCT(Input, (), (title))
} // namespace buckstop::lessons_like

namespace buckstop::people_like {
struct Input {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Input, (), (name))

enum class Mood { calm, cross };
BOOST_DESCRIBE_ENUM(Mood, calm, cross)

struct Member {
    PersonId id{1};
    Mood mood = Mood::calm;
    std::optional<std::string> title;
    Date born{std::chrono::year{2000}, std::chrono::month{1}, std::chrono::day{1}};
    Instant seen{};
    Money owed{5, "EUR"};
    std::map<std::string, int> counts;
    std::vector<Member> reports;
};
BOOST_DESCRIBE_STRUCT(Member, (), (id, mood, title, born, seen, owed, counts, reports))

struct Query {
    std::optional<std::string> q;
    int limit = 0;
    std::vector<Mood> mood;
};
BOOST_DESCRIBE_STRUCT(Query, (), (q, limit, mood))
} // namespace buckstop::people_like

namespace buckstop::http {
namespace {

using boost::json::value;
using people_like::Member;

Router example() {
    Router router;
    router.get<people_like::Query, Page<Member>>(
        "/people", {"people", "List the people"},
        [](const auto&, Call&) -> Result<Page<Member>> { return Page<Member>{}; });
    router.post<people_like::Input, Member>("/people",
                                            {.tag = "people", .summary = "Invite", .success_status = 201},
                                            [](const auto&, Call&) -> Result<Member> { return Member{}; });
    router.post<lessons_like::Input, Nothing>("/lessons", {"lessons", "Write"},
                                              [](const auto&, Call&) -> Result<> { return {}; });
    router.del<Nothing, Nothing>("/people/{person}/roles/{role}", {"people", "Take a role"},
                                 [](const auto&, Call&) -> Result<> { return {}; });
    router.raw(Method::post, "/imports",
               {.tag = "imports", .summary = "Upload", .takes = "text/csv", .gives = "text/plain"},
               [](Call&) -> Result<Response> { return Response{}; });
    add_openapi(router, {.title = "Test", .version = "1.2", .server = "/below/api/v1"});
    return router;
}

value document() {
    return openapi(example().routes(), {.title = "Test", .version = "1.2", .server = "/below/api/v1"});
}

TEST(OpenApi, names_every_operation) {
    const auto api = document();
    EXPECT_EQ(api.at("openapi"), "3.1.0");
    EXPECT_EQ(api.at("servers").at(0).at("url"), "/below/api/v1");
    const auto& list = api.at("paths").at("/people").at("get");
    EXPECT_EQ(list.at("operationId"), "getPeople");
    EXPECT_EQ(list.at("tags").at(0), "people");
    EXPECT_EQ(list.at("summary"), "List the people");
    EXPECT_EQ(list.at("responses").at("200").at("content").at("application/json").at("schema").at("$ref"),
              "#/components/schemas/MemberPage");
    EXPECT_EQ(list.at("responses").at("default").at("$ref"), "#/components/responses/Problem");
    const auto& remove = api.at("paths").at("/people/{person}/roles/{role}").at("delete");
    EXPECT_EQ(remove.at("operationId"), "deletePeopleByPersonRolesByRole");
    EXPECT_FALSE(remove.at("responses").at("204").as_object().contains("content"));
    EXPECT_EQ(remove.at("parameters").at(0).at("name"), "person");
    EXPECT_EQ(remove.at("parameters").at(1).at("name"), "role");
}

TEST(OpenApi, queries_are_parameters_and_bodies_are_bodies) {
    const auto api = document();
    const auto& parameters = api.at("paths").at("/people").at("get").at("parameters");
    EXPECT_EQ(boost::json::serialize(parameters.at(0)),
              R"({"name":"q","in":"query","required":false,"schema":{"type":["string","null"]}})");
    EXPECT_EQ(parameters.at(1).at("required"), true);
    EXPECT_EQ(parameters.at(2).at("required"), false) << "no parameter is an empty list";
    EXPECT_EQ(parameters.at(2).at("schema").at("items").at("$ref"), "#/components/schemas/Mood");
    const auto& invite = api.at("paths").at("/people").at("post");
    EXPECT_EQ(invite.at("requestBody").at("content").at("application/json").at("schema").at("$ref"),
              "#/components/schemas/PeopleLikeInput")
        << "two features have an Input";
    EXPECT_TRUE(invite.at("responses").as_object().contains("201"));
    const auto& upload = api.at("paths").at("/imports").at("post");
    EXPECT_TRUE(upload.at("requestBody").at("content").as_object().contains("text/csv"));
    EXPECT_TRUE(upload.at("responses").at("200").at("content").as_object().contains("text/plain"));
}

void every_reference_leads_somewhere(const value& part, const value& api) {
    if (const auto* list = part.if_array())
        for (const auto& element : *list)
            every_reference_leads_somewhere(element, api);
    if (const auto* members = part.if_object())
        for (const auto& [name, member] : *members) {
            boost::json::error_code missing;
            if (name == "$ref") {
                EXPECT_NE(api.find_pointer(std::string_view(member.as_string()).substr(1), missing), nullptr)
                    << member;
            }
            EXPECT_NE(name, "$defs");
            every_reference_leads_somewhere(member, api);
        }
}

TEST(OpenApi, every_reference_leads_somewhere) {
    every_reference_leads_somewhere(document(), document());
}

TEST(OpenApi, it_is_served_even_after_the_router_was_moved) {
    auto first = std::make_unique<Router>(example());
    const Router moved = std::move(*first);
    first.reset();
    Request request;
    Call call(request, {}, {});
    const auto response = moved.routes().back().handle(call);
    EXPECT_EQ(json::parse(response->body).value(), document());
}

TEST(Validate, an_answer_is_held_against_the_document) {
    const auto api = document();
    const value schema{{"$ref", "#/components/schemas/MemberPage"}};
    Page<Member> page{{Member{}}, "next"};
    page.items[0].reports.push_back(Member{});
    page.items[0].counts["a"] = 1;
    const auto good = json::write(page);
    EXPECT_THAT(validate(good, schema, api), testing::IsEmpty());
    const auto complaint = [&](std::string_view pointer, value wrong) {
        auto bad = good;
        boost::json::error_code missing;
        *bad.find_pointer(pointer, missing) = std::move(wrong);
        const auto complaints = validate(bad, schema, api);
        return complaints.empty() ? std::string() : complaints.front();
    };
    EXPECT_EQ(complaint("/items/0/id", 5), "/items/0/id: isn't of type \"string\"");
    EXPECT_EQ(complaint("/items/0/id", "0"), "/items/0/id: breaks pattern \"^[1-9][0-9]{0,18}$\"");
    EXPECT_EQ(complaint("/items/0/reports/0/mood", "odd"),
              R"(/items/0/reports/0/mood: isn't one of ["calm","cross"])");
    EXPECT_EQ(complaint("/items/0/born", "2026-02-30"), "/items/0/born: breaks format \"date\"");
    EXPECT_EQ(complaint("/items/0/seen", "yesterday"), "/items/0/seen: breaks format \"date-time\"");
    EXPECT_EQ(complaint("/items/0/owed/currency", "euro"),
              "/items/0/owed/currency: breaks pattern \"^[A-Z]{3}$\"");
    EXPECT_EQ(complaint("/items/0/counts/a", 1.5), "/items/0/counts/a: isn't of type \"integer\"");
    EXPECT_EQ(complaint("/next", 1), R"(/next: isn't of type ["string","null"])");
    EXPECT_EQ(complaint("/items/0", value(nullptr)), "/items/0: isn't of type \"object\"");
    auto more = good;
    more.as_object()["extra"] = 1;
    EXPECT_THAT(validate(more, schema, api), testing::ElementsAre("/extra: may not be there"));
    auto fewer = good;
    fewer.as_object().erase("items");
    EXPECT_THAT(validate(fewer, schema, api), testing::ElementsAre("/items: is missing"));
}

TEST(Validate, what_it_does_not_know_is_a_complaint) {
    EXPECT_THAT(validate(1, value{{"multipleOf", 2}}, {}), testing::SizeIs(1));
    EXPECT_THAT(validate(1, value{{"$ref", "#/nowhere"}}, value(boost::json::object())), testing::SizeIs(1));
}

TEST(Validate, problems_are_as_described) {
    const auto response = problem(
        Error{.code = ErrorCode::invalid, .message = "m", .fields = {{"f", "r", "m"}}, .retry_after = {}},
        "id");
    const value schema = problem_schema();
    EXPECT_THAT(validate(json::parse(response.body).value(), schema, schema), testing::IsEmpty());
}

} // namespace
} // namespace buckstop::http
