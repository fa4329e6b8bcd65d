#include "features/crm/timeline.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace buckstop::crm {
namespace {

constexpr int most_activities = 500;
constexpr std::string_view observed = "observed";

bool later_month(Date date, Date than) {
    return std::pair{date.year(), date.month()} > std::pair{than.year(), than.month()};
}

std::string amount_text(std::int64_t minor, const std::string& currency) {
    return plain_amount({minor, currency}) + " " + currency;
}

// The CRM's own history knows the day of a change; what was only observed between two imports is left out
// where the history tells of a change to the same stage by then.
bool told_by_history(const store::StageRow& change, const std::vector<store::StageRow>& all) {
    return std::ranges::any_of(all, [&](const store::StageRow& other) {
        return other.source != observed && other.to_stage == change.to_stage &&
               other.changed_on <= change.changed_on;
    });
}

void add_stages(const std::vector<store::StageRow>& stages, std::vector<TimelineEntry>& entries) {
    for (const auto& change : stages) {
        if (change.from_stage == change.to_stage) // an id and its name: one file had this, another that
            continue;
        if (change.source == observed && told_by_history(change, stages))
            continue;
        entries.push_back(
            {.on = change.changed_on,
             .kind = TimelineKind::stage,
             .title = change.to_stage,
             .detail = change.from_stage ? std::optional("from " + *change.from_stage) : std::nullopt});
    }
}

void add_readings(const std::vector<store::Reading>& readings, std::vector<TimelineEntry>& entries) {
    for (std::size_t i = 1; i < readings.size(); ++i) {
        const auto &before = readings[i - 1], &now = readings[i];
        if (before.expected_close_on && now.expected_close_on &&
            later_month(*now.expected_close_on, *before.expected_close_on))
            entries.push_back({.on = now.as_of,
                               .kind = TimelineKind::push,
                               .title = "Expected close moved to " + to_text(*now.expected_close_on),
                               .detail = "from " + to_text(*before.expected_close_on)});
        if (now.amount_minor && before.amount_minor != now.amount_minor)
            entries.push_back(
                {.on = now.as_of,
                 .kind = TimelineKind::amount,
                 .title = amount_text(*now.amount_minor, now.currency),
                 .detail = before.amount_minor
                               ? std::optional("from " + amount_text(*before.amount_minor, now.currency))
                               : std::nullopt});
    }
}

void add_activities(const std::vector<store::ActivityRow>& activities, std::vector<TimelineEntry>& entries) {
    for (const auto& activity : activities) {
        std::string detail = activity.kind;
        if (activity.person)
            detail += ", " + *activity.person;
        if (!activity.is_done)
            detail += ", not done";
        entries.push_back({.on = activity.happened_on,
                           .kind = TimelineKind::activity,
                           .title = activity.subject.value_or(activity.kind),
                           .detail = std::move(detail)});
    }
}

int rank(TimelineKind kind) {
    constexpr std::array order{TimelineKind::created, TimelineKind::stage,    TimelineKind::push,
                               TimelineKind::amount,  TimelineKind::activity, TimelineKind::closed};
    return static_cast<int>(std::ranges::find(order, kind) - order.begin());
}

} // namespace

std::vector<TimelineEntry> timeline(const Deal& deal, const TimelineSources& sources) {
    std::vector<TimelineEntry> entries;
    if (deal.created_on)
        entries.push_back(
            {.on = *deal.created_on, .kind = TimelineKind::created, .title = "Created", .detail = {}});
    add_stages(sources.stages, entries);
    add_readings(sources.readings, entries);
    add_activities(sources.activities, entries);
    if (deal.outcome != Outcome::open && deal.closed_on)
        entries.push_back({.on = *deal.closed_on,
                           .kind = TimelineKind::closed,
                           .title = deal.outcome == Outcome::won ? "Won" : "Lost",
                           .detail = deal.stated_reason});
    std::ranges::stable_sort(entries, {}, [](const TimelineEntry& entry) {
        return std::pair{std::chrono::sys_days{entry.on}, rank(entry.kind)};
    });
    return entries;
}

std::vector<TimelineEntry> timeline(db::Transaction& tx, OrgId org, const Deal& deal) {
    TimelineSources sources{.stages = store::stage_changes(tx, org, deal.id),
                            .activities = store::latest_activities(tx, org, deal.id, most_activities),
                            .readings = store::readings(tx, org, deal.id)};
    std::ranges::reverse(sources.activities);
    return timeline(deal, sources);
}

std::map<std::string, std::string> read_facts(std::string_view text) {
    std::map<std::string, std::string> facts;
    boost::system::error_code error;
    const auto value = boost::json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object())
        return facts;
    for (const auto& [name, fact] : value.get_object())
        facts.emplace(name, fact.is_string() ? std::string(fact.get_string()) : boost::json::serialize(fact));
    return facts;
}

} // namespace buckstop::crm
