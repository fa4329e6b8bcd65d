#include "base/json.hpp"
#include "base/log.hpp"

#include <gmock/gmock.h>

namespace buckstop {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct Lines {
    std::vector<std::string> lines;
    Log log(LogFormat format, LogLevel least = LogLevel::info) {
        return Log(least, format, [this](const std::string& line) { lines.push_back(line); });
    }
};

TEST(Log, text_lines_name_the_event_and_its_values) {
    Lines lines;
    lines.log(LogFormat::text)
        .info("request", {{"method", "GET"}, {"status", 200}, {"ms", 1.25}, {"fast", true}});
    EXPECT_THAT(lines.lines.at(0), EndsWith("Z info    request method=GET status=200 ms=1.25 fast=true"));
}

TEST(Log, json_lines_are_json) {
    Lines lines;
    lines.log(LogFormat::json)
        .warning("odd\n\"thing\"", {{"what", "a\xff\x01\"\\ä"}, {"n", -3}, {"real", 1e300}});
    const auto line = json::parse(lines.lines.at(0));
    ASSERT_TRUE(line) << lines.lines.at(0);
    EXPECT_EQ(line->at("level"), "warning");
    EXPECT_EQ(line->at("event"), "odd\n\"thing\"");
    EXPECT_EQ(line->at("n"), -3);
}

TEST(Log, no_input_forges_a_line) {
    Lines lines;
    lines.log(LogFormat::text)
        .info("x", {{"path", "/a\n2026-01-01T00:00:00Z error forged"}, {"e", "\x1b[31m"}});
    EXPECT_THAT(lines.lines.at(0), Not(HasSubstr("\n")));
    EXPECT_THAT(lines.lines.at(0), Not(HasSubstr("\x1b")));
    EXPECT_THAT(lines.lines.at(0), HasSubstr("path=\"/a\\n2026"));
}

TEST(Log, secrets_and_long_texts_stay_out) {
    Lines lines;
    lines.log(LogFormat::text).info("x", {{"mail_password", "hunter2"}, {"text", std::string(5000, 'a')}});
    EXPECT_THAT(lines.lines.at(0), Not(HasSubstr("hunter2")));
    EXPECT_LT(lines.lines.at(0).size(), 500U);
}

TEST(Log, lines_below_the_level_are_left_out) {
    Lines lines;
    const auto log = lines.log(LogFormat::text, LogLevel::warning);
    log.info("quiet");
    log.error("loud");
    EXPECT_EQ(lines.lines.size(), 1U);
    Log::silent().error("nowhere");
}

TEST(Log, bound_values_stand_in_every_line) {
    Lines lines;
    const auto log = lines.log(LogFormat::text);
    const auto mine = log.with({"request_id", "r1"});
    mine.info("a");
    log.info("b");
    EXPECT_THAT(lines.lines.at(0), EndsWith("a request_id=r1"));
    EXPECT_THAT(lines.lines.at(1), EndsWith("b"));
}

} // namespace
} // namespace buckstop
