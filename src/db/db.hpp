// The one door to the database. SQLite is embedded, PostgreSQL is the server store; the same SQL text runs on
// both, with $1, $2 … as parameters.
//
//   auto deal = database.read([&](db::Transaction& tx) {
//       return tx.find<Deal>("select id, name from deal where org_id = $1 and id = $2", org, id);
//   });
//   Result<> done = database.write([&](db::Transaction& tx) -> Result<> { … });
//
// A write commits when its function returns a value or a Result that holds one, and rolls back when it
// returns an error or throws. Writes are as if each ran alone: SQLite has one writer, PostgreSQL runs them
// SERIALIZABLE. What a write has read is therefore still true when it commits, and "look, decide, change" is
// safe. Where the database reports that two writes met (SQLite busy, PostgreSQL serialisation failure,
// deadlock or a lock not had in time) the function runs again, up to four times: it must have no effect
// outside the transaction; what must happen only after the commit goes through Transaction::after_commit.
//
// Infrastructure that is lost and SQL that is wrong throw db::Failure; the transaction can then only roll
// back, whoever catches it. An expected duplicate is met by "on conflict" in the SQL, not by catching.
#pragma once

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "db/value.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::db {

enum class Dialect { sqlite, postgres };

// What a transaction is for; Database's functions of these names say what each means.
enum class Mode { read, write, write_committed, write_lazily, change_schema };

// One SQL text for both databases, or a pair where they differ: Sql{"for SQLite", "for PostgreSQL"}.
struct Sql {
    std::string_view sqlite;
    std::string_view postgres;
    Sql(const char* both) : sqlite(both), postgres(both) {}        // NOLINT(*-explicit-*)
    Sql(std::string_view both) : sqlite(both), postgres(both) {}   // NOLINT(*-explicit-*)
    Sql(const std::string& both) : sqlite(both), postgres(both) {} // NOLINT(*-explicit-*)
    Sql(std::string_view for_sqlite, std::string_view for_postgres)
        : sqlite(for_sqlite), postgres(for_postgres) {}
};

class Failure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
// Two transactions met, or no connection became free in time: too busy now, later it may work. Database has
// already tried again when this reaches a caller.
class Contention : public Failure {
  public:
    using Failure::Failure;
};

class Connection; // db/connection.hpp: what each of the two backends implements

// Rows on their way into one table, the fastest way each database has (COPY on PostgreSQL, one prepared
// insert on SQLite). Other statements may run in between, but how many of the rows they see before finish()
// isn't defined. A BulkInsert that is dropped unfinished fails the transaction.
class BulkInsert {
  public:
    virtual ~BulkInsert() = default;
    virtual void
    add(std::span<const Param> row) = 0; // as many values as columns (at least one), in their order
    virtual void finish() = 0;
};

// A column in which all rows of a bulk insert hold the same, told once.
struct FixedColumn {
    std::string_view name;
    Param value;
};

// Valid inside the function given to Database::read or write, on that thread.
class Transaction {
  public:
    Transaction(Connection& connection, IdSource& ids) : connection_(connection), ids_(ids) {}
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    // All rows. T is a described struct, its members matched to columns by name, or a single column's type.
    template <class T, class... Args>
    std::vector<T> query(const Sql& sql, const Args&... args) {
        std::vector<T> rows;
        each<T>(
            sql, [&](T row) { rows.push_back(std::move(row)); }, args...);
        return rows;
    }

    // The first row or nothing. Ask for one row in the SQL; further ones are ignored.
    template <class T, class... Args>
    std::optional<T> find(const Sql& sql, const Args&... args) {
        std::optional<T> first;
        each<T>(
            sql,
            [&](T row) {
                if (!first)
                    first = std::move(row);
            },
            args...);
        return first;
    }

    // The one value of a query that always gives one row of one column, such as a count.
    template <class T, class... Args>
    T value(const Sql& sql, const Args&... args) {
        auto row = find<T>(sql, args...);
        if (!row)
            throw std::logic_error("a query for one value gave no row");
        return std::move(*row);
    }

    // Calls visit(T) for each row as it arrives, without holding them all. visit may run other statements,
    // but on PostgreSQL the first of them makes the rest of the rows wait in memory.
    template <class T, class Visit, class... Args>
    void each(const Sql& sql, Visit&& visit, const Args&... args) {
        std::vector<int> places;
        run(sql, std::array<Param, sizeof...(Args)>{to_param(args)...}, [&](const Row& row) {
            if constexpr (DescribedStruct<T>) {
                if (places.empty())
                    places = columns_of<T>(row);
                visit(read_row<T>(row, places));
            } else {
                T value{};
                read_column(row, 0, value);
                visit(std::move(value));
            }
        });
    }

    // A statement without rows. Returns how many rows it changed.
    template <class... Args>
    std::int64_t execute(const Sql& sql, const Args&... args) {
        return run(sql, std::array<Param, sizeof...(Args)>{to_param(args)...}, [](const Row&) {});
    }

    // For statements whose parameters are counted at run time (filters of a list).
    std::int64_t run(const Sql& sql, std::span<const Param> params,
                     const std::function<void(const Row&)>& visit);

    // Texts that `fixed` only views must last as long as the bulk insert; it keeps the others itself.
    [[nodiscard]] std::unique_ptr<BulkInsert> bulk_insert(std::string_view table,
                                                          std::span<const std::string_view> columns,
                                                          std::span<const FixedColumn> fixed = {});

    // Several statements without parameters: migrations.
    void run_script(std::string_view sql);

    template <class Entity>
    [[nodiscard]] Id<Entity> new_id() {
        return Id<Entity>(ids_.next());
    }
    // As IdSource::next.
    [[nodiscard]] std::int64_t new_ids(std::int64_t count) { return ids_.next(count); }

    // Runs `action` once the transaction has been committed, outside of it and on the same thread; never when
    // it rolls back. It can't undo the commit, so it should not throw; what it throws reaches write()'s
    // caller.
    void after_commit(std::function<void()> action) { after_commit_.push_back(std::move(action)); }

    [[nodiscard]] Dialect dialect() const;

  private:
    friend class Database;
    Connection& connection_;
    IdSource& ids_;
    std::vector<std::function<void()>> after_commit_;
};

// "sqlite:PATH", "postgresql://…" or "postgresql:host=… dbname=…" (any libpq connection string).
struct Url {
    Dialect dialect = Dialect::sqlite;
    std::string target; // the path, or what libpq takes: a whole URL or "host=… dbname=…"
};
[[nodiscard]] Result<Url> parse_url(std::string_view text);
// The same without a password, for logs and screens.
[[nodiscard]] std::string without_secrets(const Url& url);

struct Options {
    int readers = 4;        // SQLite: reading connections beside the one that writes; PostgreSQL: pool size
    bool create = true;     // SQLite: make the file if it isn't there
    bool read_only = false; // only Database::read; nothing is made, not even an empty file
    bool durable = true;    // false only in tests and benchmarks that say so
    // For a connection of the pool to become free, another process's write (SQLite), a row lock (PostgreSQL).
    std::chrono::milliseconds wait{15'000};
    // PostgreSQL; 0: none. Not for schema changes, and not in a transaction once it has sent a bulk insert.
    std::chrono::milliseconds statement_timeout{120'000};
};

template <class T>
inline constexpr bool is_result = false;
template <class T>
inline constexpr bool is_result<tl::expected<T, Error>> = true;

// What a Database has done so far; safe from any thread.
struct DatabaseNumbers {
    metrics::Histogram waits; // for a connection of the pool to be free
    metrics::Histogram reads; // transactions, each with its wait and all its tries
    metrics::Histogram writes;
    metrics::Counter met;    // tries that met another transaction
    metrics::Counter failed; // transactions that ended with an exception
};

// A pool of connections; safe from any thread. SQLite: WAL, one writer, `readers` readers. A transaction
// inside a transaction on one thread would wait for itself and throws std::logic_error: pass the Transaction
// on.
class Database {
  public:
    // Throws Failure where the database can't be opened.
    explicit Database(const Url& url, const Options& options = {});
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Runs `work(Transaction&)` on one consistent snapshot. Writing in it fails.
    template <class Work>
    auto read(Work&& work) {
        return run_on(Mode::read, std::forward<Work>(work));
    }

    template <class Work>
    auto write(Work&& work) {
        return run_on(Mode::write, std::forward<Work>(work));
    }

    // The same, but on PostgreSQL READ COMMITTED: each statement sees what was committed before it began. For
    // writes that decide nothing by what they read earlier (a job taken by "skip locked", upserts of an
    // import) and would meet others so often that running them again costs more than thinking about it.
    template <class Work>
    auto write_committed(Work&& work) {
        return run_on(Mode::write_committed, std::forward<Work>(work));
    }

    // As write_committed, but returns before the disk has what was written. A power failure may take back the
    // last of such transactions (each as a whole, never one in the middle); a killed program loses none, and
    // any later write of another kind makes them safe too. For the batches of a long work that says itself
    // where it stands and would then go on from there.
    template <class Work>
    auto write_lazily(Work&& work) {
        return run_on(Mode::write_lazily, std::forward<Work>(work));
    }

    // For migrations: no time limit for statements, and on SQLite foreign keys are checked only at the end,
    // so that a table can be dropped and made anew under its children.
    template <class Work>
    auto change_schema(Work&& work) {
        return run_on(Mode::change_schema, std::forward<Work>(work));
    }

    [[nodiscard]] Dialect dialect() const;
    [[nodiscard]] IdSource& ids();
    [[nodiscard]] const DatabaseNumbers& numbers() const;

  private:
    // Runs `body` in a transaction, again on Contention; `body` returns whether to commit.
    void run_transaction(Mode mode, const std::function<bool(Transaction&)>& body);

    template <class Work>
    auto run_on(Mode mode, Work&& work) {
        using Output = std::invoke_result_t<Work&, Transaction&>;
        if constexpr (std::is_void_v<Output>) {
            run_transaction(mode, [&](Transaction& tx) {
                work(tx);
                return true;
            });
        } else {
            std::optional<Output> output;
            run_transaction(mode, [&](Transaction& tx) {
                output.emplace(work(tx));
                if constexpr (is_result<Output>)
                    return output->has_value();
                else
                    return true;
            });
            return std::move(*output);
        }
    }

    struct Pool;
    std::unique_ptr<Pool> pool_;
};

} // namespace buckstop::db
