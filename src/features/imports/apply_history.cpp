#include "features/imports/apply_history.hpp"

#include <algorithm>
#include <tuple>

namespace buckstop::imports {
namespace {

std::chrono::sys_days day(Date date) {
    return std::chrono::sys_days{date};
}

auto facts(const Reading& r) {
    return std::tie(r.stage, r.outcome, r.owner_id, r.amount_minor, r.expected_close_on, r.closed_on,
                    r.probability, r.forecast_category, r.next_step, r.stage_since);
}

template <class T>
void take(std::optional<T>& into, const std::optional<T>& said) {
    if (said)
        into = said;
}

template <class T>
void fill(std::optional<T>& gap, const std::optional<T>& from) {
    if (!gap)
        gap = from;
}

// What a later reading has from the one before it, where no file said otherwise.
void carry(const Reading& before, Reading& now) {
    fill(now.owner_id, before.owner_id);
    fill(now.probability, before.probability);
    fill(now.forecast_category, before.forecast_category);
    fill(now.next_step, before.next_step);
    if (now.outcome != crm::Outcome::open) { // then files speak of the end: the last of both while open stays
        take(now.amount_minor, before.amount_minor);
        take(now.expected_close_on, before.expected_close_on);
    } else {
        fill(now.amount_minor, before.amount_minor);
        fill(now.expected_close_on, before.expected_close_on);
    }
    if (now.outcome == before.outcome && now.outcome != crm::Outcome::open)
        fill(now.closed_on, before.closed_on);
    if (now.stage == before.stage)
        fill(now.stage_since, before.stage_since);
}

// Two readings that are alike are one, since the earlier day.
void unite(std::vector<Reading>& readings) {
    readings.erase(std::unique(readings.begin(), readings.end(), reads_alike), readings.end());
}

Put difference(const std::vector<Reading>& before, const std::vector<Reading>& now) {
    if (!std::ranges::equal(before, now, reads_alike))
        return Put::facts;
    return std::ranges::equal(before, now, {}, &Reading::as_of, &Reading::as_of) ? Put::nothing : Put::days;
}

} // namespace

bool reads_alike(const Reading& a, const Reading& b) {
    return facts(a) == facts(b);
}

Reading after(Reading before, const Said& said) {
    Reading now = std::move(before);
    if (said.stage && *said.stage != now.stage) {
        now.stage = *said.stage;
        now.stage_since.reset();
    }
    now.outcome = said.outcome.value_or(now.outcome);
    if (now.outcome == crm::Outcome::open)
        now.closed_on.reset();
    else
        take(now.closed_on, said.closed_on);
    take(now.owner_id, said.owner_id);
    take(now.amount_minor, said.amount_minor);
    take(now.expected_close_on, said.expected_close_on);
    take(now.probability, said.probability);
    take(now.forecast_category, said.forecast_category);
    take(now.next_step, said.next_step);
    take(now.stage_since, said.stage_since);
    now.as_of = said.as_of;
    now.import_id = said.import_id;
    return now;
}

Put put(std::vector<Reading>& readings, const Said& said, std::optional<Date> next_snapshot) {
    const auto original = readings;
    const auto next =
        std::ranges::find_if(readings, [&](const Reading& r) { return day(r.as_of) > day(said.as_of); });
    const auto at = next - readings.begin();
    if (at == 0) { // older than all that is known
        Reading first{.stage = readings.front().stage, .outcome = readings.front().outcome};
        readings.insert(readings.begin(), after(std::move(first), said));
    } else {
        const Reading before = readings[static_cast<std::size_t>(at - 1)];
        auto now = after(before, said);
        if (reads_alike(now, before))
            return Put::nothing;
        // The later snapshot said of this deal what had been known before.
        if (next_snapshot && (next == readings.end() || day(next->as_of) > day(*next_snapshot))) {
            Reading again = before;
            again.as_of = *next_snapshot;
            readings.insert(readings.begin() + at, std::move(again));
        }
        if (before.as_of == said.as_of)
            readings[static_cast<std::size_t>(at - 1)] = std::move(now);
        else
            readings.insert(readings.begin() + at, std::move(now));
    }
    for (std::size_t i = 1; i < readings.size(); ++i)
        carry(readings[i - 1], readings[i]);
    unite(readings);
    return difference(original, readings);
}

std::vector<ObservedChange> observed_changes(const std::vector<Reading>& readings) {
    std::vector<ObservedChange> changes;
    for (std::size_t i = 1; i < readings.size(); ++i) {
        const auto &before = readings[i - 1], &now = readings[i];
        if (now.stage == before.stage)
            continue;
        const auto between = [&](const std::optional<Date>& date) {
            return date && day(*date) > day(before.as_of) && day(*date) <= day(now.as_of);
        };
        Date on = now.as_of;
        if (between(now.stage_since))
            on = *now.stage_since;
        else if (now.outcome != before.outcome && between(now.closed_on))
            on = *now.closed_on;
        changes.push_back({.from_stage = before.stage,
                           .to_stage = now.stage,
                           .changed_on = on,
                           .as_of = now.as_of,
                           .amount_minor = now.amount_minor,
                           .expected_close_on = now.expected_close_on,
                           .import_id = now.import_id});
    }
    return changes;
}

int count_pushes(const std::vector<Reading>& readings) {
    int pushes = 0;
    for (std::size_t i = 1; i < readings.size(); ++i) {
        const auto &before = readings[i - 1].expected_close_on, &now = readings[i].expected_close_on;
        if (before && now &&
            std::pair{now->year(), now->month()} > std::pair{before->year(), before->month()})
            ++pushes;
    }
    return pushes;
}

} // namespace buckstop::imports
