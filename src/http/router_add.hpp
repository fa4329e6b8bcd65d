// The body of Router::add: a described input is read, the handler called, the described output written.
#pragma once

#include "http/router.hpp"

#include <concepts>
#include <span>

namespace buckstop::http::detail {

// How the text of a query parameter becomes the JSON that its member is read from.
enum class QueryKind { text, number, boolean };
struct QueryMember {
    std::string_view name;
    QueryKind kind;
    bool list; // ?state=a&state=b
};

// The query as a JSON object: what can be a number or a boolean where one is wanted becomes one, everything
// else stays text, so that json::read refuses it with the same rules as in a body.
Result<boost::json::value> query_value(const Request& request, std::span<const QueryMember> members);

template <class T>
struct QueryForm {
    static constexpr bool list = false;
    static constexpr QueryKind kind = std::same_as<T, bool>                        ? QueryKind::boolean
                                      : std::integral<T> || std::floating_point<T> ? QueryKind::number
                                                                                   : QueryKind::text;
};
template <class T>
struct QueryForm<std::optional<T>> : QueryForm<T> {};
template <class T>
struct QueryForm<std::vector<T>> : QueryForm<T> {
    static constexpr bool list = true;
};

template <DescribedStruct Input>
std::vector<QueryMember> query_members() {
    std::vector<QueryMember> members;
    boost::mp11::mp_for_each<Members<Input>>([&](auto entry) {
        using Member = std::remove_cvref_t<decltype(std::declval<Input&>().*entry.pointer)>;
        members.push_back({entry.name, QueryForm<Member>::kind, QueryForm<Member>::list});
    });
    return members;
}

template <class Input>
Result<Input> read_input(InputFrom from, const Call& call) {
    const auto sent =
        from == InputFrom::query ? query_value(call.request(), query_members<Input>()) : call.json_body();
    if (!sent)
        return fail(sent.error());
    return json::read<Input>(*sent);
}

} // namespace buckstop::http::detail

namespace buckstop::http {

template <class Input, class Output, class Handler>
// Moved from, which clang-tidy 14 doesn't see in a template.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void Router::add(Method method, std::string pattern, About about, Handler handler) {
    constexpr bool silent = std::same_as<Output, Nothing>;
    if (silent && about.success_status == 200)
        about.success_status = 204;
    const auto from =
        method == Method::get || method == Method::del ? InputFrom::query : InputFrom::json_body;
    auto handle = [from, status = about.success_status,
                   handler = std::move(handler)](Call& call) -> Result<Response> {
        const auto input = detail::read_input<Input>(from, call);
        if (!input)
            return fail(input.error());
        const auto output = handler(*input, call); // Result<Output>; Result<> will do where Output is Nothing
        if (!output)
            return fail(output.error());
        if constexpr (silent)
            return Response{.status = status, .headers = {}, .body = {}};
        else
            return Response{.status = status, .headers = {}, .body = json::to_text<Output>(*output)};
    };
    routes_->push_back({.method = method,
                        .pattern = std::move(pattern),
                        .about = std::move(about),
                        .input_schema = json::schema<Input>(),
                        .output_schema = silent ? boost::json::object() : json::schema<Output>(),
                        .handle = std::move(handle),
                        .input_from = from});
}

} // namespace buckstop::http
