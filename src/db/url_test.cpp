#include "db/db.hpp"

#include <gmock/gmock.h>

namespace buckstop::db {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Url, NamesAFileOrAServer) {
    const auto file = parse_url("sqlite:/var/lib/buckstop/b.db");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->dialect, Dialect::sqlite);
    EXPECT_EQ(file->target, "/var/lib/buckstop/b.db");
    EXPECT_EQ(parse_url("sqlite:b.db")->target, "b.db");

    const auto server =
        parse_url("postgresql://me:pw@one:5432,two:5433/buckstop?target_session_attrs=read-write");
    ASSERT_TRUE(server);
    EXPECT_EQ(server->dialect, Dialect::postgres);
    EXPECT_EQ(server->target,
              "postgresql://me:pw@one:5432,two:5433/buckstop?target_session_attrs=read-write");
    EXPECT_EQ(parse_url("postgres://one/b")->target, "postgres://one/b");
    EXPECT_EQ(parse_url("postgresql:host=/run/pg dbname=b")->target, "host=/run/pg dbname=b");
}

TEST(Url, SaysWhatIsWrong) {
    for (const auto* const text :
         {"", "b.db", "mysql://one/b", "sqlite:", "sqlite::memory:", "postgresql://[one/b", "postgresql:host",
          "postgresql://one/?nonsense=1"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, ErrorCode::invalid);
        EXPECT_EQ(url.error().fields.at(0).field, "database");
    }
    EXPECT_THAT(parse_url("postgresql:host=one password=hush user").error().message, Not(HasSubstr("hush")));
}

TEST(Url, IsShownWithoutSecrets) {
    EXPECT_EQ(without_secrets(*parse_url("sqlite:b.db")), "sqlite:b.db");
    EXPECT_EQ(without_secrets(*parse_url("postgresql://me:hush@one:5432/b?sslpassword=hush&options=hush")),
              "postgresql:user=me host=one port=5432 dbname=b");
    EXPECT_EQ(without_secrets(*parse_url("postgresql://one,two/b?user=me&password=hush")),
              "postgresql:user=me host=one,two dbname=b");
    EXPECT_EQ(without_secrets(*parse_url("postgresql:password=hush host=/run/pg")),
              "postgresql:host=/run/pg");
}

} // namespace
} // namespace buckstop::db
