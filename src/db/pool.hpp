// Connections lent to one thread at a time, in the order in which they were asked for.
#pragma once

#include "db/connection.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace buckstop::db {

// Up to `capacity` connections of one kind, opened when they are first needed. Safe from any thread.
class Lane {
  public:
    using Open = std::function<std::unique_ptr<Connection>()>;

    Lane(std::string name, int capacity, std::chrono::milliseconds wait, Open open);

    // A connection on loan; a healthy one goes back when this ends.
    class Loan {
      public:
        Loan(Lane& lane, std::unique_ptr<Connection> connection, bool fresh);
        Loan(Loan&&) = default;
        Loan& operator=(Loan&&) = delete;
        ~Loan();
        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }
        [[nodiscard]] bool fresh() const { return fresh_; } // opened for this loan

      private:
        struct GiveBack {
            void operator()(Lane* lane) const { lane->free_place(); }
        };
        std::unique_ptr<Lane, GiveBack> place_;
        std::unique_ptr<Connection> connection_;
        bool fresh_;
    };

    // Throws Contention where none becomes free in time, and Failure where none can be opened.
    Loan borrow();

    // Closes the connections that nobody uses: after one was found dead, the others are suspect.
    void close_idle();

  private:
    struct Waiter {
        std::condition_variable called;
        bool may_go = false;
    };
    void take_place();
    void free_place();

    const std::string name_;
    const std::chrono::milliseconds wait_;
    const Open open_;
    std::mutex mutex_;
    int free_;
    std::deque<Waiter*> waiting_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

} // namespace buckstop::db
