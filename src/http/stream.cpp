#include "http/stream.hpp"

#include <utility>

namespace buckstop::http {

Stream::Stream(std::size_t longest, std::string heartbeat, std::chrono::milliseconds pause,
               std::chrono::milliseconds life)
    : longest_(longest), heartbeat_(std::move(heartbeat)), pause_(pause),
      end_(std::chrono::steady_clock::now() + life) {}

Stream::Stream(std::function<std::string()> next)
    : Stream(0, {}, std::chrono::seconds(1), std::chrono::hours(24)) {
    next_ = std::move(next);
    waiting_ = next_(); // one piece ahead, so that the last one is known to be the last
    closed_ = waiting_.empty();
}

bool Stream::push(std::string_view text) {
    std::unique_lock lock(mutex_);
    if (closed_ || waiting_.size() + text.size() > longest_)
        return false;
    waiting_ += text;
    wake(std::move(lock));
    return true;
}

void Stream::replace(std::string_view text) {
    std::unique_lock lock(mutex_);
    if (closed_)
        return;
    waiting_ = text;
    wake(std::move(lock));
}

void Stream::close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    wake(std::move(lock));
}

std::string Stream::take() {
    const std::scoped_lock lock(mutex_);
    auto taken = std::exchange(waiting_, {});
    if (next_ && !closed_) {
        waiting_ = next_();
        closed_ = waiting_.empty();
    }
    return taken;
}

bool Stream::ended() const {
    const std::scoped_lock lock(mutex_);
    return waiting_.empty() && (closed_ || std::chrono::steady_clock::now() >= end_);
}

void Stream::on_change(std::function<void()> wake) {
    const std::scoped_lock lock(mutex_);
    wake_ = std::move(wake);
}

// Under the lock, so that on_change({}) can rely on no call being under way once it returns.
void Stream::wake(std::unique_lock<std::mutex> lock) {
    if (wake_)
        wake_();
    lock.unlock();
}

} // namespace buckstop::http
