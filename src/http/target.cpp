#include "http/target.hpp"

#include <algorithm>
#include <optional>
#include <unicode/ustring.h>

namespace buckstop::http {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_control(char c) {
    return (c >= 0 && c < ' ') || c == 0x7f;
}

// Nothing where the encoding is broken or the text can't be one.
std::optional<std::string> decode(std::string_view encoded, bool plus_is_space) {
    std::string text;
    text.reserve(encoded.size());
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        if (encoded[i] == '%') {
            const int high = i + 2 < encoded.size() ? hex_digit(encoded[i + 1]) : -1;
            const int low = i + 2 < encoded.size() ? hex_digit(encoded[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            text += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            text += plus_is_space && encoded[i] == '+' ? ' ' : encoded[i];
        }
    }
    return is_utf8(text) ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::string> decode_path(std::string_view encoded) {
    std::string path;
    while (!encoded.empty()) { // each segment begins with its slash
        const auto end = std::min(encoded.find('/', 1), encoded.size());
        const auto segment = decode(encoded.substr(1, end - 1), false);
        if (!segment || *segment == "." || *segment == ".." || std::ranges::any_of(*segment, is_control) ||
            segment->find_first_of("/\\") != segment->npos)
            return std::nullopt;
        path += '/' + *segment;
        encoded.remove_prefix(end);
    }
    return path;
}

std::optional<std::vector<std::pair<std::string, std::string>>> decode_query(std::string_view encoded) {
    std::vector<std::pair<std::string, std::string>> query;
    while (!encoded.empty()) {
        const auto end = encoded.find('&');
        const auto pair = encoded.substr(0, end);
        encoded.remove_prefix(end == encoded.npos ? encoded.size() : end + 1);
        if (pair.empty())
            continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decode(pair.substr(0, equals), true);
        auto value = decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value || name->find('\0') != name->npos || value->find('\0') != value->npos)
            return std::nullopt;
        query.emplace_back(std::move(*name), std::move(*value));
    }
    return query;
}

} // namespace

bool is_utf8(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    std::int32_t length = 0;
    u_strFromUTF8(nullptr, 0, &length, text.data(), static_cast<std::int32_t>(text.size()), &status);
    return status == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(status); // it looks at the whole text either way
}

Result<Target> parse_target(std::string_view target, std::string_view base_path) {
    bool absolute = false; // the form that proxies are sent
    for (const std::string_view scheme : {"http://", "https://"})
        if (target.starts_with(scheme)) {
            target.remove_prefix(std::min(target.find_first_of("/?", scheme.size()), target.size()));
            absolute = true;
        }
    target = target.substr(0, target.find('#'));
    const auto mark = std::min(target.find('?'), target.size());
    auto path = target.starts_with('/') || (absolute && mark == 0) ? decode_path(target.substr(0, mark))
                                                                   : std::nullopt;
    auto query = decode_query(target.substr(std::min(mark + 1, target.size())));
    if (!path || !query)
        return fail(ErrorCode::invalid, "This address can't be read.");
    const bool below = !base_path.empty() && path->starts_with(base_path) &&
                       (path->size() == base_path.size() || (*path)[base_path.size()] == '/');
    if (below)
        path->erase(0, base_path.size());
    return Target{path->empty() ? "/" : std::move(*path), std::move(*query)};
}

} // namespace buckstop::http
