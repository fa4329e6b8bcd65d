// What happened to a deal, told from its rows. Private to this feature.
#pragma once

#include "features/crm/store.hpp"

namespace buckstop::crm {

// What a timeline is made of; the rows in the order in which they happened.
struct TimelineSources {
    std::vector<store::StageRow> stages;
    std::vector<store::ActivityRow> activities;
    std::vector<store::Reading> readings;
};

// Pure. Oldest first; what happened on one day in the order created, stage, push, amount, activity, closed.
[[nodiscard]] std::vector<TimelineEntry> timeline(const Deal& deal, const TimelineSources& sources);
[[nodiscard]] std::vector<TimelineEntry> timeline(db::Transaction& tx, OrgId org, const Deal& deal);

// The further columns that a mapping kept, from their JSON.
[[nodiscard]] std::map<std::string, std::string> read_facts(std::string_view text);

} // namespace buckstop::crm
