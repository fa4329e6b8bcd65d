// Failures that aren't about a deal: a missed target, a churned customer, a service failure. Their subject is
// a row that an import brought; what rules look at of it is here. Private to this feature.
#pragma once

#include "features/failures/eligible.hpp"

#include <span>

namespace buckstop::failures {

inline constexpr int usual_days_after = 180; // in which a customer leaves because of a service failure

struct SubjectFacts {
    std::int64_t subject_id = 0;
    std::optional<PersonId> owner_id; // whose failure it is: of a team's target its manager's
    Date occurred_on{};               // the last day of a target's period
    std::optional<CompanyId> company_id;
    std::optional<std::int64_t> value_minor; // the target; what a customer was worth
    std::string currency;
    std::int64_t won_minor = 0; // in the period, in the target's currency
    std::optional<std::string> measure, team_key;
};
BOOST_DESCRIBE_STRUCT(SubjectFacts, (),
                      (subject_id, owner_id, occurred_on, company_id, value_minor, currency, won_minor,
                       measure, team_key))

// Until when deals are known: a target whose period ends later can't be judged yet.
struct Knowledge {
    Date today{};
    std::optional<Date> told_on{}; // the latest day that an import of deals spoke of; nothing: there was none
};

[[nodiscard]] bool is_about_deal(Kind kind);

// Whether a measure is the value of won deals, which is what we can compare with; no measure is.
[[nodiscard]] bool is_won_value(const std::optional<std::string>& measure);

// Whether the rule asks about it, the rule's start included.
[[nodiscard]] bool asks_about(const Question& question, const SubjectFacts& subject,
                              const Knowledge& knowledge, std::string_view currency);

namespace store {

struct SubjectFilter {
    Kind kind = Kind::missed_target;
    Date starts_on{};       // the earliest of the rules
    std::int64_t after = 0; // in the order of their ids
    int limit = 1000;
};
// Those that have no failure of the kind.
std::vector<SubjectFacts> new_subjects(db::Transaction& tx, OrgId org, const SubjectFilter& filter);
std::vector<SubjectFacts> subjects(db::Transaction& tx, OrgId org, Kind kind,
                                   std::span<const std::int64_t> ids);

// The last service failure of the customer in the days up to that one.
std::optional<std::int64_t> service_failure_before(db::Transaction& tx, OrgId org, CompanyId company, Date on,
                                                   int days);

Knowledge knowledge(db::Transaction& tx, OrgId org, Instant now);

struct WaitingSubject {
    FailureId failure_id;
    Kind kind = Kind::missed_target;
    std::int64_t subject_id = 0;
    std::optional<PersonId> owner_id;
    std::optional<FailureRuleId> rule_id;
    Date occurred_on{};
    std::optional<std::int64_t> after_id;
};
BOOST_DESCRIBE_STRUCT(WaitingSubject, (),
                      (failure_id, kind, subject_id, owner_id, rule_id, occurred_on, after_id))
// Failures that a rule opened and nobody has touched.
std::vector<WaitingSubject> waiting_subjects(db::Transaction& tx, OrgId org, FailureId after, int limit);

} // namespace store
} // namespace buckstop::failures
