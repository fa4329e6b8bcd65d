#include "support/databases.hpp"

#include "db/migrate.hpp"
#include "support/postgres_server.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

namespace buckstop::test {
namespace {

db::Url url_of(db::Dialect dialect, std::string target) {
    return db::Url{.dialect = dialect, .target = std::move(target)};
}

void migrate_or_throw(const db::Url& url) {
    db::Database database(url, {.readers = 1, .durable = false});
    if (auto state = db::migrate(database); !state)
        throw std::runtime_error("the migrations fail: " + state.error().message);
}

// Migrated once for each test program and closed again, so that it can be copied.
const std::string& migrated_file() {
    static const TemporaryDirectory directory;
    static const std::string file = [] {
        std::string made = directory.file("template.db");
        migrate_or_throw(url_of(db::Dialect::sqlite, made));
        if (std::filesystem::exists(made + "-wal") && std::filesystem::file_size(made + "-wal") > 0)
            throw std::logic_error(
                "closing the database left a -wal file, so that its file alone isn't all of it");
        return made;
    }();
    return file;
}

// PostgreSQL's: each is made from a migrated template (50 to 400 ms) and, emptied (10 ms), used again for a
// later test of the same program.
class PostgresDatabases {
  public:
    PostgresDatabases() : template_(server_.create_database()) {
        migrate_or_throw(url_of(db::Dialect::postgres, server_.url(template_)));
        schema_ = server_.administer(schema_of_now, template_);
        const std::string filled = server_.administer(filled_tables, template_);
        may_reuse_ = filled == "schema_migration"; // rows that a migration adds come only by a copy
    }
    ~PostgresDatabases() {
        free_.push_back(template_);
        for (const auto& name : free_)
            server_.drop_database(name);
    }
    PostgresDatabases(const PostgresDatabases&) = delete;
    PostgresDatabases& operator=(const PostgresDatabases&) = delete;

    static PostgresDatabases& of_this_program() {
        static PostgresDatabases databases;
        return databases;
    }
    [[nodiscard]] std::string take() {
        if (free_.empty())
            return server_.create_database(template_);
        std::string name = std::move(free_.back());
        free_.pop_back();
        return name;
    }
    void give_back(const std::string& name) noexcept {
        try {
            if (may_reuse_ && server_.administer(schema_of_now, name) == schema_) {
                server_.administer(empty_all_tables, name);
                free_.push_back(name);
                return;
            }
        } catch (const std::exception&) { // somebody is still connected: not for others, then
        }
        server_.drop_database(name);
    }

  private:
    static constexpr auto schema_of_now =
        "select string_agg(oid || '.' || relnatts, ' ' order by oid) from pg_class "
        "where relnamespace = 'public'::regnamespace";
    static constexpr auto filled_tables =
        "select string_agg(relname, ' ') from pg_class where relnamespace = 'public'::regnamespace and "
        "relkind = 'r' and (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I', "
        "relname), "
        "false, true, '')))[1]::text <> '0'";
    static constexpr auto empty_all_tables = R"(
        do $$
        declare name text;
        begin
            for attempt in 1..50 loop -- a connection that was just closed takes a moment to go
                perform pg_stat_clear_snapshot();
                exit when not exists (select from pg_stat_activity
                                      where datname = current_database() and pid <> pg_backend_pid());
                perform pg_sleep(0.002);
            end loop;
            assert not exists (select from pg_stat_activity
                               where datname = current_database() and pid <> pg_backend_pid());
            set local session_replication_role = replica; -- no foreign keys
            for name in select relname from pg_class
                        where relnamespace = 'public'::regnamespace and relkind = 'r' loop
                if name <> 'schema_migration' then
                    execute format('delete from %I', name);
                end if;
            end loop;
        end $$)";

    const PostgresServer& server_ = PostgresServer::shared();
    std::string template_;
    std::string schema_;
    bool may_reuse_ = false;
    std::vector<std::string> free_;
};

} // namespace

TestDatabase::TestDatabase(db::Dialect dialect, Schema schema) : schema_(schema) {
    if (dialect == db::Dialect::sqlite) {
        url_ = url_of(dialect, directory_.file("test.db"));
        if (schema == Schema::migrated)
            std::filesystem::copy_file(migrated_file(), url_.target);
    } else {
        postgres_name_ = schema == Schema::migrated ? PostgresDatabases::of_this_program().take()
                                                    : PostgresServer::shared().create_database();
        url_ = url_of(dialect, PostgresServer::shared().url(postgres_name_));
    }
}

TestDatabase::~TestDatabase() {
    if (postgres_name_.empty())
        return;
    if (schema_ == Schema::migrated)
        PostgresDatabases::of_this_program().give_back(postgres_name_);
    else
        PostgresServer::shared().drop_database(postgres_name_);
}

std::string TestDatabase::url_text() const {
    return url_.dialect == db::Dialect::sqlite ? "sqlite:" + url_.target : url_.target;
}

std::unique_ptr<db::Database> TestDatabase::open(int readers) const {
    return std::make_unique<db::Database>(url_, db::Options{.readers = readers, .durable = false});
}

std::string dialect_name(const ::testing::TestParamInfo<db::Dialect>& info) {
    return info.param == db::Dialect::sqlite ? "sqlite" : "postgres";
}

} // namespace buckstop::test
