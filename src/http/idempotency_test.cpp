#include "http/dispatch.hpp"
#include "support/databases.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <latch>
#include <sodium.h>
#include <thread>

namespace buckstop::http {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))

constexpr auto key = "0b9c3f6e-8a53-4c0e-9d5b-0a4f3b1f6c11";

class IdempotencyTest : public test::BothDatabases {
  protected:
    IdempotencyTest() {
        EXPECT_GE(sodium_init(), 0);
        router_.post<Text, Text>("/texts", {.tag = "t", .summary = "Make", .success_status = 201},
                                 [this](const Text& input, Call& call) -> Result<Text> {
                                     ++runs_;
                                     call.etag(runs_);
                                     call.set_cookie("secret=1");
                                     return before_ ? before_(input)
                                                    : Result<Text>(Text{"made " + input.text});
                                 });
        // Its effect, a row of its own, and its answer are committed together.
        router_.post<Text, Text>(
            "/once", {.tag = "t", .summary = "Make", .exactly_once = true},
            [this](const Text& input, Call& call) -> Result<Text> {
                ++runs_;
                if (before_)
                    if (const auto stop = before_(input); !stop)
                        return fail(stop.error());
                auto made = this->database().write([&](db::Transaction& tx) {
                    tx.execute(
                        "insert into idempotency_key (org_id, person_id, key, request_hash, created_at)"
                        " values (9, 9, $1, '', 0)",
                        std::to_string(tx.new_id<Text>().value()));
                    const Text output{"made " + input.text};
                    call.remember(tx, output);
                    return output;
                });
                if (after_)
                    after_();
                return made;
            });
        options_.authenticate = [](const Request& request) -> Result<access::Principal> {
            const auto person = PersonId::parse(request.header("x-person").value_or("2"));
            return access::Principal{
                .org = OrgId(1), .person = *person, .roles = {}, .session = {}, .draft_key = {}};
        };
        options_.log = Log::silent();
        options_.now = [this] { return now_.load(); };
    }

    Response post(std::string path, std::string body, Headers headers = {{"idempotency-key", key}}) {
        {
            const std::scoped_lock lock(mutex_);
            if (!dispatcher_) {
                options_.database = &database();
                dispatcher_.emplace(router_, options_);
            }
        }
        headers.emplace("content-type", "application/json");
        const Request request{.method = Method::post,
                              .path = "/api/v1" + path,
                              .query = {},
                              .headers = std::move(headers),
                              .body = std::move(body),
                              .client = {},
                              .id = "r"};
        return (*dispatcher_)(request);
    }
    int effects() {
        return database().read([](db::Transaction& tx) {
            return tx.value<int>("select count(*) from idempotency_key where org_id = 9");
        });
    }

    Router router_;
    DispatchOptions options_;
    std::optional<Dispatcher> dispatcher_;
    std::mutex mutex_;
    std::atomic<int> runs_ = 0;
    std::function<Result<Text>(const Text&)> before_;
    std::function<void()> after_;
    std::atomic<Instant> now_ = *parse_instant("2026-11-23T10:00:00Z");
};
INSTANTIATE_BOTH_DATABASES(IdempotencyTest);

TEST_P(IdempotencyTest, the_stored_answer_is_repeated) {
    const auto first = post("/texts", R"({"text": "a"})");
    const auto again = post("/texts", R"({"text": "a"})");
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.content_type, first.content_type);
    EXPECT_EQ(again.headers.find("etag")->second, "\"1\"");
    EXPECT_EQ(again.headers.find("idempotent-replay")->second, "true");
    EXPECT_FALSE(again.headers.contains("set-cookie")) << "no cookie is stored";
    EXPECT_EQ(runs_, 1);
}

TEST_P(IdempotencyTest, another_request_under_the_same_key_is_refused) {
    post("/texts", R"({"text": "a"})");
    EXPECT_EQ(post("/texts", R"({"text": "b"})").status, 422);
    EXPECT_EQ(post("/once", R"({"text": "a"})").status, 422);
    EXPECT_EQ(runs_, 1);
}

TEST_P(IdempotencyTest, keys_are_each_persons_own) {
    post("/texts", R"({"text": "a"})");
    EXPECT_EQ(post("/texts", R"({"text": "b"})", {{"idempotency-key", key}, {"x-person", "3"}}).status, 201);
    EXPECT_EQ(runs_, 2);
}

TEST_P(IdempotencyTest, without_a_key_every_request_runs) {
    post("/texts", R"({"text": "a"})", {});
    post("/texts", R"({"text": "a"})", {});
    EXPECT_EQ(runs_, 2);
    EXPECT_EQ(post("/texts", R"({"text": "a"})", {{"idempotency-key", "short"}}).status, 422);
}

TEST_P(IdempotencyTest, a_refusal_frees_the_key) {
    before_ = [](const Text&) { return fail(ErrorCode::conflict, "Not now."); };
    EXPECT_EQ(post("/texts", R"({"text": "a"})").status, 409);
    before_ = nullptr;
    EXPECT_EQ(post("/texts", R"({"text": "a"})").status, 201);
    EXPECT_EQ(post("/texts", R"({"text": "a"})").status, 201);
    EXPECT_EQ(runs_, 2);
}

TEST_P(IdempotencyTest, concurrent_ones_run_once) {
    std::latch inside(1), go_on(1);
    before_ = [&](const Text&) -> Result<Text> {
        inside.count_down();
        go_on.wait();
        return Text{"slow"};
    };
    Response first;
    {
        const std::jthread slow([&] { first = post("/texts", R"({"text": "a"})"); });
        inside.wait();
        const auto second = post("/texts", R"({"text": "a"})");
        EXPECT_EQ(second.status, 409);
        EXPECT_EQ(second.headers.find("retry-after")->second, "1");
        go_on.count_down();
    }
    EXPECT_EQ(first.status, 201);
    EXPECT_THAT(post("/texts", R"({"text": "a"})").body, HasSubstr("slow"));
    EXPECT_EQ(runs_, 1);
}

TEST_P(IdempotencyTest, a_crowd_of_the_same_request_has_one_effect) {
    static_cast<void>(post("/texts", "{}", {})); // opens everything
    runs_ = 0;
    std::atomic<int> made = 0, put_off = 0;
    {
        std::vector<std::jthread> crowd;
        for (int i = 0; i < 8; ++i)
            crowd.emplace_back([&] {
                const auto status = post("/once", R"({"text": "a"})").status;
                made += status == 200;
                put_off += status == 409;
            });
    }
    EXPECT_EQ(made + put_off, 8);
    EXPECT_GE(made, 1);
    EXPECT_EQ(runs_, 1);
    EXPECT_EQ(effects(), 1);
}

// What a kill leaves behind: a claim without an answer.
TEST_P(IdempotencyTest, after_a_kill_an_ordinary_request_is_not_run_again) {
    before_ = [](const Text&) -> Result<Text> { throw std::runtime_error("killed"); };
    EXPECT_EQ(post("/texts", R"({"text": "a"})").status, 500);
    before_ = nullptr;
    now_ = now_.load() + std::chrono::hours(1);
    const auto again = post("/texts", R"({"text": "a"})");
    EXPECT_EQ(again.status, 409);
    EXPECT_THAT(again.body, HasSubstr("isn't known whether it took effect"));
    EXPECT_EQ(runs_, 1);
}

TEST_P(IdempotencyTest, exactly_once_killed_before_the_commit_runs_again) {
    database().write([](db::Transaction&) {}); // opened
    std::string claimed;
    before_ = [&](const Text&) -> Result<Text> {
        // As if the program died here: the claim is kept aside and put back afterwards.
        claimed = database().read([](db::Transaction& tx) {
            return tx.value<std::string>(
                "select key || ' ' || request_hash from idempotency_key where org_id = 1");
        });
        return fail(ErrorCode::failed, "killed");
    };
    EXPECT_EQ(post("/once", R"({"text": "a"})").status, 500);
    const auto space = claimed.find(' ');
    database().write([&](db::Transaction& tx) {
        tx.execute("insert into idempotency_key (org_id, person_id, key, request_hash, created_at) values "
                   "(1, 2, $1, $2, $3)",
                   claimed.substr(0, space), claimed.substr(space + 1), now_.load());
    });
    before_ = nullptr;
    EXPECT_EQ(post("/once", R"({"text": "a"})").status, 409) << "it may still be under way";
    now_ = now_.load() + std::chrono::minutes(1);
    EXPECT_EQ(post("/once", R"({"text": "a"})").status, 200);
    EXPECT_EQ(effects(), 1);
}

TEST_P(IdempotencyTest, exactly_once_killed_after_the_commit_repeats_the_answer) {
    after_ = [] { throw std::runtime_error("killed"); };
    EXPECT_EQ(post("/once", R"({"text": "a"})").status, 500);
    after_ = nullptr;
    const auto again = post("/once", R"({"text": "a"})");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, R"({"text":"made a"})");
    EXPECT_EQ(runs_, 1);
    EXPECT_EQ(effects(), 1);
}

TEST_P(IdempotencyTest, what_was_written_is_not_kept_in_the_clear) {
    post("/texts", R"({"text": "Harbor was my fault"})");
    const auto row = database().read([](db::Transaction& tx) {
        return tx.value<std::string>(
            "select key || request_hash || headers || body from idempotency_key where org_id = 1");
    });
    EXPECT_THAT(row, Not(HasSubstr("Harbor")));
    EXPECT_THAT(row, Not(HasSubstr(key)));
    EXPECT_THAT(row, Not(HasSubstr("secret=1")));
}

TEST_P(IdempotencyTest, old_keys_are_forgotten) {
    post("/texts", R"({"text": "a"})");
    const auto forget = [this](Instant before) {
        return database().write(
            [&](db::Transaction& tx) { return forget_idempotency_keys(tx, OrgId(1), before); });
    };
    EXPECT_EQ(forget(now_.load() - std::chrono::hours(24)), 0);
    EXPECT_EQ(forget(now_.load() + std::chrono::hours(24)), 1);
    EXPECT_EQ(post("/texts", R"({"text": "b"})").status, 201);
}

} // namespace
} // namespace buckstop::http
