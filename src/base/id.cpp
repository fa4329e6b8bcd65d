#include "base/id.hpp"

#include <sodium.h>

namespace buckstop {

std::int64_t IdSource::next() {
    using namespace std::chrono;
    constexpr auto epoch = sys_days{year{2024} / January / 1};
    const auto now = duration_cast<milliseconds>(system_clock::now() - epoch).count();
    const std::scoped_lock lock(mutex_);
    if (last_ >> 22 >= now)
        return ++last_;
    // Half of the 22 bits at random leaves the other half to count up in before the next millisecond.
    return last_ = (static_cast<std::int64_t>(now) << 22) | randombytes_uniform(1U << 21U);
}

} // namespace buckstop
