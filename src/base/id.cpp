#include "base/id.hpp"

#include <sodium.h>

namespace buckstop {

std::int64_t IdSource::next(std::int64_t count) {
    using namespace std::chrono;
    constexpr auto epoch = sys_days{year{2024} / January / 1};
    const auto now = duration_cast<milliseconds>(system_clock::now() - epoch).count();
    const std::scoped_lock lock(mutex_);
    // Half of the 22 bits at random leaves the other half to count up in before the next millisecond.
    const auto first = last_ >> 22 >= now
                           ? last_ + 1
                           : (static_cast<std::int64_t>(now) << 22) | randombytes_uniform(1U << 21U);
    last_ = first + count - 1;
    return first;
}

} // namespace buckstop
