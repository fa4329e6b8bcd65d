// PostgreSQL through libpq. Parameters travel as text and the server infers their types, as it does for
// literals; statements have no names, so a pooler such as pgbouncer may give each transaction another server
// connection, and all settings are those of one transaction.
#include "db/connection.hpp"
#include "db/postgres_copy.hpp"
#include "db/postgres_wire.hpp"

#include <charconv>
#include <fmt/format.h>

namespace buckstop::db {
namespace {

constexpr Oid boolean_type = 16;

// The rows of one statement, as they arrive.
class RowStream final : public Row, public Wire::Occupant {
  public:
    RowStream(Wire& wire, std::string_view sql) : wire_(wire), sql_(sql) { wire_.occupy(*this); }
    ~RowStream() override;
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;

    bool next();
    void make_room() override;
    // Of an insert, update or delete, once all rows were read.
    std::int64_t changed() const { return changed_; }

    int columns() const override { return PQnfields(rows_.get()); }
    std::string_view name(int column) const override { return PQfname(rows_.get(), column); }
    bool is_null(int column) const override { return PQgetisnull(rows_.get(), row_, column) != 0; }
    std::int64_t integer(int column) const override {
        if (PQftype(rows_.get(), column) == boolean_type)
            return text(column) == "t" ? 1 : 0;
        return integer_from_text(text(column), name(column));
    }
    double real(int column) const override { return real_from_text(text(column), name(column)); }
    std::string_view text(int column) const override {
        return {PQgetvalue(rows_.get(), row_, column),
                static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column))};
    }

  private:
    PgResult receive();
    void end(const PGresult* last);

    Wire& wire_;
    std::string_view sql_;
    PgResult rows_; // one row, or all that remain once room was made
    int row_ = -1;
    bool arriving_ = true;
    std::int64_t changed_ = 0;
};

RowStream::~RowStream() {
    if (!arriving_)
        return;
    wire_.drain();
    wire_.leave();
}

// The next result with a row, or nothing at the end.
PgResult RowStream::receive() {
    PgResult result(PQgetResult(wire_.get()));
    if (PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE)
        return result;
    end(result.get());
    return nullptr;
}

void RowStream::end(const PGresult* last) {
    wire_.drain();
    arriving_ = false;
    wire_.leave();
    wire_.check(last, sql_);
    // The tag is "INSERT 0 5", "UPDATE 5" … and "SELECT 5", which changes nothing.
    const std::string_view tag = PQcmdStatus(
        const_cast<PGresult*>(last)); // NOLINT(cppcoreguidelines-pro-type-const-cast): libpq only reads
    const std::string_view count = tag.substr(tag.rfind(' ') + 1);
    if (!tag.starts_with("SELECT"))
        std::from_chars(count.data(), count.data() + count.size(), changed_);
}

bool RowStream::next() {
    if (!arriving_)
        return rows_ && ++row_ < PQntuples(rows_.get());
    rows_ = receive();
    row_ = 0;
    return rows_ != nullptr;
}

// Takes in what is still arriving, behind the row that is being visited.
void RowStream::make_room() {
    while (const auto more = receive()) {
        const int place = PQntuples(rows_.get());
        for (int column = 0; column < PQnfields(more.get()); ++column) {
            const bool null = PQgetisnull(more.get(), 0, column) != 0;
            if (!PQsetvalue(rows_.get(), place, column, null ? nullptr : PQgetvalue(more.get(), 0, column),
                            null ? -1 : PQgetlength(more.get(), 0, column)))
                throw std::bad_alloc();
        }
    }
}

class PostgresConnection final : public Connection {
  public:
    PostgresConnection(const std::string& target, const Options& options)
        : wire_(target),
          settings_(fmt::format("; set local lock_timeout = {}; set local statement_timeout = ",
                                options.wait.count())),
          statement_timeout_(options.statement_timeout.count()), durable_(options.durable) {}

    Dialect dialect() const override { return Dialect::postgres; }
    void begin(Mode mode) override;
    void commit() override;
    void rollback() noexcept override;
    std::int64_t run(std::string_view sql, std::span<const Param> params,
                     const std::function<void(const Row&)>& visit) override;
    void run_script(std::string_view sql) override;
    std::unique_ptr<BulkInsert> bulk_insert(std::string_view table, std::span<const std::string_view> columns,
                                            std::span<const FixedColumn> fixed) override;
    bool healthy() const override { return wire_.healthy(); }

  private:
    void send(const std::string& sql, std::span<const Param> params);

    Wire wire_;
    std::string settings_;
    std::chrono::milliseconds::rep statement_timeout_;
    bool durable_;
    bool failed_ = false;
};

// The whole in one exchange with the server.
void PostgresConnection::begin(Mode mode) {
    failed_ = false;
    std::string_view level;
    switch (mode) {
    case Mode::read:
        level = "repeatable read read only"; // one snapshot, and no serialisation failures
        break;
    case Mode::write:
        level = "serializable read write";
        break;
    case Mode::write_committed:
    case Mode::write_lazily:
    case Mode::change_schema: // sees what another node's migration did while this one waited
        level = "read committed read write";
        break;
    }
    const auto timeout = mode == Mode::change_schema ? 0 : statement_timeout_;
    wire_.execute(
        fmt::format("begin isolation level {}{}{}{}", level, settings_, timeout,
                    durable_ && mode != Mode::write_lazily ? "" : "; set local synchronous_commit = off"));
}

void PostgresConnection::commit() {
    if (failed_)
        throw Failure("a statement of the transaction has failed, or a bulk insert wasn't finished, so it "
                      "can't commit");
    PgResult result;
    try {
        result = wire_.execute("commit");
    } catch (const Contention&) {
        throw;
    } catch (const Failure& failure) {
        if (wire_.healthy())
            throw;
        throw Failure(
            std::string("the connection was lost at a commit, which may or may not have happened: ") +
            failure.what());
    }
    // The answer to "commit" after a failed statement is no error.
    if (std::string_view(PQcmdStatus(result.get())) != "COMMIT")
        throw Failure("a statement of the transaction has failed, so it can't commit");
}

void PostgresConnection::rollback() noexcept {
    try {
        if (wire_.healthy() && wire_.in_transaction())
            wire_.execute("rollback");
    } catch (const Failure&) {
        wire_.give_up(); // then the pool closes the connection, and the server rolls back by itself
    }
}

void PostgresConnection::send(const std::string& sql, std::span<const Param> params) {
    std::vector<std::optional<std::string>> texts;
    std::vector<const char*> values;
    texts.reserve(params.size());
    values.reserve(params.size());
    for (const auto& param : params) {
        check_param(param, sql);
        const auto& text = texts.emplace_back(param_text(param));
        values.push_back(text ? text->c_str() : nullptr);
    }
    if (!PQsendQueryParams(wire_.get(), sql.c_str(), static_cast<int>(params.size()), nullptr, values.data(),
                           nullptr, nullptr, 0) ||
        !PQsetSingleRowMode(wire_.get()))
        wire_.fail(nullptr, sql);
}

std::int64_t PostgresConnection::run(std::string_view sql, std::span<const Param> params,
                                     const std::function<void(const Row&)>& visit) {
    try {
        wire_.make_room();
        send(std::string(sql), params);
        RowStream rows(wire_, sql);
        while (rows.next())
            if (visit)
                visit(rows);
        return rows.changed();
    } catch (const Failure&) {
        failed_ = true; // also what never reached the server
        throw;
    }
}

void PostgresConnection::run_script(std::string_view sql) {
    wire_.execute(std::string(sql));
    if (!wire_.in_transaction())
        throw Failure(failure_message("a script has ended the transaction that it is part of", sql));
}

std::unique_ptr<BulkInsert> PostgresConnection::bulk_insert(std::string_view table,
                                                            std::span<const std::string_view> columns,
                                                            std::span<const FixedColumn> fixed) {
    return std::make_unique<PostgresCopy>(wire_, table, columns, fixed, failed_);
}

} // namespace

std::unique_ptr<Connection> open_postgres(const std::string& target, const Options& options) {
    return std::make_unique<PostgresConnection>(target, options);
}

} // namespace buckstop::db
