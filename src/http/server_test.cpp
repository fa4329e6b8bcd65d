#include "http/server.hpp"

#include "http/stream.hpp"
#include "http/test_client.hpp"

#include <atomic>
#include <condition_variable>
#include <fmt/format.h>
#include <future>
#include <gmock/gmock.h>
#include <thread>

namespace buckstop::http {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::get;
using test::post;
using testing::HasSubstr;
using testing::StartsWith;

// Says back what it was given, as text.
Response echo(const Request& request) {
    std::string text = fmt::format("{} {}", method_name(request.method), request.path);
    for (const auto& [name, value] : request.query)
        text += fmt::format(" {}={}", name, value);
    text += fmt::format(" client={} secure={}", request.client, request.secure);
    if (!request.body.empty())
        text += " body=" + request.body;
    return {.body = std::move(text), .content_type = "text/plain"};
}

class ServerTest : public testing::Test {
  protected:
    ServerTest() {
        options_.worker_threads = 2;
        options_.limits.header_time = 300ms;
        options_.limits.idle_time = 400ms;
        options_.limits.pause = 300ms;
        application_.handle = echo;
        application_.body_limit = [](Method, std::string_view path) -> std::size_t {
            return path == "/upload" ? 8U << 20U : 1000;
        };
    }
    Server& server() {
        if (!server_)
            server_.emplace(options_, application_, Log::silent());
        return *server_;
    }
    int port() { return server().port(); }
    std::optional<test::Answer> ask(std::string_view bytes) { return Client(port()).ask(bytes); }
    int status_of(std::string_view bytes) {
        const auto answer = ask(bytes);
        return answer ? answer->status : 0;
    }

    ServerOptions options_;
    Application application_;
    std::optional<Server> server_;
};

TEST_F(ServerTest, a_request_is_handed_over_decoded) {
    const auto answer = ask(get("/a%20b/c?q=x%26y+z&q=%C3%A4&empty"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "GET /a b/c q=x&y z q=ä empty= client=127.0.0.1 secure=false");
    EXPECT_EQ(answer->header("x-request-id").size(), 16U);
    EXPECT_THAT(answer->header("date"), HasSubstr(" GMT"));
}

TEST_F(ServerTest, a_connection_is_kept_and_pipelined_requests_are_answered_in_order) {
    Client client(port());
    EXPECT_EQ(client.ask(get("/1"))->status, 200);
    client.send(get("/2") + post("/3", "body") + get("/4"));
    EXPECT_THAT(client.answer()->body, StartsWith("GET /2"));
    EXPECT_THAT(client.answer()->body, StartsWith("POST /3"));
    EXPECT_THAT(client.answer()->body, StartsWith("GET /4"));
    client.send(get("/5", "Connection: close\r\n"));
    EXPECT_EQ(client.answer()->header("connection"), "close");
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, head_has_the_length_and_no_body) {
    Client client(port());
    client.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/y"));
    const auto head = client.answer(true);
    EXPECT_EQ(head->header("content-length"), std::to_string(echo({.method = Method::head,
                                                                   .path = "/x",
                                                                   .query = {},
                                                                   .headers = {},
                                                                   .body = {},
                                                                   .client = "127.0.0.1",
                                                                   .id = {}})
                                                                 .body.size()));
    EXPECT_THAT(client.answer()->body, StartsWith("GET /y"));
}

TEST_F(ServerTest, http_1_0_is_answered_and_closed) {
    Client client(port());
    EXPECT_EQ(client.ask("GET / HTTP/1.0\r\n\r\n")->status, 200);
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, what_is_not_http_gets_400) {
    for (const std::string request : {
             "nonsense\r\n\r\n", "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
             "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x01z\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: localhost\r\nX : a\r\n\r\n", "GET / HTTP/1.1\nHost: localhost\n\n",
             "GET / HTTP/3.0\r\nHost: localhost\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
             "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: "
             "chunked\r\n\r\n0\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
             "\x16\x03\x01\x02\x01\x01" // somebody speaks TLS
         }) {
        Client client(port());
        client.send(request);
        client.send("\r\n\r\n");
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << request;
        EXPECT_EQ(answer->status, 400) << request;
        EXPECT_EQ(answer->header("content-type"), "application/problem+json");
        EXPECT_EQ(answer->header("connection"), "close");
    }
}

TEST_F(ServerTest, addresses_that_mean_something_else_than_they_look_get_400) {
    for (const auto* target :
         {"/../etc/passwd", "/a/%2e%2e/b", "/a/./b", "/%2fetc", "/a%5cb", "/a\\b", "/%00", "/%ff", "/%zz",
          "/%4", "/%", "/a?q=%ff", "/a?q=%00", "*", "a", "//%2e%2e/"})
        EXPECT_EQ(status_of(get(target)), 400) << target;
    EXPECT_EQ(status_of("GET http://localhost/x HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200);
    EXPECT_EQ(status_of("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n"), 501);
    EXPECT_EQ(status_of("TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n"), 501);
}

TEST_F(ServerTest, a_host_that_is_not_ours_gets_421) {
    Config config;
    config.public_url = "https://Buckstop.example.com:8443/x";
    options_.hosts = Hosts(config);
    const auto with_host = [this](std::string_view host) {
        return status_of(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", host));
    };
    for (const auto* good : {"localhost", "localhost:1", "127.0.0.1:8600", "[::1]:8600", "192.0.2.7",
                             "buckstop.example.com", "BUCKSTOP.example.com:8443"})
        EXPECT_EQ(with_host(good), 200) << good;
    for (const auto* bad : {"evil.example.com", "localhost.evil.example", "buckstop.example.com.evil.example",
                            "", "127.0.0.1.nip.io"})
        EXPECT_EQ(with_host(bad), 421) << bad;
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"), 400);
}

TEST_F(ServerTest, too_large_a_head_gets_431) {
    EXPECT_EQ(status_of(get("/", "X: " + std::string(15'000, 'a') + "\r\n")), 200);
    EXPECT_EQ(status_of(get("/", "X: " + std::string(17'000, 'a') + "\r\n")), 431);
    EXPECT_EQ(status_of(get("/" + std::string(20'000, 'a'))), 431);
    std::string many;
    for (int i = 0; i < 3000; ++i)
        many += "A: b\r\n";
    EXPECT_EQ(status_of(get("/", many)), 431);
    EXPECT_EQ(status_of(get("/", "X: " + std::string(3'000'000, 'a') + "\r\n")), 431)
        << "while it still sends";
}

TEST_F(ServerTest, too_large_a_body_gets_413) {
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

TEST_F(ServerTest, chunked_bodies_arrive_whole_and_trailers_are_dropped) {
    options_.proxies = TrustedProxies::parse({"127.0.0.1"}).value();
    const auto answer = ask("POST /small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n");
    EXPECT_EQ(answer->body, "POST /small client=127.0.0.1 secure=false body=abcde");
    EXPECT_EQ(
        status_of(
            "POST /small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        501);
}

TEST_F(ServerTest, expect_100_continue_is_answered) {
    Client client(port());
    client.send(
        "POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.answer()->status, 100);
    EXPECT_EQ(client.ask("abc")->status, 200);
    EXPECT_EQ(status_of("POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000\r\nExpect: "
                        "100-continue\r\n\r\n"),
              413);
}

TEST_F(ServerTest, slow_heads_and_slow_bodies_are_cut_off) {
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

TEST_F(ServerTest, a_client_that_does_not_read_is_cut_off) {
    application_.handle = [](const Request&) { return Response{.body = std::string(64U << 20U, 'x')}; };
    Client client(port());
    client.send(get("/"));
    std::this_thread::sleep_for(1500ms);
    EXPECT_TRUE(server().stop(2s)) << "the connection has ended by itself";
}

TEST_F(ServerTest, large_bodies_travel_both_ways) {
    application_.handle = [](const Request& request) { return Response{.body = request.body}; };
    std::string body(5'000'000, 'a');
    for (std::size_t i = 0; i < body.size(); i += 7)
        body[i] = static_cast<char>('a' + i % 26);
    Client client(port());
    std::jthread sender([&] { client.send(post("/upload", body)); });
    EXPECT_EQ(client.answer()->body, body);
}

TEST_F(ServerTest, two_hundred_idle_connections_do_no_harm) {
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

// A handler that waits until it is let go.
struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    std::atomic<int> inside = 0;

    void pass() {
        ++inside;
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return open; });
    }
    void let_go() {
        const std::scoped_lock lock(mutex);
        open = true;
        changed.notify_all();
    }
    void wait_for(int count) const {
        while (inside < count)
            std::this_thread::sleep_for(1ms);
    }
};

TEST_F(ServerTest, a_full_queue_gets_503_and_what_is_quick_is_still_answered) {
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
    EXPECT_EQ(refused.ask(get("/health/live"))->status, 200) << "and the connection goes on";
    gate.let_go();
    for (auto& client : clients)
        EXPECT_EQ(client->answer()->status, 200);
}

TEST_F(ServerTest, stopping_lets_running_requests_end_and_refuses_new_ones) {
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

TEST_F(ServerTest, stopping_does_not_wait_for_ever) {
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
}

TEST_F(ServerTest, a_handler_that_throws_gives_500_without_its_words) {
    application_.handle = [](const Request&) -> Response {
        throw std::runtime_error("the password is hunter2");
    };
    const auto answer = ask(get("/"));
    EXPECT_EQ(answer->status, 500);
    EXPECT_THAT(answer->body, testing::Not(HasSubstr("hunter2")));
}

TEST_F(ServerTest, no_header_splits_a_response) {
    application_.handle = [](const Request& request) {
        return Response{.headers = {{"location", "/x" + std::string(*request.parameter("to"))}}, .body = {}};
    };
    const auto answer = ask(get("/?to=%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0abody"));
    EXPECT_EQ(answer->status, 500);
    EXPECT_EQ(answer->header("set-cookie"), "");
    EXPECT_EQ(ask(get("/?to=ok"))->header("location"), "/xok");
}

TEST_F(ServerTest, framing_headers_are_the_servers) {
    application_.handle = [](const Request&) {
        return Response{
            .headers = {{"content-length", "5"}, {"transfer-encoding", "chunked"}, {"connection", "close"}},
            .body = "hello world"};
    };
    Client client(port());
    EXPECT_EQ(client.ask(get("/"))->body, "hello world");
    EXPECT_EQ(client.ask(get("/"))->body, "hello world");
}

TEST_F(ServerTest, statuses_without_a_body_have_none) {
    application_.handle = [](const Request& request) {
        return Response{
            .status = request.path == "/204" ? 204 : 304, .headers = {{"etag", "\"1\""}}, .body = "not sent"};
    };
    Client client(port());
    for (const auto* path : {"/204", "/304", "/204"}) {
        const auto answer = client.ask(get(path));
        EXPECT_EQ(answer->header("content-length"), "");
        EXPECT_EQ(answer->header("etag"), "\"1\"");
    }
}

TEST_F(ServerTest, only_a_trusted_proxy_is_believed) {
    const auto forwarded =
        get("/", "X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\nX-Forwarded-Proto: https\r\n");
    EXPECT_THAT(ask(forwarded)->body, HasSubstr("client=127.0.0.1 secure=false"));
    server_.reset();
    options_.proxies = TrustedProxies::parse({"127.0.0.0/8"}).value();
    EXPECT_THAT(ask(forwarded)->body, HasSubstr("client=192.0.2.7 secure=true"));
}

TEST_F(ServerTest, large_bodies_are_read_only_once_they_are_let_in) {
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

TEST_F(ServerTest, all_bodies_together_take_no_more_memory_than_they_may) {
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

TEST_F(ServerTest, connections_beyond_the_limit_are_closed) {
    options_.limits.connections = 2;
    Client one(port()), two(port());
    EXPECT_EQ(one.ask(get("/"))->status, 200);
    EXPECT_EQ(two.ask(get("/"))->status, 200);
    EXPECT_TRUE(Client(port()).closed());
    EXPECT_EQ(one.ask(get("/"))->status, 200);
}

TEST_F(ServerTest, a_stream_is_written_as_it_comes_with_heartbeats_between) {
    const auto stream = std::make_shared<Stream>(1000, ":beat\n\n", 100ms);
    application_.handle = [stream](const Request&) {
        return Response{.content_type = "text/event-stream", .stream = stream};
    };
    Client client(port());
    client.send(get("/events"));
    EXPECT_EQ(client.answer()->header("transfer-encoding"), "chunked");
    EXPECT_TRUE(stream->push("one\n"));
    EXPECT_EQ(client.text_until("one\n\r\n"), "4\r\none\n\r\n");
    EXPECT_EQ(client.text_until("\n\n\r\n"), "7\r\n:beat\n\n\r\n");
    EXPECT_TRUE(stream->push("two\n"));
    stream->close();
    EXPECT_FALSE(stream->push("late"));
    EXPECT_THAT(client.text_until("0\r\n\r\n").value(), HasSubstr("two\n"));
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, many_open_streams_take_no_worker_and_end_at_a_stop) {
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

TEST_F(ServerTest, an_address_in_use_is_said_so) {
    options_.port = port();
    try {
        const Server second(options_, application_, Log::silent());
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("can't be listened on"));
    }
}

TEST_F(ServerTest, hundreds_of_requests_at_once_all_end) {
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
