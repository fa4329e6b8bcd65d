// A fixed number of threads and a bounded queue before them: where handlers run, away from the sockets.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace buckstop::http {

// Safe from any thread. The destructor finishes.
class Workers {
  public:
    Workers(int threads, int queue_length);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // False where as many tasks wait as may, and after finish(): the caller says so to its client. A task
    // must not throw.
    [[nodiscard]] bool submit(std::function<void()> task);
    // Takes no more, runs what is queued, and returns when all is done.
    void finish();

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    std::size_t longest_;
    bool stopping_ = false;
    std::vector<std::jthread> threads_; // last, so that they end before what they use
};

} // namespace buckstop::http
