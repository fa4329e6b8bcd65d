// Whether a body moves fast enough, read or written.
#pragma once

#include "http/server.hpp"

#include <chrono>

namespace buckstop::http {

// After the first pause, `slowest` bytes a second on average: a client that sends one byte before each
// time-out must end some day.
class Pace {
  public:
    explicit Pace(const Limits& limits) : limits_(limits) {}

    [[nodiscard]] bool too_slow(std::size_t bytes_so_far) const {
        const auto allowed = limits_.pause + std::chrono::seconds(bytes_so_far / limits_.slowest);
        return std::chrono::steady_clock::now() - begin_ > allowed;
    }

  private:
    const Limits& limits_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

} // namespace buckstop::http
