#include "support/postgres_server.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <memory>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace buckstop::test {
namespace {

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::string read_line(int from) {
    std::string line;
    char next = 0;
    while (::read(from, &next, 1) == 1 && next != '\n')
        line += next;
    return line;
}

} // namespace

PostgresServer::PostgresServer(Existing existing) : maintenance_url_(std::move(existing.url)) {}

PostgresServer::PostgresServer(bool durable) {
    std::array<int, 2> to_script{};
    std::array<int, 2> from_script{};
    if (::pipe2(to_script.data(), O_CLOEXEC) != 0 || ::pipe2(from_script.data(), O_CLOEXEC) != 0)
        throw_errno("pipe");
    script_ = ::fork();
    if (script_ < 0)
        throw_errno("fork");
    if (script_ == 0) {
        ::dup2(to_script[0], STDIN_FILENO);
        ::dup2(from_script[1], STDOUT_FILENO);
        ::setpgid(0, 0); // Ctrl+C is for the test; the server ends after it
        ::unsetenv("BUCKSTOP_TEST_POSTGRES");
        const char* const script = BUCKSTOP_SOURCE_DIR "/scripts/with-postgres";
        const char* const until_we_end = "echo \"$BUCKSTOP_TEST_POSTGRES\"; exec cat";
        if (durable)
            ::execl(script, script, "--durable", "sh", "-c", until_we_end, nullptr);
        else
            ::execl(script, script, "sh", "-c", until_we_end, nullptr);
        ::_exit(127);
    }
    ::close(to_script[0]);
    ::close(from_script[1]);
    keep_alive_ = to_script[1];
    maintenance_url_ = read_line(from_script[0]);
    ::close(from_script[0]);
    if (maintenance_url_.empty())
        throw std::runtime_error("scripts/with-postgres could not start a server");
}

PostgresServer::~PostgresServer() {
    if (script_ > 0) {
        ::close(keep_alive_);
        ::waitpid(script_, nullptr, 0);
    }
}

PostgresServer& PostgresServer::shared() {
    static const std::unique_ptr<PostgresServer> server = [] {
        const char* const url = std::getenv("BUCKSTOP_TEST_POSTGRES");
        return url != nullptr ? std::unique_ptr<PostgresServer>(new PostgresServer(Existing{url}))
                              : std::make_unique<PostgresServer>();
    }();
    return *server;
}

std::string PostgresServer::create_database(const std::string& from) const {
    static std::atomic<int> made = 0;
    std::string name = fmt::format("test_{}_{}", ::getpid(), ++made);
    administer(fmt::format("create database {} template {}", name, from));
    return name;
}

void PostgresServer::drop_database(const std::string& name) const noexcept {
    try {
        administer(fmt::format("drop database if exists {} with (force)", name));
    } catch (const std::exception& error) { // the test has ended; its result stands
        std::fputs(error.what(), stderr);
    }
}

std::string PostgresServer::url(const std::string& database) const {
    // postgresql://[user@host]/NAME[?…]: only NAME changes.
    const std::size_t host = maintenance_url_.find("://") + 3;
    const std::size_t name = maintenance_url_.find('/', host);
    const std::size_t options = maintenance_url_.find('?', host);
    return maintenance_url_.substr(0, name) + "/" + database +
           (options == std::string::npos ? "" : maintenance_url_.substr(options));
}

std::string PostgresServer::administer(const std::string& sql, const std::string& database) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url(database).c_str()),
                                                                  PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(connection.get()));
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                               PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(PQerrorMessage(connection.get()) + (" in: " + sql));
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

} // namespace buckstop::test
