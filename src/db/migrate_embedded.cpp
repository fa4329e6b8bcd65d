// The migrations inside the program, put there by CMake from migrations/.
#include "db/migrate.hpp"

extern "C" const char buckstop_embedded_migrations_begin[];
extern "C" const char buckstop_embedded_migrations_end[];

namespace buckstop::db {
namespace {

std::vector<EmbeddedFile> embedded_migrations() {
    return unpack({buckstop_embedded_migrations_begin, buckstop_embedded_migrations_end});
}

} // namespace

Result<MigrationState> migrate(Database& database) {
    return migrate(database, embedded_migrations());
}
Result<MigrationState> migration_state(Database& database) {
    return migration_state(database, embedded_migrations());
}
Result<MigrationState> migrate_within(Transaction& tx, int version) {
    return migrate_within(tx, embedded_migrations(), version);
}
Result<MigrationState> migrate_within(Transaction& tx) {
    return migrate_within(tx, program_schema_version());
}
int program_schema_version() {
    return newest_version(embedded_migrations());
}

} // namespace buckstop::db
