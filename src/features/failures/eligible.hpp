// What a rule says about a deal: pure, so that preview, opening and withdrawing can't differ. Private to this
// feature.
#pragma once

#include "features/failures/failures.hpp"

#include <string_view>

namespace buckstop::failures {

// What rules look at.
struct DealFacts {
    DealId deal_id;
    crm::Outcome outcome = crm::Outcome::open;
    std::optional<PersonId> owner_id;
    std::optional<std::int64_t> value_minor;
    std::string currency;
    int pushes = 0;
    std::optional<Date> closed_on;
    Date as_of{}; // since when the deal reads like this
    std::optional<Date> gone_on{};
};
BOOST_DESCRIBE_STRUCT(DealFacts, (),
                      (deal_id, outcome, owner_id, value_minor, currency, pushes, closed_on, as_of, gone_on))

// The part of a rule that decides.
struct Question {
    Kind kind = Kind::lost_deal;
    Date starts_on{};
    std::optional<std::int64_t> threshold_minor;
    std::optional<int> pushes;
    std::optional<double> share;
};

// Whether the rule asks about a deal like this, leaving the date aside. A value that is unknown, or in
// another currency than the threshold, is no reason not to ask.
[[nodiscard]] bool asks_about(const Question& question, const DealFacts& deal, OrgId org,
                              std::string_view currency);

// Whether a won deal is drawn at this share. The lot is a keyed hash of the deal: the same in every run, and
// who was drawn at a smaller share is drawn at a larger one.
[[nodiscard]] bool is_drawn(OrgId org, DealId deal, double share);

// The outcome of the deals that a kind of rule looks at.
[[nodiscard]] crm::Outcome outcome_of(Kind kind);

// When a deal ended; where the CRM doesn't say, since when it reads as ended.
[[nodiscard]] Date ended_on(const DealFacts& deal);

} // namespace buckstop::failures
