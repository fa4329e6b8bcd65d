#include "db/migrate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <sodium.h>

namespace buckstop::db {
namespace {

// One migration as this dialect runs it.
struct Migration {
    int version = 0;
    std::string name;
    std::vector<std::string_view> scripts{}; // the common one first
    std::string checksum{}; // of what is run here: mending SQLite's half doesn't trouble PostgreSQL
};

std::string title(const Migration& migration) {
    return fmt::format("{:04}_{}", migration.version, migration.name);
}

// One row of schema_migration.
struct Applied {
    int version = 0;
    std::string name;
    std::string checksum;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (version, name, checksum))

struct FileName {
    int version = 0;
    std::string name;
    std::optional<Dialect> only_on{};
};

// "0012_deals.sqlite.sql"
FileName parse_name(std::string_view path) {
    FileName result;
    auto rest = path;
    const auto take_ending = [&](std::string_view ending) {
        const bool there = rest.ends_with(ending);
        if (there)
            rest.remove_suffix(ending.size());
        return there;
    };
    const bool is_sql = take_ending(".sql");
    if (take_ending(".sqlite"))
        result.only_on = Dialect::sqlite;
    else if (take_ending(".postgres"))
        result.only_on = Dialect::postgres;
    const auto line = rest.find('_');
    const auto number = rest.substr(0, line);
    result.name = line == std::string_view::npos ? "" : rest.substr(line + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), result.version);
    if (!is_sql || number.size() != 4 || result.name.empty() || result.name.find('.') != std::string::npos ||
        error != std::errc{} || end != number.data() + number.size())
        throw std::logic_error(fmt::format("a migration is called 0001_name.sql, 0001_name.sqlite.sql or "
                                           "0001_name.postgres.sql, and not {}",
                                           path));
    return result;
}

std::string checksum_of(std::span<const std::string_view> scripts) {
    std::array<unsigned char, 32> hash{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, hash.size());
    for (const auto script : scripts) {
        const auto size = fmt::format("{}:", script.size()); // so that no text can move from one to the other
        for (const auto part : {std::string_view(size), script})
            crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                                      part.size());
    }
    crypto_generichash_final(&state, hash.data(), hash.size());
    std::string hex;
    for (const auto byte : hash)
        hex += fmt::format("{:02x}", byte);
    return hex;
}

// In their order. A migration that only the other dialect needs is an empty one here, so that both count
// alike.
std::vector<Migration> migrations_of(std::span<const EmbeddedFile> files, Dialect dialect) {
    std::map<int, Migration> by_version;
    std::map<int, std::array<std::string_view, 2>> scripts; // common, of this dialect
    for (const auto& file : files) {
        if (!file.path.ends_with(".sql")) // a README beside them
            continue;
        const auto name = parse_name(file.path);
        auto& migration =
            by_version.try_emplace(name.version, Migration{name.version, name.name}).first->second;
        if (migration.name != name.name)
            throw std::logic_error(fmt::format("two migrations have the number {}: {} and {}", name.version,
                                               migration.name, name.name));
        if (!name.only_on || *name.only_on == dialect)
            scripts[name.version].at(name.only_on ? 1 : 0) = file.data;
    }
    std::vector<Migration> result;
    for (auto& [version, migration] : by_version) {
        if (version != static_cast<int>(result.size()) + 1)
            throw std::logic_error(fmt::format("migration {} is missing", result.size() + 1));
        for (const auto script : scripts[version])
            if (!script.empty())
                migration.scripts.push_back(script);
        migration.checksum = checksum_of(migration.scripts);
        result.push_back(std::move(migration));
    }
    return result;
}

std::vector<Applied> applied_in(Transaction& tx) {
    const Sql exists("select count(*) from sqlite_master where type = 'table' and name = 'schema_migration'",
                     "select count(*) from pg_class where oid = to_regclass('schema_migration')");
    if (tx.value<std::int64_t>(exists) == 0)
        return {};
    return tx.query<Applied>("select version, name, checksum from schema_migration order by version");
}

// What was applied must be the beginning of what the program knows.
Result<MigrationState> compare(std::span<const Migration> known, std::span<const Applied> applied) {
    MigrationState state;
    state.program_version = static_cast<int>(known.size());
    state.database_version = applied.empty() ? 0 : applied.back().version;
    if (state.database_version > state.program_version)
        return fail(
            ErrorCode::conflict,
            fmt::format("The database's schema has version {}, but this program knows only version {}: a "
                        "newer Buckstop has used it. Run that one, or restore a backup from before.",
                        state.database_version, state.program_version));
    for (std::size_t i = 0; i < applied.size(); ++i) {
        if (applied[i].version != known[i].version)
            return fail(ErrorCode::conflict,
                        fmt::format("The database lacks migration {}, but has the later {}.",
                                    known[i].version, applied[i].version));
        if (applied[i].checksum != known[i].checksum)
            return fail(
                ErrorCode::conflict,
                fmt::format("Migration {} was applied to the database with another text than this program "
                            "has. A migration must not change once it is released.",
                            title(known[i])));
    }
    return state;
}

// A failure says which migration it was: whoever has to mend the database begins there.
void run(Transaction& tx, const Migration& migration) {
    try {
        for (const auto script : migration.scripts)
            tx.run_script(script);
    } catch (const Contention&) { // not the migration's fault, and worth another try
        throw;
    } catch (const Failure& failure) {
        throw Failure(
            fmt::format("migration {} fails, and has changed nothing: {}", title(migration), failure.what()));
    }
}

// Applies the next one; `state` says whether there was one.
Result<MigrationState> step(Transaction& tx, std::span<const Migration> known) {
    if (tx.dialect() == Dialect::postgres) {
        // Nodes that start together migrate one after the other. The number is only this lock's name; the
        // lock ends with the transaction. A large migration on another node may take longer than locks
        // usually do.
        const auto patience = tx.value<std::string>("select current_setting('lock_timeout')");
        tx.execute("set local lock_timeout = '1h'");
        tx.execute("select pg_advisory_xact_lock($1)", 0x6275636b73746f70);
        tx.execute("select set_config('lock_timeout', $1, true)", patience);
    }
    tx.execute(
        "create table if not exists schema_migration (version integer primary key, name text not null, "
        "checksum text not null, applied_at bigint not null)");
    auto state = compare(known, applied_in(tx));
    if (!state || state->database_version == state->program_version)
        return state;
    const auto& next = known[static_cast<std::size_t>(state->database_version)];
    run(tx, next);
    tx.execute("insert into schema_migration (version, name, checksum, applied_at) values ($1, $2, $3, $4)",
               next.version, next.name, next.checksum, system_now());
    state->database_version = next.version;
    state->applied_now.push_back(title(next));
    return state;
}

} // namespace

Result<MigrationState> migrate(Database& database, std::span<const EmbeddedFile> files) {
    const auto known = migrations_of(files, database.dialect());
    std::vector<std::string> applied_now;
    while (true) { // each in a transaction of its own, so that a failure keeps what went before
        auto state = database.change_schema([&](Transaction& tx) { return step(tx, known); });
        if (!state)
            return state;
        const bool done = state->applied_now.empty();
        std::ranges::move(state->applied_now, std::back_inserter(applied_now));
        if (done) {
            state->applied_now = std::move(applied_now);
            return state;
        }
    }
}

Result<MigrationState> migrate_within(Transaction& tx, std::span<const EmbeddedFile> files, int version) {
    const auto all = migrations_of(files, tx.dialect());
    const auto known =
        std::span(all).first(std::min(all.size(), static_cast<std::size_t>(std::max(version, 0))));
    while (true) {
        auto state = step(tx, known);
        if (!state || state->applied_now.empty())
            return state;
    }
}

int newest_version(std::span<const EmbeddedFile> files) {
    return static_cast<int>(migrations_of(files, Dialect::sqlite).size()); // they count alike on both
}

Result<MigrationState> migration_state(Database& database, std::span<const EmbeddedFile> files) {
    const auto known = migrations_of(files, database.dialect());
    return database.read([&](Transaction& tx) { return compare(known, applied_in(tx)); });
}

} // namespace buckstop::db
