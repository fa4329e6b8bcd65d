// Whether the program lives (GET /health/live) and whether it should be sent requests (GET /health/ready).
#pragma once

#include "db/db.hpp"
#include "http/message.hpp"

#include <atomic>
#include <optional>

namespace buckstop::http {

class Health {
  public:
    explicit Health(db::Database& database) : database_(database) {}

    // From now on not ready: call it before Server::stop, so that a load balancer looks elsewhere.
    void stopping() { stopping_ = true; }

    // 200 as long as the program answers at all; asks nobody, so an overload doesn't look like a death.
    [[nodiscard]] Response live() const;
    // 200 where the database answers and its schema is this program's; 503 otherwise, saying which. Waits for
    // the database: for a worker.
    [[nodiscard]] Response ready() const;

  private:
    db::Database& database_;
    std::atomic<bool> stopping_ = false;
};

} // namespace buckstop::http
