#include "http/event_stream.hpp"

#include "http/dispatch.hpp"
#include "http/server.hpp"
#include "http/stream.hpp"
#include "http/test_client.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <thread>

namespace buckstop::http {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::get;
using testing::HasSubstr;
using testing::Not;

TEST(Events, reach_whom_they_are_for) {
    Events events;
    std::vector<std::string> heard;
    const auto ear = [&heard](std::string name) {
        return [&heard, name](const Event& event) { heard.push_back(name + event.topic); };
    };
    auto ana = events.listen(OrgId(1), PersonId(1), ear("ana:"));
    const auto ben = events.listen(OrgId(1), PersonId(2), ear("ben:"));
    const auto other = events.listen(OrgId(2), PersonId(1), ear("other:"));
    events.publish({.org = OrgId(1), .to = {}, .topic = "lesson", .id = "1"});
    EXPECT_THAT(heard, testing::UnorderedElementsAre("ana:lesson", "ben:lesson"));
    heard.clear();
    events.publish({.org = OrgId(1), .to = {PersonId(2)}, .topic = "notice", .id = ""});
    EXPECT_THAT(heard, testing::ElementsAre("ben:notice"));
    heard.clear();
    ana.reset();
    events.publish({.org = OrgId(1), .to = {}, .topic = "x", .id = ""});
    EXPECT_THAT(heard, testing::ElementsAre("ben:x"));
}

TEST(Events, the_hub_may_go_before_its_listeners) {
    auto events = std::make_unique<Events>();
    const auto handle = events->listen(OrgId(1), PersonId(1), [](const Event&) {});
    events.reset();
}

TEST(Events, come_from_many_threads_while_listeners_come_and_go) {
    Events events;
    std::atomic<int> heard = 0;
    const auto steady = events.listen(OrgId(1), PersonId(1), [&](const Event&) { ++heard; });
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 500; ++i) {
                    const auto passing = events.listen(OrgId(1), PersonId(2), [&](const Event&) {});
                    events.publish({.org = OrgId(1), .to = {PersonId(1)}, .topic = "t", .id = ""});
                }
            });
    }
    EXPECT_EQ(heard, 2000);
}

TEST(StreamQueue, is_bounded_and_ends) {
    Stream stream(10, ":", 1s);
    EXPECT_TRUE(stream.push("12345"));
    EXPECT_FALSE(stream.push("1234567"));
    stream.replace("resync!");
    EXPECT_EQ(stream.take(), "resync!");
    EXPECT_FALSE(stream.ended());
    EXPECT_TRUE(stream.push("last"));
    stream.close();
    EXPECT_FALSE(stream.ended()) << "what waits is still sent";
    EXPECT_EQ(stream.take(), "last");
    EXPECT_TRUE(stream.ended());
}

class EventStreamTest : public testing::Test {
  protected:
    void start(StreamLimits limits = {}) {
        add_event_stream(router_, events_, limits);
        router_.get<Nothing, Nothing>("/ping", {"t", "ping"},
                                      [](const Nothing&, Call&) -> Result<> { return {}; });
        DispatchOptions options;
        options.log = Log::silent();
        options.authenticate = [](const Request& request) -> Result<access::Principal> {
            const auto session =
                decltype(access::Principal::session)::parse(request.cookie("session").value_or(""));
            if (!session)
                return access::Principal{};
            return access::Principal{
                .org = OrgId(1), .person = PersonId(2), .roles = {}, .session = *session, .draft_key = {}};
        };
        dispatcher_.emplace(router_, options);
        server_.emplace(ServerOptions{.worker_threads = 2}, Application{.handle = *dispatcher_},
                        Log::silent());
    }
    std::string stream_request(std::string_view more = "") {
        return get("/api/v1/events", "Cookie: session=77\r\n" + std::string(more));
    }
    void publish(std::string topic, std::string id) {
        events_.publish({.org = OrgId(1), .to = {}, .topic = std::move(topic), .id = std::move(id)});
    }

    Router router_;
    Events events_;
    std::optional<Dispatcher> dispatcher_;
    std::optional<Server> server_;
};

TEST_F(EventStreamTest, tells_what_changed) {
    start();
    Client client(server_->port());
    const auto head = client.ask(stream_request());
    EXPECT_EQ(head->status, 200);
    EXPECT_EQ(head->header("content-type"), "text/event-stream");
    EXPECT_EQ(head->header("cache-control"), "no-store");
    EXPECT_EQ(head->header("x-accel-buffering"), "no");
    EXPECT_THAT(client.text_until("\n\n").value(), HasSubstr("retry: 3000"));
    publish("lesson", "12\n3");
    EXPECT_THAT(client.text_until("\n\n").value(),
                HasSubstr("event: lesson\ndata: {\"topic\":\"lesson\",\"id\":\"12\\n3\"}\n\n"));
}

TEST_F(EventStreamTest, an_interrupted_stream_begins_with_resync) {
    start();
    Client fresh(server_->port());
    fresh.ask(stream_request());
    publish("x", "1");
    EXPECT_THAT(fresh.text_until("event: x").value(), Not(HasSubstr("resync")));
    Client again(server_->port());
    again.ask(stream_request("Last-Event-ID: 1\r\n"));
    EXPECT_TRUE(again.text_until("event: resync\ndata: {}\n\n"));
}

TEST_F(EventStreamTest, needs_somebody_signed_in) {
    start();
    EXPECT_EQ(Client(server_->port()).ask(get("/api/v1/events"))->status, 401);
}

TEST_F(EventStreamTest, ends_when_its_session_does) {
    start();
    Client mine(server_->port());
    Client other(server_->port());
    mine.ask(stream_request());
    other.ask(get("/api/v1/events", "Cookie: session=78\r\n"));
    events_.publish(
        {.org = OrgId(1), .to = {PersonId(2)}, .topic = std::string(signed_out_topic), .id = "77"});
    EXPECT_TRUE(mine.text_until("0\r\n\r\n"));
    EXPECT_TRUE(mine.closed());
    publish("lesson", "1");
    EXPECT_THAT(other.text_until("event: lesson").value(), Not(HasSubstr("signed_out")));
}

TEST_F(EventStreamTest, heartbeats_and_a_last_hour) {
    start({.heartbeat = 30ms, .longest = 200ms});
    Client client(server_->port());
    client.ask(stream_request());
    EXPECT_TRUE(client.text_until(": still here\n\n"));
    EXPECT_TRUE(client.text_until("0\r\n\r\n"));
    EXPECT_TRUE(client.closed());
}

TEST_F(EventStreamTest, a_page_that_does_not_read_costs_little_and_is_told_to_resync) {
    start({.waiting_bytes = 4000});
    Client slow(server_->port());
    slow.ask(stream_request());
    for (int i = 0; i < 60'000; ++i)
        publish("lesson", "4711");
    EXPECT_TRUE(slow.text_until("event: resync")) << "it reads again";
    EXPECT_EQ(Client(server_->port()).ask(get("/api/v1/ping", "Cookie: session=77\r\n"))->status, 204);
}

TEST_F(EventStreamTest, gone_pages_are_forgotten) {
    start({.heartbeat = 20ms});
    for (int i = 0; i < 20; ++i) {
        Client client(server_->port());
        client.ask(stream_request());
    }
    std::this_thread::sleep_for(300ms);
    EXPECT_TRUE(server_->stop(2s));
    publish("nobody", "listens");
}

} // namespace
} // namespace buckstop::http
