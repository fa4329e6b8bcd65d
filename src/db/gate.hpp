// Lets one transaction run alone among this program's writes. PostgreSQL's serialisable transactions don't
// wait for each other: where they meet, all but the first fail and begin again, and an unlucky one could lose
// for ever. After two lost tries it passes this gate alone, and then wins against all but other nodes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace buckstop::db {

// Safe from any thread.
class Gate {
  public:
    // Being inside, until the object goes.
    class Pass {
      public:
        Pass(Gate& gate, bool alone) : gate_(gate), alone_(alone) { gate_.enter(alone); }
        ~Pass() { gate_.leave(alone_); }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;

      private:
        Gate& gate_;
        bool alone_;
    };

  private:
    void enter(bool alone);
    void leave(bool alone);

    std::mutex mutex_;
    std::condition_variable changed_;
    int inside_ = 0;
    int alone_ = 0; // those who are, or wait to be, alone
};

} // namespace buckstop::db
