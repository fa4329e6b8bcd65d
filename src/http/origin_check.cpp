#include "http/origin_check.hpp"

#include <algorithm>
#include <optional>

namespace buckstop::http {
namespace {

// "example.com:8443" of "https://Example.com:8443/path"; ports that go without saying are left out.
std::optional<std::string> authority(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == url.npos)
        return std::nullopt;
    const auto rest = url.substr(scheme + 3);
    std::string host(rest.substr(0, rest.find('/')));
    std::ranges::transform(host, host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const std::string_view usual = url.starts_with("https") ? ":443" : ":80";
    if (host.ends_with(usual))
        host.resize(host.size() - usual.size());
    return host;
}

} // namespace

bool from_own_page(const Request& request, std::string_view public_url) {
    if (const auto site = request.header("sec-fetch-site"))
        return *site == "same-origin" || *site == "none";
    const auto origin = request.header("origin");
    if (!origin)
        return true;
    const auto sender = authority(*origin);
    if (!public_url.empty() && sender == authority(public_url))
        return true;
    // The scheme isn't compared: TLS may end at a proxy that isn't named as trusted.
    const std::string scheme(origin->substr(0, std::min(origin->find("://"), origin->size())));
    const auto host = request.header("host");
    return sender && host && sender == authority(scheme + "://" + std::string(*host));
}

} // namespace buckstop::http
