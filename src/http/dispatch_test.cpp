#include "http/dispatch.hpp"

#include "http/openapi.hpp"

#include <gmock/gmock.h>

namespace buckstop::http {
namespace {

using testing::HasSubstr;
using testing::Not;

struct ThingInput {
    std::string name;
    std::optional<int> size;
};
BOOST_DESCRIBE_STRUCT(ThingInput, (), (name, size))

struct Thing {
    Id<struct Thing> id{7};
    std::string name;
    int size = 0;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, name, size))

struct ThingQuery {
    std::optional<std::string> q;
    std::optional<int> limit;
    std::optional<bool> open;
    std::vector<std::string> state;
};
BOOST_DESCRIBE_STRUCT(ThingQuery, (), (q, limit, open, state))

class DispatchTest : public testing::Test {
  protected:
    DispatchTest() {
        router_.get<ThingQuery, Page<Thing>>(
            "/things", {"things", "List"}, [](const ThingQuery& query, Call&) {
                std::string name = query.q.value_or("-");
                for (const auto& state : query.state)
                    name += "," + state;
                return Result<Page<Thing>>(
                    Page<Thing>{{Thing{.name = name + (query.open.value_or(false) ? "!" : ""),
                                       .size = query.limit.value_or(-1)}},
                                {}});
            });
        router_.get<Nothing, Thing>("/things/{thing}", {"things", "One"},
                                    [](const Nothing&, Call& call) -> Result<Thing> {
                                        const auto id = call.id<struct Thing>("thing");
                                        if (!id)
                                            return fail(id.error());
                                        call.etag(3);
                                        return Thing{.id = *id, .name = "one"};
                                    });
        router_.get<Nothing, Thing>(
            "/things/newest", {"things", "The newest"},
            [](const Nothing&, Call&) -> Result<Thing> { return Thing{.name = "newest"}; });
        router_.post<ThingInput, Thing>("/things",
                                        {.tag = "things", .summary = "Make", .success_status = 201},
                                        [](const ThingInput& input, Call& call) -> Result<Thing> {
                                            call.set_header("location", "/things/7");
                                            call.set_cookie("a=b");
                                            return Thing{.name = input.name, .size = input.size.value_or(0)};
                                        });
        router_.put<ThingInput, Nothing>(
            "/things/{thing}", {"things", "Change"}, [](const ThingInput&, Call& call) -> Result<> {
                const auto version = call.if_match();
                if (!version)
                    return fail(version.error());
                if (*version != 3)
                    return fail(ErrorCode::precondition_failed, "Somebody else was faster.");
                return {};
            });
        router_.del<Nothing, Nothing>("/things/{thing}", {"things", "Remove"},
                                      [](const Nothing&, Call& call) -> Result<> {
                                          call.set_cookie("gone=; Max-Age=0");
                                          call.set_header("x-not-on-errors", "1");
                                          return fail(ErrorCode::question, "Really?");
                                      });
        router_.post<Nothing, Nothing>("/throw", {"things", "Throws"}, [](const Nothing&, Call&) -> Result<> {
            throw std::runtime_error("select secret from table");
        });
        router_.post<Nothing, Thing>(
            "/open", {.tag = "things", .summary = "Open to all", .audience = Audience::anybody},
            [](const Nothing&, Call& call) -> Result<Thing> {
                return Thing{.name = call.who().org ? "somebody" : "nobody"};
            });
        router_.raw(Method::post, "/upload", {.tag = "things", .summary = "Upload", .body_limit = 5U << 20U},
                    [](Call& call) -> Result<Response> {
                        call.set_header("x-size", std::to_string(call.request().body.size()));
                        return Response{.body = "ok", .content_type = "text/plain"};
                    });
        options_.authenticate = [](const Request& request) -> Result<access::Principal> {
            if (request.cookie("session") == "expired")
                return fail(ErrorCode::unauthenticated, "Please sign in again.");
            if (request.cookie("session") == "good" || request.header("authorization") == "Bearer good")
                return access::Principal{
                    .org = OrgId(1), .person = PersonId(2), .roles = {}, .session = {}, .draft_key = {}};
            return access::Principal{};
        };
        options_.csrf_token_matches = [](const Request& request, const access::Principal&) {
            return request.header("x-csrf-token") == "token";
        };
        options_.log =
            Log(LogLevel::debug, LogFormat::text, [this](const std::string& line) { lines_ += line + "\n"; });
    }

    static Request request(Method method, std::string path, std::string body = "", Headers headers = {}) {
        headers.emplace("cookie", "other=1; session=good");
        headers.emplace("host", "buckstop.example");
        if (method != Method::get)
            headers.emplace("x-csrf-token", "token");
        if (!body.empty())
            headers.emplace("content-type", "application/json");
        Request made{.method = method,
                     .path = "/api/v1" + path,
                     .query = {},
                     .headers = std::move(headers),
                     .body = std::move(body),
                     .client = {},
                     .id = "r1"};
        return made;
    }
    Response send(const Request& made) {
        if (!dispatcher_)
            dispatcher_.emplace(router_, options_);
        return (*dispatcher_)(made);
    }
    Response send(Method method, std::string path, std::string body = "", Headers headers = {}) {
        return send(request(method, std::move(path), std::move(body), std::move(headers)));
    }
    static boost::json::value json_of(const Response& response) { return json::parse(response.body).value(); }
    static std::string header(const Response& response, const std::string& name) {
        const auto found = response.headers.find(name);
        return found == response.headers.end() ? "" : found->second;
    }

    Router router_;
    DispatchOptions options_;
    std::optional<Dispatcher> dispatcher_;
    std::string lines_;
};

TEST_F(DispatchTest, a_described_request_gets_a_described_answer) {
    const auto response = send(Method::post, "/things", R"({"name": "x", "size": 3})");
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, R"({"id":"7","name":"x","size":3})");
    EXPECT_EQ(header(response, "location"), "/things/7");
    EXPECT_EQ(header(response, "set-cookie"), "a=b");
    EXPECT_EQ(header(response, "cache-control"), "no-store");
    EXPECT_EQ(header(response, "x-content-type-options"), "nosniff");
}

TEST_F(DispatchTest, a_query_is_read_by_its_types) {
    auto query = request(Method::get, "/things");
    query.query = {{"q", "5"}, {"limit", "7"}, {"open", "true"}, {"state", "a"}, {"state", "b"}};
    const auto item = json_of(send(query)).at("items").at(0);
    EXPECT_EQ(item.at("name"), "5,a,b!");
    EXPECT_EQ(item.at("size"), 7);
    EXPECT_EQ(send(Method::get, "/things").status, 200);
    const auto rule = [&](std::vector<std::pair<std::string, std::string>> pairs) {
        query.query = std::move(pairs);
        const auto response = send(query);
        return response.status == 422
                   ? std::string(json_of(response).at("errors").at(0).at("rule").as_string())
                   : "";
    };
    EXPECT_EQ(rule({{"limit", "x"}}), "not_an_integer");
    EXPECT_EQ(rule({{"limit", ""}}), "not_an_integer");
    EXPECT_EQ(rule({{"open", "yes"}}), "not_a_boolean");
    EXPECT_EQ(rule({{"unknown", "1"}}), "unknown");
    EXPECT_EQ(rule({{"q", "1"}, {"q", "2"}}), "repeated");
    EXPECT_EQ(rule({{"limit", "99999999999999999999999"}}), "out_of_range");
}

TEST_F(DispatchTest, problems_say_what_is_wrong_with_which_field) {
    const auto response = send(Method::post, "/things", R"({"size": "x", "more": 1})");
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto problem = json_of(response);
    EXPECT_EQ(problem.at("code"), "invalid");
    EXPECT_EQ(problem.at("type"), "urn:buckstop:problem:invalid");
    EXPECT_EQ(problem.at("title"), "Unprocessable Content");
    EXPECT_EQ(problem.at("request_id"), "r1");
    EXPECT_EQ(problem.at("errors").as_array().size(), 3U);
    EXPECT_EQ(problem.at("errors").at(0).at("field"), "name");
}

TEST_F(DispatchTest, what_is_not_json_gets_400_and_another_type_415) {
    EXPECT_EQ(send(Method::post, "/things", "{").status, 400);
    EXPECT_EQ(send(Method::post, "/things", R"({"name": "a", "name": "b"})").status, 400);
    EXPECT_EQ(send(Method::post, "/things", "{\"name\": \"\xff\"}").status, 400);
    EXPECT_EQ(send(Method::post, "/things").status, 422) << "no body is an empty object";
    auto form = request(Method::post, "/things");
    form.body = "name=x";
    form.headers.emplace("content-type", "application/x-www-form-urlencoded");
    EXPECT_EQ(send(form).status, 415);
    auto charset = request(Method::post, "/things");
    charset.body = R"({"name": "x"})";
    charset.headers.emplace("content-type", "application/json; charset=utf-8");
    EXPECT_EQ(send(charset).status, 201);
}

TEST_F(DispatchTest, unknown_paths_and_methods) {
    EXPECT_EQ(send(Method::get, "/nothing").status, 404);
    EXPECT_EQ(send(Method::get, "/things/1/2").status, 404);
    EXPECT_EQ(send(Method::get, "/things/abc").status, 404) << "not an id";
    EXPECT_EQ(send(Method::get, "/things/").status, 404);
    const auto response = send(Method::patch, "/things");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(header(response, "allow"), "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(send(Method::options, "/things").status, 204);
    EXPECT_EQ(json_of(send(Method::get, "/things/newest")).at("name"), "newest") << "literal before {thing}";
    EXPECT_EQ(send(Method::head, "/things/newest").status, 200);
}

TEST_F(DispatchTest, only_people_who_are_signed_in_get_in) {
    auto anonymous = request(Method::get, "/things");
    anonymous.headers.erase("cookie");
    EXPECT_EQ(send(anonymous).status, 401);
    auto open = request(Method::post, "/open");
    EXPECT_EQ(json_of(send(open)).at("name"), "somebody");
    open.headers.erase("cookie");
    open.headers.erase("x-csrf-token");
    EXPECT_EQ(json_of(send(open)).at("name"), "nobody");
    open.headers.emplace("cookie", "session=expired");
    EXPECT_EQ(json_of(send(open)).at("name"), "nobody")
        << "an expired session is no reason to be refused there";
    auto expired = request(Method::get, "/things");
    expired.headers.find("cookie")->second = "session=expired";
    EXPECT_THAT(send(expired).body, HasSubstr("Please sign in again."));
}

TEST_F(DispatchTest, writes_need_the_token) {
    auto write = request(Method::post, "/things", R"({"name": "x"})");
    write.headers.erase("x-csrf-token");
    EXPECT_EQ(send(write).status, 403);
    write.headers.erase("cookie");
    write.headers.emplace("authorization", "Bearer good");
    EXPECT_EQ(send(write).status, 201) << "no site can make a browser send this header";
}

TEST_F(DispatchTest, writes_from_other_sites_are_refused) {
    const auto from = [this](Headers headers) {
        return send(Method::post, "/things", R"({"name": "x"})", std::move(headers)).status;
    };
    EXPECT_EQ(from({{"sec-fetch-site", "same-origin"}}), 201);
    EXPECT_EQ(from({{"sec-fetch-site", "none"}}), 201);
    EXPECT_EQ(from({{"sec-fetch-site", "same-site"}}), 403);
    EXPECT_EQ(from({{"sec-fetch-site", "cross-site"}, {"origin", "https://buckstop.example"}}), 403);
    EXPECT_EQ(from({{"origin", "https://buckstop.example"}}), 201);
    EXPECT_EQ(from({{"origin", "http://buckstop.example:80"}}), 201);
    EXPECT_EQ(from({{"origin", "https://buckstop.example:8443"}}), 403);
    EXPECT_EQ(from({{"origin", "https://evil.example"}}), 403);
    EXPECT_EQ(from({{"origin", "null"}}), 403);
    EXPECT_EQ(send(Method::get, "/things", "", {{"sec-fetch-site", "cross-site"}}).status, 200)
        << "reading is no write";
    dispatcher_.reset();
    options_.public_url = "https://Public.example/buckstop";
    EXPECT_EQ(from({{"origin", "https://public.example"}}), 201);
}

TEST_F(DispatchTest, the_rate_hook_puts_off) {
    options_.rate = [](const Request&, const Route& route, const access::Principal&) -> Result<> {
        if (route.pattern == "/things")
            return fail({.code = ErrorCode::too_many_requests,
                         .message = "Slowly.",
                         .fields = {},
                         .retry_after = std::chrono::seconds(9)});
        return {};
    };
    const auto response = send(Method::get, "/things");
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(header(response, "retry-after"), "9");
}

TEST_F(DispatchTest, etags_answer_304_and_guard_writes) {
    EXPECT_EQ(header(send(Method::get, "/things/1"), "etag"), "\"3\"");
    for (const auto* tags : {"\"3\"", "W/\"3\"", "\"1\", \"3\"", "*"}) {
        const auto response = send(Method::get, "/things/1", "", {{"if-none-match", tags}});
        EXPECT_EQ(response.status, 304) << tags;
        EXPECT_EQ(response.body, "");
    }
    EXPECT_EQ(send(Method::get, "/things/1", "", {{"if-none-match", "\"33\""}}).status, 200);
    const auto put = [this](Headers headers) {
        return send(Method::put, "/things/1", R"({"name": "x"})", std::move(headers)).status;
    };
    EXPECT_EQ(put({}), 428);
    EXPECT_EQ(put({{"if-match", "\"2\""}}), 412);
    EXPECT_EQ(put({{"if-match", "nonsense"}}), 412);
    EXPECT_EQ(put({{"if-match", "\"3\""}}), 204);
}

TEST_F(DispatchTest, a_failed_handler_keeps_its_cookies_only) {
    const auto response = send(Method::del, "/things/1");
    EXPECT_EQ(response.status, 409);
    EXPECT_EQ(json_of(response).at("code"), "question");
    EXPECT_EQ(header(response, "set-cookie"), "gone=; Max-Age=0");
    EXPECT_EQ(header(response, "x-not-on-errors"), "");
}

TEST_F(DispatchTest, an_exception_is_logged_and_not_told) {
    const auto response = send(Method::post, "/throw");
    EXPECT_EQ(response.status, 500);
    EXPECT_THAT(response.body, Not(HasSubstr("secret")));
    EXPECT_THAT(response.body, HasSubstr("r1"));
    EXPECT_THAT(lines_, HasSubstr("select secret from table"));
    EXPECT_THAT(lines_, HasSubstr("request_id=r1"));
}

TEST_F(DispatchTest, the_log_names_the_route_and_not_the_path) {
    send(Method::get, "/things/4711", "", {});
    EXPECT_THAT(lines_, HasSubstr("route=/things/{thing} status=200"));
    EXPECT_THAT(lines_, Not(HasSubstr("4711")));
}

TEST_F(DispatchTest, raw_routes_have_their_own_bodies_and_limits) {
    auto upload = request(Method::post, "/upload");
    upload.body = "not json";
    const auto response = send(upload);
    EXPECT_EQ(response.body, "ok");
    EXPECT_EQ(header(response, "x-size"), "8");
    EXPECT_EQ(dispatcher_->body_limit(Method::post, "/api/v1/upload"), 5U << 20U);
    EXPECT_EQ(dispatcher_->body_limit(Method::post, "/api/v1/things"), 1U << 20U);
    EXPECT_EQ(dispatcher_->body_limit(Method::post, "/elsewhere"), 64U << 10U);
}

TEST_F(DispatchTest, large_bodies_are_admitted_as_requests_are) {
    static_cast<void>(send(Method::get, "/things"));
    EXPECT_FALSE(dispatcher_->admit(request(Method::post, "/upload")));
    auto anonymous = request(Method::post, "/upload");
    anonymous.headers.erase("cookie");
    EXPECT_EQ(dispatcher_->admit(anonymous)->status, 401);
    auto forged = request(Method::post, "/upload");
    forged.headers.erase("x-csrf-token");
    EXPECT_EQ(dispatcher_->admit(forged)->status, 403);
}

TEST_F(DispatchTest, two_routes_for_the_same_requests_are_a_bug) {
    router_.get<Nothing, Thing>("/things/{other}", {"things", "Again"},
                                [](const Nothing&, Call&) -> Result<Thing> { return Thing{}; });
    EXPECT_THROW(Dispatcher(router_, options_), std::logic_error);
}

} // namespace
} // namespace buckstop::http
