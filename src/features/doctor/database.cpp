// The database: whether it is the right one, whole, and looked after.
#include "db/migrate.hpp"
#include "features/audit/audit.hpp"
#include "features/doctor/doctor.hpp"
#include "features/doctor/store.hpp"
#include "features/people/people.hpp"
#include "work/job_desk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace buckstop::doctor {
namespace {

using namespace std::chrono_literals;

constexpr int oldest_postgres = 150'000;

std::vector<Finding> one(std::string check, Outcome outcome, std::string message, std::string advice = {}) {
    return {{std::move(check), outcome, std::move(message), std::move(advice)}};
}

std::vector<Finding> schema(db::Database& database) {
    const auto state = db::migration_state(database);
    if (!state)
        return one("schema", Outcome::problem, state.error().message,
                   "Run the Buckstop that fits the database.");
    if (state->database_version == 0)
        return one("schema", Outcome::warning, "The database is empty.",
                   "Begin with `buckstop setup`, or restore a backup.");
    if (state->database_version < state->program_version)
        return one("schema", Outcome::warning,
                   fmt::format("The schema has version {}, this program has {}: migrations are pending.",
                               state->database_version, state->program_version),
                   "Take a backup; the next start of `buckstop serve` applies them.");
    return one("schema", Outcome::ok, fmt::format("Version {}, this program's.", state->database_version));
}

std::vector<Finding> integrity(db::Transaction& tx) {
    const auto faults = store::integrity_faults(tx);
    if (faults.empty())
        return one("integrity", Outcome::ok, "What the database can check of itself is whole.");
    return one("integrity", Outcome::problem, fmt::format("{}.", fmt::join(faults, "; ")),
               "Stop the server, keep a copy of the database as it is, and restore the last good backup.");
}

std::vector<Finding> server(db::Transaction& tx) {
    const auto found = store::server(tx);
    if (!found)
        return {};
    std::vector<Finding> findings;
    const auto add = [&](Outcome outcome, std::string message, std::string advice) {
        findings.push_back({"server", outcome, std::move(message), std::move(advice)});
    };
    if (found->version < oldest_postgres)
        add(Outcome::problem, "The server is older than PostgreSQL 15.", "Bring it up to 15 or newer.");
    if (found->encoding != "UTF8")
        add(Outcome::problem, "The database's encoding is " + found->encoding + ", not UTF8.",
            "Back up, create a database with encoding UTF8, and restore into that.");
    if (found->is_standby)
        add(Outcome::problem, "The server is a standby: nothing can be written.",
            "Name the primary, or add target_session_attrs=read-write to the database's URL.");
    if (found->sorts_otherwise)
        add(Outcome::warning,
            "The system's rules for sorting text have changed since the database was made: an index may miss "
            "rows.",
            "Run `reindex database` and `alter database … refresh collation version` on it.");
    for (const auto& setting : store::unsafe_settings(tx))
        add(Outcome::problem,
            "On the server " + setting + ": a power failure may lose what was acknowledged.",
            "Switch it on in postgresql.conf.");
    if (findings.empty())
        add(Outcome::ok, fmt::format("PostgreSQL {}.{}.", found->version / 10'000, found->version % 10'000),
            "");
    return findings;
}

std::vector<Finding> clock(db::Transaction& tx, const Clock& now) {
    const auto before = now();
    const auto theirs = store::clock(tx);
    const auto between = std::chrono::abs(theirs.value_or(before) - before);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(between).count();
    if (between > 2s)
        return one(
            "clock", between > 60s ? Outcome::problem : Outcome::warning,
            fmt::format("This machine's clock and the database server's are {} seconds apart.", seconds),
            "Let both follow a time server (chrony, systemd-timesyncd).");
    if (const auto latest = store::latest_moment(tx); latest && *latest > before + 1min)
        return one("clock", Outcome::warning,
                   "The audit log has a line from the future, of " + to_text(*latest) + ".",
                   "Look at this machine's clock: it was put back, or was wrong then.");
    return one("clock", Outcome::ok, "It is right, as far as the database knows.");
}

std::vector<Finding> indexes(db::Transaction& tx, const Clock& now) {
    const auto deferred = store::deferred_indexes(tx);
    if (deferred.indexes == 0)
        return one("indexes", Outcome::ok, "All are there.");
    if (deferred.sign_of_life && *deferred.sign_of_life > now() - 2min)
        return one("indexes", Outcome::ok, "A large import is running, and builds them at its end.");
    return one("indexes", Outcome::warning,
               fmt::format("{} indexes are missing: a large import was ended before it built them. Lists of "
                           "deals are slow.",
                           deferred.indexes),
               "The next import builds them; import the same file once more.");
}

std::vector<Finding> jobs(db::Transaction& tx, const Clock& now) {
    const auto trouble = work::job_trouble(tx, now() - 5min, now() - 1h, now() - 24h);
    std::vector<Finding> findings;
    if (trouble.lost > 0)
        findings.push_back({"jobs", Outcome::warning,
                            fmt::format("{} jobs have lost their runner.", trouble.lost),
                            "A running `buckstop serve` takes them up again; is there one?"});
    if (trouble.overdue > 0)
        findings.push_back(
            {"jobs", Outcome::warning,
             fmt::format("{} jobs have been due for more than an hour.", trouble.overdue),
             "Is `buckstop serve` running, with job_threads above 0? See `buckstop job list`."});
    if (trouble.failed > 0)
        findings.push_back(
            {"jobs", Outcome::warning,
             fmt::format("{} jobs failed for good in the last day, such as {}.", trouble.failed,
                         trouble.failed_kind.value_or("")),
             "See `buckstop job list --state failed`; `buckstop job retry` once the cause is gone."});
    if (findings.empty())
        findings.push_back({"jobs", Outcome::ok, "None has failed in the last day, and none is stuck.", ""});
    return findings;
}

std::vector<Finding> audit_chains(db::Transaction& tx) {
    std::vector<Finding> findings;
    std::int64_t lines = 0;
    for (const auto& organisation : people::organisations(tx)) {
        const auto found = audit::verify(tx, organisation.id);
        lines += found.lines;
        if (!found.whole)
            findings.push_back(
                {"audit", Outcome::problem, organisation.name + ": " + found.problem,
                 "Somebody has changed the database by hand. Keep a copy, and compare with a backup."});
    }
    if (findings.empty())
        findings.push_back({"audit", Outcome::ok, fmt::format("Every chain is whole: {} lines.", lines), ""});
    return findings;
}

} // namespace

std::vector<Finding> examine_database(db::Database& database, const Clock& now) {
    std::vector<Finding> findings;
    const auto take = [&](const std::string& check, const auto& examine) {
        try {
            for (auto& finding : examine())
                findings.push_back(std::move(finding));
        } catch (const std::exception& failure) {
            findings.push_back({check, Outcome::problem,
                                std::string("It couldn't be looked at: ") + failure.what(),
                                "Look at the database's own log."});
        }
    };
    const auto within = [&](const auto& look) {
        return [&database, &look] { return database.read([&](db::Transaction& tx) { return look(tx); }); };
    };
    take("schema", [&] { return schema(database); });
    take("server", within([](db::Transaction& tx) { return server(tx); }));
    take("integrity", within([](db::Transaction& tx) { return integrity(tx); }));
    const auto state = [&] {
        try {
            return db::migration_state(database);
        } catch (const db::Failure& failure) {
            return Result<db::MigrationState>(fail(ErrorCode::unavailable, failure.what()));
        }
    }();
    if (!state || state->database_version == 0)
        return findings; // what follows needs this program's tables
    take("clock", within([&](db::Transaction& tx) { return clock(tx, now); }));
    take("indexes", within([&](db::Transaction& tx) { return indexes(tx, now); }));
    take("jobs", within([&](db::Transaction& tx) { return jobs(tx, now); }));
    take("audit", within([](db::Transaction& tx) { return audit_chains(tx); }));
    return findings;
}

} // namespace buckstop::doctor
