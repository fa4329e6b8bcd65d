// The rows of failures and rules. Private to this feature.
#pragma once

#include "features/failures/eligible.hpp"
#include "features/failures/failures.hpp"

#include <tuple>

namespace buckstop::failures::store {

// Which failures a list has, beside who reads it.
struct ListFilter {
    PersonId reader;
    std::string below; // SQL: holds where failure.owner_id is somebody below the reader
    bool mine = false;
    std::optional<State> state;
    std::tuple<Date, FailureId> after; // the last one of the page before
    std::size_t limit = 50;
};
struct ListedRow {
    Date occurred_on{};
    FailureId id;
};
BOOST_DESCRIBE_STRUCT(ListedRow, (), (occurred_on, id))
// Newest first, one more than `limit` where there is more.
std::vector<ListedRow> list(db::Transaction& tx, OrgId org, const ListFilter& filter);

void skip(db::Transaction& tx, OrgId org, FailureId id, const std::string& reason);
// Back to where it was: drafting where a debrief was begun.
void unskip(db::Transaction& tx, OrgId org, FailureId id);

// A rule's row.
struct RuleRow {
    FailureRuleId id;
    Kind kind = Kind::lost_deal;
    bool is_enabled = true;
    Date starts_on{};
    std::optional<std::int64_t> threshold_minor;
    std::optional<int> pushes;
    std::optional<double> share;
    std::optional<int> days;
    std::int64_t version = 1;
    std::int64_t opened = 0;
};
BOOST_DESCRIBE_STRUCT(RuleRow, (),
                      (id, kind, is_enabled, starts_on, threshold_minor, pushes, share, days, version,
                       opened))

std::vector<RuleRow> rules(db::Transaction& tx, OrgId org);
std::optional<RuleRow> find_rule(db::Transaction& tx, OrgId org, FailureRuleId id);
FailureRuleId insert_rule(db::Transaction& tx, OrgId org, Instant at, const RuleInput& input);
void update_rule(db::Transaction& tx, OrgId org, FailureRuleId id, const RuleInput& input);
void remove_rule(db::Transaction& tx, OrgId org, FailureRuleId id);

// Deals that a rule of this kind could ask about and that have no failure of the kind, in the order of their
// ids: at most `limit` after `after`. What a rule decides beyond that is eligible.hpp's.
struct CandidateFilter {
    Kind kind = Kind::lost_deal;
    Date starts_on{}; // the earliest of the rules
    std::optional<ImportId> import;
    DealId after;
    int limit = 1000;
};
std::vector<DealFacts> candidates(db::Transaction& tx, OrgId org, const CandidateFilter& filter);

// Whether the condition (people::visible_deals_sql) holds for the deal.
bool is_visible(db::Transaction& tx, OrgId org, DealId deal, const std::string& visible);

// Failures that a rule opened and nobody has touched, with their deals as they are now; likewise in portions.
struct WaitingRow {
    FailureId failure_id;
    Kind kind = Kind::lost_deal;
    std::optional<PersonId> failure_owner_id;
    std::optional<FailureRuleId> rule_id;
    Date occurred_on{};
    DealFacts deal;
};
std::vector<WaitingRow> waiting(db::Transaction& tx, OrgId org, std::optional<ImportId> import,
                                FailureId after, int limit);

// The day on which the deal's expected close moved to a later month for the n-th time; where the history
// doesn't tell, the day since when the deal reads as it does.
Date pushed_on(db::Transaction& tx, OrgId org, const DealFacts& deal, int n);

struct NewFailure {
    Kind kind = Kind::lost_deal;
    std::optional<DealId> deal{};          // or else
    std::optional<std::int64_t> subject{}; // of the table that the kind says
    std::optional<std::int64_t> after{};   // the service failure that came before
    std::optional<PersonId> owner{};
    std::optional<FailureRuleId> rule{};
    Date occurred_on{};
};
// False where there is one of this kind about the deal or the subject.
bool insert(db::Transaction& tx, OrgId org, Instant at, const NewFailure& failure);
// False where somebody has touched it in between.
struct WaitingChange {
    std::optional<PersonId> owner;
    FailureRuleId rule;
    Date occurred_on{};
    std::optional<std::int64_t> after{};
};
bool update_waiting(db::Transaction& tx, OrgId org, FailureId id, const WaitingChange& change);
bool remove_waiting(db::Transaction& tx, OrgId org, FailureId id);

// What those of them that aren't about deals are about.
void add_subjects(db::Transaction& tx, OrgId org, std::span<FailureSummary> failures);

} // namespace buckstop::failures::store
