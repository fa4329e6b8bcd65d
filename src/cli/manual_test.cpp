#include "cli/manual.hpp"

#include "base/config.hpp"
#include "cli/command_line.hpp"

#include <gmock/gmock.h>
#include <map>

namespace buckstop::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::Not;

std::map<std::string, std::string> pages(const CommandDescription& program) {
    const auto list = manual_pages(program);
    return {list.begin(), list.end()};
}

const CommandDescription small{
    .name = "buckstop",
    .help = "Buckstop: sales teams learn.",
    .footer = "Exit codes: 0 done · 1 failure\n            4 a question",
    .subcommands = {
        {.name = "mend",
         .help = "Mend files",
         .footer = "More about it.\n\nExample:\n  buckstop mend 'a\\b'\n\n.dots and 'quotes\n'begin lines",
         .options = {{.names = {"-f", "--force"}, .help = "Now", .group = "Options"},
                     {.names = {"--kind"},
                      .value = "KIND",
                      .help = "Which",
                      .group = "Options",
                      .is_required = true}},
         .positionals = {{.value = "FILE", .help = "What to mend", .is_repeatable = true}}}}};

TEST(Manual, has_a_page_for_the_program_and_one_for_each_subcommand) {
    EXPECT_THAT(pages(small), ElementsAre(Key("buckstop-mend.1"), Key("buckstop.1")));
    EXPECT_EQ(manual_pages(describe_command_line()).size(), 1 + describe_command_line().subcommands.size());
}

TEST(Manual, a_name_is_followed_by_what_it_does) {
    EXPECT_THAT(pages(small)["buckstop.1"], HasSubstr(".SH NAME\nbuckstop \\- sales teams learn\n"));
    EXPECT_THAT(pages(small)["buckstop-mend.1"], HasSubstr(".SH NAME\nbuckstop\\-mend \\- Mend files\n"));
}

TEST(Manual, options_say_what_they_take) {
    const auto page = pages(small)["buckstop-mend.1"];
    EXPECT_THAT(page, HasSubstr("\\fB\\-f\\fR, \\fB\\-\\-force\\fR\nNow\n"));
    EXPECT_THAT(page, HasSubstr("\\fB\\-\\-kind\\fR \\fIKIND\\fR\nWhich (required)\n"));
    EXPECT_THAT(
        page,
        HasSubstr(".B buckstop mend\n\\fB\\-\\-kind\\fR \\fIKIND\\fR\n[\\fIOPTIONS\\fR]\n\\fIFILE…\\fR\n"));
}

TEST(Manual, exit_codes_are_a_list) {
    EXPECT_THAT(pages(small)["buckstop.1"],
                HasSubstr(".TP\n\\fB0\\fR\ndone\n.TP\n\\fB1\\fR\nfailure\n.TP\n\\fB4\\fR\na question\n"));
}

TEST(Manual, text_is_no_roff) {
    const auto page = pages(small)["buckstop-mend.1"];
    EXPECT_THAT(page, HasSubstr("buckstop mend 'a\\eb'"));
    EXPECT_THAT(page, HasSubstr("\n\\&.dots and 'quotes\n\\&'begin lines\n"));
}

TEST(Manual, names_every_setting) {
    const auto page = pages(describe_command_line())["buckstop.1"];
    for (const Setting& setting : settings())
        EXPECT_THAT(page, HasSubstr("\\fB" + setting_variable(setting.name) + "\\fR"));
    EXPECT_THAT(page, Not(HasSubstr("\\-\\-mail\\-password")));
}

} // namespace
} // namespace buckstop::cli
