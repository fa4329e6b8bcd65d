// What is over age and not an import's: a portion goes, and how many rows it had comes back. Private to this
// feature.
#pragma once

#include "base/time.hpp"
#include "db/db.hpp"

namespace buckstop::retention::store {

inline constexpr int portion = 1000;

std::int64_t remove_jobs(db::Transaction& tx, OrgId org, Instant ended_before);
std::int64_t remove_sessions(db::Transaction& tx, OrgId org, Instant ended_before);
std::int64_t remove_notices(db::Transaction& tx, OrgId org, Instant seen_before);
// Of deals that were closed before, and themselves not later.
std::int64_t remove_activities(db::Transaction& tx, OrgId org, Date before);
// Without a debrief.
std::int64_t remove_failures(db::Transaction& tx, OrgId org, Date before);

} // namespace buckstop::retention::store
