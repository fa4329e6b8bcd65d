#include "http/forwarded.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace buckstop::http {
namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
    return text.substr(0, text.find_last_not_of(space) + 1);
}

// The parts between separators that stand outside of quotes.
std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (text[i] == separator && !quoted) {
            parts.push_back(trimmed(text.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    parts.push_back(trimmed(text.substr(begin)));
    return parts;
}

// One proxy's word: whom it had before it, and how.
struct Hop {
    std::optional<Address> from;
    std::string_view proto;
};

Hop forwarded_hop(std::string_view element) {
    Hop hop;
    for (const auto pair : split(element, ';')) {
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = lower(trimmed(pair.substr(0, equals)));
        auto value = trimmed(pair.substr(std::min(equals + 1, pair.size())));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        if (name == "for")
            hop.from = parse_address(value);
        else if (name == "proto")
            hop.proto = value;
    }
    return hop;
}

std::vector<std::string_view> list_of(const Headers& headers, std::string_view name) {
    std::vector<std::string_view> elements;
    const auto [begin, end] = headers.equal_range(name);
    for (auto header = begin; header != end; ++header)
        for (const auto element : split(header->second, ','))
            elements.push_back(element);
    return elements;
}

std::vector<Hop> forwarded_hops(const Headers& headers) {
    std::vector<Hop> hops;
    for (const auto element : list_of(headers, "forwarded"))
        hops.push_back(forwarded_hop(element));
    return hops;
}

std::vector<Hop> x_forwarded_hops(const Headers& headers) {
    const auto protos = list_of(headers, "x-forwarded-proto");
    std::vector<Hop> hops;
    for (const auto element : list_of(headers, "x-forwarded-for"))
        hops.push_back({parse_address(element), {}});
    // A proxy either adds to both lists, or says once how the client came.
    for (std::size_t i = 0; i < hops.size() && !protos.empty(); ++i)
        hops[i].proto = protos.size() == hops.size() ? protos[i] : protos.back();
    return hops;
}

struct Walk {
    Address client;
    std::string_view proto;
};

Walk walk(const Address& peer, const std::vector<Hop>& hops, const TrustedProxies& proxies) {
    Walk result{peer, {}};
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        result.proto = hop->proto;
        if (!hop->from)
            break;
        result.client = *hop->from;
        if (!proxies.contains(*hop->from))
            break;
    }
    return result;
}

// "name" of "name:8600", "[::1]" of "[::1]:8600".
std::string_view without_port(std::string_view host) {
    const auto end = host.starts_with('[') ? host.find(']') : host.find(':');
    if (end == host.npos)
        return host;
    return host.substr(0, host.starts_with('[') ? end + 1 : end);
}

} // namespace

std::optional<Address> parse_address(std::string_view text) {
    if (text.starts_with('['))
        text = text.substr(1, std::min(text.find(']'), text.size()) - 1);
    else if (std::ranges::count(text, ':') == 1)
        text = text.substr(0, text.find(':'));
    const std::string zero_ended(text);
    Address address{};
    if (inet_pton(AF_INET6, zero_ended.c_str(), address.data()) == 1)
        return address;
    address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (inet_pton(AF_INET, zero_ended.c_str(), address.data() + 12) == 1)
        return address;
    return std::nullopt;
}

std::string to_text(const Address& address) {
    constexpr Address mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const bool is_v4 = std::equal(mapped.begin(), mapped.begin() + 12, address.begin());
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4)
        inet_ntop(AF_INET, address.data() + 12, text.data(), text.size());
    else
        inet_ntop(AF_INET6, address.data(), text.data(), text.size());
    return text.data();
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& entries) {
    TrustedProxies proxies;
    for (const auto& entry : entries) {
        const auto slash = std::min(entry.find('/'), entry.size());
        const auto host = std::string_view(entry).substr(0, slash);
        const bool is_v6 = host.find(':') != host.npos;
        const unsigned most = is_v6 ? 128 : 32;
        unsigned bits = most;
        const char* last = entry.data() + entry.size();
        if (slash < entry.size()) {
            const auto [end, error] = std::from_chars(entry.data() + slash + 1, last, bits);
            if (error != std::errc{} || end != last)
                bits = most + 1;
        }
        const auto address = parse_address(host);
        if (!address || bits > most)
            return fail_field("trusted-proxies", "not_a_network",
                              entry + " is neither an address nor a network such as 10.0.0.0/8.");
        proxies.networks_.push_back({*address, is_v6 ? bits : bits + 96});
    }
    return proxies;
}

bool TrustedProxies::contains(const Address& address) const {
    return std::ranges::any_of(networks_, [&](const Network& network) {
        for (unsigned bit = 0; bit < network.bits; bit += 8) {
            const unsigned counting = std::min(8U, network.bits - bit);
            const unsigned differing = static_cast<unsigned>(address[bit / 8] ^ network.address[bit / 8]);
            if ((differing >> (8 - counting)) != 0)
                return false;
        }
        return true;
    });
}

Origin origin_of(std::string_view peer, const Headers& headers, const TrustedProxies& proxies) {
    const auto address = parse_address(peer);
    if (!address)
        return {std::string(peer), false};
    if (!proxies.contains(*address))
        return {to_text(*address), false};
    const auto x_forwarded = x_forwarded_hops(headers);
    const auto forwarded = forwarded_hops(headers);
    if (x_forwarded.empty() && forwarded.empty()) {
        // A proxy that hides its clients may still say that they came by TLS.
        const auto protos = list_of(headers, "x-forwarded-proto");
        return {to_text(*address), !protos.empty() && lower(protos.back()) == "https"};
    }
    const auto one = walk(*address, x_forwarded.empty() ? forwarded : x_forwarded, proxies);
    const auto other = walk(*address, forwarded.empty() ? x_forwarded : forwarded, proxies);
    if (one.client != other.client)
        return {to_text(*address), false};
    const auto proto = one.proto.empty() ? other.proto : one.proto;
    return {to_text(one.client), lower(proto) == "https"};
}

Hosts::Hosts(const Config& config) {
    if (const auto scheme = config.public_url.find("://"); scheme != std::string::npos) {
        const auto rest = std::string_view(config.public_url).substr(scheme + 3);
        names_.push_back(lower(without_port(rest.substr(0, rest.find('/')))));
    }
    names_.push_back(lower(config.listen_address));
    names_.emplace_back("localhost");
}

bool Hosts::allows(std::string_view host) const {
    const auto name = lower(without_port(host));
    return std::ranges::find(names_, name) != names_.end() || parse_address(name);
}

} // namespace buckstop::http
