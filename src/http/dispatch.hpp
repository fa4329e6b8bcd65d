// From a request to a response, on a worker's thread: route, session, CSRF, rate, input, handler. One way for
// every route, so that none can forget a step:
//
//   404, or 405 with Allow     no such path, or not by this method; OPTIONS is answered 204
//   401                        the route is for people who are signed in, and nobody is
//   403                        a write that another site's page sent, or without its X-CSRF-Token
//   429                        too many
//   415, 400                   a JSON route was sent something else, or what isn't JSON
//   409, 422                   an Idempotency-Key that is in use, or was used for another request
//   the handler's own answer; 304 where If-None-Match names the ETag that it set
//   500                        it threw: the log says what, the answer doesn't
//
// Every answer says "no-store" unless the handler said otherwise.
#pragma once

#include "access/principal.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "http/idempotency.hpp"
#include "http/message.hpp"
#include "http/route_table.hpp"
#include "http/router.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace buckstop::http {

// Who sends a request; an empty principal (org is zero) where nobody is signed in.
using Authenticator = std::function<Result<access::Principal>(const Request&)>;

struct DispatchOptions {
    Authenticator authenticate{}; // without it nobody is signed in
    // Whether X-CSRF-Token is the session's. Asked for writes of people who are signed in by a cookie:
    // another site can make a browser send a cookie, but no Authorization header.
    std::function<bool(const Request&, const access::Principal&)> csrf_token_matches{};
    // An error (too_many_requests, with retry_after) puts the request off.
    std::function<Result<>(const Request&, const Route&, const access::Principal&)> rate{};
    db::Database* database = nullptr; // remembers idempotency keys; without it they are ignored
    std::string public_url{};
    std::string prefix = "/api/v1";
    Log log{};
    Clock now = system_now;
};

class Dispatcher {
  public:
    // `router` must outlive this and have all its routes.
    Dispatcher(const Router& router, DispatchOptions options);

    // Application::handle for paths below the prefix.
    [[nodiscard]] Response operator()(const Request& request) const;
    // Whether the path lies below the prefix.
    [[nodiscard]] bool serves(std::string_view path) const;
    // Application::body_limit.
    [[nodiscard]] std::size_t body_limit(Method method, std::string_view path) const;
    // Application::admit: whether the sender may call the route at all.
    [[nodiscard]] std::optional<Response> admit(const Request& head) const;

    // How many requests each route has answered, by class of status, and how long they took. Routes that
    // nobody has asked for are left out.
    void write_numbers(metrics::Text& text) const;

  private:
    struct Caller {
        const Route* route;
        std::map<std::string, std::string> parts;
        access::Principal who;
    };
    [[nodiscard]] Match match(Method method, std::string_view path) const;
    [[nodiscard]] tl::expected<Caller, Response> let_in(const Request& request) const;
    [[nodiscard]] Result<> may_write(const Request& request, const access::Principal& who) const;
    [[nodiscard]] Response answer(const Request& request, const Caller& caller) const;
    [[nodiscard]] Response run(Call& call, const Route& route) const;
    [[nodiscard]] Response guarded(const Request& request, const Route*& route) const;

    const DispatchOptions options_;
    const RouteTable table_;
    const std::optional<Idempotency> idempotency_;
    // Of a route, and under nullptr of what reached none.
    struct RouteNumbers {
        std::array<metrics::Counter, 6> by_class; // 2: 200 to 299
        metrics::Histogram durations;
    };
    std::unordered_map<const Route*, std::shared_ptr<RouteNumbers>> numbers_; // which copies share
};

} // namespace buckstop::http
