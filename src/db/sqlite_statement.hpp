// SQLite's statements as values: prepared, bound, kept for the next time.
#pragma once

#include "db/backend.hpp"

#include <list>
#include <sqlite3.h>
#include <unordered_map>

namespace buckstop::db {

// Throws Contention for SQLITE_BUSY and SQLITE_LOCKED, otherwise Failure.
[[noreturn]] void throw_sqlite(sqlite3* handle, int code, std::string_view sql);

// One prepared statement. Its parameters are $1, $2 … by their number, as on PostgreSQL: to SQLite "$2" is
// only a name, and it counts names in the order in which they first appear.
class Statement {
  public:
    Statement(sqlite3* handle, std::string_view sql);

    [[nodiscard]] std::string_view sql() const { return sql_; }
    [[nodiscard]] sqlite3_stmt* get() const { return statement_.get(); }

    // As PostgreSQL does, asks for exactly the parameters that the SQL uses. Text isn't copied: it must last
    // as long as the statement runs.
    void bind(std::span<const Param> params);
    // Of a statement that uses $1, $2 … in their order: only the parameters behind $before. The others keep
    // what they had.
    void bind_from(std::size_t before, std::span<const Param> params);
    // Goes to the next row; false at the end.
    bool step();
    // Makes it ready to run again.
    void reset() noexcept;

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;
    // Prepares the first statement of `text` and leaves what follows it there; nothing if there is none.
    Prepared prepare(std::string_view& text) const;
    void number_parameters();
    void bind_at(int place, const Param& param);

    sqlite3* handle_;
    std::string sql_;
    Prepared statement_;
    std::vector<std::size_t> numbers_; // SQLite's place i + 1 takes the parameter numbers_[i], counted from 0
};

// The statements used last. One that runs is taken out, so that a query inside the same query gets another.
class StatementCache {
  public:
    explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}
    [[nodiscard]] std::unique_ptr<Statement> take(sqlite3* handle, std::string_view sql);
    void give_back(std::unique_ptr<Statement> statement);

  private:
    using Recent = std::list<std::unique_ptr<Statement>>; // the latest first
    std::size_t capacity_;
    Recent recent_;
    std::unordered_map<std::string_view, Recent::iterator> by_sql_; // the keys point into the statements
};

} // namespace buckstop::db
