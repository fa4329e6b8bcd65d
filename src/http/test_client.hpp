// A client for tests that says exactly the bytes it is given, however wrong, and reads answers one by one.
#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace buckstop::http::test {

struct Answer {
    int status = 0;
    std::multimap<std::string, std::string> headers; // names in lower case
    std::string body;
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
};

class Client {
  public:
    explicit Client(int port, std::chrono::milliseconds patience = std::chrono::seconds(10))
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval timeout{patience.count() / 1000, (patience.count() % 1000) * 1000};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            ::close(socket_);
            throw std::runtime_error("connection refused");
        }
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // False where the server has closed the connection.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    // The next answer; nothing where the connection ends, or nothing comes in time.
    std::optional<Answer> answer(bool head = false) {
        const auto end = read_until("\r\n\r\n");
        if (!end)
            return std::nullopt;
        Answer result;
        parse_head(received_.substr(0, *end), result);
        received_.erase(0, *end + 4);
        const auto length = result.header("content-length");
        const auto size = head || length.empty() ? 0 : std::stoul(length);
        while (received_.size() < size)
            if (!read_more())
                return std::nullopt;
        result.body = received_.substr(0, size);
        received_.erase(0, size);
        return result;
    }

    std::optional<Answer> ask(std::string_view bytes) {
        send(bytes);
        return answer(bytes.starts_with("HEAD "));
    }

    // Everything up to and with `end`; nothing where it doesn't come.
    std::optional<std::string> text_until(std::string_view end) {
        const auto found = read_until(end);
        if (!found)
            return std::nullopt;
        auto text = received_.substr(0, *found + end.size());
        received_.erase(0, *found + end.size());
        return text;
    }

    // True where the server has closed the connection, or does so in time.
    bool closed() {
        char byte = 0;
        return received_.empty() && ::recv(socket_, &byte, 1, 0) == 0;
    }

  private:
    bool read_more() {
        char piece[16384];
        const auto got = ::recv(socket_, piece, sizeof piece, 0);
        if (got <= 0)
            return false;
        received_.append(piece, static_cast<std::size_t>(got));
        return true;
    }
    std::optional<std::size_t> read_until(std::string_view end) {
        for (;;) {
            if (const auto found = received_.find(end); found != received_.npos)
                return found;
            if (!read_more())
                return std::nullopt;
        }
    }
    static void parse_head(std::string_view head, Answer& into) {
        into.status = std::stoi(std::string(head.substr(9, 3)));
        head.remove_prefix(std::min(head.find("\r\n") + 2, head.size()));
        while (!head.empty() && head.find(':') != head.npos) {
            const auto line = head.substr(0, head.find("\r\n"));
            std::string name(line.substr(0, line.find(':')));
            std::ranges::transform(name, name.begin(),
                                   [](char c) { return static_cast<char>(std::tolower(c)); });
            into.headers.emplace(name, std::string(line.substr(std::min(line.find(':') + 2, line.size()))));
            head.remove_prefix(std::min(line.size() + 2, head.size()));
        }
    }

    int socket_;
    std::string received_;
};

inline std::string get(std::string_view path, std::string_view more = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) + "\r\n";
}

inline std::string post(std::string_view path, std::string_view body, std::string_view more = "") {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
           "Content-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more) + "\r\n" +
           std::string(body);
}

} // namespace buckstop::http::test
