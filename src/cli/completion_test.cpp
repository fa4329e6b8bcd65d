#include "cli/completion.hpp"

#include "cli/command_line.hpp"

#include <gmock/gmock.h>

namespace buckstop::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// The choices' texts behind "buckstop", for the real command line.
std::vector<std::string> choices(const std::vector<std::string>& words) {
    std::vector<std::string> texts;
    for (const auto& choice : complete(describe_command_line(), words).choices)
        texts.push_back(choice.text);
    return texts;
}

bool files(const std::vector<std::string>& words) {
    return complete(describe_command_line(), words).files;
}

TEST(Completion, subcommands_and_their_verbs) {
    EXPECT_THAT(choices({"im"}), ElementsAre("import", "imports"));
    EXPECT_THAT(choices({""}), Contains("serve"));
    EXPECT_THAT(choices({"user", "re"}), ElementsAre("reset-password"));
    EXPECT_THAT(choices({"user", "add", ""}), IsEmpty());
    EXPECT_THAT(choices({""}), Not(Contains("complete")));
}

TEST(Completion, flags_come_once_a_dash_is_there) {
    EXPECT_THAT(choices({"import", "--pre"}), ElementsAre("--preview"));
    EXPECT_THAT(choices({"import", "--preview", "--pre"}), IsEmpty());
    EXPECT_THAT(choices({"import", "--answer", "Close Date=dmy", "--ans"}), ElementsAre("--answer"));
    EXPECT_THAT(choices({"import", ""}), IsEmpty());
    EXPECT_THAT(choices({"user", "add", "--ro"}), ElementsAre("--role"));
}

TEST(Completion, settings_of_the_server_are_offered_where_they_count) {
    EXPECT_THAT(choices({"serve", "--worker"}), ElementsAre("--worker-threads"));
    EXPECT_THAT(choices({"status", "--worker"}), IsEmpty());
    EXPECT_THAT(choices({"serve", "--mail-pass"}), IsEmpty());
}

TEST(Completion, files_where_a_file_belongs) {
    EXPECT_TRUE(files({"import", ""}));
    EXPECT_TRUE(files({"import", "--preview", "deals"}));
    EXPECT_TRUE(files({"import", "--map", ""}));
    EXPECT_TRUE(files({"import", "--map", "=", "deals"})); // as bash has it
    EXPECT_TRUE(files({"serve", "--config", "/etc/"}));
    EXPECT_FALSE(files({"import", "--as-of", ""}));
    EXPECT_FALSE(files({"import", "--pre"}));
    EXPECT_FALSE(files({"serve", ""}));
}

TEST(Completion, a_value_is_no_subcommand) {
    EXPECT_THAT(choices({"setup", "--name", "user", "--em"}), ElementsAre("--email"));
    EXPECT_THAT(choices({"setup", "--name=user", "--em"}), ElementsAre("--email"));
    EXPECT_THAT(choices({"setup", "--name", "--em"}), IsEmpty());
}

TEST(Completion, nothing_typed_or_nonsense_is_no_error) {
    EXPECT_THAT(choices({}), IsEmpty());
    EXPECT_THAT(choices({"nonsense", "--what", ""}), Contains("import"));
}

} // namespace
} // namespace buckstop::cli
