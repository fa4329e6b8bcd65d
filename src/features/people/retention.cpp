// How long an organisation keeps things. Applying it is the feature `retention`'s.
#include "features/audit/audit.hpp"
#include "features/people/people.hpp"
#include "features/people/rules.hpp"
#include "features/people/store.hpp"

namespace buckstop::people {
namespace {

using access::Action;
using access::Object;

struct Limits {
    int most = 0;
    const char* sentence = "";
};
constexpr Limits days{3650, "Choose 1 to 3650 days, or leave it empty to keep everything."};
constexpr Limits years{50, "Choose 1 to 50 years, or leave it empty to keep everything."};

} // namespace

Retention retention(db::Transaction& tx, OrgId org) {
    return store::retention(tx, org).value_or(Retention{});
}

Date years_before(Date today, int years_back) {
    const Date same_day = today - std::chrono::years{years_back};
    return same_day.ok() ? same_day : Date{same_day.year() / same_day.month() / std::chrono::day{28}};
}

std::optional<Date> failures_kept_since(db::Transaction& tx, OrgId org, Instant now) {
    const auto kept = retention(tx, org).failures_years;
    return kept ? std::optional(years_before(today(tx, org, now), *kept)) : std::nullopt;
}

Result<Retention> get_retention(const Context& context, const access::Principal& who) {
    if (const auto may = access::require(who, {}, Object::organisation_settings, Action::read); !may)
        return fail(may.error());
    return context.database.read([&](db::Transaction& tx) { return retention(tx, who.org); });
}

Result<Retention> change_retention(const Context& context, const access::Principal& who, std::int64_t version,
                                   const RetentionChange& wanted) {
    if (const auto may = access::require(who, {}, Object::organisation_settings, Action::write); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Retention> {
        auto changed = retention(tx, who.org);
        FieldErrors errors;
        boost::json::array fields;
        const auto set = [&](const char* field, std::optional<int>& into, const auto& value,
                             const Limits& limits) {
            if (!value || *value == into)
                return;
            into = *value;
            fields.emplace_back(field);
            if (into && (*into < 1 || *into > limits.most))
                errors.add(field, "out_of_range", limits.sentence);
        };
        set("import_undo_days", changed.import_undo_days, wanted.import_undo_days, days);
        set("import_files_days", changed.import_files_days, wanted.import_files_days, days);
        set("jobs_days", changed.jobs_days, wanted.jobs_days, days);
        set("sessions_days", changed.sessions_days, wanted.sessions_days, days);
        set("notices_days", changed.notices_days, wanted.notices_days, days);
        set("activities_years", changed.activities_years, wanted.activities_years, years);
        set("failures_years", changed.failures_years, wanted.failures_years, years);
        if (const auto good = errors.result(); !good)
            return fail(good.error());
        if (version != changed.version || !store::put_retention(tx, who.org, changed))
            return fail(changed_meanwhile());
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "retention.changed",
                       .object = Object::organisation_settings,
                       .object_id = who.org.value(),
                       .detail = {{"fields", fields}}});
        changed.version = version + 1;
        return changed;
    });
}

} // namespace buckstop::people
