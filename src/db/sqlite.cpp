// SQLite: one file, one writer and any number of readers at once (its write-ahead log), no server.
#include "db/connection.hpp"
#include "db/sqlite_statement.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>

namespace buckstop::db {
namespace {

struct CloseSqlite {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, CloseSqlite>;

class SqliteRow final : public Row {
  public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    int columns() const override { return sqlite3_column_count(statement_); }
    std::string_view name(int column) const override { return sqlite3_column_name(statement_, column); }
    bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    // SQLite would read any text as some number, "12 June" as 12; here both databases refuse it.
    std::int64_t integer(int column) const override {
        switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_INTEGER:
            return sqlite3_column_int64(statement_, column);
        case SQLITE_FLOAT: // round() gives 3.0, where PostgreSQL gives 3
            if (const double value = sqlite3_column_double(statement_, column);
                value == std::trunc(value) && std::abs(value) < 9e15)
                return static_cast<std::int64_t>(value);
            [[fallthrough]];
        default:
            return integer_from_text(text(column), name(column));
        }
    }
    double real(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_TEXT
                   ? real_from_text(text(column), name(column))
                   : sqlite3_column_double(statement_, column);
    }
    std::string_view text(int column) const override {
        const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }

  private:
    sqlite3_stmt* statement_;
};

class SqliteConnection final : public Connection {
  public:
    SqliteConnection(const std::string& path, const Options& options, bool writes);

    Dialect dialect() const override { return Dialect::sqlite; }
    void begin(Mode mode) override;
    void commit() override;
    void rollback() noexcept override;
    std::int64_t run(std::string_view sql, std::span<const Param> params,
                     const std::function<void(const Row&)>& visit) override;
    void run_script(std::string_view sql) override;
    std::unique_ptr<BulkInsert> bulk_insert(std::string_view table, std::span<const std::string_view> columns,
                                            std::span<const FixedColumn> fixed) override;
    bool healthy() const override { return healthy_; }

  private:
    friend class SqliteBulkInsert;

    void execute(const char* sql); // without parameters and rows
    void switch_to_wal(std::chrono::milliseconds wait);
    void end_of_transaction() noexcept;
    // What a statement throws also ends the transaction's chance to commit, as it does on PostgreSQL.
    template <class Action>
    auto guarded(Action&& action) {
        try {
            return action();
        } catch (const Failure&) {
            failed_ = true;
            throw;
        }
    }

    Handle handle_;
    StatementCache statements_{64};
    bool failed_ = false;
    bool healthy_ = true;
    bool changes_schema_ = false;
    bool durable_;
    bool lazily_ = false;
};

// Takes a statement from the cache, and gives it back when done.
class Borrowed {
  public:
    Borrowed(StatementCache& cache, sqlite3* handle, std::string_view sql)
        : cache_(cache), statement_(cache.take(handle, sql)) {}
    ~Borrowed() {
        statement_->reset();
        cache_.give_back(std::move(statement_));
    }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    Statement* operator->() const { return statement_.get(); }

  private:
    StatementCache& cache_;
    std::unique_ptr<Statement> statement_;
};

class SqliteBulkInsert final : public BulkInsert {
  public:
    SqliteBulkInsert(SqliteConnection& connection, std::string_view table,
                     std::span<const std::string_view> columns, std::span<const FixedColumn> fixed)
        : connection_(connection), columns_(columns.size()),
          statement_(connection.statements_, connection.handle_.get(), insert_into(table, columns, fixed)) {
        for (const auto& column : fixed)
            fixed_.push_back(column.value);
        statement_->bind_from(0, fixed_);
    }
    ~SqliteBulkInsert() override {
        if (!finished_)
            connection_.failed_ = true;
    }
    SqliteBulkInsert(const SqliteBulkInsert&) = delete;
    SqliteBulkInsert& operator=(const SqliteBulkInsert&) = delete;

    void add(std::span<const Param> row) override {
        connection_.guarded([&] {
            if (row.size() != columns_)
                throw Failure(failure_message(fmt::format("{} values for {} columns", row.size(), columns_),
                                              statement_->sql()));
            statement_->bind_from(fixed_.size(), row);
            statement_->step();
            sqlite3_reset(statement_->get());
        });
    }
    void finish() override { finished_ = true; }

  private:
    static std::string insert_into(std::string_view table, std::span<const std::string_view> columns,
                                   std::span<const FixedColumn> fixed) {
        std::string names;
        std::string values;
        int number = 0;
        const auto name = [&](std::string_view column) {
            names += fmt::format("{}{}", number ? ", " : "", quoted(column));
            values += fmt::format("{}${}", number ? ", " : "", number + 1);
            ++number;
        };
        std::ranges::for_each(fixed, name, &FixedColumn::name);
        std::ranges::for_each(columns, name);
        return fmt::format("insert into {} ({}) values ({})", quoted(table), names, values);
    }

    SqliteConnection& connection_;
    std::vector<Param> fixed_; // bound once, from here; the columns' parameters follow
    std::size_t columns_;
    Borrowed statement_;
    bool finished_ = false;
};

// Makes the file first, because SQLite would let everybody on the machine read it. By mknod, because a file
// that is opened can only be closed again, and that would end the locks of this program's other connections.
void make_private_file(const std::string& path) {
    if (::mknod(path.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) != 0 && errno != EEXIST)
        throw Failure(
            fmt::format("the database {} can't be opened: {}", path, std::system_category().message(errno)));
}

// Before the first connection, once. Counting what SQLite allocates, which nobody asks for, would lock
// each of its millions of allocations.
void set_up_sqlite() {
    static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (done != SQLITE_OK)
        throw Failure("SQLite was in use before it was set up");
}

SqliteConnection::SqliteConnection(const std::string& path, const Options& options, bool writes)
    : durable_(options.durable) {
    set_up_sqlite();
    // Absolute, because SQLite gives meanings of its own to "file:…" and ":…".
    const auto absolute = std::filesystem::absolute(path).string();
    if (options.create && writes)
        make_private_file(absolute);
    sqlite3* handle = nullptr;
    // A connection serves one thread at a time, so SQLite needn't lock it.
    const int code =
        sqlite3_open_v2(absolute.c_str(), &handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK)
        throw Failure(fmt::format("the database {} can't be opened: {}", absolute, sqlite3_errstr(code)));
    sqlite3_busy_timeout(handle, static_cast<int>(options.wait.count()));
    // As PostgreSQL: "x" is a name, never a text; and a stored view or trigger can't call what it shouldn't.
    for (const int misfeature :
         {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_TRUSTED_SCHEMA})
        sqlite3_db_config(handle, misfeature, 0, nullptr);
    execute("pragma foreign_keys = on");
    execute("pragma case_sensitive_like = on"); // as PostgreSQL
    execute("pragma secure_delete = on");       // what is erased is overwritten
    // Sorting a million rows goes to a file, and the file isn't mapped: an import of 1 M rows has to stay
    // under 200 MB in all, mapped pages count too, and an error on reading them would be a signal, not an
    // error.
    execute("pragma temp_store = file");
    execute("pragma mmap_size = 0");
    // KiB. Also what is sorted at once, for an index over a large table: pieces that fit the processor's
    // cache, while a second thread sorts the piece before, are sorted faster than larger ones.
    execute("pragma cache_size = -8192");
    execute("pragma threads = 2");
    if (!writes) {
        execute("pragma query_only = on");
        return;
    }
    execute("pragma page_size = 8192"); // of a new file; as PostgreSQL. Half the calls for the same rows.
    switch_to_wal(options.wait);
    // FULL: in WAL mode NORMAL doesn't sync at a commit, and what was acknowledged would be lost with the
    // power.
    execute(durable_ ? "pragma synchronous = full" : "pragma synchronous = off");
    execute("pragma wal_autocheckpoint = 4096");     // pages: 32 MB, eight times SQLite's default
    execute("pragma analysis_limit = 1000");         // "analyze" after an import takes milliseconds
    execute("pragma journal_size_limit = 67108864"); // what a large transaction has blown up shrinks again
}

void SqliteConnection::execute(const char* sql) {
    if (const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr); code != SQLITE_OK)
        throw_sqlite(handle_.get(), code, sql);
}

// The mode stays in the file. Of two programs that meet here over a new file SQLite refuses one without
// letting it wait.
void SqliteConnection::switch_to_wal(std::chrono::milliseconds wait) {
    const auto deadline = std::chrono::steady_clock::now() + wait;
    const auto wal = [&] {
        try {
            bool done = false;
            run("pragma journal_mode = wal", {}, [&](const Row& row) { done = row.text(0) == "wal"; });
            return done;
        } catch (const Contention&) {
            return false;
        }
    };
    while (!wal()) {
        if (std::chrono::steady_clock::now() > deadline)
            throw Failure(
                "the database's folder can't hold a write-ahead log, or another program has the file");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void SqliteConnection::begin(Mode mode) {
    failed_ = false;
    changes_schema_ = mode == Mode::change_schema;
    if (changes_schema_)
        execute("pragma foreign_keys = off"); // works only outside of a transaction, as does the next
    lazily_ = durable_ && mode == Mode::write_lazily;
    if (lazily_)
        execute("pragma synchronous = normal");
    try {
        // IMMEDIATE: who begins by reading and then wants to write could find that another wrote in between.
        run(mode == Mode::read ? "begin" : "begin immediate", {}, {});
    } catch (const Failure&) {
        end_of_transaction();
        throw;
    }
}

void SqliteConnection::commit() {
    if (failed_)
        throw Failure("a statement of the transaction has failed, or a bulk insert wasn't finished, so it "
                      "can't commit");
    if (changes_schema_)
        run("pragma foreign_key_check", {}, [](const Row& row) {
            throw Failure(
                fmt::format("a row of {} refers to a row of {} that isn't there", row.text(0), row.text(2)));
        });
    run("commit", {}, {});
    end_of_transaction();
}

void SqliteConnection::rollback() noexcept {
    if (!sqlite3_get_autocommit(handle_.get())) // some errors have rolled back already
        sqlite3_exec(handle_.get(), "rollback", nullptr, nullptr, nullptr);
    end_of_transaction();
}

void SqliteConnection::end_of_transaction() noexcept {
    if (changes_schema_)
        sqlite3_exec(handle_.get(), "pragma foreign_keys = on", nullptr, nullptr, nullptr);
    changes_schema_ = false;
    if (lazily_)
        sqlite3_exec(handle_.get(), "pragma synchronous = full", nullptr, nullptr, nullptr);
    lazily_ = false;
    healthy_ = healthy_ && sqlite3_get_autocommit(handle_.get());
}

std::int64_t SqliteConnection::run(std::string_view sql, std::span<const Param> params,
                                   const std::function<void(const Row&)>& visit) {
    return guarded([&] {
        const Borrowed statement(statements_, handle_.get(), sql);
        statement->bind(params);
        const auto before = sqlite3_total_changes64(handle_.get());
        const SqliteRow row(statement->get());
        while (statement->step())
            if (visit)
                visit(row);
        // sqlite3_changes keeps the number of an earlier statement where this one isn't an insert, update or
        // delete.
        if (sqlite3_stmt_readonly(statement->get()) || sqlite3_total_changes64(handle_.get()) == before)
            return std::int64_t{0};
        return std::int64_t{sqlite3_changes64(handle_.get())};
    });
}

void SqliteConnection::run_script(std::string_view sql) {
    guarded([&] {
        execute(std::string(sql).c_str());
        if (sqlite3_get_autocommit(handle_.get()))
            throw Failure(failure_message("a script has ended the transaction that it is part of", sql));
    });
}

std::unique_ptr<BulkInsert> SqliteConnection::bulk_insert(std::string_view table,
                                                          std::span<const std::string_view> columns,
                                                          std::span<const FixedColumn> fixed) {
    return guarded([&] { return std::make_unique<SqliteBulkInsert>(*this, table, columns, fixed); });
}

} // namespace

std::unique_ptr<Connection> open_sqlite(const std::string& path, const Options& options, bool writes) {
    return std::make_unique<SqliteConnection>(path, options, writes);
}

} // namespace buckstop::db
