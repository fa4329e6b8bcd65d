// A response body that comes into being while it is sent, such as server-sent events. One side pushes from
// any thread; the server takes and writes. The queue is bounded, because a client may read as slowly as it
// likes.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace buckstop::http {

class Stream {
  public:
    // At most `longest` bytes wait; `heartbeat` is sent after every `pause` in which nothing else was. After
    // `life` it ends by itself.
    Stream(std::size_t longest, std::string heartbeat, std::chrono::milliseconds pause,
           std::chrono::milliseconds life = std::chrono::hours(1));

    // A body that is made piece by piece as it is taken, such as a file's; an empty piece is its end. The
    // server's own thread calls `next`, so it must be quick.
    explicit Stream(std::function<std::string()> next);

    // False, and nothing is kept, where too much waits already.
    [[nodiscard]] bool push(std::string_view text);
    // Throws away what waits and puts this in its place.
    void replace(std::string_view text);
    // What waits is still sent, then the response ends.
    void close();

    // For the server: everything that waits, at once; whether that was the last; and what to call when there
    // is something new (from the pusher's thread: must be quick).
    [[nodiscard]] std::string take();
    [[nodiscard]] bool ended() const;
    void on_change(std::function<void()> wake);
    [[nodiscard]] const std::string& heartbeat() const { return heartbeat_; }
    [[nodiscard]] std::chrono::milliseconds pause() const { return pause_; }

  private:
    void wake(std::unique_lock<std::mutex> lock);

    mutable std::mutex mutex_;
    std::function<std::string()> next_;
    std::string waiting_;
    bool closed_ = false;
    std::function<void()> wake_;
    std::size_t longest_;
    std::string heartbeat_;
    std::chrono::milliseconds pause_;
    std::chrono::steady_clock::time_point end_;
};

} // namespace buckstop::http
