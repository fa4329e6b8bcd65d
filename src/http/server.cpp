// g++ 12 miscompiles some coroutines: temporaries in an expression with co_await may be destroyed twice, and
// co_await inside a condition goes wrong. So what decides anything is a plain function here, and the
// coroutines only read, write and wait, each co_await alone in its statement and its arguments all named.
#include "http/server.hpp"

#include "http/connection.hpp"
#include "http/pace.hpp"
#include "http/wire.hpp"
#include "http/workers.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <condition_variable>
#include <fmt/format.h>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_set>

namespace buckstop::http {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;
using wire::Exchange;
using SteadyClock = std::chrono::steady_clock;

} // namespace

// Touched on the thread of `io` only, unless it says otherwise.
struct Server::State {
    State(const ServerOptions& its_options, Application its_application, Log its_log)
        : options(its_options), application(std::move(its_application)), log(std::move(its_log)),
          most(most_connections(options.limits)), acceptor(io),
          workers(options.worker_threads, options.queue_length) {}

    // Decisions.
    void listen();
    void take_connection(tcp::socket socket);
    void submit(const std::shared_ptr<Exchange>& exchange, bool for_admission,
                const std::shared_ptr<net::steady_timer>& returned);
    static void arm(Connection& connection, SteadyClock::time_point deadline);
    static void disarm(Connection& connection, error_code& error);
    void begin_stop();
    void cut_all();
    void note_end();
    void log_failure(const std::exception_ptr& exception) const;

    // Reading, writing, waiting.
    net::awaitable<void> accept();
    net::awaitable<void> serve(std::shared_ptr<Connection> connection);
    net::awaitable<bool> one_request(Connection& connection);
    net::awaitable<bool> first_byte(Connection& connection);
    net::awaitable<void> read_head(Connection& connection, Exchange& exchange);
    net::awaitable<void> read_body(Connection& connection, Exchange& exchange);
    net::awaitable<void> ask_worker(std::shared_ptr<Exchange> exchange, bool for_admission);
    net::awaitable<bool> reply(Connection& connection, Exchange& exchange);
    net::awaitable<void> write_stream(Connection& connection, wire::Message& head);
    net::awaitable<void> linger(Connection& connection);

    const ServerOptions options;
    const Application application;
    const Log log;
    const std::size_t most;

    net::io_context io{1};
    tcp::acceptor acceptor;
    std::unordered_set<Connection*> connections;
    ServerNumbers numbers;
    std::size_t body_memory = 0; // of all bodies on their way in
    bool full = false;
    bool stopping = false;
    int port = 0;

    std::mutex mutex; // for `ended`, which stop() waits for
    std::condition_variable changed;
    bool ended = false;

    Workers workers;
    std::jthread thread; // runs `io`
};

// ---- Decisions

void Server::State::listen() {
    tcp::resolver resolver(io);
    const auto found =
        resolver.resolve(options.address, std::to_string(options.port), tcp::resolver::passive);
    const tcp::endpoint endpoint = *found.begin();
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen(1024);
    port = acceptor.local_endpoint().port();
}

void Server::State::take_connection(tcp::socket socket) {
    const bool was_full = std::exchange(full, connections.size() >= most);
    if (full && !was_full)
        log.warning("too_many_connections", {{"connections", connections.size()}});
    if (full) {
        numbers.too_many.add();
        return; // the socket closes
    }
    auto connection =
        std::make_shared<Connection>(std::move(socket), options.limits.header_bytes + (64U << 10U));
    connections.insert(connection.get());
    numbers.accepted.add();
    numbers.connections.add(1);
    auto when_done = [this, connection](const std::exception_ptr& exception) {
        if (exception)
            log_failure(exception);
        connections.erase(connection.get());
        numbers.connections.add(-1);
        note_end();
    };
    net::co_spawn(io, serve(connection), std::move(when_done));
}

void Server::State::submit(const std::shared_ptr<Exchange>& exchange, bool for_admission,
                           const std::shared_ptr<net::steady_timer>& returned) {
    auto task = [this, for_admission, returned, mine = exchange]() mutable {
        numbers.queued.add(-1);
        mine->handle(application, for_admission, log);
        net::post(io, [returned, theirs = std::move(mine)] {
            theirs->with_worker = false;
            returned->cancel();
        });
    };
    numbers.queued.add(1);
    exchange->with_worker = workers.submit(std::move(task));
    if (!exchange->with_worker) {
        numbers.queued.add(-1);
        numbers.put_off.add();
        log.warning("queue_full", {{"request_id", exchange->request.id}});
        exchange->refuse_busy(for_admission);
    }
}

// From here on reading ends at `deadline`, and the connection can still be written to.
void Server::State::arm(Connection& connection, SteadyClock::time_point deadline) {
    connection.overdue = false;
    connection.stream.expires_never();
    connection.deadline.expires_at(deadline);
    connection.deadline.async_wait([weak = connection.weak_from_this()](error_code cancelled) {
        const auto alive = weak.lock();
        if (cancelled || !alive || alive->deadline.expiry() > SteadyClock::now())
            return;
        alive->overdue = true;
        alive->stream.cancel();
    });
}

// `error` is what the reading ended with.
void Server::State::disarm(Connection& connection, error_code& error) {
    connection.deadline.expires_at(SteadyClock::time_point::max());
    if (error == net::error::operation_aborted && connection.overdue)
        error = beast::error::timeout;
}

void Server::State::begin_stop() {
    stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    for (auto* connection : connections) {
        if (connection->idle)
            connection->stream.cancel();
        if (connection->streaming)
            connection->streaming->close();
    }
    note_end();
}

// What still runs finds its connection gone and ends.
void Server::State::cut_all() {
    for (auto* connection : connections) {
        connection->stream.close();
        if (connection->streaming)
            connection->streaming->close();
    }
}

void Server::State::note_end() {
    if (!stopping || !connections.empty())
        return;
    {
        const std::scoped_lock lock(mutex);
        ended = true;
    }
    changed.notify_all();
}

void Server::State::log_failure(const std::exception_ptr& exception) const {
    try {
        std::rethrow_exception(exception);
    } catch (const std::exception& failure) {
        log.error("connection_failed", {{"what", failure.what()}});
    } catch (...) {
        log.error("connection_failed");
    }
}

// ---- Reading, writing, waiting

net::awaitable<void> Server::State::accept() {
    net::steady_timer pause(io);
    while (!stopping) {
        tcp::socket socket(io);
        error_code error;
        auto token = net::redirect_error(net::use_awaitable, error);
        co_await acceptor.async_accept(socket, token);
        if (!error) {
            take_connection(std::move(socket));
        } else if (!stopping) { // no open files left, say: others must end first
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(token);
        }
    }
}

net::awaitable<void> Server::State::serve(std::shared_ptr<Connection> connection) {
    bool open = true;
    while (open)
        open = co_await one_request(*connection);
}

net::awaitable<bool> Server::State::one_request(Connection& connection) {
    const bool began = co_await first_byte(connection);
    if (!began)
        co_return false;
    const auto exchange = std::make_shared<Exchange>();
    co_await read_head(connection, *exchange);
    exchange->reserve_body(options, application, body_memory);
    const bool is_large = exchange->body_memory.bytes() > options.limits.unasked_body;
    if (exchange->open() && is_large && application.admit)
        co_await ask_worker(exchange, true);
    if (exchange->open())
        co_await read_body(connection, *exchange);
    if (exchange->open() && application.quick)
        exchange->answer = application.quick(exchange->request);
    if (exchange->open())
        co_await ask_worker(exchange, false);
    if (exchange->gone)
        co_return false;
    const bool go_on = co_await reply(connection, *exchange);
    co_return go_on;
}

// False where the connection ends instead.
net::awaitable<bool> Server::State::first_byte(Connection& connection) {
    connection.idle = true;
    if (stopping || connection.buffer.size() > 0) // stopping, or pipelined
        co_return !stopping;
    if (connection.buffer.capacity() > (16U << 10U))
        connection.buffer.shrink_to_fit();
    error_code error;
    auto token = net::redirect_error(net::use_awaitable, error);
    const auto space = connection.buffer.prepare(1024);
    connection.stream.expires_after(connection.used ? options.limits.idle_time : options.limits.header_time);
    const std::size_t bytes = co_await connection.stream.async_read_some(space, token);
    connection.buffer.commit(bytes);
    connection.used = true;
    co_return !error && !stopping;
}

// Not by Beast's async_read_header, whose limit doesn't count the lines that it has parsed already.
net::awaitable<void> Server::State::read_head(Connection& connection, Exchange& exchange) {
    error_code error;
    auto token = net::redirect_error(net::use_awaitable, error);
    const auto deadline = SteadyClock::now() + options.limits.header_time;
    while (exchange.parse_head(connection.buffer, options.limits.header_bytes, error)) {
        const auto space = connection.buffer.prepare(4096);
        arm(connection, deadline);
        const std::size_t bytes = co_await connection.stream.async_read_some(space, token);
        disarm(connection, error);
        connection.buffer.commit(bytes);
        if (stopping)
            error = net::error::operation_aborted;
    }
    connection.idle = false;
    exchange.take_head(error, connection.peer, options);
    if (exchange.timed_out())
        numbers.timed_out.add();
}

net::awaitable<void> Server::State::read_body(Connection& connection, Exchange& exchange) {
    error_code error;
    auto token = net::redirect_error(net::use_awaitable, error);
    const Pace pace(options.limits);
    std::size_t read = 0;
    if (!exchange.parser.is_done() && exchange.request.header("expect") == "100-continue") {
        const auto go_ahead = net::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"));
        connection.stream.expires_after(options.limits.pause);
        co_await net::async_write(connection.stream, go_ahead, token);
    }
    while (!error && !exchange.parser.is_done()) {
        arm(connection, SteadyClock::now() + options.limits.pause);
        read += co_await beast_http::async_read_some(connection.stream, connection.buffer, exchange.parser,
                                                     token);
        disarm(connection, error);
        if (pace.too_slow(read))
            error = beast::error::timeout;
    }
    exchange.take_body(error);
    if (exchange.timed_out())
        numbers.timed_out.add();
}

net::awaitable<void> Server::State::ask_worker(std::shared_ptr<Exchange> exchange, bool for_admission) {
    error_code woken;
    auto token = net::redirect_error(net::use_awaitable, woken);
    const auto returned = std::make_shared<net::steady_timer>(io, SteadyClock::time_point::max());
    submit(exchange, for_admission, returned);
    while (exchange->with_worker)
        co_await returned->async_wait(token);
}

// True where the connection can take another request.
net::awaitable<bool> Server::State::reply(Connection& connection, Exchange& exchange) {
    if (exchange.request.method != Method::head)
        connection.streaming = exchange.answer->stream;
    wire::Message message = exchange.take_message(!stopping);
    error_code error;
    auto token = net::redirect_error(net::use_awaitable, error);
    if (connection.streaming) {
        co_await write_stream(connection, message);
        co_return false;
    }
    beast_http::response_serializer<beast_http::string_body> serializer(message);
    const Pace pace(options.limits);
    std::size_t written = 0;
    while (!error && !serializer.is_done()) {
        connection.stream.expires_after(options.limits.pause);
        written += co_await beast_http::async_write_some(connection.stream, serializer, token);
        if (pace.too_slow(written))
            error = beast::error::timeout;
    }
    if (!error && exchange.unread_body)
        co_await linger(connection);
    co_return !error && exchange.keep_alive;
}

net::awaitable<void> Server::State::write_stream(Connection& connection, wire::Message& head) {
    const auto stream = connection.streaming;
    numbers.streams.add(1);
    const auto news = std::make_shared<net::steady_timer>(io);
    stream->on_change([this, news] { net::post(io, [news] { news->cancel(); }); });
    if (stopping)
        stream->close();
    error_code error;
    error_code woken;
    auto token = net::redirect_error(net::use_awaitable, error);
    auto wait_token = net::redirect_error(net::use_awaitable, woken);
    beast_http::response_serializer<beast_http::string_body> serializer(head);
    serializer.split(true);
    connection.stream.expires_after(options.limits.pause);
    co_await beast_http::async_write_header(connection.stream, serializer, token);
    const bool chunked = head.chunked();
    while (!error && !stream->ended()) {
        std::string text = stream->take();
        if (text.empty()) {
            news->expires_after(stream->pause());
            co_await news->async_wait(wait_token);
            if (woken) // something new, or the end
                continue;
            text = stream->heartbeat();
        }
        if (chunked)
            text = fmt::format("{:x}\r\n{}\r\n", text.size(), text);
        const auto bytes = net::buffer(text);
        connection.stream.expires_after(options.limits.pause);
        co_await net::async_write(connection.stream, bytes, token);
    }
    if (!error && chunked) {
        const auto end = net::buffer(std::string_view("0\r\n\r\n"));
        connection.stream.expires_after(options.limits.pause);
        co_await net::async_write(connection.stream, end, token);
    }
    stream->on_change(nullptr);
    connection.streaming = nullptr;
    numbers.streams.add(-1);
}

// Reads on for a moment what a client still sends: closing over unread bytes resets the connection, and the
// answer may be lost with it.
net::awaitable<void> Server::State::linger(Connection& connection) {
    error_code error;
    auto token = net::redirect_error(net::use_awaitable, error);
    connection.stream.socket().shutdown(tcp::socket::shutdown_send, error);
    connection.stream.expires_after(std::chrono::seconds(2));
    while (!error) {
        connection.buffer.consume(connection.buffer.size());
        const auto space = connection.buffer.prepare(16U << 10U);
        co_await connection.stream.async_read_some(space, token);
    }
}

// ---- The server

Server::Server(const ServerOptions& options, Application application, Log log)
    : state_(std::make_unique<State>(options, std::move(application), std::move(log))) {
    try {
        state_->listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(fmt::format("{} port {} can't be listened on: {}", options.address,
                                             options.port, error.code().message()));
    }
    net::co_spawn(state_->io, state_->accept(), net::detached);
    state_->thread = std::jthread([state = state_.get()] { state->io.run(); });
}

// Everything ends in its own time, so that nothing is torn down under somebody's feet: handlers return, their
// connections find themselves cut, and only then does the thread of the sockets stop.
Server::~Server() {
    stop(std::chrono::milliseconds(0));
    net::post(state_->io, [state = state_.get()] { state->cut_all(); });
    state_->workers.finish();
    stop(std::chrono::seconds(10));
    state_->io.stop();
}

const ServerNumbers& Server::numbers() const {
    return state_->numbers;
}

int Server::port() const {
    return state_->port;
}

bool Server::stop(std::chrono::milliseconds grace) {
    net::post(state_->io, [state = state_.get()] {
        if (!state->stopping)
            state->begin_stop();
    });
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, grace, [this] { return state_->ended; });
}

} // namespace buckstop::http
