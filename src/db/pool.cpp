#include "db/pool.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace buckstop::db {

Lane::Lane(std::string name, int capacity, std::chrono::milliseconds wait, Open open)
    : name_(std::move(name)), wait_(wait), open_(std::move(open)), free_(capacity) {
    idle_.reserve(static_cast<std::size_t>(capacity)); // so that giving back can't fail
}

Lane::Loan::Loan(Lane& lane, std::unique_ptr<Connection> connection, bool fresh)
    : place_(&lane), connection_(std::move(connection)), fresh_(fresh) {}

Lane::Loan::~Loan() {
    if (!place_ || !connection_ || !connection_->healthy())
        return;
    const std::scoped_lock lock(place_->mutex_);
    place_->idle_.push_back(std::move(connection_));
}

Lane::Loan Lane::borrow() {
    take_place();
    struct Place { // until the loan has it
        Lane* lane;
        ~Place() {
            if (lane)
                lane->free_place();
        }
    } place{this};
    std::unique_ptr<Connection> connection;
    {
        const std::scoped_lock lock(mutex_);
        if (!idle_.empty()) { // the one used last: its caches are warm
            connection = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    const bool fresh = !connection;
    if (fresh)
        connection = open_();
    place.lane = nullptr;
    return {*this, std::move(connection), fresh};
}

void Lane::close_idle() {
    std::vector<std::unique_ptr<Connection>> closing;
    const std::scoped_lock lock(mutex_);
    closing.swap(idle_);
}

// Places are handed over in turn rather than raced for: under load nobody waits much longer than others.
void Lane::take_place() {
    std::unique_lock lock(mutex_);
    if (free_ > 0) {
        --free_;
        return;
    }
    Waiter self;
    waiting_.push_back(&self);
    if (self.called.wait_for(lock, wait_, [&] { return self.may_go; }))
        return;
    waiting_.erase(std::ranges::find(waiting_, &self));
    throw Contention(
        fmt::format("no {} connection to the database became free within {} ms", name_, wait_.count()));
}

void Lane::free_place() {
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty()) {
        ++free_;
        return;
    }
    Waiter& next = *waiting_.front();
    waiting_.pop_front();
    next.may_go = true;
    next.called.notify_one(); // while locked: afterwards `next` may be gone
}

} // namespace buckstop::db
