// A server for tests, with limits that can be waited for, and a handler that says back what it was given.
#pragma once

#include "http/server.hpp"
#include "http/stream.hpp"
#include "http/test_client.hpp"

#include <atomic>
#include <condition_variable>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <mutex>
#include <optional>
#include <thread>

namespace buckstop::http::test {

using namespace std::chrono_literals;

// Says back what it was given, as text.
inline Response echo(const Request& request) {
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
    std::optional<Answer> ask(std::string_view bytes) { return Client(port()).ask(bytes); }
    int status_of(std::string_view bytes) {
        const auto answer = ask(bytes);
        return answer ? answer->status : 0;
    }

    ServerOptions options_;
    Application application_;
    std::optional<Server> server_;
};

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

} // namespace buckstop::http::test
