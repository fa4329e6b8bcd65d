#include "db/postgres_wire.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace buckstop::db {
namespace {

// libpq's messages are several lines with an end of line behind.
std::string one_line(std::string_view message) {
    while (message.ends_with('\n'))
        message.remove_suffix(1);
    std::string line(message);
    std::ranges::replace(line, '\n', ' ');
    std::ranges::replace(line, '\t', ' ');
    return line;
}

std::string_view field(const PGresult* result, int code) {
    const char* const text = PQresultErrorField(result, code);
    return text ? text : "";
}

// The server's first line names tables, columns and constraints, except in some classes (a number that can't
// be read, an error of a function), where it quotes the value. Its DETAIL nearly always does.
std::string_view without_values(std::string_view state, std::string_view message) {
    constexpr std::array<std::string_view, 14> harmless{"08", "0A", "23", "25", "28", "3D", "40",
                                                        "42", "53", "54", "55", "57", "58", "P0"};
    return std::ranges::find(harmless, state.substr(0, 2)) != harmless.end() ? message
                                                                             : "a value was refused";
}

} // namespace

Wire::Wire(const std::string& target) {
    // Before the target: what it may override. After it: what must hold.
    constexpr std::array keywords{"fallback_application_name",
                                  "connect_timeout",
                                  "keepalives_idle",
                                  "keepalives_interval",
                                  "keepalives_count",
                                  "tcp_user_timeout",
                                  "dbname",
                                  "client_encoding",
                                  static_cast<const char*>(nullptr)};
    const std::array values{"buckstop",     "10",   "30",
                            "10",           "3",    "60000",
                            target.c_str(), "UTF8", static_cast<const char*>(nullptr)};
    connection_.reset(PQconnectdbParams(keywords.data(), values.data(), 1));
    if (!connection_ || PQstatus(get()) != CONNECTION_OK)
        throw Failure(connection_ ? one_line(PQerrorMessage(get()))
                                  : "no memory for a connection to PostgreSQL");
    PQsetNoticeProcessor(
        get(), [](void*, const char*) {}, nullptr); // otherwise to stderr
    const char* const style = PQparameterStatus(get(), "DateStyle");
    if (!style || !std::string_view(style).starts_with("ISO"))
        execute("set datestyle to iso");
}

void Wire::make_room() {
    if (occupant_)
        occupant_->make_room();
}

void Wire::occupy(Occupant& occupant) {
    make_room();
    occupant_ = &occupant;
}

void Wire::drain() noexcept {
    PgResult rest;
    do // a COPY whose connection was lost would be reported without end
        rest.reset(PQgetResult(get()));
    while (rest && PQresultStatus(rest.get()) != PGRES_COPY_IN);
}

PgResult Wire::execute(const std::string& sql) {
    make_room();
    PgResult result(PQexec(get(), sql.c_str()));
    check(result.get(), sql);
    return result;
}

void Wire::check(const PGresult* result, std::string_view sql) {
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_COPY_IN:
        return;
    default:
        fail(result, sql);
    }
}

void Wire::fail(const PGresult* result, std::string_view sql) {
    const auto state = field(result, PG_DIAG_SQLSTATE);
    if (state.empty()) // libpq's own: the connection is gone
        throw Failure(failure_message("PostgreSQL: " + one_line(PQerrorMessage(get())), sql));
    lost_ = lost_ || state.starts_with("57P") || state == "25006"; // stopping; read-only where it wasn't
    const auto message =
        failure_message(fmt::format("PostgreSQL: {} ({})",
                                    without_values(state, field(result, PG_DIAG_MESSAGE_PRIMARY)), state),
                        sql);
    // Serialisation failure, deadlock, lock not had in time.
    if (state == "40001" || state == "40P01" || state == "55P03")
        throw Contention(message);
    throw Failure(message);
}

} // namespace buckstop::db
