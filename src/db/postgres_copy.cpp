#include "db/postgres_copy.hpp"

#include "db/postgres_binary.hpp"

#include <fmt/format.h>

namespace buckstop::db {
namespace {

constexpr std::size_t enough_to_send = std::size_t{256} * 1024;

} // namespace

PostgresCopy::PostgresCopy(Wire& wire, std::string_view table, std::span<const std::string_view> columns,
                           std::span<const FixedColumn> fixed, bool& failed)
    : wire_(wire), failed_(failed), columns_(columns.size()) {
    std::string names;
    for (const auto& [name, value] : fixed)
        names += (names.empty() ? "" : ", ") + quoted(name);
    for (const auto column : columns)
        names += (names.empty() ? "" : ", ") + quoted(column);
    sql_ = fmt::format("copy {} ({}) from stdin (format binary)", quoted(table), names);
    const auto none = wire_.execute(fmt::format("select {} from {} where false", names, quoted(table)));
    for (int column = 0; column < PQnfields(none.get()); ++column)
        types_.push_back(PQftype(none.get(), column));
    binary::begin_row(fixed_, types_.size());
    for (std::size_t column = 0; column < fixed.size(); ++column)
        append(fixed_, fixed[column].value, types_[column]);
    rows_.reserve(enough_to_send + std::size_t{64} * 1024);
}

PostgresCopy::~PostgresCopy() {
    if (finished_)
        return;
    failed_ = true;
    if (copying_) { // the server throws away what it has, and with it the transaction
        PQputCopyEnd(wire_.get(), "dropped unfinished");
        wire_.drain();
        wire_.leave();
    }
}

void PostgresCopy::add(std::span<const Param> row) {
    try {
        if (row.size() != columns_)
            throw Failure(
                failure_message(fmt::format("{} values for {} columns", row.size(), columns_), sql_));
        rows_ += fixed_;
        auto type = types_.end() - static_cast<std::ptrdiff_t>(columns_);
        for (const auto& value : row)
            append(rows_, value, *type++);
        if (rows_.size() >= enough_to_send)
            send();
    } catch (const Failure&) {
        failed_ = true; // half a row may lie in rows_
        throw;
    }
}

void PostgresCopy::append(std::string& rows, const Param& value, Oid type) const {
    check_param(value, sql_);
    try {
        binary::append(rows, value, type);
    } catch (const Failure& failure) {
        throw Failure(failure_message(failure.what(), sql_));
    }
}

void PostgresCopy::send() {
    if (!copying_) {
        // The time that this program takes to make rows counts as the statement's.
        wire_.execute("set local statement_timeout = 0");
        wire_.execute(sql_);
        wire_.occupy(*this);
        copying_ = true;
        put(binary::header());
    }
    put(rows_);
    rows_.clear();
}

void PostgresCopy::put(std::string_view bytes) {
    if (PQputCopyData(wire_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1)
        wire_.fail(nullptr, sql_);
}

void PostgresCopy::make_room() {
    copying_ = false;
    wire_.leave();
    put(binary::trailer());
    if (PQputCopyEnd(wire_.get(), nullptr) != 1)
        wire_.fail(nullptr, sql_);
    const PgResult result(PQgetResult(wire_.get()));
    wire_.drain();
    wire_.check(result.get(), sql_);
}

void PostgresCopy::finish() {
    if (!rows_.empty())
        send();
    if (copying_)
        make_room();
    finished_ = true;
}

} // namespace buckstop::db
