// Failures: what there is to learn from. Rules turn the CRM's facts into failures (a deal lost, a close date
// pushed again and again, a won deal drawn by lot); the deal's owner debriefs one or skips it.
//
// A waiting failure is nobody's words yet: applying the rules makes the waiting ones equal to what rules and
// deals say now. It appears when a deal meets a rule, follows the deal to a new owner, and goes when the deal
// is open again or the rule no longer asks. What a person has touched (begun, shared or skipped) the rules
// leave alone. README.md here says why.
//
// Law 3: nobody but oneself can ask for a person's failures. No function here takes a person to filter, sort
// or count by; `mine` is the asker.
#pragma once

#include "access/principal.hpp"
#include "access/ref.hpp"
#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "features/crm/crm.hpp"
#include "features/exactly_once.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace buckstop::failures {

using FailureRuleId = Id<struct FailureRule>;

enum class Kind { lost_deal, pushed_deal, sampled_win, missed_target, churned_customer, service_failure };
BOOST_DESCRIBE_ENUM(Kind, lost_deal, pushed_deal, sampled_win, missed_target, churned_customer,
                    service_failure)

enum class State { waiting, drafting, shared, skipped };
BOOST_DESCRIBE_ENUM(State, waiting, drafting, shared, skipped)

// What a failure is about where it isn't a deal. Whose it is isn't said: who may read it knows.
struct MissedTarget {
    std::optional<std::string> team; // whose target it was, where it was no one person's
    std::string period;              // "Q3 2026"
    Date starts_on{}, ends_on{};
    Money target, won;
    std::int64_t not_counted = 0; // deals won in the period that have no value in the target's currency
};
BOOST_DESCRIBE_STRUCT(MissedTarget, (), (team, period, starts_on, ends_on, target, won, not_counted))

struct EarlierServiceFailure {
    Date happened_on{};
    std::string what;
};
BOOST_DESCRIBE_STRUCT(EarlierServiceFailure, (), (happened_on, what))

struct Churn {
    crm::CompanyRef company;
    std::optional<Money> lost;
    std::optional<std::string> stated_reason;
    std::optional<EarlierServiceFailure> after; // that came before it, within the days of the rule
};
BOOST_DESCRIBE_STRUCT(Churn, (), (company, lost, stated_reason, after))

struct ServiceFailure {
    crm::CompanyRef company;
    std::string what;
    std::optional<std::string> stated_reason;
};
BOOST_DESCRIBE_STRUCT(ServiceFailure, (), (company, what, stated_reason))

// A failure as its reader may see it. To anybody but its author one that is being written reads "waiting":
// whether a draft exists is the author's business too.
struct FailureSummary {
    FailureId id;
    Kind kind = Kind::lost_deal;
    std::optional<crm::DealSummary> deal; // one of these, by kind
    std::optional<MissedTarget> target;
    std::optional<Churn> churn;
    std::optional<ServiceFailure> service_failure;
    Date occurred_on{};
    State state = State::waiting;
    bool mine = false;
    std::optional<DebriefId> debrief_id;    // where the reader may open it
    std::optional<std::string> skip_reason; // one's own
};
BOOST_DESCRIBE_STRUCT(FailureSummary, (),
                      (id, kind, deal, target, churn, service_failure, occurred_on, state, mine, debrief_id,
                       skip_reason))

struct FailureQuery {
    std::optional<State> state;
    std::optional<bool> mine;
    std::optional<std::string> cursor;
    std::optional<int> limit; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(FailureQuery, (), (state, mine, cursor, limit))

struct SkipInput {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(SkipInput, (), (reason))

// A rule as it is stored. lost_deal: worth at least `threshold`, an unknown value counts as worth it.
// pushed_deal: open, its close moved `pushes` times or more to a later month, and likewise `threshold`.
// sampled_win: a `share` (0 to 1) of the won deals, always the same ones.
// missed_target: the period has ended, deals of a later day have come, and the value of those won in it is
// below the target by more than a `share` of it (0 unless told).
// churned_customer: worth at least `threshold`; says which service failure came before, in `days` (180).
// service_failure: each of them.
struct Rule {
    FailureRuleId id;
    Kind kind = Kind::lost_deal;
    bool is_enabled = true;
    Date starts_on{}; // nothing that happened before asks anybody
    std::optional<Money> threshold;
    std::optional<int> pushes;
    std::optional<double> share;
    std::optional<int> days;
    std::int64_t version = 1;
    std::int64_t opened = 0; // how many failures there are by it
};
BOOST_DESCRIBE_STRUCT(Rule, (),
                      (id, kind, is_enabled, starts_on, threshold, pushes, share, days, version, opened))

struct RuleInput {
    Kind kind = Kind::lost_deal;
    std::optional<bool> is_enabled; // true unless told
    Date starts_on{};
    std::optional<std::int64_t> threshold_minor; // in the organisation's currency
    std::optional<int> pushes;
    std::optional<double> share;
    std::optional<int> days;
};
BOOST_DESCRIBE_STRUCT(RuleInput, (), (kind, is_enabled, starts_on, threshold_minor, pushes, share, days))

struct Preview {
    std::int64_t would_open = 0;            // beyond what is there already
    std::vector<crm::DealSummary> examples; // at most five deals, of those that the asker may read
};
BOOST_DESCRIBE_STRUCT(Preview, (), (would_open, examples))

struct Rules {
    std::vector<Rule> items;
};
BOOST_DESCRIBE_STRUCT(Rules, (), (items))

// For people: checked against who asks.
[[nodiscard]] Result<http::Page<FailureSummary>> list(const Context& context, const access::Principal& who,
                                                      const FailureQuery& query);
[[nodiscard]] Result<FailureSummary> skip(const Context& context, const access::Principal& who, FailureId id,
                                          const std::string& reason);
[[nodiscard]] Result<FailureSummary> unskip(const Context& context, const access::Principal& who,
                                            FailureId id);

[[nodiscard]] Result<Rules> rules(const Context& context, const access::Principal& who);
[[nodiscard]] Result<Rule> add_rule(const Context& context, const access::Principal& who,
                                    const RuleInput& input, const BeforeCommit<Rule>& before_commit = {});
[[nodiscard]] Result<Rule> change_rule(const Context& context, const access::Principal& who, FailureRuleId id,
                                       std::int64_t version, const RuleInput& input);
[[nodiscard]] Result<> remove_rule(const Context& context, const access::Principal& who, FailureRuleId id);
[[nodiscard]] Result<Preview> preview(const Context& context, const access::Principal& who,
                                      const RuleInput& input);

// For other features, inside their transactions; they have asked access::require already.

// A failure as it is stored.
struct Failure {
    FailureId id;
    Kind kind = Kind::lost_deal;
    std::optional<DealId> deal_id;
    std::optional<PersonId> owner_id;
    Date occurred_on{};
    State state = State::waiting;
    std::optional<std::string> skip_reason;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (id, kind, deal_id, owner_id, occurred_on, state, skip_reason))

[[nodiscard]] std::optional<Failure> find(db::Transaction& tx, OrgId org, FailureId id);
// The failure of this kind about this deal: the demonstration knows its deals, not its failures.
[[nodiscard]] std::optional<Failure> find_by_deal(db::Transaction& tx, OrgId org, DealId deal, Kind kind);
// As `reader` may see them, in the order of `ids`; ids that the organisation doesn't have are left out.
[[nodiscard]] std::vector<FailureSummary> summaries(db::Transaction& tx, OrgId org, PersonId reader,
                                                    std::span<const FailureId> ids);
// What it is about, within a sentence: "Harbor 34", "the target for Q3 2026", "Quay Ltd".
[[nodiscard]] std::string what_about(const FailureSummary& failure);
void set_state(db::Transaction& tx, OrgId org, FailureId id, State state);
// The asker's own that wait, newest first, at most `limit`; and how many there are in all.
struct Waiting {
    std::vector<FailureSummary> items;
    std::int64_t all = 0;
};
[[nodiscard]] Waiting waiting_for(db::Transaction& tx, OrgId org, PersonId person, int limit);

// For the demonstration and the command line, without a person.
FailureRuleId insert_rule(db::Transaction& tx, OrgId org, Instant at, const RuleInput& input);
// A failure that no rule opened, such as a hand-written debrief's about a deal that the rules would not draw;
// the one that is there already where there is one.
FailureId open(db::Transaction& tx, OrgId org, Instant at, Kind kind, DealId deal, PersonId owner,
               Date occurred_on);

// What applying the rules did.
struct Applied {
    std::int64_t opened = 0, followed = 0, withdrawn = 0;
    bool operator==(const Applied&) const = default;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (opened, followed, withdrawn))

// Makes the waiting failures equal to what the rules say, on this thread and in several transactions; safe to
// run twice and to be killed. `import`: only the deals that this import made or changed.
Applied apply_rules(const Context& context, OrgId org, std::optional<ImportId> import = std::nullopt);

// The same as a job, part of the caller's transaction: {"import": "<id>"} or {}. Imports add it when they are
// done, this feature when a rule changes.
inline constexpr const char* apply_rules_job = "failures.apply_rules";

void add_routes(http::Router& router, const Context& context);
void add_jobs(const Context& context);

} // namespace buckstop::failures
