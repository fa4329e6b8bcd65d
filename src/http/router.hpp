// Routes: each is a described input, a described output and a plain synchronous function.
//
//   struct LessonQuery { std::optional<std::string> q; std::optional<std::string> cursor; };
//   BOOST_DESCRIBE_STRUCT(LessonQuery, (), (q, cursor))
//
//   router.get<LessonQuery, Page<LessonSummary>>("/lessons", {"lessons", "Search the lessons"},
//       [context](const LessonQuery& input, Call& call) -> Result<Page<LessonSummary>> { … });
//
// Paths are below /api/v1; `{name}` in a path is read with call.id<Lesson>("name"). The input of GET and
// DELETE comes from the query string, of the others from a JSON body; unknown members, missing ones that are
// not std::optional and wrong types are refused with a FieldError each before the function runs. The same
// descriptions make the OpenAPI document. For the whole of it (ETags, idempotency, events) see README.md
// here.
#pragma once

#include "access/principal.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::db {
class Transaction;
}

namespace buckstop::http {

// No input, or no output (204).
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

// A page of a list. `next` continues it (as ?cursor=…); empty at the end.
template <class T>
struct Page {
    std::vector<T> items;
    std::optional<std::string> next;
    BOOST_DESCRIBE_CLASS(Page, (), (items, next), (), ())
};

// Who may call: anybody, or somebody signed in (writes also need the CSRF token).
enum class Audience { anybody, signed_in };

struct About {
    std::string tag;     // the feature, for the API's description
    std::string summary; // one line
    Audience audience = Audience::signed_in;
    int success_status = 200;
    std::size_t body_limit = 1U << 20U; // bytes
    bool exactly_once = false; // the handler calls Call::remember: idempotency.hpp says what that promises
    std::string takes{};       // raw routes: the media type of the body, such as "text/csv"
    std::string gives{};       // raw routes: the media type of the answer
};

// One call in progress.
class Call {
  public:
    Call(const Request& request, access::Principal who, std::map<std::string, std::string> path)
        : request_(request), who_(std::move(who)), path_(std::move(path)) {}

    [[nodiscard]] const Request& request() const { return request_; }
    // The signed-in person; for Audience::anybody it may be empty (org is zero).
    [[nodiscard]] const access::Principal& who() const { return who_; }

    // A path part as an id; not_found where it isn't one.
    template <class Entity>
    [[nodiscard]] Result<Id<Entity>> id(std::string_view name) const {
        const auto found = path_.find(std::string(name));
        if (found != path_.end())
            if (const auto id = Id<Entity>::parse(found->second))
                return *id;
        return fail(ErrorCode::not_found, "There is nothing at this address.");
    }
    // A path part as it is; empty where the route's pattern has no such part.
    [[nodiscard]] std::string path_text(std::string_view name) const;

    // The body as JSON, `{}` where there is none; parsed once.
    [[nodiscard]] const Result<boost::json::value>& json_body() const;

    // Sets the ETag from the version of what is returned.
    void etag(std::int64_t version);
    // The version that If-Match names: precondition_required where the header is missing, precondition_failed
    // where it can't be one of ours.
    [[nodiscard]] Result<std::int64_t> if_match() const;

    void set_cookie(std::string cookie) { response_headers_.emplace("set-cookie", std::move(cookie)); }
    void set_header(std::string name, std::string value) {
        response_headers_.emplace(std::move(name), std::move(value));
    }
    [[nodiscard]] const Headers& response_headers() const { return response_headers_; }

    // For About::exactly_once: inside the transaction that has the effect, with what the handler will return,
    // after etag() and the like. Stores the answer under the request's Idempotency-Key, if it has one.
    template <class Output>
    void remember(db::Transaction& tx, const Output& output) {
        if (on_remember_)
            on_remember_(tx, json::to_text(output));
        remembered_ = on_remember_ != nullptr;
    }
    // For the dispatcher: what remember() does, and whether it was called.
    void on_remember(std::function<void(db::Transaction&, std::string body)> store) {
        on_remember_ = std::move(store);
    }
    [[nodiscard]] bool remembered() const { return remembered_; }

  private:
    const Request& request_;
    access::Principal who_;
    std::map<std::string, std::string> path_;
    Headers response_headers_;
    mutable std::optional<Result<boost::json::value>> json_body_;
    std::function<void(db::Transaction&, std::string body)> on_remember_;
    bool remembered_ = false;
};

// Where a route's input comes from.
enum class InputFrom { query, json_body, raw_body };

struct Route {
    Method method;
    std::string pattern; // "/lessons/{lesson}"
    About about;
    boost::json::object input_schema;  // empty for raw routes, unless they set it
    boost::json::object output_schema; // the same, and empty where nothing is returned
    // Whole responses (files, uploads) bypass the JSON output: raw routes.
    std::function<Result<Response>(Call&)> handle;
    InputFrom input_from = InputFrom::query;
};

class Router {
  public:
    template <class Input, class Output, class Handler>
    void get(std::string pattern, About about, Handler handler) {
        add<Input, Output>(Method::get, std::move(pattern), std::move(about), std::move(handler));
    }
    template <class Input, class Output, class Handler>
    void post(std::string pattern, About about, Handler handler) {
        add<Input, Output>(Method::post, std::move(pattern), std::move(about), std::move(handler));
    }
    template <class Input, class Output, class Handler>
    void put(std::string pattern, About about, Handler handler) {
        add<Input, Output>(Method::put, std::move(pattern), std::move(about), std::move(handler));
    }
    template <class Input, class Output, class Handler>
    void patch(std::string pattern, About about, Handler handler) {
        add<Input, Output>(Method::patch, std::move(pattern), std::move(about), std::move(handler));
    }
    template <class Input, class Output, class Handler>
    void del(std::string pattern, About about, Handler handler) {
        add<Input, Output>(Method::del, std::move(pattern), std::move(about), std::move(handler));
    }
    // A route that reads its body and writes its response itself: file uploads and downloads. Where those are
    // JSON after all, the caller sets the schemas of what comes back, for the API's description.
    Route& raw(Method method, std::string pattern, About about,
               std::function<Result<Response>(Call&)> handle);

    [[nodiscard]] const std::vector<Route>& routes() const { return *routes_; }
    // The same for who needs them later: they stay where they are when the router is moved.
    [[nodiscard]] std::shared_ptr<const std::vector<Route>> shared_routes() const { return routes_; }

  private:
    template <class Input, class Output, class Handler>
    void add(Method method, std::string pattern, About about, Handler handler);

    std::shared_ptr<std::vector<Route>> routes_ = std::make_shared<std::vector<Route>>();
};

} // namespace buckstop::http

#include "http/router_add.hpp" // the template's body: input read, handler called, output written
