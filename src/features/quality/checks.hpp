// What is odd about one deal by itself, and which deals may be one. No database. Private to this feature.
#pragma once

#include "features/quality/quality.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace buckstop::quality {

// What the checks ask of a deal.
struct DealFacts {
    DealId id;
    std::optional<CompanyId> company_id;
    std::optional<PersonId> owner_id;
    bool owner_is_active = true;
    std::string stage;
    crm::Outcome outcome = crm::Outcome::open;
    std::optional<std::int64_t> amount_minor, amount_at_close_minor;
    std::optional<std::int64_t> value_minor; // crm::value_sql
    std::string currency;
    std::optional<Date> created_on, expected_close_on, closed_on;
    std::optional<Date> stage_since, last_activity_on;
    std::optional<Date> last_activity, last_stage_change; // of an open deal: by the rows there are
    Date as_of{};
};
BOOST_DESCRIBE_STRUCT(DealFacts, (),
                      (id, company_id, owner_id, owner_is_active, stage, outcome, amount_minor,
                       amount_at_close_minor, value_minor, currency, created_on, expected_close_on, closed_on,
                       stage_since, last_activity_on, last_activity, last_stage_change, as_of))

// What deals are measured by.
struct Measure {
    Date today{};
    std::map<std::string, std::int64_t> most; // the largest amount that can be, by currency
};

inline constexpr int quiet_days = 180;
inline constexpr int years_ahead = 10;
inline constexpr std::size_t amounts_to_judge_by = 100; // fewer tell nothing about which is too large

// A hundred times the amount that 99 of 100 don't exceed; nothing where there are too few. Reorders
// `amounts`.
[[nodiscard]] std::optional<std::int64_t> most_that_can_be(std::vector<std::int64_t>& amounts);

// The kinds that a deal shows by itself, and that `check` may give.
inline constexpr std::array deal_kinds{Kind::deal_without_owner,       Kind::deal_of_inactive_owner,
                                       Kind::deal_without_amount,      Kind::deal_without_company,
                                       Kind::open_deal_past_its_date,  Kind::ended_deal_without_date,
                                       Kind::deal_made_after_it_ended, Kind::impossible_date,
                                       Kind::impossible_amount,        Kind::quiet_deal};
[[nodiscard]] std::vector<Kind> check(const DealFacts& deal, const Measure& measure);

// As much of a deal as tells whether two may be one.
struct DealMark {
    CompanyId company;
    std::int64_t amount_minor = 0;
    std::uint64_t currency = 0; // its letters
    std::chrono::sys_days day;  // it closed on, or is expected to
    DealId id;
    auto
    operator<=>(const DealMark&) const = default; // NOLINT(modernize-use-nullptr): clang-tidy 14 misreads <=>
};
// Nothing where the deal lacks one of these.
[[nodiscard]] std::optional<DealMark> mark_of(const DealFacts& deal);

struct DealPair {
    DealId earlier, later;
};
// Deals of one company and one amount whose days lie a week apart or less; their names are still to be
// compared. Sorts `marks`; each is compared with a few neighbours only.
[[nodiscard]] std::vector<DealPair> pairs_of(std::vector<DealMark>& marks);

} // namespace buckstop::quality
