// For this folder's tests: an empty database with a few tables, on both databases in turn.
#pragma once

#include "support/databases.hpp"

#include <gmock/gmock.h>

namespace buckstop::db {

class TablesTest : public test::BothDatabases {
  protected:
    TablesTest() : BothDatabases(test::Schema::none) {
        database().change_schema([](Transaction& tx) {
            tx.run_script("create table counter (id bigint primary key, n bigint not null);"
                          "insert into counter (id, n) values (1, 0), (2, 0);"
                          "create table note (id bigint primary key, text text, real double precision, "
                          "                   day date, flag boolean);");
        });
    }

    [[nodiscard]] std::int64_t count(Database& in, int id = 1) const {
        return in.read([&](Transaction& tx) {
            return tx.value<std::int64_t>("select n from counter where id = $1", id);
        });
    }
    [[nodiscard]] std::int64_t count(int id = 1) { return count(database(), id); }
    static void add(Transaction& tx, std::int64_t more, int id = 1) {
        tx.execute("update counter set n = n + $1 where id = $2", more, id);
    }
};

} // namespace buckstop::db
