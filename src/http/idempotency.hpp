// The header Idempotency-Key on a POST of somebody signed in: the request is carried out at most once,
// however often it is sent, also when the program is killed in between.
//
// How: the key is claimed in the database (a row without an answer) before the handler runs, and the row gets
// the answer afterwards.
//   - The same request again: the stored answer, with "Idempotent-Replay: true".
//   - Another request under the same key: 422.
//   - While the first one still runs: 409 with Retry-After.
//   - An answer above 1 MiB isn't kept, and the key is free again.
//   - A handler that refused (any 4xx) or was put off (503) has changed nothing: the key is free again.
//   - Killed, or failed with 500, between the claim and the answer: it isn't known whether the handler's
//     transaction was committed. The key stays taken: 409, which says so. Nothing is carried out twice.
//
// Exactly once: a route with About::exactly_once whose handler calls Call::remember inside its own
// transaction. Answer and effect are then committed together, so a key without an answer means that nothing
// happened, and after a kill the same request is simply carried out. Should the first one be alive after all,
// only one of the two transactions can commit.
//
// Keys have 16 to 128 printable characters and should be random (a UUID): the stored answer is sealed by the
// key, of which only a hash is stored, so that what people wrote isn't kept where they didn't put it.
#pragma once

#include "access/principal.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

#include <functional>
#include <string_view>

namespace buckstop::http {

class Idempotency {
  public:
    Idempotency(db::Database& database, Clock now) : database_(database), now_(std::move(now)) {}

    // Runs `handle` unless the key says otherwise.
    [[nodiscard]] Response once(Call& call, const Route& route, std::string_view key,
                                const std::function<Response()>& handle) const;

  private:
    struct Claim;
    [[nodiscard]] std::optional<Response> claim(const Claim& claim, bool exactly,
                                                std::string_view request_id) const;
    void settle(const Claim& claim, const Response& response) const;
    void release(const Claim& claim) const;

    db::Database& database_;
    Clock now_;
};

// Forgets keys that were used before `before` (a day ago, say) in one organisation; how many there were.
std::int64_t forget_idempotency_keys(db::Transaction& tx, OrgId org, Instant before);

} // namespace buckstop::http
