#include "http/router.hpp"

#include <algorithm>
#include <charconv>

namespace buckstop::http {
namespace {

// "12" of the ETag "\"12\"" or its weak form.
std::optional<std::int64_t> version_of(std::string_view etag) {
    if (etag.starts_with("W/"))
        etag.remove_prefix(2);
    if (etag.size() < 3 || etag.front() != '"' || etag.back() != '"')
        return std::nullopt;
    etag = etag.substr(1, etag.size() - 2);
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(etag.data(), etag.data() + etag.size(), version);
    if (error != std::errc{} || end != etag.data() + etag.size())
        return std::nullopt;
    return version;
}

template <class Number>
std::optional<boost::json::value> whole_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

boost::json::value query_text(detail::QueryKind kind, const std::string& text) {
    if (kind == detail::QueryKind::boolean && (text == "true" || text == "false"))
        return text == "true";
    if (kind == detail::QueryKind::number) {
        if (auto integer = whole_number<std::int64_t>(text))
            return *integer;
        if (auto real = whole_number<double>(text))
            return *real;
    }
    return boost::json::string(text);
}

} // namespace

std::string Call::path_text(std::string_view name) const {
    const auto found = path_.find(std::string(name));
    return found == path_.end() ? std::string() : found->second;
}

const Result<boost::json::value>& Call::json_body() const {
    if (!json_body_)
        json_body_ = request_.body.empty() ? Result<boost::json::value>(boost::json::object())
                                           : json::parse(request_.body);
    return *json_body_;
}

void Call::etag(std::int64_t version) {
    set_header("etag", '"' + std::to_string(version) + '"');
}

Result<std::int64_t> Call::if_match() const {
    const auto header = request_.header("if-match");
    if (!header)
        return fail(ErrorCode::precondition_required,
                    "This change must say which version it changes (If-Match).");
    if (const auto version = version_of(*header))
        return *version;
    return fail(ErrorCode::precondition_failed, "If-Match doesn't name a version that this server gave out.");
}

Route& Router::raw(Method method, std::string pattern, About about,
                   std::function<Result<Response>(Call&)> handle) {
    return routes_->emplace_back(Route{.method = method,
                                       .pattern = std::move(pattern),
                                       .about = std::move(about),
                                       .input_schema = {},
                                       .output_schema = {},
                                       .handle = std::move(handle),
                                       .input_from = InputFrom::raw_body});
}

namespace detail {

Result<boost::json::value> query_value(const Request& request, std::span<const QueryMember> members) {
    boost::json::object object;
    for (const auto& [name, text] : request.query) {
        const auto member = std::ranges::find(members, name, &QueryMember::name);
        auto value = query_text(member == members.end() ? QueryKind::text : member->kind, text);
        if (member != members.end() && member->list) {
            auto& list = object[name];
            (list.is_array() ? list.get_array() : list.emplace_array()).push_back(std::move(value));
        } else if (!object.emplace(name, std::move(value)).second) {
            return fail_field(name, "repeated", "This stands twice in the address.");
        }
    }
    for (const auto& member : members)
        if (member.list && !object.contains(member.name))
            object.emplace(member.name, boost::json::array()); // no parameter is an empty list
    return object;
}

} // namespace detail
} // namespace buckstop::http
