// libpq's connection and results as values, and who may use the connection right now.
#pragma once

#include "db/backend.hpp"

#include <libpq-fe.h>

namespace buckstop::db {

struct ClearResult {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

// One connection to a server. Rows that are still arriving, or a COPY that isn't ended, keep it busy; whoever
// needs it next asks them to make room, so that a query may run inside another's visit.
class Wire {
  public:
    // Who keeps the connection busy.
    class Occupant {
      public:
        virtual void make_room() = 0; // ends the use of the connection, and says so by Wire::leave
      protected:
        ~Occupant() = default;
    };

    explicit Wire(const std::string& target);

    [[nodiscard]] PGconn* get() const { return connection_.get(); }
    // A server that was demoted still answers, but isn't the one that this program should write to.
    [[nodiscard]] bool healthy() const { return !lost_ && PQstatus(get()) == CONNECTION_OK; }
    void give_up() noexcept { lost_ = true; }
    [[nodiscard]] bool in_transaction() const { return PQtransactionStatus(get()) != PQTRANS_IDLE; }

    void make_room();
    void occupy(Occupant& occupant);
    void leave() noexcept { occupant_ = nullptr; }

    // Receives what is left of a statement, and forgets it.
    void drain() noexcept;
    // One or more statements without parameters, in one exchange.
    PgResult execute(const std::string& sql);
    // Throws Contention or Failure if `result` is an error, or nothing.
    void check(const PGresult* result, std::string_view sql);
    [[noreturn]] void fail(const PGresult* result, std::string_view sql);

  private:
    struct Finish {
        void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
    };
    std::unique_ptr<PGconn, Finish> connection_;
    Occupant* occupant_ = nullptr;
    bool lost_ = false;
};

} // namespace buckstop::db
