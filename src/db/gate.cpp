#include "db/gate.hpp"

namespace buckstop::db {

// Nobody waits for longer than this: being alone is a courtesy, the database keeps what is stored right
// anyway.
constexpr std::chrono::seconds longest{2};

void Gate::enter(bool alone) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest, [&] { return alone_ == 0; });
    if (alone) {
        ++alone_;
        changed_.wait_for(lock, longest, [&] { return inside_ == 0; });
    }
    ++inside_;
}

void Gate::leave(bool alone) {
    {
        const std::scoped_lock lock(mutex_);
        --inside_;
        if (alone)
            --alone_;
    }
    changed_.notify_all();
}

} // namespace buckstop::db
