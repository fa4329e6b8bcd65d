// How failed sign-ins slow down further ones, without letting anybody lock others out; README.md explains the
// budgets. A budget is a count of failures that halves every quarter of an hour. Beyond what is free, each
// further failure doubles the pause until the next try, up to a minute: a pause, never a lock.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "db/db.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::identity::throttle {

struct Budget {
    std::string key;  // a keyed hash: neither an account nor an address stands in the table
    double free = 0;  // failures without a pause
    double pause = 1; // in seconds, doubled by each failure beyond
    double longest = 60;
    // Counts always, but pauses only who has failed under the first budget, too.
    bool only_after_own = false;
};

// One try, and what it counts against.
struct Try {
    std::vector<Budget> budgets;
};

// A sign-in. `device`: the known device of that very account, if its cookie came along: then only its own
// budget counts, which nobody else can use up.
[[nodiscard]] Try sign_in(db::Transaction& tx, std::string_view address, std::string_view client,
                          std::optional<std::int64_t> device);
// Somebody signed in who gives their password once more.
[[nodiscard]] Try confirmation(db::Transaction& tx, OrgId org, PersonId person);
// A mail for somebody who forgot their password: by client, and by address, so that nobody's mailbox is
// filled.
[[nodiscard]] Try reset_request(db::Transaction& tx, std::string_view client);
[[nodiscard]] Try reset_mail(db::Transaction& tx, std::string_view address);

// Counts the try as a failure and lets it go on (nothing), or says how long to wait (and counts nothing).
// Counting first keeps tries that run at once from all being the first.
[[nodiscard]] std::optional<std::chrono::seconds> begin(db::Transaction& tx, Instant now, const Try& attempt);
// It was no failure: what begin() counted is taken back, and who succeeded begins afresh.
void succeeded(db::Transaction& tx, Instant now, const Try& attempt);

// The network of an address: all of IPv4, the first 64 bits of IPv6, of which one customer has them all.
[[nodiscard]] std::string network_of(std::string_view client);

} // namespace buckstop::identity::throttle
