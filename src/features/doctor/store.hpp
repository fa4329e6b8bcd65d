// What the databases say about their own health. Statements about a database as a whole, and all its
// organisations.
#pragma once

#include "db/db.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buckstop::doctor::store {

// Each a sentence's worth of what is broken; none where all is well. Reads everything on SQLite.
[[nodiscard]] std::vector<std::string> integrity_faults(db::Transaction& tx);

// PostgreSQL's settings that give up safety ("fsync is off"), or none.
[[nodiscard]] std::vector<std::string> unsafe_settings(db::Transaction& tx);

struct Server {
    int version = 0; // 150004
    std::string encoding;
    bool is_standby = false;
    bool sorts_otherwise = false; // than when the database was made: the system's rules have changed since
};
BOOST_DESCRIBE_STRUCT(Server, (), (version, encoding, is_standby, sorts_otherwise))
// Nothing on SQLite.
[[nodiscard]] std::optional<Server> server(db::Transaction& tx);

// The database server's clock; nothing on SQLite, which has none of its own.
[[nodiscard]] std::optional<Instant> clock(db::Transaction& tx);
// The latest moment that anything was written at, as far as the audit log knows.
[[nodiscard]] std::optional<Instant> latest_moment(db::Transaction& tx);

struct Deferred {
    std::int64_t indexes = 0;
    std::optional<Instant> sign_of_life; // of the import that put them off
};
BOOST_DESCRIBE_STRUCT(Deferred, (), (indexes, sign_of_life))
[[nodiscard]] Deferred deferred_indexes(db::Transaction& tx);

} // namespace buckstop::doctor::store
