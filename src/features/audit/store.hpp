// The audit log's SQL.
#pragma once

#include "base/time.hpp"
#include "db/db.hpp"
#include "features/audit/audit.hpp"
#include "features/audit/chain.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::audit::store {

// The person's pseudonym, made at first use.
std::string pseudonym(db::Transaction& tx, OrgId org, PersonId person);
std::optional<std::string> find_pseudonym(db::Transaction& tx, OrgId org, PersonId person);
void delete_pseudonym(db::Transaction& tx, OrgId org, PersonId person);

// Takes the next place in the chain and holds it until the transaction ends. `hash` is the last line's.
Head take_next(db::Transaction& tx, OrgId org);
void set_head(db::Transaction& tx, OrgId org, const std::string& hash);
Head head(db::Transaction& tx, OrgId org);

void insert(db::Transaction& tx, const Entry& entry);
void insert_reason(db::Transaction& tx, OrgId org, std::int64_t sequence, const std::string& salt,
                   const std::string& reason);
void delete_reasons(db::Transaction& tx, OrgId org, const std::string& pseudonym);

// A line with its reason, where that is kept.
struct Kept : Entry {
    std::optional<std::string> salt{}, reason{};
};
BOOST_DESCRIBE_STRUCT(Kept, (Entry), (salt, reason))
void each(db::Transaction& tx, OrgId org, const std::function<void(const Kept&)>& visit);

// A line with the names of those in it.
struct Named {
    std::int64_t sequence = 0;
    Instant at{};
    std::optional<std::string> actor_name{}, subject_name{};
    std::string action{}, object_kind{};
    std::optional<std::int64_t> object_id{};
    std::optional<std::string> reason{};
};
BOOST_DESCRIBE_STRUCT(Named, (),
                      (sequence, at, actor_name, subject_name, action, object_kind, object_id, reason))
// Newest first, below `before`; about one pseudonym or about anybody.
std::vector<Named> lines(db::Transaction& tx, OrgId org, const std::optional<std::string>& about,
                         std::int64_t before, int limit);

struct LookRow {
    PersonId id{};
    std::string name{};
    Instant at{};
};
BOOST_DESCRIBE_STRUCT(LookRow, (), (id, name, at))
std::vector<LookRow> looks(db::Transaction& tx, OrgId org, std::string_view action,
                           std::string_view object_kind, std::int64_t object_id);

} // namespace buckstop::audit::store
