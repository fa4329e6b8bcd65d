// The tests' own tools.
#include "support/postgres_server.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace buckstop::test {
namespace {

TEST(TemporaryDirectory, HoldsFilesAndGoesWithThem) {
    std::filesystem::path path;
    {
        const TemporaryDirectory directory;
        path = directory.path();
        std::ifstream stream(directory.write("deep/er/file.txt", "content"));
        std::ostringstream content;
        content << stream.rdbuf();
        EXPECT_EQ(content.str(), "content");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PostgresServer, UrlNamesTheDatabase) {
    const std::string url = PostgresServer::shared().url("mine");
    EXPECT_THAT(url, ::testing::StartsWith("postgresql://"));
    EXPECT_THAT(url, ::testing::HasSubstr("/mine"));
    EXPECT_THAT(url, ::testing::Not(::testing::HasSubstr("/postgres?")));
}

TEST(PostgresServer, SaysWhatFails) {
    EXPECT_THROW(PostgresServer::shared().administer("select nonsense"), std::runtime_error);
}

TEST(PostgresServer, AnOwnServerEndsWithItsObject) {
    std::string url;
    {
        const PostgresServer server;
        url = server.url("postgres");
        server.drop_database(server.create_database());
    }
    const std::size_t from = url.find("host=") + 5;
    EXPECT_FALSE(std::filesystem::exists(url.substr(from, url.find('&', from) - from)));
}

} // namespace
} // namespace buckstop::test
