// The SQL of what no feature lists of a person. Private to this feature.
#pragma once

#include "base/describe.hpp"
#include "base/time.hpp"
#include "db/db.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buckstop::archive::store {

struct OwnSession {
    std::optional<std::string> device;
    Instant created_at{}, last_seen_at{}, expires_at{};
};
BOOST_DESCRIBE_STRUCT(OwnSession, (), (device, created_at, last_seen_at, expires_at))

struct OwnDevice {
    Instant created_at{}, last_used_at{};
};
BOOST_DESCRIBE_STRUCT(OwnDevice, (), (created_at, last_used_at))

struct OwnActivity {
    std::string kind;
    std::optional<std::string> subject, deal;
    std::optional<Date> happened_on;
    bool is_done = false;
};
BOOST_DESCRIBE_STRUCT(OwnActivity, (), (kind, subject, deal, happened_on, is_done))

struct OwnTarget {
    std::string period;
    Date starts_on{}, ends_on{};
    std::int64_t amount_minor = 0;
    std::string currency;
    std::optional<std::string> measure; // nothing: the value of won deals
};
BOOST_DESCRIBE_STRUCT(OwnTarget, (), (period, starts_on, ends_on, amount_minor, currency, measure))

[[nodiscard]] std::vector<OwnSession> own_sessions(db::Transaction& tx, OrgId org, PersonId person);
[[nodiscard]] std::vector<OwnDevice> own_devices(db::Transaction& tx, OrgId org, PersonId person);
[[nodiscard]] std::vector<OwnActivity> own_activities(db::Transaction& tx, OrgId org, PersonId person);
[[nodiscard]] std::vector<OwnTarget> own_targets(db::Transaction& tx, OrgId org, PersonId person);

} // namespace buckstop::archive::store
