#include "db/sqlite_statement.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace buckstop::db {

void throw_sqlite(sqlite3* handle, int code, std::string_view sql) {
    const int primary = code & 0xff;
    // What SQLite says of constraints and files names tables, columns and paths. But what an SQL function
    // says while it runs can quote a value (full-text search repeats the query), so of the rest only the kind
    // is told.
    const bool harmless = primary == SQLITE_CONSTRAINT || primary == SQLITE_CANTOPEN;
    const auto message = failure_message(
        fmt::format("SQLite: {} ({})", harmless ? sqlite3_errmsg(handle) : sqlite3_errstr(code), code), sql);
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
        throw Contention(message);
    throw Failure(message);
}

Statement::Statement(sqlite3* handle, std::string_view sql) : handle_(handle), sql_(sql) {
    std::string_view rest = sql_;
    statement_ = prepare(rest);
    if (!statement_ || prepare(rest)) // a second statement would be left out silently
        throw Failure(failure_message("this must be exactly one SQL statement", sql));
    number_parameters();
}

Statement::Prepared Statement::prepare(std::string_view& text) const {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &tail);
    if ((code & 0xff) == SQLITE_ERROR) // wrong SQL: no parameter has a value yet, so all may be told
        throw Failure(failure_message(fmt::format("SQLite: {}", sqlite3_errmsg(handle_)), sql_));
    if (code != SQLITE_OK)
        throw_sqlite(handle_, code, sql_);
    text.remove_prefix(static_cast<std::size_t>(tail - text.data()));
    return Prepared(statement);
}

void Statement::number_parameters() {
    const int count = sqlite3_bind_parameter_count(statement_.get());
    std::vector<bool> used(static_cast<std::size_t>(count));
    for (int place = 1; place <= count; ++place) {
        const char* const name = sqlite3_bind_parameter_name(statement_.get(), place);
        const std::string_view digits = name && *name == '$' ? std::string_view(name).substr(1) : "";
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        // "$1::text", which PostgreSQL takes as a cast, is the name of a parameter here.
        if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
            throw Failure(
                failure_message("parameters are written $1, $2 …, and casts as cast($1 as text)", sql_));
        if (number == 0 || number > used.size())
            throw Failure(failure_message("the parameters must be $1, $2 … without a gap", sql_));
        used[number - 1] = true;
        numbers_.push_back(number - 1);
    }
}

void Statement::bind(std::span<const Param> params) {
    if (params.size() != numbers_.size())
        throw Failure(failure_message(
            fmt::format("{} parameters were given where {} are used", params.size(), numbers_.size()), sql_));
    for (std::size_t i = 0; i < numbers_.size(); ++i)
        bind_at(static_cast<int>(i) + 1, params[numbers_[i]]);
}

void Statement::bind_at(int place, const Param& param) {
    check_param(param, sql_);
    const auto text = [&](std::string_view value) {
        // An empty view may point nowhere, and that would be a null.
        return sqlite3_bind_text64(get(), place, value.empty() ? "" : value.data(), value.size(),
                                   SQLITE_STATIC, SQLITE_UTF8);
    };
    struct Bind {
        sqlite3_stmt* statement;
        int place;
        decltype(text)& bind_text;
        int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
        int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, place, value); }
        int operator()(double value) const { return sqlite3_bind_double(statement, place, value); }
        int operator()(std::string_view value) const { return bind_text(value); }
        int operator()(const std::string& value) const { return bind_text(value); }
    };
    if (const int code = std::visit(Bind{get(), place, text}, param); code != SQLITE_OK)
        throw_sqlite(handle_, code, sql_);
}

void Statement::bind_from(std::size_t before, std::span<const Param> params) {
    for (std::size_t i = 0; i < params.size(); ++i)
        bind_at(static_cast<int>(before + i) + 1, params[i]);
}

bool Statement::step() {
    const int code = sqlite3_step(get());
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        throw_sqlite(handle_, code, sql_);
    return false;
}

void Statement::reset() noexcept {
    sqlite3_reset(get());
    sqlite3_clear_bindings(get());
}

std::unique_ptr<Statement> StatementCache::take(sqlite3* handle, std::string_view sql) {
    const auto found = by_sql_.find(sql);
    if (found == by_sql_.end())
        return std::make_unique<Statement>(handle, sql);
    const auto place = found->second;
    by_sql_.erase(found);
    auto statement = std::move(*place);
    recent_.erase(place);
    return statement;
}

void StatementCache::give_back(std::unique_ptr<Statement> statement) {
    const auto sql = statement->sql();
    if (by_sql_.contains(sql)) // the same query inside itself: one copy is enough
        return;
    recent_.push_front(std::move(statement));
    by_sql_.emplace(sql, recent_.begin());
    if (recent_.size() > capacity_) {
        by_sql_.erase(recent_.back()->sql());
        recent_.pop_back();
    }
}

} // namespace buckstop::db
