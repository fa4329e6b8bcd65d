// Who a request really comes from. What X-Forwarded-For, Forwarded and X-Forwarded-Proto say counts only
// where a proxy that the configuration names says it; anybody else could write anything there.
#pragma once

#include "base/config.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::http {

// 16 bytes; an IPv4 address as ::ffff:a.b.c.d.
using Address = std::array<std::uint8_t, 16>;
// "192.0.2.1", "2001:db8::1", "[2001:db8::1]", each also with a port behind it. Nothing where it is none.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
[[nodiscard]] std::string to_text(const Address& address);

// The addresses and networks whose word is taken.
class TrustedProxies {
  public:
    // "10.0.0.7", "10.0.0.0/8", "2001:db8::/32". Errors (invalid) name the entry.
    [[nodiscard]] static Result<TrustedProxies> parse(const std::vector<std::string>& entries);
    [[nodiscard]] bool contains(const Address& address) const;

  private:
    struct Network {
        Address address;
        unsigned bits; // that count
    };
    std::vector<Network> networks_;
};

struct Origin {
    std::string client;  // an address
    bool secure = false; // the client spoke TLS to the outermost trusted proxy
};

// Walks the list from the right, past trusted proxies, to the first address that isn't one. Where a proxy
// named something unreadable, the last good address stands. Where both X-Forwarded-For and Forwarded are
// there and differ, one of them was written by the client and merely passed on: then neither counts.
[[nodiscard]] Origin origin_of(std::string_view peer, const Headers& headers, const TrustedProxies& proxies);

// The names that a request may give in Host: the public URL's and the listening address's. Against pages of
// other sites that make a browser believe that their name is this server (DNS rebinding).
class Hosts {
  public:
    explicit Hosts(const Config& config);
    // Always allowed: "localhost" and literal addresses, which no such page can have as its name.
    [[nodiscard]] bool allows(std::string_view host) const;

  private:
    std::vector<std::string> names_; // in lower case, without a port
};

} // namespace buckstop::http
