// Many rows by COPY … FROM STDIN, the fastest way into PostgreSQL.
#pragma once

#include "db/postgres_wire.hpp"

namespace buckstop::db {

class PostgresCopy final : public BulkInsert, public Wire::Occupant {
  public:
    // Sets `failed` if it is dropped unfinished.
    PostgresCopy(Wire& wire, std::string_view table, std::span<const std::string_view> columns,
                 std::span<const FixedColumn> fixed, bool& failed);
    ~PostgresCopy() override;
    PostgresCopy(const PostgresCopy&) = delete;
    PostgresCopy& operator=(const PostgresCopy&) = delete;

    void add(std::span<const Param> row) override;
    void finish() override;
    // Ends this COPY; the next rows begin another.
    void make_room() override;

  private:
    void append(std::string& rows, const Param& value, Oid type) const;
    void send();
    void put(std::string_view bytes);

    Wire& wire_;
    bool& failed_;
    std::string sql_;
    std::size_t columns_;
    std::vector<Oid> types_; // of the fixed columns, then of the others
    std::string fixed_;      // how each row begins
    std::string rows_;       // not yet sent
    bool copying_ = false;
    bool finished_ = false;
};

} // namespace buckstop::db
