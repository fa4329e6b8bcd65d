#include "http/assets.hpp"

#include <atomic>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>
#include <zlib.h>

namespace buckstop::http {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view page =
    R"(<html><link href="/_app/immutable/a.css"><script src="/_app/immutable/b.js"></script>)"
    R"(<script>alert(1)</script></html>)";

std::vector<EmbeddedFile> files() {
    return {{"_app/immutable/b.js", "plain js"},
            {"_app/immutable/b.js.br", "brotli js"},
            {"_app/immutable/b.js.gz", "gzip js"},
            {"_app/version.json", "{}"},
            {"favicon.svg", "<svg/>"},
            {"index.html", page},
            {"index.html.br", "brotli page"},
            {"index.html.gz", "gzip page"},
            {"lonely.gz", "no plain form"}};
}

Request ask(std::string path, Headers headers = {}, Method method = Method::get) {
    return {.method = method,
            .path = std::move(path),
            .query = {},
            .headers = std::move(headers),
            .body = {},
            .client = {},
            .id = "r"};
}

std::string header(const Response& response, const std::string& name) {
    const auto found = response.headers.find(name);
    return found == response.headers.end() ? "" : found->second;
}

TEST(Assets, files_are_sent_in_the_best_form_that_is_accepted) {
    const auto assets = Assets::packed(files(), "");
    const auto body = [&](std::string_view accept) {
        return assets(ask("/_app/immutable/b.js", {{"accept-encoding", std::string(accept)}})).body;
    };
    EXPECT_EQ(body("gzip, deflate, br"), "brotli js");
    EXPECT_EQ(body("gzip"), "gzip js");
    EXPECT_EQ(body("br;q=0, gzip;q=0.5"), "gzip js");
    EXPECT_EQ(body("br;q=0.000"), "plain js");
    EXPECT_EQ(body(""), "plain js");
    EXPECT_EQ(body("brotli"), "plain js");
    const auto response = assets(ask("/_app/immutable/b.js", {{"accept-encoding", "br"}}));
    EXPECT_EQ(header(response, "content-encoding"), "br");
    EXPECT_EQ(header(response, "vary"), "Accept-Encoding");
    EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
}

TEST(Assets, only_hashed_names_are_kept_for_ever) {
    const auto assets = Assets::packed(files(), "");
    EXPECT_EQ(header(assets(ask("/_app/immutable/b.js")), "cache-control"),
              "public, max-age=31536000, immutable");
    for (const auto* path : {"/", "/index.html", "/favicon.svg", "/_app/version.json", "/deals/1"})
        EXPECT_EQ(header(assets(ask(path)), "cache-control"), "no-cache") << path;
    const auto tag = header(assets(ask("/")), "etag");
    EXPECT_EQ(assets(ask("/", {{"if-none-match", tag}})).status, 304);
    EXPECT_EQ(assets(ask("/", {{"if-none-match", "\"other\""}})).status, 200);
}

TEST(Assets, every_place_of_the_page_can_be_opened) {
    const auto assets = Assets::packed(files(), "");
    for (const auto* path : {"/", "/deals", "/deals/123", "/debriefs/1/edit"})
        EXPECT_EQ(assets(ask(path)).body, page) << path;
    for (const auto* path : {"/api", "/api/v1/nothing", "/api/nothing", "/health/nothing", "/missing.js",
                             "/_app/immutable/gone", "/lonely.gz"})
        EXPECT_EQ(assets(ask(path)).status, 404) << path;
    EXPECT_EQ(assets(ask("/apis")).status, 200) << "not below /api";
    EXPECT_EQ(assets(ask("/", {}, Method::post)).status, 405);
}

TEST(Assets, the_policy_allows_this_pages_scripts_and_nothing_else) {
    const auto policy = header(Assets::packed(files(), "")(ask("/")), "content-security-policy");
    EXPECT_THAT(policy,
                HasSubstr("script-src 'self' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';"));
    EXPECT_THAT(policy, HasSubstr("style-src-attr 'unsafe-inline'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe-eval")));
    EXPECT_THAT(policy.substr(0, policy.find("style-src-attr")), Not(HasSubstr("unsafe-inline")));
    const auto response = Assets::packed(files(), "")(ask("/"));
    EXPECT_EQ(header(response, "x-content-type-options"), "nosniff");
    EXPECT_EQ(header(response, "referrer-policy"), "no-referrer");
}

std::string gunzip(const std::string& packed) {
    z_stream stream{};
    std::string input = packed, text(100'000, '\0');
    inflateInit2(&stream, 15 + 16);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    inflate(&stream, Z_FINISH);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

TEST(Assets, the_base_path_stands_before_the_pages_addresses) {
    const auto assets = Assets::packed(files(), "/below");
    const auto plain = assets(ask("/deals/1"));
    EXPECT_THAT(plain.body, HasSubstr(R"(href="/below/_app/immutable/a.css")"));
    EXPECT_THAT(plain.body, HasSubstr(R"(src="/below/_app/immutable/b.js")"));
    const auto packed = assets(ask("/", {{"accept-encoding", "br, gzip"}}));
    EXPECT_EQ(header(packed, "content-encoding"), "gzip") << "the packed brotli form has the wrong addresses";
    EXPECT_EQ(gunzip(packed.body), plain.body);
}

TEST(Assets, without_a_page_there_is_404) {
    EXPECT_EQ(Assets::packed({}, "")(ask("/")).status, 404);
}

class FolderTest : public testing::Test {
  protected:
    FolderTest() {
        fs::create_directories(root_ / "web/_app/immutable");
        std::ofstream(root_ / "web/index.html") << page;
        std::ofstream(root_ / "web/_app/immutable/b.js") << "js";
        std::ofstream(root_ / "secret.txt") << "secret";
        std::error_code ignored;
        fs::create_symlink(root_ / "secret.txt", root_ / "web/link.txt", ignored);
    }
    ~FolderTest() override { fs::remove_all(root_); }
    fs::path root_ = fs::temp_directory_path() / ("buckstop-assets-" + std::to_string(getpid()));
};

TEST_F(FolderTest, a_folder_is_read_anew_each_time) {
    const auto assets = Assets::folder(root_ / "web", "/below");
    EXPECT_THAT(assets(ask("/deals/1")).body, HasSubstr("/below/_app"));
    std::ofstream(root_ / "web/index.html") << "changed";
    EXPECT_EQ(assets(ask("/")).body, "changed");
    EXPECT_EQ(assets(ask("/_app/immutable/b.js")).body, "js");
}

TEST_F(FolderTest, nothing_outside_of_it_is_read) {
    const auto assets = Assets::folder(root_ / "web", "");
    for (const auto* path :
         {"/../secret.txt", "/_app/../../secret.txt", "/link.txt", "//etc/passwd", "/_app"})
        EXPECT_THAT(assets(ask(path)).body, Not(HasSubstr("secret\n"))) << path;
    EXPECT_EQ(assets(ask("/link.txt")).status, 404);
    EXPECT_EQ(assets(ask("/../secret.txt")).status, 404);
    EXPECT_EQ(assets(ask("//etc/passwd.txt")).status, 404);
}

} // namespace
} // namespace buckstop::http
