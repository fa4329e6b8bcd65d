// Mail: how it is composed, and that it reaches a server.
#include "features/identity/mail.hpp"

#include "features/identity/test_house.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace buckstop::identity::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A mail server of a few lines, on this machine, for one connection.
class MailServer {
  public:
    MailServer() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 1) != 0 ||
            ::getsockname(listener_, plain, &size) != 0)
            throw std::runtime_error("no socket for the mail server");
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }
    ~MailServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_ = {};
        ::close(listener_);
    }
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    [[nodiscard]] std::string url() const { return fmt::format("smtp://127.0.0.1:{}", port_); }
    // The whole conversation from the client's side, once it is over.
    [[nodiscard]] std::string heard() {
        thread_ = {};
        return heard_;
    }

  private:
    void serve() {
        const int peer = ::accept(listener_, nullptr, nullptr);
        if (peer < 0)
            return;
        const auto say = [&](std::string_view line) {
            (void)::send(peer, line.data(), line.size(), MSG_NOSIGNAL);
        };
        say("220 test\r\n");
        std::string line;
        bool data = false;
        for (char c = 0; ::recv(peer, &c, 1, 0) == 1;) {
            heard_ += c;
            line += c;
            if (!line.ends_with("\r\n"))
                continue;
            if (data ? line == ".\r\n" : !line.starts_with("DATA")) {
                data = false;
                say("250 ok\r\n");
            } else if (!data) {
                data = true;
                say("354 go on\r\n");
            }
            if (line.starts_with("QUIT"))
                break;
            line.clear();
        }
        ::close(peer);
    }

    int listener_;
    int port_ = 0;
    std::string heard_;
    std::jthread thread_;
};

const Instant noon = parse_instant("2026-11-23T12:00:00.000000Z").value();

TEST(Mail, IsComposedForEveryName) {
    const mail::Mail mail{.to_name = "Zoë Müller",
                          .to_address = "zoe@example.org",
                          .subject = "Für dich: 1 Brief",
                          .text = "Grüße\n.\nFrom here\n"};
    const auto text = mail::compose(mail, "Buckstop <buckstop@example.org>", noon).value();
    EXPECT_THAT(text, HasSubstr("From: Buckstop <buckstop@example.org>\r\n"));
    EXPECT_THAT(text, HasSubstr("<zoe@example.org>"));
    EXPECT_THAT(text, HasSubstr("Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"));
    EXPECT_THAT(text, HasSubstr("Auto-Submitted: auto-generated\r\n"));
    EXPECT_THAT(text, HasSubstr("Gr=FC=DFe"));
    for (const char c : text.substr(0, text.find("\r\n\r\n")))
        EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(Mail, NamesCannotWriteHeaders) {
    const mail::Mail mail{.to_name = "Eve\r\nBcc: all@example.org",
                          .to_address = "eve@example.org",
                          .subject = "Hello\r\nX-Evil: yes",
                          .text = "x"};
    const auto text = mail::compose(mail, "buckstop@example.org", noon).value();
    EXPECT_THAT(text, Not(HasSubstr("\r\nBcc:")));
    EXPECT_THAT(text, Not(HasSubstr("\r\nX-Evil")));
    for (const char* address : {"", "eve", "@example.org", "eve@", "a b@example.org",
                                "eve@example.org\r\nRCPT TO:<x@y>", "<eve@example.org>", "a@b,c@d"})
        EXPECT_FALSE(mail::compose({.to_name = "", .to_address = address, .subject = "", .text = ""},
                                   "b@example.org", noon))
            << address;
}

TEST(Mail, ReachesAServer) {
    MailServer server;
    Config config;
    config.mail_server = server.url();
    config.mail_from = "Buckstop <buckstop@example.org>";
    ASSERT_TRUE(mail::send(
        config,
        {.to_name = "Ana", .to_address = "ana@example.org", .subject = "Hello", .text = "One\n.\nTwo\n"}));
    const auto heard = server.heard();
    EXPECT_THAT(heard, HasSubstr("MAIL FROM:<buckstop@example.org>"));
    EXPECT_THAT(heard, HasSubstr("RCPT TO:<ana@example.org>"));
    EXPECT_THAT(heard, HasSubstr("\r\n..\r\nTwo"));
}

TEST(Mail, AServerCanBeTriedWithoutSendingAnything) {
    MailServer server;
    Config config;
    config.mail_server = server.url();
    const auto reached = reach_mail_server(config);
    ASSERT_TRUE(reached) << reached.error().message;
    const auto heard = server.heard();
    EXPECT_THAT(heard, HasSubstr("EHLO"));
    EXPECT_THAT(heard, Not(HasSubstr("MAIL FROM")));
    config.mail_server = "smtp://127.0.0.1:1";
    EXPECT_EQ(reach_mail_server(config).error().code, ErrorCode::unavailable);
}

TEST(Mail, AServerThatIsNotThereIsAnExpectedError) {
    Config config;
    config.mail_server = "smtp://127.0.0.1:1";
    config.mail_from = "buckstop@example.org";
    const auto sent =
        mail::send(config, {.to_name = "Ana", .to_address = "ana@example.org", .subject = "", .text = ""});
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
    EXPECT_THAT(sent.error().message, Not(HasSubstr("ana@")));
    config.mail_server = "file:///etc/passwd";
    EXPECT_FALSE(
        mail::send(config, {.to_name = "Ana", .to_address = "ana@example.org", .subject = "", .text = ""}));
}

class MailLinkTest : public HouseTest {};
INSTANTIATE_BOTH_DATABASES(MailLinkTest);

TEST_P(MailLinkTest, AResetMailLetsItsReaderIn) {
    MailServer server;
    house.config.mail_server = server.url();
    house.config.mail_from = "buckstop@example.org";
    house.let_in(ana);
    EXPECT_EQ(Browser(house).post("/password-reset", {{"email", "ana@example.org"}}).status, 202);
    EXPECT_EQ(house.jobs.run_due(database(), [this] { return house.now; }), 1);
    auto heard = server.heard();
    for (auto at = heard.find("=\r\n"); at != std::string::npos; at = heard.find("=\r\n")) // soft line breaks
        heard.erase(at, 3);
    const auto begin = heard.find("/invitations/");
    ASSERT_NE(begin, std::string::npos);
    const auto token = heard.substr(begin + 13, heard.find('\r', begin) - begin - 13);
    Browser browser(house);
    EXPECT_EQ(browser.get("/invitations/" + token).text("kind"), "reset_by_mail");
    EXPECT_EQ(
        browser.post("/invitations/" + token + "/accept", {{"password", "another good password"}}).status,
        200);
    EXPECT_EQ(browser.get("/notices").at("items").as_array().at(0).at("kind").as_string(),
              "password_reset_by_mail");
}

TEST_P(MailLinkTest, AMailThatFailsIsTriedAgain) {
    house.config.mail_server = "smtp://127.0.0.1:1";
    house.config.mail_from = "buckstop@example.org";
    house.let_in(ana);
    Browser(house).post("/password-reset", {{"email", "ana@example.org"}});
    const auto clock = [this] { return house.now; };
    EXPECT_EQ(house.jobs.run_due(database(), clock), 1);
    house.now += 1h;
    EXPECT_EQ(house.jobs.run_due(database(), clock), 1);
    const auto links = database().read([](db::Transaction& tx) {
        return tx.value<std::int64_t>("select count(*) from invitation where org_id = $1", org);
    });
    EXPECT_EQ(links, 1); // the later link replaces the earlier
}

} // namespace
} // namespace buckstop::identity::test
