#include "base/id.hpp"

#include <algorithm>
#include <sodium.h>

namespace buckstop {

std::int64_t IdSource::next() {
    using namespace std::chrono;
    constexpr auto epoch = sys_days{year{2024} / January / 1};
    const auto now = duration_cast<milliseconds>(system_clock::now() - epoch).count();
    // Half of the 22 bits at random leaves the other half to count up in before the next millisecond.
    const auto start = (static_cast<std::int64_t>(now) << 22) | randombytes_uniform(1U << 21U);
    const std::scoped_lock lock(mutex_);
    last_ = std::max(last_ + 1, start);
    return last_;
}

} // namespace buckstop
