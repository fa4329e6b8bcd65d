// The HTTP/1.1 server: sockets, limits and time-outs on one thread, handlers on a bounded pool of others.
//
// What it promises: a head larger than `header_bytes` gets 431, or 414 where its first line alone is; a body
// larger than its route allows 413, one that comes too slowly 408, what isn't HTTP 400, a Host that isn't
// ours 421, and a full queue 503 with Retry-After. A client that reads slower than `slowest` is cut off; one
// that is idle costs a few kilobytes and no thread. Pipelined requests are answered in their order. stop()
// lets running requests end.
//
// TLS is the business of the proxy in front. HTTP/2 is, too.
#pragma once

#include "base/config.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "http/forwarded.hpp"
#include "http/message.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop::http {

struct Limits {
    std::size_t header_bytes = 16U << 10U;
    std::size_t connections = 4000;                // fewer where the process may not open so many files
    std::size_t body_memory = 1U << 30U;           // bodies on their way in, all together; then 503
    std::size_t unasked_body = 1U << 20U;          // larger ones are read only once `admit` lets them in
    std::size_t slowest = 2048;                    // bytes a second, after the first `pause`
    std::chrono::milliseconds header_time{10'000}; // from a request's first byte to the end of its head
    std::chrono::milliseconds idle_time{75'000};   // between two requests of a connection
    std::chrono::milliseconds pause{20'000};       // between two pieces of a body, either way
};

// As many as the limits and the process's open files allow.
[[nodiscard]] std::size_t most_connections(const Limits& limits);

struct ServerOptions {
    std::string address = "127.0.0.1";
    int port = 0; // 0: any that is free
    int worker_threads = 8;
    int queue_length = 256;
    std::string base_path{};
    TrustedProxies proxies{};
    Hosts hosts{Config{}};
    Limits limits{};
};

// Errors (invalid): trusted-proxies that can't be read.
[[nodiscard]] Result<ServerOptions> server_options(const Config& config);

// What answers requests. Only `handle` is needed.
struct Application {
    // On a worker: anything that may wait.
    std::function<Response(const Request&)> handle;
    // On the thread of the sockets, before a worker is asked: what can be answered from memory at once.
    std::function<std::optional<Response>(const Request&)> quick{};
    // How large a body may be, by method and path; 1 MiB without this.
    std::function<std::size_t(Method, std::string_view path)> body_limit{};
    // On a worker, before a body above Limits::unasked_body is read: an answer refuses it.
    std::function<std::optional<Response>(const Request& head)> admit{};
};

// What a Server does just now and has done so far; safe from any thread.
struct ServerNumbers {
    metrics::Gauge connections;
    metrics::Gauge streams; // of them: event streams
    metrics::Gauge queued;  // requests that wait for a worker
    metrics::Counter accepted;
    metrics::Counter too_many;  // connections closed at once, since there were too many
    metrics::Counter put_off;   // requests answered 503, since the queue was full
    metrics::Counter timed_out; // requests answered 408
};

class Server {
  public:
    // Listens and serves from here on, on threads of its own. Throws std::runtime_error where the address
    // can't be listened on.
    Server(const ServerOptions& options, Application application, Log log = {});
    // As stop(0), then waits for the handlers that still run and cuts their connections.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] int port() const;
    [[nodiscard]] const ServerNumbers& numbers() const;

    // Accepts nothing new, ends idle connections and streams, and waits at most `grace` for requests that
    // run. False where some didn't end in time. Can be called again, and from any thread but a handler's.
    bool stop(std::chrono::milliseconds grace);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace buckstop::http
