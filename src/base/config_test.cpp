#include "base/config.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>
#include <unistd.h>

namespace buckstop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConfigTest : public testing::Test { // NOLINT(cppcoreguidelines-virtual-class-destructor): gtest's own
  protected:
    ~ConfigTest() override {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    Result<Config> load(std::string_view text) {
        std::ofstream(path_) << text;
        return load_config(path_, {}, {});
    }
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("buckstop-config-" + std::to_string(getpid()) + ".toml");
};

TEST_F(ConfigTest, stronger_sources_win) {
    std::ofstream(path_) << "listen_port = 1\nworker_threads = 3\nqueue_length = 4\n";
    const auto config =
        load_config(path_, {{"worker-threads", "5"}, {"queue-length", "6"}}, {{"queue-length", "7"}});
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->listen_port, 1);
    EXPECT_EQ(config->worker_threads, 5);
    EXPECT_EQ(config->queue_length, 7);
    EXPECT_EQ(config->job_threads, Config().job_threads);
}

TEST_F(ConfigTest, every_setting_says_where_it_comes_from_and_secrets_stay_secret) {
    std::ofstream(path_) << "\nlisten_port = 1\nmail_password = 'hush'\n";
    const auto loaded = load_config_with_origins(path_, {{"worker-threads", "5"}}, {{"queue-length", "7"}});
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->file, path_);
    std::map<std::string_view, std::string> found;
    for (const auto& origin : loaded->origins)
        found[origin.name] = origin.value + " from " + origin.from;
    EXPECT_EQ(found.size(), settings().size());
    EXPECT_EQ(found["listen-port"], "1 from " + path_.string() + ", line 2");
    EXPECT_EQ(found["worker-threads"], "5 from BUCKSTOP_WORKER_THREADS");
    EXPECT_EQ(found["queue-length"], "7 from --queue-length");
    EXPECT_EQ(found["listen-address"], "127.0.0.1 from unless set");
    EXPECT_EQ(found["mail-password"], "(set) from " + path_.string() + ", line 3");
}

TEST(ConfigDocument, names_every_setting_with_its_variable) {
    std::ifstream file(std::filesystem::path(BUCKSTOP_SOURCE_DIR) / "docs/operators/configuration.md");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (const auto& setting : settings()) {
        EXPECT_THAT(text, HasSubstr("| `" + setting_key(setting.name) + "` |"));
    }
}

TEST_F(ConfigTest, the_example_names_every_setting_and_changes_none) {
    const auto text = example_configuration({}).value();
    for (const auto& setting : settings()) {
        EXPECT_THAT(text, HasSubstr("# " + std::string(setting.help) + "\n"));
        EXPECT_THAT(text, HasSubstr("\n# " + setting_key(setting.name) + " = "));
    }
    ASSERT_TRUE(load(text));
    EXPECT_EQ(load(text)->listen_port, Config().listen_port);
}

// What it shows as a setting's value is that value, and the file takes it.
TEST_F(ConfigTest, the_example_without_its_comment_marks_is_the_defaults) {
    std::string text;
    std::istringstream lines(example_configuration({}).value());
    for (std::string line; std::getline(lines, line);)
        if (const auto equals = line.find(" = "); equals != line.npos)
            text += line.substr(2) + "\n";
    const auto config = load(text);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(std::ranges::count(text, '\n'), static_cast<std::ptrdiff_t>(settings().size()));
    EXPECT_EQ(config->database, Config().database);
    EXPECT_EQ(config->worker_threads, Config().worker_threads);
    EXPECT_EQ(config->log_format, Config().log_format);
    EXPECT_TRUE(config->trusted_proxies.empty());
}

TEST_F(ConfigTest, the_example_has_what_was_given) {
    const auto text = example_configuration(
        {{"database", "sqlite:/a \"b\"\\c.db"}, {"listen-port", "80"}, {"trusted-proxies", "127.0.0.1,::1"}});
    ASSERT_TRUE(text) << text.error().message;
    const auto config = load(*text);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->database, "sqlite:/a \"b\"\\c.db");
    EXPECT_EQ(config->listen_port, 80);
    EXPECT_THAT(config->trusted_proxies, ElementsAre("127.0.0.1", "::1"));
    EXPECT_FALSE(example_configuration({{"listen-port", "eighty"}}));
}

TEST_F(ConfigTest, lists_are_lists_in_the_file_and_separated_by_commas_elsewhere) {
    EXPECT_THAT(load("trusted_proxies = ['10.0.0.0/8', '::1']")->trusted_proxies,
                ElementsAre("10.0.0.0/8", "::1"));
    EXPECT_THAT(load_config(path_, {{"trusted-proxies", "10.0.0.1, 10.0.0.2,"}}, {})->trusted_proxies,
                ElementsAre("10.0.0.1", "10.0.0.2"));
    EXPECT_TRUE(load_config(path_, {}, {{"trusted-proxies", ""}})->trusted_proxies.empty());
}

TEST_F(ConfigTest, every_mistake_is_named_with_its_source) {
    std::ofstream(path_) << "listen_prot = 1\nlisten_port = 'x'\nlog_level = 'loud'\nlisten-address = 'a'\n";
    const auto config =
        load_config(path_, {{"worker-threads", "0"}, {"job-threads", "2x"}},
                    {{"base-path", "buckstop/"}, {"nonsense", "1"}, {"public-url", "example.com"}});
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, ErrorCode::invalid);
    std::vector<std::string> found;
    for (const auto& field : config.error().fields)
        found.push_back(field.field + " " + field.rule);
    const auto file = path_.string();
    EXPECT_THAT(found,
                testing::UnorderedElementsAre(
                    file + ", line 1: listen_prot unknown", file + ", line 2: listen_port not_an_integer",
                    file + ", line 3: log_level not_a_choice", file + ", line 4: listen-address unknown",
                    "BUCKSTOP_WORKER_THREADS out_of_range", "BUCKSTOP_JOB_THREADS not_an_integer",
                    "--base-path not_a_choice", "--nonsense unknown", "--public-url not_a_choice"));
}

TEST_F(ConfigTest, a_file_that_is_not_toml_or_not_there_is_an_error) {
    EXPECT_THAT(load("listen_port = = 3").error().fields.at(0).field, HasSubstr("line 1"));
    EXPECT_FALSE(load_config("/nowhere/buckstop.toml", {}, {}));
    EXPECT_TRUE(load_config(std::nullopt, {}, {}));
}

TEST_F(ConfigTest, a_base_path_is_a_plain_path) {
    for (const auto* good : {"", "/buckstop", "/a/b-c"})
        EXPECT_TRUE(load_config(std::nullopt, {}, {{"base-path", good}})) << good;
    for (const auto* bad : {"/", "/a/", "a", "/a//b", "/../a", "/a?b", "/\"><script>"})
        EXPECT_FALSE(load_config(std::nullopt, {}, {{"base-path", bad}})) << bad;
}

TEST(Settings, cover_every_member_and_mark_secrets) {
    EXPECT_EQ(settings().size(), 19U);
    for (const auto& setting : settings())
        EXPECT_EQ(setting.secret, setting.name == "mail-password") << setting.name;
}

} // namespace
} // namespace buckstop
