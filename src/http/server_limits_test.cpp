#include "http/server_fixture.hpp"

#include <future>

namespace buckstop::http {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::Gate;
using test::get;
using test::post;

class ServerLimits : public test::ServerTest {};

TEST_F(ServerLimits, too_large_a_head_gets_431) {
    EXPECT_EQ(status_of(get("/", "X: " + std::string(15'000, 'a') + "\r\n")), 200);
    EXPECT_EQ(status_of(get("/", "X: " + std::string(17'000, 'a') + "\r\n")), 431);
    EXPECT_EQ(status_of(get("/" + std::string(20'000, 'a'))), 414) << "the address alone is too long";
    std::string many;
    for (int i = 0; i < 3000; ++i)
        many += "A: b\r\n";
    EXPECT_EQ(status_of(get("/", many)), 431);
    EXPECT_EQ(status_of(get("/", "X: " + std::string(3'000'000, 'a') + "\r\n")), 431)
        << "while it still sends";
}

TEST_F(ServerLimits, too_large_a_body_gets_413) {
    EXPECT_EQ(status_of(post("/small", std::string(1000, 'a'))), 200);
    EXPECT_EQ(status_of(post("/small", std::string(1001, 'a'))), 413);
    EXPECT_EQ(status_of(post("/small", std::string(5'000'000, 'a'))), 413) << "while it still sends";
    EXPECT_EQ(
        status_of("POST /small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                  std::string(1001, 'a') + "\r\n0\r\n\r\n"),
        413);
    EXPECT_EQ(
        status_of("POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        400);
    EXPECT_EQ(status_of(post("/upload", std::string(5'000'000, 'a'))), 200);
}

TEST_F(ServerLimits, slow_heads_and_slow_bodies_are_cut_off) {
    const auto begin = std::chrono::steady_clock::now();
    Client silent(port());
    Client slow_head(port());
    Client slow_body(port());
    Client idle(port());
    EXPECT_EQ(idle.ask(get("/"))->status, 200);
    slow_body.send("POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n");
    bool head_open = true, body_open = true;
    for (int i = 0; i < 40 && (head_open || body_open); ++i) { // a byte now and then, never pausing long
        head_open = head_open && slow_head.send("G");
        body_open = body_open && slow_body.send("a");
        std::this_thread::sleep_for(50ms);
    }
    EXPECT_FALSE(head_open);
    EXPECT_FALSE(body_open);
    EXPECT_TRUE(silent.closed());
    EXPECT_TRUE(idle.closed());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(ServerLimits, a_request_that_does_not_arrive_in_time_gets_408) {
    for (const auto* part :
         {"GET / HTT", "POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nabc"}) {
        Client client(port());
        client.send(part);
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << part;
        EXPECT_EQ(answer->status, 408) << part;
        EXPECT_EQ(answer->header("connection"), "close") << part;
        EXPECT_TRUE(client.closed()) << part;
    }
    EXPECT_EQ(server().numbers().timed_out.value(), 2U);
    EXPECT_TRUE(Client(port()).closed()) << "to a client that has said nothing, nothing is said";
}

TEST_F(ServerLimits, a_client_that_does_not_read_is_cut_off) {
    application_.handle = [](const Request&) { return Response{.body = std::string(64U << 20U, 'x')}; };
    Client client(port());
    client.send(get("/"));
    std::this_thread::sleep_for(1500ms);
    EXPECT_TRUE(server().stop(2s)) << "the connection has ended by itself";
}

TEST_F(ServerLimits, two_hundred_idle_connections_do_no_harm) {
    options_.limits.header_time = options_.limits.idle_time = 30s;
    std::vector<std::unique_ptr<Client>> idle;
    for (int i = 0; i < 200; ++i) {
        idle.push_back(std::make_unique<Client>(port()));
        if (i % 2 == 0)
            idle.back()->send("GET /half HTTP/1.1\r\nHost: ");
    }
    const auto begin = std::chrono::steady_clock::now();
    Client client(port());
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(client.ask(get("/"))->status, 200);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_TRUE(server().stop(2s)) << "idle connections don't hold up a stop";
}

// Slow heads, slow bodies, clients that never ask again and event streams that nobody reads, 200 of them, and
// one who just wants an answer.
TEST_F(ServerLimits, two_hundred_slow_and_idle_clients_keep_nobody_waiting) {
    options_.limits.header_time = options_.limits.idle_time = options_.limits.pause = 30s;
    application_.handle = [](const Request& request) {
        if (request.path != "/events")
            return test::echo(request);
        const auto stream = std::make_shared<Stream>(1U << 20U, ":\n\n", 10s);
        static_cast<void>(stream->push(std::string(1U << 20U, 'x'))); // more than a socket takes
        return Response{.content_type = "text/event-stream", .stream = stream};
    };
    std::vector<std::unique_ptr<Client>> others;
    for (int i = 0; i < 200; ++i) {
        auto& client = *others.emplace_back(std::make_unique<Client>(port()));
        switch (i % 4) {
        case 0:
            client.send("GET /half HTTP/1.1\r\nHost: ");
            break;
        case 1:
            client.send("POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nabc");
            break;
        case 2:
            EXPECT_EQ(client.ask(get("/"))->status, 200);
            break;
        default:
            client.send(get("/events"));
        }
    }
    Client normal(port());
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(normal.ask(get("/"))->status, 200) << i;
        ASSERT_EQ(status_of(post("/small", "payload")), 200) << i;
    }
    const auto& numbers = server().numbers();
    EXPECT_EQ(numbers.streams.value(), 50);
    EXPECT_GE(numbers.connections.value(), 201);
    EXPECT_EQ(numbers.put_off.value(), 0U);
    EXPECT_EQ(numbers.queued.value(), 0);
    others.clear();
}

TEST_F(ServerLimits, a_full_queue_gets_503_and_what_is_quick_is_still_answered) {
    Gate gate;
    options_.queue_length = 3;
    application_.handle = [&gate](const Request&) {
        gate.pass();
        return Response{};
    };
    application_.quick = [](const Request& request) -> std::optional<Response> {
        if (request.path == "/health/live")
            return Response{};
        return std::nullopt;
    };
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 2; ++i) {
        clients.push_back(std::make_unique<Client>(port()));
        clients.back()->send(get("/"));
    }
    gate.wait_for(2);
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<Client>(port()));
        clients.back()->send(get("/"));
    }
    std::this_thread::sleep_for(100ms);
    Client refused(port());
    const auto answer = refused.ask(get("/"));
    EXPECT_EQ(answer->status, 503);
    EXPECT_EQ(answer->header("retry-after"), "1");
    EXPECT_EQ(server().numbers().put_off.value(), 1U);
    EXPECT_EQ(server().numbers().queued.value(), 3);
    EXPECT_EQ(refused.ask(get("/health/live"))->status, 200) << "and the connection goes on";
    gate.let_go();
    for (auto& client : clients)
        EXPECT_EQ(client->answer()->status, 200);
}

TEST_F(ServerLimits, stopping_lets_running_requests_end_and_refuses_new_ones) {
    Gate gate;
    application_.handle = [&gate](const Request&) {
        gate.pass();
        return Response{.body = "done"};
    };
    Client running(port());
    Client idle(port());
    running.send(get("/"));
    gate.wait_for(1);
    const int old_port = port();
    auto stopped = std::async(std::launch::async, [this] { return server().stop(5s); });
    EXPECT_TRUE(idle.closed());
    EXPECT_THROW(Client{old_port}, std::runtime_error);
    gate.let_go();
    const auto answer = running.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "done");
    EXPECT_EQ(answer->header("connection"), "close");
    EXPECT_TRUE(stopped.get());
}

TEST_F(ServerLimits, stopping_does_not_wait_for_ever) {
    Gate gate;
    application_.handle = [&gate](const Request&) {
        gate.pass();
        return Response{};
    };
    Client running(port());
    running.send(get("/"));
    gate.wait_for(1);
    EXPECT_FALSE(server().stop(50ms));
    gate.let_go();
    server_.reset(); // waits for the handler, which the gate must outlive
}

TEST_F(ServerLimits, large_bodies_are_read_only_once_they_are_let_in) {
    options_.limits.unasked_body = 1000;
    application_.admit = [](const Request& head) -> std::optional<Response> {
        if (head.header("authorization"))
            return std::nullopt;
        return Response{.status = 401};
    };
    const std::string body(2'000'000, 'a');
    EXPECT_EQ(status_of(post("/upload", body)), 401);
    EXPECT_EQ(status_of(post("/upload", body, "Authorization: yes\r\n")), 200);
    EXPECT_EQ(status_of(post("/upload", "small")), 200) << "small ones aren't asked about";
}

TEST_F(ServerLimits, all_bodies_together_take_no_more_memory_than_they_may) {
    options_.limits.body_memory = 3U << 20U;
    options_.limits.pause = 5s;
    {
        Client slow(port());
        slow.send("POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\nabc");
        std::this_thread::sleep_for(50ms);
        const auto answer = ask(post("/upload", std::string(2'000'000, 'a')));
        EXPECT_EQ(answer->status, 503);
        EXPECT_EQ(answer->header("retry-after"), "10");
        EXPECT_EQ(status_of(post("/small", "a")), 200);
    }
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(status_of(post("/upload", std::string(2'000'000, 'a'))), 200) << "given back";
}

TEST_F(ServerLimits, connections_beyond_the_limit_are_closed) {
    options_.limits.connections = 2;
    Client one(port()), two(port());
    EXPECT_EQ(one.ask(get("/"))->status, 200);
    EXPECT_EQ(two.ask(get("/"))->status, 200);
    EXPECT_TRUE(Client(port()).closed());
    EXPECT_EQ(one.ask(get("/"))->status, 200);
}

TEST_F(ServerLimits, many_open_streams_take_no_worker_and_end_at_a_stop) {
    std::vector<std::shared_ptr<Stream>> streams;
    std::mutex mutex;
    application_.handle = [&](const Request& request) {
        if (request.path != "/events")
            return Response{.body = "answered"};
        const std::scoped_lock lock(mutex);
        streams.push_back(std::make_shared<Stream>(1000, ":\n\n", 10s));
        return Response{.content_type = "text/event-stream", .stream = streams.back()};
    };
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 150; ++i) {
        clients.push_back(std::make_unique<Client>(port()));
        ASSERT_EQ(clients.back()->ask(get("/events"))->status, 200);
    }
    EXPECT_EQ(ask(get("/"))->body, "answered");
    for (const auto& stream : streams)
        EXPECT_TRUE(stream->push("x"));
    for (auto& client : clients)
        EXPECT_TRUE(client->text_until("x\r\n"));
    EXPECT_TRUE(server().stop(3s));
    EXPECT_TRUE(clients.front()->text_until("0\r\n\r\n"));
}

TEST_F(ServerLimits, hundreds_of_requests_at_once_all_end) {
    constexpr int threads = 16, each = 50;
    options_.queue_length = 1000;
    options_.limits.header_time = options_.limits.idle_time = 20s;
    static_cast<void>(port());
    std::atomic<int> good = 0;
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < threads; ++i)
            clients.emplace_back([&] {
                Client client(port());
                for (int n = 0; n < each; ++n)
                    good += client.ask(post("/small", "payload"))->status == 200;
            });
    }
    EXPECT_EQ(good, threads * each);
}

} // namespace
} // namespace buckstop::http
