#include "http/server_fixture.hpp"

namespace buckstop::http {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::get;
using test::post;
using testing::HasSubstr;
using testing::StartsWith;

class ServerTest : public test::ServerTest {};

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
    EXPECT_EQ(head->header("content-length"), std::to_string(test::echo({.method = Method::head,
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

TEST_F(ServerTest, large_bodies_travel_both_ways) {
    application_.handle = [](const Request& request) { return Response{.body = request.body}; };
    std::string body(5'000'000, 'a');
    for (std::size_t i = 0; i < body.size(); i += 7)
        body[i] = static_cast<char>('a' + i % 26);
    Client client(port());
    std::jthread sender([&] { client.send(post("/upload", body)); });
    EXPECT_EQ(client.answer()->body, body);
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

TEST_F(ServerTest, head_of_a_stream_is_its_head) {
    application_.handle = [](const Request&) {
        return Response{.content_type = "text/event-stream",
                        .stream = std::make_shared<Stream>(100, ":", 10ms)};
    };
    Client client(port());
    EXPECT_EQ(client.ask("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n")->header("content-type"),
              "text/event-stream");
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, a_stream_may_be_told_something_after_the_server_is_gone) {
    const auto stream = std::make_shared<Stream>(1000, ":", 10s);
    application_.handle = [stream](const Request&) {
        return Response{.content_type = "text/event-stream", .stream = stream};
    };
    Client client(port());
    client.ask(get("/events"));
    server_.reset();
    EXPECT_FALSE(stream->push("nobody is there"));
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

} // namespace
} // namespace buckstop::http
