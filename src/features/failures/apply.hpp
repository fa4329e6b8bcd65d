// Applying rules, for the job and the preview. Private to this feature.
#pragma once

#include "features/failures/eligible.hpp"
#include "features/failures/store.hpp"

#include <functional>
#include <set>

namespace buckstop::failures {

inline constexpr int portion_size = 1000;

// The enabled rules and what they are measured by; read anew by each portion.
struct Standing {
    std::vector<store::RuleRow> rules;
    std::string currency;
};
[[nodiscard]] Standing standing(db::Transaction& tx, OrgId org, Instant at);
[[nodiscard]] Question question_of(const store::RuleRow& rule);
// Of the rules of this kind; nothing where there are none.
[[nodiscard]] std::optional<Date> earliest_start(const Standing& now, Kind kind);

// What changed, and for whom.
struct Portion {
    Applied applied;
    std::set<PersonId> concerned;
    std::int64_t last = 0; // the id that the next portion starts behind
    bool more = false;
};

// Portions of failures that aren't about deals.
[[nodiscard]] Portion review_waiting_subjects(db::Transaction& tx, OrgId org, Instant at, FailureId after);
[[nodiscard]] Portion open_new_subjects(db::Transaction& tx, OrgId org, Instant at, Kind kind,
                                        std::int64_t after);
// How many a rule would open.
[[nodiscard]] std::int64_t count_new_subjects(db::Transaction& tx, OrgId org, Instant at,
                                              const Question& question, std::string_view currency);

// When that happened which the rule asks about this deal for; nothing where it doesn't ask, or where that was
// before its start.
[[nodiscard]] std::optional<Date> asked_since(db::Transaction& tx, OrgId org, const Question& question,
                                              const DealFacts& deal, std::string_view currency);

// The public apply_rules(), which asks `go_on` after each portion; nothing where that said no. What is done
// by then is kept.
[[nodiscard]] std::optional<Applied> apply_rules(const Context& context, OrgId org,
                                                 std::optional<ImportId> import,
                                                 const std::function<bool(const Applied&)>& go_on);

} // namespace buckstop::failures
