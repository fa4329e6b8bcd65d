#include "http/target.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace buckstop::http {
namespace {

TEST(Target, is_decoded_once_and_only_below_the_base_path_cut) {
    EXPECT_EQ(parse_target("/below/a", "/below")->path, "/a");
    EXPECT_EQ(parse_target("/below", "/below")->path, "/");
    EXPECT_EQ(parse_target("/belowish", "/below")->path, "/belowish");
    EXPECT_EQ(parse_target("/a", "/below")->path, "/a") << "a proxy may have cut it off";
    EXPECT_EQ(parse_target("/a%2525", "")->path, "/a%25");
    EXPECT_EQ(parse_target("/a?x=%252F", "")->query.at(0).second, "%2F");
    EXPECT_EQ(parse_target("http://host", "")->path, "/");
    EXPECT_EQ(parse_target("http://host?a=b", "")->query.size(), 1U);
}

// Bytes that a target is made of, more often than by chance.
rc::Gen<std::string> targets() {
    const auto piece = rc::gen::elementOf(
        std::vector<std::string>{"/", "..", ".",      "%2e", "%2F", "%", "%00",      "a",  "?",   "&",
                                 "=", "+",  "%c3%a4", "%ff", "\\",  "#", "http://h", "//", "%25", "\xc3"});
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                        [](const std::vector<std::string>& pieces) {
                            std::string text;
                            for (const auto& one : pieces)
                                text += one;
                            return text;
                        });
}

RC_GTEST_PROP(Target, never_leaves_its_root, ()) {
    const auto target = parse_target(*targets(), "/a");
    if (!target)
        return;
    RC_ASSERT(target->path.starts_with('/'));
    RC_ASSERT((target->path + '/').find("/../") == std::string::npos);
    RC_ASSERT((target->path + '/').find("/./") == std::string::npos);
    RC_ASSERT(target->path.find('\0') == std::string::npos);
    RC_ASSERT(is_utf8(target->path));
    for (const auto& [name, value] : target->query)
        RC_ASSERT(is_utf8(name) && is_utf8(value));
}

RC_GTEST_PROP(Target, takes_any_bytes, ()) {
    static_cast<void>(parse_target(*rc::gen::arbitrary<std::string>(), ""));
}

} // namespace
} // namespace buckstop::http
