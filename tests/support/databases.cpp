#include "support/databases.hpp"

#include "db/migrate.hpp"
#include "support/postgres_server.hpp"

#include <stdexcept>
#include <utility>

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

class MigratedTemplate {
  public:
    MigratedTemplate() : name_(PostgresServer::shared().create_database()) {
        migrate_or_throw(url_of(db::Dialect::postgres, PostgresServer::shared().url(name_)));
    }
    ~MigratedTemplate() { PostgresServer::shared().drop_database(name_); }
    MigratedTemplate(const MigratedTemplate&) = delete;
    MigratedTemplate& operator=(const MigratedTemplate&) = delete;
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    std::string name_;
};

const std::string& migrated_postgres_name() {
    static const MigratedTemplate migrated;
    return migrated.name();
}

} // namespace

TestDatabase::TestDatabase(db::Dialect dialect, Schema schema) {
    if (dialect == db::Dialect::sqlite) {
        url_ = url_of(dialect, directory_.file("test.db"));
        if (schema == Schema::migrated)
            std::filesystem::copy_file(migrated_file(), url_.target);
    } else {
        const auto& server = PostgresServer::shared();
        postgres_name_ =
            server.create_database(schema == Schema::migrated ? migrated_postgres_name() : "template0");
        url_ = url_of(dialect, server.url(postgres_name_));
    }
}

TestDatabase::~TestDatabase() {
    if (!postgres_name_.empty())
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
