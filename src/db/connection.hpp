// What each backend implements (sqlite.cpp, postgres.cpp). Nothing outside src/db includes this.
// A connection is used by one thread at a time.
#pragma once

#include "db/db.hpp"

namespace buckstop::db {

class Connection {
  public:
    virtual ~Connection() = default;
    [[nodiscard]] virtual Dialect dialect() const = 0;
    virtual void begin(Mode mode) = 0;
    // Throws Failure also where a statement failed before, whoever caught that: half a transaction isn't
    // kept.
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;
    virtual std::int64_t run(std::string_view sql, std::span<const Param> params,
                             const std::function<void(const Row&)>& visit) = 0;
    virtual void run_script(std::string_view sql) = 0; // several statements, for migrations
    virtual std::unique_ptr<BulkInsert> bulk_insert(std::string_view table,
                                                    std::span<const std::string_view> columns,
                                                    std::span<const FixedColumn> fixed) = 0;
    [[nodiscard]] virtual bool healthy() const = 0; // false: the pool drops it and opens another
};

std::unique_ptr<Connection> open_sqlite(const std::string& path, const Options& options, bool writes);
std::unique_ptr<Connection> open_postgres(const std::string& target, const Options& options);

} // namespace buckstop::db
