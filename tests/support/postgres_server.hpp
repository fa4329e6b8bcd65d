// A real PostgreSQL for tests. Its start lives in one place, scripts/with-postgres; under `make test` one
// server serves the whole run (BUCKSTOP_TEST_POSTGRES), and a test program that runs alone starts its own.
#pragma once

#include <string>
#include <sys/types.h>

namespace buckstop::test {

class PostgresServer {
  public:
    // Starts an empty server of its own. `durable` keeps fsync on, for tests that kill it.
    explicit PostgresServer(bool durable = false);
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    // The one that this test program shares: the one named by the environment, or one started at first use.
    static PostgresServer& shared();

    // A new database, a copy of `from` (to which nobody may be connected). Returns its name, which no other
    // test program on the same server uses. Takes about 50 ms.
    [[nodiscard]] std::string create_database(const std::string& from = "template0") const;
    // Also while somebody is connected. Only says so where it fails.
    void drop_database(const std::string& name) const noexcept;

    // "postgresql:///NAME?host=…&user=…"
    [[nodiscard]] std::string url(const std::string& database) const;

    // Runs SQL as the server's superuser; throws where it fails. Returns the first value of the first row, if
    // any.
    std::string administer(const std::string& sql, const std::string& database = "postgres") const;

  private:
    struct Existing {
        std::string url;
    };
    explicit PostgresServer(Existing existing);

    std::string maintenance_url_;
    int keep_alive_ = -1; // our end of the pipe whose closing ends the server, even when this program crashes
    pid_t script_ = -1;
};

} // namespace buckstop::test
