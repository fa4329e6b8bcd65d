#include "db/postgres_copy.hpp"

#include <fmt/format.h>

namespace buckstop::db {
namespace {

constexpr std::size_t enough_to_send = std::size_t{256} * 1024;

// What COPY's text format has another meaning for.
char escape_of(char c) {
    switch (c) {
    case '\\':
        return '\\';
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    default:
        return 0;
    }
}

void append_escaped(std::string& rows, std::string_view text) {
    while (true) {
        const auto place = text.find_first_of(std::string_view("\\\t\n\r"));
        rows += text.substr(0, place);
        if (place == std::string_view::npos)
            return;
        rows += '\\';
        rows += escape_of(text[place]);
        text.remove_prefix(place + 1);
    }
}

struct Append {
    std::string& rows;
    void operator()(std::monostate) const { rows += "\\N"; }
    void operator()(std::int64_t value) const { rows += fmt::format_int(value).c_str(); }
    void operator()(double value) const { fmt::format_to(std::back_inserter(rows), "{}", value); }
    void operator()(std::string_view value) const { append_escaped(rows, value); }
    void operator()(const std::string& value) const { append_escaped(rows, value); }
};

} // namespace

PostgresCopy::PostgresCopy(Wire& wire, std::string_view table, std::span<const std::string_view> columns,
                           std::span<const FixedColumn> fixed, bool& failed)
    : wire_(wire), failed_(failed), columns_(columns.size()) {
    std::string names;
    for (const auto& [name, value] : fixed) {
        names += (names.empty() ? "" : ", ") + quoted(name);
        check_param(value, table);
        std::visit(Append{fixed_}, value);
        fixed_ += '\t';
    }
    for (const auto column : columns)
        names += (names.empty() ? "" : ", ") + quoted(column);
    sql_ = fmt::format("copy {} ({}) from stdin", quoted(table), names);
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
        char separator = 0;
        for (const auto& value : row) {
            check_param(value, sql_);
            if (separator)
                rows_ += separator;
            std::visit(Append{rows_}, value);
            separator = '\t';
        }
        rows_ += '\n';
        if (rows_.size() >= enough_to_send)
            send();
    } catch (const Failure&) {
        failed_ = true; // half a row may lie in rows_
        throw;
    }
}

void PostgresCopy::send() {
    if (!copying_) {
        // The time that this program takes to make rows counts as the statement's.
        wire_.execute("set local statement_timeout = 0");
        wire_.execute(sql_);
        wire_.occupy(*this);
        copying_ = true;
    }
    if (PQputCopyData(wire_.get(), rows_.data(), static_cast<int>(rows_.size())) != 1)
        wire_.fail(nullptr, sql_);
    rows_.clear();
}

void PostgresCopy::make_room() {
    copying_ = false;
    wire_.leave();
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
