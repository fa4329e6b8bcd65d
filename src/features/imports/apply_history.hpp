// A deal's history as a list of readings: what its tracked facts were, from one day until the next reading.
// The last is how it reads now (the row in `deal`), the others are rows in `deal_version`. Everything that is
// derived from it (observed changes of stage, pushes) follows from the list alone, so that it is the same in
// whatever order the files came. Pure.
#pragma once

#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "features/crm/crm.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::imports {

struct Reading {
    Date as_of{};
    std::string stage;
    crm::Outcome outcome = crm::Outcome::open;
    std::optional<PersonId> owner_id;
    std::optional<std::int64_t> amount_minor; // this and the next: the last while open
    std::optional<Date> expected_close_on;
    std::optional<Date> closed_on;
    std::optional<double> probability;
    std::optional<std::string> forecast_category, next_step;
    std::optional<Date> stage_since;
    std::optional<ImportId> import_id;
};
BOOST_DESCRIBE_STRUCT(Reading, (),
                      (as_of, stage, outcome, owner_id, amount_minor, expected_close_on, closed_on,
                       probability, forecast_category, next_step, stage_since, import_id))

// The same facts; the day and the import may differ.
[[nodiscard]] bool reads_alike(const Reading& a, const Reading& b);

// What a file says on a day. Empty: nothing.
struct Said {
    Date as_of{};
    std::optional<std::string> stage{};
    std::optional<crm::Outcome> outcome{};
    std::optional<PersonId> owner_id{};
    std::optional<std::int64_t> amount_minor{}; // of an open deal
    std::optional<Date> expected_close_on{}, closed_on{};
    std::optional<double> probability{};
    std::optional<std::string> forecast_category{}, next_step{};
    std::optional<Date> stage_since{};
    std::optional<ImportId> import_id{};
};

// How a deal that read like `before` reads after this. Facts that belong to a stage or an outcome go with it:
// a deal that is open again has no closing date.
[[nodiscard]] Reading after(Reading before, const Said& said);

// Puts what a file says where its day belongs in `readings` (by day, at least one). An older file never
// changes what a newer one said; it fills gaps, and its own day. `next_snapshot`: the first later day on
// which the deal was read again even though no reading says so.
enum class Put {
    nothing, // that is how the deal was known to read
    days,    // the same facts hold for longer than was known
    facts
};
Put put(std::vector<Reading>& readings, const Said& said, std::optional<Date> next_snapshot = std::nullopt);

struct ObservedChange {
    std::string from_stage, to_stage;
    Date changed_on{}; // when the CRM says that the stage began, if that lies between the readings
    Date as_of{};      // of the reading that shows it
    std::optional<std::int64_t> amount_minor;
    std::optional<Date> expected_close_on;
    std::optional<ImportId> import_id; // which brought that reading
};
[[nodiscard]] std::vector<ObservedChange> observed_changes(const std::vector<Reading>& readings);
// How often the expected close moved to a later month.
[[nodiscard]] int count_pushes(const std::vector<Reading>& readings);

} // namespace buckstop::imports
