// How one line follows from the one before it. Pure: no database, no clock.
//
// A line's hash is BLAKE2b-256, in hexadecimal, of this JSON array, written without space:
//   ["buckstop audit 1", org, sequence, at in µs, actor, action, object_kind, object_id, subject,
//    reason_digest, detail, previous_hash]
// with null for what is absent. The first line's previous_hash is "".
#pragma once

#include "base/describe.hpp"
#include "base/id.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop::audit {

// A row of audit_entry.
struct Entry {
    OrgId org_id{};
    std::int64_t sequence = 0;
    std::int64_t at = 0;
    std::optional<std::string> actor{}; // pseudonyms
    std::string action{};
    std::string object_kind{};
    std::optional<std::int64_t> object_id{};
    std::optional<std::string> subject{};
    std::optional<std::string> reason_digest{};
    std::optional<std::string> detail{};
    std::string previous_hash{};
    std::string hash{};
};
BOOST_DESCRIBE_STRUCT(Entry, (),
                      (org_id, sequence, at, actor, action, object_kind, object_id, subject, reason_digest,
                       detail, previous_hash, hash))

// What `hash` must be, of everything else.
[[nodiscard]] std::string hash_of(const Entry& entry);

// What stands in the chain for a typed reason. The salt keeps a reason that was erased from being guessed.
[[nodiscard]] std::string reason_digest(std::string_view salt, std::string_view reason);

// 128 random bits in hexadecimal: a pseudonym, a salt.
[[nodiscard]] std::string random_text();

} // namespace buckstop::audit
