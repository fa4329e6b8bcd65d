#include "http/forwarded.hpp"

#include <gtest/gtest.h>

namespace buckstop::http {
namespace {

TrustedProxies trusting(const std::vector<std::string>& entries) {
    return TrustedProxies::parse(entries).value();
}

std::string client(const Headers& headers, std::string_view peer = "10.0.0.1") {
    return origin_of(peer, headers, trusting({"10.0.0.0/8", "2001:db8::/32"})).client;
}

TEST(Addresses, are_read_in_all_their_forms) {
    EXPECT_EQ(to_text(parse_address("192.0.2.1").value()), "192.0.2.1");
    EXPECT_EQ(to_text(parse_address("192.0.2.1:8080").value()), "192.0.2.1");
    EXPECT_EQ(to_text(parse_address("::ffff:192.0.2.1").value()), "192.0.2.1");
    EXPECT_EQ(to_text(parse_address("[2001:DB8::1]:443").value()), "2001:db8::1");
    EXPECT_EQ(to_text(parse_address("2001:db8::1").value()), "2001:db8::1");
    for (const auto* bad :
         {"", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "256.1.1.1", "[::1", "localhost", "1.2.3.4 "})
        EXPECT_EQ(parse_address(bad).has_value(), std::string_view(bad) == "[::1") << bad;
}

TEST(TrustedProxies, are_addresses_and_networks) {
    const auto proxies = trusting({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "::1"});
    for (const auto* in : {"10.0.0.0", "10.255.255.255", "192.0.2.7", "2001:db8:7fff::1", "::1"})
        EXPECT_TRUE(proxies.contains(parse_address(in).value())) << in;
    for (const auto* out : {"11.0.0.0", "9.255.255.255", "192.0.2.8", "2001:db8:8000::1", "::2", "::a00:1"})
        EXPECT_FALSE(proxies.contains(parse_address(out).value())) << out;
    EXPECT_TRUE(trusting({"0.0.0.0/0"}).contains(parse_address("203.0.113.1").value()));
    EXPECT_FALSE(trusting({"0.0.0.0/0"}).contains(parse_address("2001:db8::1").value()));
    for (const auto* bad :
         {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "proxy.example", "", "::/129"})
        EXPECT_FALSE(TrustedProxies::parse({bad})) << bad;
}

TEST(Origin, nobody_else_is_believed) {
    EXPECT_EQ(client({{"x-forwarded-for", "192.0.2.1"}}, "203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(client({{"forwarded", "for=192.0.2.1;proto=https"}}, "203.0.113.9"), "203.0.113.9");
    EXPECT_FALSE(origin_of("203.0.113.9", {{"x-forwarded-proto", "https"}}, trusting({"10.0.0.0/8"})).secure);
}

TEST(Origin, is_the_rightmost_address_that_is_not_a_proxy) {
    EXPECT_EQ(client({{"x-forwarded-for", "198.51.100.1, 192.0.2.1"}}), "192.0.2.1")
        << "the left one may be invented";
    EXPECT_EQ(client({{"x-forwarded-for", "198.51.100.1, 192.0.2.1, 10.2.3.4"}}), "192.0.2.1");
    EXPECT_EQ(client({{"x-forwarded-for", "192.0.2.1"}, {"x-forwarded-for", "10.9.9.9"}}), "192.0.2.1");
    EXPECT_EQ(client({{"x-forwarded-for", "10.1.1.1, 10.2.2.2"}}), "10.1.1.1")
        << "all are proxies: the furthest";
    EXPECT_EQ(client({{"x-forwarded-for", "192.0.2.1, unknown, 10.2.2.2"}}), "10.2.2.2");
    EXPECT_EQ(client({{"x-forwarded-for", "garbage"}}), "10.0.0.1");
    EXPECT_EQ(client({}), "10.0.0.1");
    EXPECT_EQ(client({{"x-forwarded-for", ""}}), "10.0.0.1");
}

TEST(Origin, forwarded_is_read_as_rfc_7239_has_it) {
    EXPECT_EQ(
        client({{"forwarded", "for=198.51.100.1, For=\"[2001:db9::17]:4711\";proto=https;by=10.0.0.1"}}),
        "2001:db9::17");
    EXPECT_EQ(client({{"forwarded", "for=192.0.2.1;host=\"a,b;c\", for=10.3.3.3"}}), "192.0.2.1");
    EXPECT_EQ(client({{"forwarded", "for=_hidden"}}), "10.0.0.1");
}

TEST(Origin, two_lists_that_differ_are_both_ignored) {
    EXPECT_EQ(client({{"x-forwarded-for", "192.0.2.1"}, {"forwarded", "for=198.51.100.1"}}), "10.0.0.1");
    EXPECT_EQ(client({{"x-forwarded-for", "192.0.2.1"}, {"forwarded", "for=192.0.2.1"}}), "192.0.2.1");
}

TEST(Origin, tls_is_what_the_outermost_trusted_proxy_saw) {
    const auto proxies = trusting({"10.0.0.0/8"});
    const auto secure = [&](const Headers& headers) {
        return origin_of("10.0.0.1", headers, proxies).secure;
    };
    EXPECT_TRUE(secure({{"x-forwarded-for", "192.0.2.1"}, {"x-forwarded-proto", "https"}}));
    EXPECT_TRUE(secure({{"x-forwarded-for", "192.0.2.1, 10.2.2.2"}, {"x-forwarded-proto", "https, http"}}));
    EXPECT_FALSE(secure({{"x-forwarded-for", "1.1.1.1, 192.0.2.1"}, {"x-forwarded-proto", "https, http"}}));
    EXPECT_FALSE(secure({{"x-forwarded-for", "192.0.2.1"}, {"x-forwarded-proto", "http"}}));
    EXPECT_TRUE(secure({{"forwarded", "for=192.0.2.1;proto=https, for=10.2.2.2;proto=http"}}));
    EXPECT_TRUE(secure({{"x-forwarded-proto", "https"}}));
    EXPECT_FALSE(secure({}));
}

} // namespace
} // namespace buckstop::http
