// One request as it travels through the server: what is decided about it without reading or writing. Only
// server.cpp includes this: Beast takes half a minute to compile.
#pragma once

#include "http/message.hpp"
#include "http/server.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>

namespace buckstop::http::wire {

using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
using Message = boost::beast::http::response<boost::beast::http::string_body>;

// Bytes of bodies that are on their way in, counted in a sum that all requests share.
class Reservation {
  public:
    Reservation() = default;
    Reservation(std::size_t& sum, std::size_t bytes) : sum_(&sum), bytes_(bytes) { sum += bytes; }
    Reservation(Reservation&& other) noexcept : sum_(other.sum_), bytes_(std::exchange(other.bytes_, 0)) {}
    Reservation& operator=(Reservation&& other) noexcept {
        std::swap(sum_, other.sum_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~Reservation() {
        if (bytes_ > 0)
            *sum_ -= bytes_;
    }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    std::size_t* sum_ = nullptr;
    std::size_t bytes_ = 0;
};

struct Exchange {
    Parser parser;
    Request request;
    std::optional<Response> answer; // once there is one, nothing further is asked
    bool gone = false;              // nobody is there to be answered
    bool keep_alive = true;
    bool unread_body = false; // refused before it was read: the connection can't go on
    bool with_worker = false;
    std::size_t head_bytes = 0;
    Reservation body_memory;

    [[nodiscard]] bool open() const { return !answer && !gone; }
    // Whether it ended because it didn't arrive in time.
    [[nodiscard]] bool timed_out() const { return answer && answer->status == 408; }

    // Parses what has arrived of the head, unless reading it failed. True where more is needed.
    [[nodiscard]] bool parse_head(boost::beast::flat_buffer& arrived, std::size_t most,
                                  boost::beast::error_code& error);
    // After the head was read or couldn't be: the request, or the answer that refuses it.
    void take_head(boost::beast::error_code error, std::string_view peer, const ServerOptions& options);
    // Whether the body may come in: its route's limit, and the memory that all bodies may take together.
    void reserve_body(const ServerOptions& options, const Application& application, std::size_t& all_bodies);
    // After the body was read or couldn't be.
    void take_body(boost::beast::error_code error);

    // On a worker: asks the application, once for whether a large body may come, once for the answer.
    void handle(const Application& application, bool for_admission, const Log& log);
    // Where no worker is free.
    void refuse_busy(bool for_admission);

    // The answer in the form in which it is sent. Headers that would break the framing are left out; one that
    // can't be sent as it is (a line break in it) is a bug and makes a bare 500 of the whole.
    [[nodiscard]] Message take_message(bool may_keep_alive);

  private:
    void refuse(int status, ErrorCode code, std::string message);
    void refuse_late();
    void refuse_unreadable(boost::beast::error_code error);
    void refuse_for(std::chrono::seconds pause, std::string message);
    void check_head(const ServerOptions& options);
};

} // namespace buckstop::http::wire
