// One client's connection, as the server keeps it. Only server.cpp includes this.
#pragma once

#include "http/stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <memory>
#include <string>

namespace buckstop::http {

struct Connection : std::enable_shared_from_this<Connection> {
    Connection(boost::asio::ip::tcp::socket socket, std::size_t buffer_bytes)
        : stream(std::move(socket)), deadline(stream.get_executor()), buffer(buffer_bytes) {
        boost::system::error_code ignored;
        stream.socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
        const auto remote = stream.socket().remote_endpoint(ignored);
        peer = remote.address().to_string(ignored);
    }
    boost::beast::tcp_stream stream;
    // For reading a request: where the stream's own time is up it closes, and nobody can be told why.
    boost::asio::steady_timer deadline;
    bool overdue = false;
    boost::beast::flat_buffer buffer; // what arrived beyond the present request stays for the next
    std::string peer;
    bool idle = true;  // before a request has a whole head: may be ended at once
    bool used = false; // has begun a request
    std::shared_ptr<Stream> streaming{};
};

} // namespace buckstop::http
