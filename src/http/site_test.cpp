#include "http/site.hpp"
#include "support/databases.hpp"

#include <gmock/gmock.h>

namespace buckstop::http {
namespace {

using testing::HasSubstr;

class HealthTest : public test::BothDatabases {};
INSTANTIATE_BOTH_DATABASES(HealthTest);

class UnmigratedTest : public test::BothDatabases {
  protected:
    UnmigratedTest() : BothDatabases(test::Schema::none) {}
};
INSTANTIATE_BOTH_DATABASES(UnmigratedTest);

TEST_P(HealthTest, ready_until_it_stops) {
    Health health(database());
    EXPECT_EQ(health.ready().status, 200);
    EXPECT_EQ(health.live().status, 200);
    health.stopping();
    EXPECT_EQ(health.ready().status, 503);
    EXPECT_THAT(health.ready().body, HasSubstr("stopping"));
    EXPECT_EQ(health.live().status, 200) << "it still lives";
}

TEST_P(UnmigratedTest, is_not_ready) {
    const Health health(database());
    EXPECT_EQ(health.ready().status, 503);
    EXPECT_EQ(health.live().status, 200);
}

class SiteTest : public test::BothDatabases {
  protected:
    SiteTest()
        : dispatcher_((add_route(router_), router_), quiet()),
          page_(Assets::packed({{"index.html", "the page"}}, "")), health_(database()),
          application_(make_application(dispatcher_, page_, health_)) {}
    static void add_route(Router& router) {
        router.get<Nothing, Nothing>("/ping", {.tag = "t", .summary = "ping", .audience = Audience::anybody},
                                     [](const Nothing&, Call&) -> Result<> { return {}; });
        router.raw(Method::post, "/upload", {.tag = "t", .summary = "upload", .body_limit = 7},
                   [](Call&) -> Result<Response> { return Response{}; });
    }
    static DispatchOptions quiet() {
        DispatchOptions options;
        options.log = Log::silent();
        return options;
    }
    static Request ask(std::string path) {
        return {.method = Method::get,
                .path = std::move(path),
                .query = {},
                .headers = {},
                .body = {},
                .client = {},
                .id = "r"};
    }

    Router router_;
    Dispatcher dispatcher_;
    Assets page_;
    Health health_;
    Application application_;
};
INSTANTIATE_BOTH_DATABASES(SiteTest);

TEST_P(SiteTest, the_page_and_the_sign_of_life_need_no_worker) {
    EXPECT_EQ(application_.quick(ask("/"))->body, "the page");
    EXPECT_EQ(application_.quick(ask("/deals/1"))->body, "the page");
    EXPECT_EQ(application_.quick(ask("/health/live"))->status, 200);
    EXPECT_EQ(application_.quick(ask("/api/v2/ping"))->status, 404);
    EXPECT_FALSE(application_.quick(ask("/health/ready")));
    EXPECT_FALSE(application_.quick(ask("/api/v1/ping")));
}

TEST_P(SiteTest, the_rest_is_for_workers) {
    EXPECT_EQ(application_.handle(ask("/api/v1/ping")).status, 204);
    EXPECT_EQ(application_.handle(ask("/health/ready")).status, 200);
    EXPECT_EQ(application_.body_limit(Method::post, "/api/v1/upload"), 7U);
    auto upload = ask("/api/v1/upload");
    upload.method = Method::post;
    EXPECT_EQ(application_.admit(upload)->status, 401);
}

} // namespace
} // namespace buckstop::http
