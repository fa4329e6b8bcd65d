#include "db/db.hpp"

#include "db/connection.hpp"
#include "db/gate.hpp"
#include "db/pool.hpp"

#include <algorithm>
#include <exception>
#include <random>
#include <thread>

namespace buckstop::db {

struct Database::Pool {
    const Url url;
    const Options options;
    IdSource ids{};
    // On PostgreSQL all transactions share the one lane.
    Lane readers;
    std::optional<Lane> writer{};
    DatabaseNumbers numbers{};
    Gate gate{}; // for PostgreSQL's writes; SQLite has one writer anyway

    Pool(const Url& where, const Options& how)
        : url(where), options(how),
          readers(url.dialect == Dialect::sqlite ? "reading" : "free", std::max(options.readers, 1),
                  options.wait, [this] { return open(false); }) {
        if (url.dialect == Dialect::sqlite && !options.read_only)
            writer.emplace("writing", 1, options.wait, [this] { return open(true); });
    }

    std::unique_ptr<Connection> open(bool writes) const {
        return url.dialect == Dialect::sqlite ? open_sqlite(url.target, options, writes)
                                              : open_postgres(url.target, options);
    }

    Lane& lane(Mode mode) { return writer && mode != Mode::read ? *writer : readers; }

    // A connection with a transaction begun. One that died while nobody used it (the server was restarted)
    // costs no request: nothing has been asked of it yet, so another takes its place.
    Lane::Loan begin(Mode mode) {
        while (true) {
            auto loan = [&] {
                const metrics::Timer waiting(numbers.waits);
                return lane(mode).borrow();
            }();
            try {
                loan->begin(mode);
                return loan;
            } catch (const Failure&) {
                if (loan.fresh() || loan->healthy())
                    throw;
                lane(mode).close_idle();
            }
        }
    }
};

namespace {

using Actions = std::vector<std::function<void()>>;

// The databases that this thread has a transaction in. A second one inside the first would wait for the
// connection that the first holds, so it is refused at once, also where it would have been lucky.
class Entered {
  public:
    explicit Entered(const void* database) {
        if (std::ranges::find(databases_, database) != databases_.end())
            throw std::logic_error("a transaction was begun inside a transaction of the same database on one "
                                   "thread: pass the Transaction on, or use after_commit");
        databases_.push_back(database);
    }
    ~Entered() { databases_.pop_back(); }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;

  private:
    static thread_local std::vector<const void*> databases_;
};
thread_local std::vector<const void*> Entered::databases_;

// Before trying again: longer each time, and by chance, so that those who met don't meet again.
void pause_after(int failed_tries) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto longest = 1'000 << (2 * failed_tries); // 4, 16, 64 ms
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution{500, longest}(random)));
}

} // namespace

Dialect Transaction::dialect() const {
    return connection_.dialect();
}

std::int64_t Transaction::run(const Sql& sql, std::span<const Param> params,
                              const std::function<void(const Row&)>& visit) {
    return connection_.run(dialect() == Dialect::sqlite ? sql.sqlite : sql.postgres, params, visit);
}

std::unique_ptr<BulkInsert> Transaction::bulk_insert(std::string_view table,
                                                     std::span<const std::string_view> columns,
                                                     std::span<const FixedColumn> fixed) {
    return connection_.bulk_insert(table, columns, fixed);
}

void Transaction::run_script(std::string_view sql) {
    connection_.run_script(sql);
}

Database::Database(const Url& url, const Options& options) : pool_(std::make_unique<Pool>(url, options)) {
    pool_->lane(Mode::write).borrow(); // fails now rather than at the first request
}
Database::~Database() = default;

Dialect Database::dialect() const {
    return pool_->url.dialect;
}
IdSource& Database::ids() {
    return pool_->ids;
}

const DatabaseNumbers& Database::numbers() const {
    return pool_->numbers;
}

void Database::run_transaction(Mode mode, const std::function<bool(Transaction&)>& body) {
    if (pool_->options.read_only && mode != Mode::read)
        throw std::logic_error("the database was opened for reading only");
    const bool through_gate = mode == Mode::write && dialect() == Dialect::postgres;
    const auto attempt = [&](int tries) -> Actions {
        const Entered entered(this);
        std::optional<Gate::Pass> pass;
        if (through_gate)
            pass.emplace(pool_->gate, tries > 2);
        const auto connection = pool_->begin(mode);
        try {
            Transaction tx(*connection, pool_->ids);
            if (body(tx)) {
                connection->commit();
                return std::move(tx.after_commit_);
            }
        } catch (...) {
            connection->rollback();
            throw;
        }
        connection->rollback();
        return {};
    };
    const auto attempts = [&]() -> Actions {
        constexpr int most = 4;
        const auto deadline = std::chrono::steady_clock::now() + pool_->options.wait;
        for (int tries = 1;; ++tries) {
            try {
                return attempt(tries);
            } catch (const Contention&) {
                pool_->numbers.met.add();
                if (tries == most || std::chrono::steady_clock::now() > deadline)
                    throw;
            }
            pause_after(tries); // without the connection
        }
    };
    const auto actions = [&] {
        const metrics::Timer duration(mode == Mode::read ? pool_->numbers.reads : pool_->numbers.writes);
        try {
            return attempts();
        } catch (...) {
            pool_->numbers.failed.add();
            throw;
        }
    }();
    std::exception_ptr first;
    for (const auto& action : actions) {
        try {
            action();
        } catch (...) { // the others must run all the same
            first = first ? first : std::current_exception();
        }
    }
    if (first)
        std::rethrow_exception(first);
}

} // namespace buckstop::db
