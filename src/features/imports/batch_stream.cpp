#include "features/imports/record_reader.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace buckstop::imports {

struct BatchStream::Shared {
    Shared(RecordReader batches, std::size_t most_ahead)
        : reader(std::move(batches)), ahead(std::max<std::size_t>(most_ahead, 1)) {}

    // Runs on its own thread, which alone touches `reader`.
    void read() {
        try {
            for (bool more = true; more;) {
                Batch batch;
                more = reader.next(batch);
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return ready.size() < ahead || stopping; });
                if (stopping)
                    return;
                if (more)
                    ready.push_back(std::move(batch));
                else
                    finished = true;
                changed.notify_all();
            }
        } catch (...) {
            const std::scoped_lock lock(mutex);
            failure = std::current_exception();
            finished = true;
            changed.notify_all();
        }
    }

    RecordReader reader;
    const std::size_t ahead;
    std::mutex mutex;
    std::condition_variable changed;
    // All guarded by `mutex`:
    std::deque<Batch> ready;
    bool finished = false;
    bool stopping = false;
    std::exception_ptr failure;

    std::thread thread;
};

BatchStream::BatchStream(RecordReader reader, std::size_t ahead)
    : shared_(std::make_unique<Shared>(std::move(reader), ahead)) {
    shared_->thread = std::thread([shared = shared_.get()] { shared->read(); });
}

BatchStream::~BatchStream() {
    {
        const std::scoped_lock lock(shared_->mutex);
        shared_->stopping = true;
    }
    shared_->changed.notify_all();
    shared_->thread.join();
}

bool BatchStream::next(Batch& batch) {
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [&] { return !shared_->ready.empty() || shared_->finished; });
    if (shared_->ready.empty()) {
        if (shared_->failure)
            std::rethrow_exception(shared_->failure);
        batch = {};
        return false;
    }
    batch = std::move(shared_->ready.front());
    shared_->ready.pop_front();
    lock.unlock();
    shared_->changed.notify_all();
    return true;
}

} // namespace buckstop::imports
