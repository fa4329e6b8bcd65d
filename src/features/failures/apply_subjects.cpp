// The same as for deals (apply.cpp), for failures whose subject is a target, a customer who left or a service
// failure. There are few of them, so all are looked at whatever an import brought: any deal may make up for a
// target, and any service failure may stand before a customer who left.
#include "features/failures/apply.hpp"
#include "features/failures/store.hpp"
#include "features/failures/subjects.hpp"

#include <map>

namespace buckstop::failures {
namespace {

struct Match {
    FailureRuleId rule;
    std::optional<std::int64_t> after_id;
};

// The first rule of this kind that asks about the subject.
std::optional<Match> match(db::Transaction& tx, OrgId org, const Standing& now, const Knowledge& knowledge,
                           Kind kind, const SubjectFacts& subject) {
    for (const auto& rule : now.rules) {
        if (rule.kind != kind || !asks_about(question_of(rule), subject, knowledge, now.currency))
            continue;
        Match found{.rule = rule.id, .after_id = std::nullopt};
        if (kind == Kind::churned_customer && subject.company_id)
            found.after_id = store::service_failure_before(tx, org, *subject.company_id, subject.occurred_on,
                                                           rule.days.value_or(usual_days_after));
        return found;
    }
    return std::nullopt;
}

using SubjectKey = std::pair<Kind, std::int64_t>;

std::map<SubjectKey, SubjectFacts> facts_of(db::Transaction& tx, OrgId org,
                                            const std::vector<store::WaitingSubject>& rows) {
    std::map<Kind, std::vector<std::int64_t>> ids;
    for (const auto& row : rows)
        ids[row.kind].push_back(row.subject_id);
    std::map<SubjectKey, SubjectFacts> facts;
    for (const auto& [kind, of_kind] : ids)
        for (auto& subject : store::subjects(tx, org, kind, of_kind))
            facts.emplace(SubjectKey{kind, subject.subject_id}, std::move(subject));
    return facts;
}

void note_concerned(Portion& portion, const std::optional<PersonId>& person) {
    if (person)
        portion.concerned.insert(*person);
}

} // namespace

Portion review_waiting_subjects(db::Transaction& tx, OrgId org, Instant at, FailureId after) {
    const auto now = standing(tx, org, at);
    const auto knowledge = store::knowledge(tx, org, at);
    const auto rows = store::waiting_subjects(tx, org, after, portion_size);
    const auto facts = facts_of(tx, org, rows);
    Portion result;
    for (const auto& row : rows) {
        result.last = row.failure_id.value();
        const auto subject = facts.find({row.kind, row.subject_id});
        const auto found = subject == facts.end() // an import that brought it was undone
                               ? std::nullopt
                               : match(tx, org, now, knowledge, row.kind, subject->second);
        if (!found) {
            if (store::remove_waiting(tx, org, row.failure_id)) {
                ++result.applied.withdrawn;
                note_concerned(result, row.owner_id);
            }
            continue;
        }
        const auto& owner = subject->second.owner_id;
        const auto on = subject->second.occurred_on;
        if (row.rule_id == found->rule && row.owner_id == owner && row.occurred_on == on &&
            row.after_id == found->after_id)
            continue;
        if (!store::update_waiting(
                tx, org, row.failure_id,
                {.owner = owner, .rule = found->rule, .occurred_on = on, .after = found->after_id}))
            continue;
        ++result.applied.followed;
        note_concerned(result, row.owner_id);
        note_concerned(result, owner);
    }
    result.more = static_cast<int>(rows.size()) == portion_size;
    return result;
}

Portion open_new_subjects(db::Transaction& tx, OrgId org, Instant at, Kind kind, std::int64_t after) {
    const auto now = standing(tx, org, at);
    const auto earliest = earliest_start(now, kind);
    Portion result;
    if (!earliest)
        return result;
    const auto knowledge = store::knowledge(tx, org, at);
    const auto subjects = store::new_subjects(
        tx, org, {.kind = kind, .starts_on = *earliest, .after = after, .limit = portion_size});
    for (const auto& subject : subjects) {
        result.last = subject.subject_id;
        const auto found = match(tx, org, now, knowledge, kind, subject);
        if (!found || !store::insert(tx, org, at,
                                     {.kind = kind,
                                      .subject = subject.subject_id,
                                      .after = found->after_id,
                                      .owner = subject.owner_id,
                                      .rule = found->rule,
                                      .occurred_on = subject.occurred_on}))
            continue;
        ++result.applied.opened;
        note_concerned(result, subject.owner_id);
    }
    result.more = static_cast<int>(subjects.size()) == portion_size;
    return result;
}

std::int64_t count_new_subjects(db::Transaction& tx, OrgId org, Instant at, const Question& question,
                                std::string_view currency) {
    const auto knowledge = store::knowledge(tx, org, at);
    store::SubjectFilter filter{.kind = question.kind, .starts_on = question.starts_on};
    std::int64_t count = 0;
    for (bool more = true; more;) {
        const auto subjects = store::new_subjects(tx, org, filter);
        for (const auto& subject : subjects) {
            filter.after = subject.subject_id;
            count += asks_about(question, subject, knowledge, currency) ? 1 : 0;
        }
        more = static_cast<int>(subjects.size()) == filter.limit;
    }
    return count;
}

} // namespace buckstop::failures
