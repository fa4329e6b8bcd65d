#include "features/archive/archive.hpp"
#include "features/audit/audit.hpp"
#include "features/imports/imports.hpp"
#include "features/people/people.hpp"
#include "features/retention/retention.hpp"
#include "features/retention/store.hpp"

namespace buckstop::retention {
namespace {

using imports::Forgotten;

constexpr std::chrono::hours day{24};

// Removes a portion in the caller's transaction.
using Portion = std::function<Forgotten(db::Transaction&)>;

// Portion after portion until nothing is over age. What went is written down with it.
std::int64_t through(const Context& context, OrgId org, std::string_view what,
                     const std::function<bool()>& go_on, const Portion& portion) {
    std::int64_t all = 0;
    for (bool more = true; more && go_on();) {
        const auto done = context.database.write([&](db::Transaction& tx) {
            const auto removed = portion(tx);
            if (removed.count > 0)
                audit::record(tx, context.now(),
                              {.org = org,
                               .action = "retention.applied",
                               .object = access::Object::organisation_settings,
                               .object_id = org.value(),
                               .detail = {{"what", what}, {"count", removed.count}}});
            return removed;
        });
        all += done.count;
        more = done.more;
    }
    return all;
}

Forgotten rows(std::int64_t count) {
    return {.count = count, .more = count == store::portion};
}

} // namespace

Applied apply(const Context& context, OrgId org, const std::function<bool()>& go_on) {
    const auto now = context.now();
    const auto limits = context.database.read([&](db::Transaction& tx) {
        return std::pair(people::retention(tx, org), people::today(tx, org, now));
    });
    const auto& kept = limits.first;
    const auto today = limits.second;
    Applied applied;
    const auto run = [&](std::int64_t Applied::*count, std::string_view what, const Portion& portion) {
        applied.*count = through(context, org, what, go_on, portion);
    };
    const auto before = [now](int days) { return now - days * day; };
    if (kept.import_undo_days)
        run(&Applied::import_undo, "import_undo", [&](db::Transaction& tx) {
            return imports::forget_undo(context, tx, org, before(*kept.import_undo_days), store::portion);
        });
    if (kept.import_files_days)
        run(&Applied::import_files, "import_files", [&](db::Transaction& tx) {
            return imports::forget_files(context, tx, org, before(*kept.import_files_days), store::portion);
        });
    run(&Applied::exports, "exports",
        [&](db::Transaction& tx) { return rows(archive::remove_expired(context, tx, org)); });
    if (kept.jobs_days)
        run(&Applied::jobs, "jobs",
            [&](db::Transaction& tx) { return rows(store::remove_jobs(tx, org, before(*kept.jobs_days))); });
    if (kept.sessions_days)
        run(&Applied::sessions, "sessions", [&](db::Transaction& tx) {
            return rows(store::remove_sessions(tx, org, before(*kept.sessions_days)));
        });
    if (kept.notices_days)
        run(&Applied::notices, "notices", [&](db::Transaction& tx) {
            return rows(store::remove_notices(tx, org, before(*kept.notices_days)));
        });
    if (kept.activities_years)
        run(&Applied::activities, "activities", [&](db::Transaction& tx) {
            return rows(
                store::remove_activities(tx, org, people::years_before(today, *kept.activities_years)));
        });
    if (kept.failures_years)
        run(&Applied::failures, "failures", [&](db::Transaction& tx) {
            return rows(store::remove_failures(tx, org, people::years_before(today, *kept.failures_years)));
        });
    return applied;
}

void add_jobs(const Context& context) {
    context.jobs.handle("retention.apply", [context](work::Running& job) -> Result<> {
        bool stopped = false;
        (void)apply(context, job.org(), [&] { return !(stopped = stopped || job.should_stop()); });
        if (stopped)
            return fail(ErrorCode::cancelled, "Stopped; the rest goes tomorrow, or when it runs again.");
        return {};
    });
    context.jobs.every("retention.apply", day);
}

} // namespace buckstop::retention
