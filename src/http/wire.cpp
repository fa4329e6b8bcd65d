#include "http/wire.hpp"

#include "http/problem.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>
#include <sodium.h>

namespace buckstop::http::wire {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;

std::string new_request_id() {
    std::array<unsigned char, 8> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string text;
    for (const auto byte : bytes)
        fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    return text;
}

std::optional<Method> method_of(beast_http::verb verb) {
    switch (verb) {
    case beast_http::verb::get:
        return Method::get;
    case beast_http::verb::head:
        return Method::head;
    case beast_http::verb::post:
        return Method::post;
    case beast_http::verb::put:
        return Method::put;
    case beast_http::verb::patch:
        return Method::patch;
    case beast_http::verb::delete_:
        return Method::del;
    case beast_http::verb::options:
        return Method::options;
    default:
        return std::nullopt;
    }
}

Headers headers_of(const beast_http::request_header<>& head) {
    Headers headers;
    for (const auto& field : head) {
        std::string name(field.name_string());
        std::ranges::transform(name, name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        headers.emplace(std::move(name), std::string(field.value()));
    }
    return headers;
}

std::string http_date() {
    const auto now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(utc.tm_wday)],
                       utc.tm_mday, months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                       utc.tm_hour, utc.tm_min, utc.tm_sec);
}

bool can_be_sent(std::string_view name, std::string_view value) {
    const auto is_token = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    };
    const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; };
    return !name.empty() && std::ranges::all_of(name, is_token) && std::ranges::none_of(value, is_control);
}

bool is_framing(std::string_view name) {
    return name == "content-length" || name == "transfer-encoding" || name == "connection" ||
           name == "content-type";
}

} // namespace

void Exchange::refuse(int status, ErrorCode code, std::string message) {
    answer = problem(status, Error{.code = code, .message = std::move(message)}, request.id);
    unread_body = !parser.is_done();
}

void Exchange::refuse_for(std::chrono::seconds pause, std::string message) {
    Error error{.code = ErrorCode::unavailable, .message = std::move(message)};
    error.retry_after = pause;
    answer = problem(error, request.id);
    unread_body = !parser.is_done();
}

void Exchange::refuse_unreadable(error_code error) {
    const bool is_malformed = error.category() == make_error_code(beast_http::error::bad_method).category();
    if (error == boost::beast::error::timeout)
        return refuse_late();
    if (error == beast_http::error::header_limit && parser.get().target().empty())
        refuse(414, ErrorCode::too_large, "This address is too long.");
    else if (error == beast_http::error::header_limit || error == beast_http::error::buffer_overflow)
        refuse(431, ErrorCode::too_large, "The head of this request is too large.");
    else if (error == beast_http::error::body_limit)
        refuse(413, ErrorCode::too_large, "This is more than may be sent here.");
    else if (is_malformed && error != beast_http::error::end_of_stream &&
             error != beast_http::error::partial_message)
        refuse(400, ErrorCode::invalid, "This isn't a request that HTTP/1.1 knows.");
    else
        gone = true;
    unread_body = true;
}

// Nothing more is read: it comes too slowly to be waited for.
void Exchange::refuse_late() {
    refuse(408, ErrorCode::invalid, "This request didn't arrive in time.");
    unread_body = false;
    keep_alive = false;
}

bool Exchange::parse_head(boost::beast::flat_buffer& arrived, std::size_t most, error_code& error) {
    if (error || arrived.size() == 0)
        return !error;
    parser.header_limit(static_cast<std::uint32_t>(most));
    parser.body_limit(boost::none); // reserve_body sets it, once the route is known
    const auto used = parser.put(arrived.data(), error);
    arrived.consume(used);
    head_bytes += used;
    const bool more = error == beast_http::error::need_more;
    if (!more)
        return false;
    error = {};
    if (head_bytes + arrived.size() >= most)
        error = beast_http::error::header_limit;
    return !error;
}

void Exchange::take_head(error_code error, std::string_view peer, const ServerOptions& options) {
    request.id = new_request_id();
    if (error)
        return refuse_unreadable(error);
    const auto& head = parser.get();
    keep_alive = head.keep_alive();
    request.headers = headers_of(head);
    auto origin = origin_of(peer, request.headers, options.proxies);
    request.client = std::move(origin.client);
    request.secure = origin.secure;
    const auto method = method_of(head.method());
    if (!method)
        return refuse(501, ErrorCode::invalid, "This method isn't known here.");
    request.method = *method;
    auto target = parse_target(head.target(), options.base_path);
    if (!target)
        return refuse(400, ErrorCode::invalid, target.error().message);
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    check_head(options);
}

// What the head says about itself that we can't or won't do.
void Exchange::check_head(const ServerOptions& options) {
    const auto& head = parser.get();
    const auto hosts = head.count(beast_http::field::host);
    if (head.count(beast_http::field::transfer_encoding) > 0 &&
        !boost::beast::iequals(head[beast_http::field::transfer_encoding], "chunked"))
        refuse(501, ErrorCode::invalid, "Of the transfer encodings, only chunked is understood.");
    else if (hosts > 1 || (hosts == 0 && head.version() >= 11))
        refuse(400, ErrorCode::invalid, "A request needs one Host header.");
    else if (hosts == 1 && !options.hosts.allows(*request.header("host")))
        refuse(421, ErrorCode::invalid,
               "This server doesn't go by that name. Its administrator can set public-url.");
}

void Exchange::reserve_body(const ServerOptions& options, const Application& application,
                            std::size_t& all_bodies) {
    if (!open())
        return;
    const std::size_t limit =
        application.body_limit ? application.body_limit(request.method, request.path) : 1U << 20U;
    const auto announced = parser.content_length();
    parser.body_limit(limit);
    if (announced && *announced > limit)
        return refuse_unreadable(beast_http::error::body_limit);
    if (parser.is_done())
        return;
    const auto bytes = announced ? static_cast<std::size_t>(*announced) : limit;
    if (all_bodies + bytes > options.limits.body_memory)
        return refuse_for(std::chrono::seconds(10), "Too much is being sent to this server just now.");
    body_memory = Reservation(all_bodies, bytes);
}

void Exchange::take_body(error_code error) {
    if (error)
        refuse_unreadable(error);
    else
        request.body = std::move(parser.get().body());
}

void Exchange::handle(const Application& application, bool for_admission, const Log& log) {
    try {
        if (!for_admission)
            answer = application.handle(request);
        else if (auto refusal = application.admit(request))
            answer = std::move(refusal);
    } catch (...) { // what the application should have caught itself
        log.error("handler_threw", {{"request_id", request.id}});
        answer = problem(Error{.message = "Something went wrong here."}, request.id);
    }
    unread_body = answer && for_admission;
}

void Exchange::refuse_busy(bool for_admission) {
    refuse_for(std::chrono::seconds(1), "This server is busy. Please try again in a moment.");
    unread_body = for_admission;
}

Message Exchange::take_message(bool may_keep_alive) {
    auto& response = *answer;
    for (const auto& [name, value] : response.headers)
        if (!can_be_sent(name, value) || !can_be_sent("content-type", response.content_type)) {
            response = problem(Error{.message = "The answer could not be sent."}, request.id);
            break;
        }
    keep_alive = keep_alive && may_keep_alive && !unread_body && !response.stream;
    Message message;
    message.version(parser.get().version() == 10 ? 10 : 11);
    message.result(static_cast<unsigned>(response.status));
    message.reason(reason_of(response.status));
    message.set(beast_http::field::date, http_date());
    message.set("x-request-id", request.id);
    for (const auto& [name, value] : response.headers)
        if (!is_framing(name))
            message.insert(name, value);
    message.keep_alive(keep_alive);
    const bool empty = response.status == 204 || response.status == 304;
    if (!empty && !response.content_type.empty())
        message.set(beast_http::field::content_type, response.content_type);
    const bool is_head = request.method == Method::head;
    if (response.stream && !is_head)
        message.chunked(message.version() >= 11);
    else if (!response.stream && !empty)
        message.content_length(response.body.size());
    if (!empty && !response.stream && !is_head)
        message.body() = std::move(response.body);
    return message;
}

} // namespace buckstop::http::wire
