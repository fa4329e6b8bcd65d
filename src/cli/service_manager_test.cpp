#include "cli/service_manager.hpp"

#include "support/temporary_directory.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace buckstop::cli {
namespace {

// A service manager's end of the socket, at this path.
class Listener {
  public:
    explicit Listener(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        if (path.front() == '@')
            address.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), length), 0) << path;
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~Listener() {
        ::unsetenv("NOTIFY_SOCKET");
        ::close(socket_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // What was told; empty where nothing was.
    [[nodiscard]] std::string heard() const {
        std::array<char, 100> text{};
        const auto size = ::recv(socket_, text.data(), text.size(), MSG_DONTWAIT);
        return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

  private:
    int socket_;
};

TEST(ServiceManager, is_told_where_it_listens) {
    const test::TemporaryDirectory directory;
    const Listener listener(directory.file("notify"));
    tell_service_manager("READY=1");
    EXPECT_EQ(listener.heard(), "READY=1");
    EXPECT_EQ(listener.heard(), "");
}

TEST(ServiceManager, may_have_a_name_that_is_no_file) {
    const Listener listener("@buckstop-test-" + std::to_string(::getpid()));
    tell_service_manager("STOPPING=1");
    EXPECT_EQ(listener.heard(), "STOPPING=1");
}

TEST(ServiceManager, need_not_be_there) {
    const test::TemporaryDirectory directory;
    const Listener listener(directory.file("notify"));
    ::unsetenv("NOTIFY_SOCKET");
    tell_service_manager("READY=1");
    for (const auto& elsewhere : {directory.file("nobody"), std::string(200, 'x'), std::string()}) {
        ::setenv("NOTIFY_SOCKET", elsewhere.c_str(), 1);
        tell_service_manager("READY=1");
    }
    EXPECT_EQ(listener.heard(), "");
}

} // namespace
} // namespace buckstop::cli
