#include "http/route_table.hpp"

#include <algorithm>
#include <stdexcept>

namespace buckstop::http {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        const auto end = std::min(path.find('/', 1), path.size());
        segments.emplace_back(path.substr(1, end - 1));
        path.remove_prefix(end);
    }
    return segments;
}

bool is_name(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

// What a pattern looks like to requests: names don't matter.
std::vector<std::string> shape(std::vector<std::string> segments) {
    for (auto& segment : segments)
        if (is_name(segment))
            segment = "{}";
    return segments;
}

bool more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::ranges::lexicographical_compare(
        a, b, {}, [](const auto& s) { return is_name(s); }, [](const auto& s) { return is_name(s); });
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    return std::ranges::equal(pattern, path, [](const std::string& wanted, const std::string& sent) {
        return is_name(wanted) ? !sent.empty() : wanted == sent;
    });
}

std::map<std::string, std::string> parts_of(const std::vector<std::string>& pattern,
                                            const std::vector<std::string>& path) {
    std::map<std::string, std::string> parts;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (is_name(pattern[i]))
            parts.emplace(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
    return parts;
}

} // namespace

RouteTable::RouteTable(const std::vector<Route>& routes) {
    for (const auto& route : routes) {
        Entry entry{split(route.pattern), &route};
        for (const auto& other : entries_)
            if (other.route->method == route.method && shape(other.segments) == shape(entry.segments))
                throw std::logic_error("two routes answer " + std::string(method_name(route.method)) + ' ' +
                                       route.pattern);
        entries_.push_back(std::move(entry));
    }
    std::ranges::stable_sort(entries_, more_literal, &Entry::segments);
}

Match RouteTable::find(Method method, std::string_view path) const {
    const auto segments = split(path);
    const auto wanted = method == Method::head ? Method::get : method;
    Match match;
    for (const auto& entry : entries_) {
        if (!matches(entry.segments, segments))
            continue;
        if (entry.route->method == wanted)
            return {entry.route, parts_of(entry.segments, segments), {}};
        match.allowed.push_back(entry.route->method);
        if (entry.route->method == Method::get)
            match.allowed.push_back(Method::head);
    }
    return match;
}

} // namespace buckstop::http
