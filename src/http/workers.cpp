#include "http/workers.hpp"

namespace buckstop::http {

Workers::Workers(int threads, int queue_length) : longest_(static_cast<std::size_t>(queue_length)) {
    for (int i = 0; i < threads; ++i)
        threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
    finish();
}

void Workers::finish() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    threads_.clear(); // joins
}

bool Workers::submit(std::function<void()> task) {
    {
        const std::scoped_lock lock(mutex_);
        if (stopping_ || queue_.size() >= longest_)
            return false;
        queue_.push_back(std::move(task));
    }
    changed_.notify_one();
    return true;
}

void Workers::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty())
            return;
        auto task = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        task();
        task = nullptr; // what it holds goes outside of the lock
        lock.lock();
    }
}

} // namespace buckstop::http
