#include "http/dispatch.hpp"

#include "http/origin_check.hpp"
#include "http/problem.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace buckstop::http {
namespace {

bool is_write(Method method) {
    return method != Method::get && method != Method::head && method != Method::options;
}

bool is_json(std::string_view content_type) {
    const auto type = content_type.substr(0, content_type.find(';'));
    return type == "application/json" || type == "application/json ";
}

// Whether a list such as `"3", W/"4"` or `*` has the tag.
bool lists_tag(std::string_view list, std::string_view tag) {
    const auto plain = [](std::string_view text) { return text.starts_with("W/") ? text.substr(2) : text; };
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto one = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        one = one.substr(0, one.find_last_not_of(' ') + 1);
        if (one == "*" || plain(one) == plain(tag))
            return true;
    }
    return false;
}

Response not_modified_or(Response response, const Request& request) {
    const auto tag = response.headers.find("etag");
    const auto known = request.header("if-none-match");
    const bool is_read = request.method == Method::get || request.method == Method::head;
    if (!is_read || response.status != 200 || tag == response.headers.end() || !known ||
        !lists_tag(*known, tag->second))
        return response;
    response.status = 304;
    response.body.clear();
    return response;
}

Response wrong_method(const Match& match, const Request& request) {
    std::vector<std::string_view> names{"OPTIONS"};
    for (const auto method : match.allowed)
        names.push_back(method_name(method));
    std::ranges::sort(names);
    const auto allow = fmt::format("{}", fmt::join(names, ", "));
    if (request.method == Method::options)
        return {.status = 204, .headers = {{"allow", allow}}, .body = {}};
    const Error error{.code = ErrorCode::invalid,
                      .message = "This can't be done here; possible are " + allow + "."};
    auto response = problem(405, error, request.id);
    response.headers.emplace("allow", allow);
    return response;
}

void set_default(Headers& headers, const char* name, const char* value) {
    if (!headers.contains(name))
        headers.emplace(name, value);
}

std::string pattern_of(const Route* route) {
    return route ? route->pattern : std::string();
}

double milliseconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

Dispatcher::Dispatcher(const Router& router, DispatchOptions options)
    : options_(std::move(options)), table_(router.routes()),
      idempotency_(options_.database
                       ? std::optional<Idempotency>(std::in_place, *options_.database, options_.now)
                       : std::nullopt) {
    numbers_.emplace(nullptr, std::make_shared<RouteNumbers>());
    for (const auto& route : router.routes())
        numbers_.emplace(&route, std::make_shared<RouteNumbers>());
}

bool Dispatcher::serves(std::string_view path) const {
    const auto& prefix = options_.prefix;
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

Match Dispatcher::match(Method method, std::string_view path) const {
    if (!serves(path))
        return {};
    return table_.find(method, path.substr(options_.prefix.size()));
}

std::size_t Dispatcher::body_limit(Method method, std::string_view path) const {
    const auto found = match(method, path);
    return found.route ? found.route->about.body_limit : 64U << 10U;
}

Result<> Dispatcher::may_write(const Request& request, const access::Principal& who) const {
    if (!from_own_page(request, options_.public_url))
        return fail(ErrorCode::forbidden, "Another site's page sent this.");
    const bool by_cookie = who.org && !request.header("authorization");
    if (by_cookie && options_.csrf_token_matches && !options_.csrf_token_matches(request, who))
        return fail(ErrorCode::forbidden,
                    "This must carry the session's token (X-CSRF-Token). Reload the page.");
    return {};
}

// The steps before the body is looked at.
tl::expected<Dispatcher::Caller, Response> Dispatcher::let_in(const Request& request) const {
    const auto refuse = [&](const Error& error) { return tl::unexpected(problem(error, request.id)); };
    auto found = match(request.method, request.path);
    if (!found.route && !found.allowed.empty())
        return tl::unexpected(wrong_method(found, request));
    if (!found.route)
        return refuse({.code = ErrorCode::not_found, .message = "There is nothing at this address."});
    auto who = options_.authenticate ? options_.authenticate(request) : access::Principal{};
    const bool anybody = found.route->about.audience == Audience::anybody;
    if (!who && !(anybody && who.error().code == ErrorCode::unauthenticated))
        return refuse(who.error());
    Caller caller{found.route, std::move(found.parts), who ? std::move(*who) : access::Principal{}};
    if (!anybody && !caller.who.org)
        return refuse({.code = ErrorCode::unauthenticated, .message = "Please sign in."});
    if (is_write(request.method))
        if (const auto may = may_write(request, caller.who); !may)
            return refuse(may.error());
    return caller;
}

std::optional<Response> Dispatcher::admit(const Request& head) const {
    auto caller = let_in(head);
    return caller ? std::nullopt : std::optional(std::move(caller.error()));
}

// The handler, and what it set on the way even where it failed: a cookie to forget, say.
Response Dispatcher::run(Call& call, const Route& route) const {
    auto result = route.handle(call);
    auto response = result ? std::move(*result) : problem(result.error(), call.request().id);
    for (const auto& [name, value] : call.response_headers())
        if (result || name == "set-cookie")
            response.headers.emplace(name, value);
    return response;
}

Response Dispatcher::answer(const Request& request, const Caller& caller) const {
    const auto& route = *caller.route;
    if (options_.rate)
        if (const auto may = options_.rate(request, route, caller.who); !may)
            return problem(may.error(), request.id);
    Call call(request, caller.who, caller.parts);
    if (route.input_from == InputFrom::json_body) {
        if (!request.body.empty() && !is_json(request.header("content-type").value_or("")))
            return problem(415,
                           {.code = ErrorCode::invalid, .message = "This takes JSON (application/json)."},
                           request.id);
        if (const auto& body = call.json_body(); !body)
            return problem(400, body.error(), request.id);
    }
    const auto key = request.header("idempotency-key");
    if (idempotency_ && key && request.method == Method::post && caller.who.org)
        return idempotency_->once(call, route, *key, [&] { return run(call, route); });
    return not_modified_or(run(call, route), request);
}

Response Dispatcher::guarded(const Request& request, const Route*& route) const {
    const auto threw = [&](const char* what) {
        options_.log.error("request_failed",
                           {{"request_id", request.id}, {"route", pattern_of(route)}, {"what", what}});
        return problem(
            Error{.message = "Something went wrong here. It has been noted under this request's id."},
            request.id);
    };
    try {
        const auto caller = let_in(request);
        if (!caller)
            return caller.error();
        route = caller->route;
        return answer(request, *caller);
    } catch (const db::Contention& contention) {
        options_.log.warning("request_met_others", {{"request_id", request.id}, {"what", contention.what()}});
        Error error{.code = ErrorCode::unavailable, .message = "Too many changes at once. Please try again."};
        error.retry_after = std::chrono::seconds(1);
        return problem(error, request.id);
    } catch (const std::exception& exception) {
        return threw(exception.what());
    } catch (...) {
        return threw("something that isn't an exception");
    }
}

Response Dispatcher::operator()(const Request& request) const {
    const auto begin = std::chrono::steady_clock::now();
    const Route* route = nullptr;
    auto response = guarded(request, route);
    auto& numbers = *numbers_.at(route);
    numbers.by_class.at(static_cast<std::size_t>(response.status) / 100).add();
    numbers.durations.observe(std::chrono::steady_clock::now() - begin);
    set_default(response.headers, "cache-control", "no-store");
    set_default(response.headers, "x-content-type-options", "nosniff");
    set_default(response.headers, "content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    // The pattern and not the path: there may be secrets and people's words in a path.
    options_.log.info("request", {{"request_id", request.id},
                                  {"method", method_name(request.method)},
                                  {"route", pattern_of(route)},
                                  {"status", response.status},
                                  {"milliseconds", milliseconds_since(begin)}});
    return response;
}

void Dispatcher::write_numbers(metrics::Text& text) const {
    const auto each = [&](const auto& visit) {
        for (const auto& [route, numbers] : numbers_)
            if (numbers->durations.count() > 0)
                visit(route ? method_name(route->method) : "", pattern_of(route), *numbers);
    };
    text.family("buckstop_http_requests_total", "counter", "Requests to the API that were answered.");
    each([&](std::string_view method, const std::string& route, const RouteNumbers& numbers) {
        for (std::size_t first = 1; first < numbers.by_class.size(); ++first)
            if (const auto count = numbers.by_class.at(first).value(); count > 0)
                text.sample({{"method", method}, {"route", route}, {"status", std::to_string(first) + "xx"}},
                            static_cast<double>(count));
    });
    text.family("buckstop_http_request_duration_seconds", "histogram",
                "From a worker's taking a request to its answer.");
    each([&](std::string_view method, const std::string& route, const RouteNumbers& numbers) {
        text.sample({{"method", method}, {"route", route}}, numbers.durations);
    });
}

} // namespace buckstop::http
