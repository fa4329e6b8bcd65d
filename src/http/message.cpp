#include "http/message.hpp"

#include <algorithm>

namespace buckstop::http {

std::optional<std::string_view> Request::header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    const auto [begin, end] = headers.equal_range("cookie");
    for (auto header = begin; header != end; ++header) {
        std::string_view rest = header->second;
        while (!rest.empty()) {
            const auto end_of_pair = rest.find(';');
            auto pair = rest.substr(0, end_of_pair);
            rest.remove_prefix(end_of_pair == rest.npos ? rest.size() : end_of_pair + 1);
            pair.remove_prefix(std::min(pair.find_first_not_of(" \t"), pair.size()));
            if (const auto equals = pair.find('='); equals != pair.npos && pair.substr(0, equals) == name)
                return pair.substr(equals + 1);
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
    const auto found =
        std::ranges::find(query, name, [](const auto& pair) -> const std::string& { return pair.first; });
    return found == query.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string_view method_name(Method method) {
    switch (method) {
    case Method::get:
        return "GET";
    case Method::head:
        return "HEAD";
    case Method::post:
        return "POST";
    case Method::put:
        return "PUT";
    case Method::patch:
        return "PATCH";
    case Method::del:
        return "DELETE";
    case Method::options:
        return "OPTIONS";
    }
    return "";
}

} // namespace buckstop::http
