// Applies how long an organisation keeps things (people::Retention): a daily job, in portions, each written
// to the audit log as a count. What isn't limited is kept.
#pragma once

#include "base/describe.hpp"
#include "features/context.hpp"

#include <cstdint>
#include <functional>

namespace buckstop::retention {

// How much went.
struct Applied {
    std::int64_t import_undo = 0; // imports that can't be undone any more
    std::int64_t import_files = 0, exports = 0, jobs = 0, sessions = 0, notices = 0, activities = 0,
                 failures = 0;
    bool operator==(const Applied&) const = default;
};
BOOST_DESCRIBE_STRUCT(Applied, (),
                      (import_undo, import_files, exports, jobs, sessions, notices, activities, failures))

// Everything that is over age now. Each portion is a transaction of its own and safe to repeat; `go_on` is
// asked between them.
Applied apply(
    const Context& context, OrgId org, const std::function<bool()>& go_on = [] { return true; });

// The job "retention.apply", once a day for every organisation.
void add_jobs(const Context& context);

} // namespace buckstop::retention
