#include "features/debriefs/shown.hpp"

#include "features/audit/audit.hpp"
#include "features/people/people.hpp"

#include <algorithm>

namespace buckstop::debriefs {
namespace {

using access::Action;
using access::Decision;
using access::Object;
using access::Relation;

tl::unexpected<Error> no_such_debrief() {
    return fail(ErrorCode::not_found, "There is no such debrief.");
}

std::optional<PersonRef> coach_of(const store::Row& row) {
    if (!row.coach_id || !row.coach_name)
        return std::nullopt;
    return PersonRef{*row.coach_id, *row.coach_name};
}

} // namespace

Result<Readable> readable(db::Transaction& tx, const access::Principal& who, DebriefId id) {
    auto row = store::find(tx, who.org, id);
    if (!row)
        return no_such_debrief();
    auto relations = people::relations(tx, who, row->author_id);
    if (row->state == State::drafting) {
        const auto decision = access::decide(who.roles, relations, Object::draft, Action::read);
        if (decision == Decision::deny)
            return no_such_debrief();
        return Readable{std::move(*row), std::move(relations), decision};
    }
    if (row->coach_id == who.person)
        relations.push_back(Relation::coach);
    if (lessons::in_audience(tx, who.org, who.person, row->author_id, row->audience))
        relations.push_back(Relation::audience);
    const auto decision = access::decide(who.roles, relations, Object::debrief, Action::read);
    if (decision == Decision::deny)
        return no_such_debrief();
    return Readable{std::move(*row), std::move(relations), decision};
}

Result<Readable> own(db::Transaction& tx, const access::Principal& who, DebriefId id, Object object,
                     Action action) {
    auto found = readable(tx, who, id);
    if (!found)
        return found;
    if (const auto allowed = access::require(who, found->relations, object, action); !allowed)
        return fail(allowed.error());
    return found;
}

std::string what_about(db::Transaction& tx, OrgId org, const store::Row& row) {
    return failures::what_about(
        failures::summaries(tx, org, row.author_id, std::span(&row.failure_id, 1)).at(0));
}

Debrief shown(db::Transaction& tx, const Context& context, const access::Principal& who,
              const store::Row& row) {
    Debrief debrief;
    debrief.id = row.id;
    debrief.failure = failures::summaries(tx, who.org, who.person, std::span(&row.failure_id, 1)).at(0);
    if (row.deal_id)
        debrief.deal = crm::find_deal(tx, who.org, *row.deal_id);
    debrief.author = {row.author_id, row.author_name};
    debrief.coach = coach_of(row);
    debrief.state = row.state;
    debrief.audience = row.audience;
    debrief.mine = row.author_id == who.person;
    debrief.started_at = row.started_at;
    debrief.shared_at = row.shared_at;
    debrief.version = row.version;
    if (row.state == State::drafting) {
        auto draft = open_draft(tx, who, row.id);
        debrief.draft = std::move(draft.draft);
        debrief.sealed = draft.sealed;
        if (draft.sealed)
            debrief.sealed_because = std::string(sealed_because);
        return debrief;
    }
    debrief.reason = row.reason;
    debrief.my_part = row.my_part;
    debrief.outside = row.outside;
    debrief.needed = row.needed;
    debrief.serves = row.serves;
    if (row.lesson_id)
        debrief.lesson = lessons::find_for(tx, who, *row.lesson_id);
    if (debrief.lesson && row.own_lesson)
        debrief.serves = debrief.lesson->serves;
    debrief.commitments = commitments::of_debrief(tx, context, who, row.id);
    if (debrief.mine)
        for (const auto& look : audit::looks(tx, who.org, "debrief.read", Object::debrief, row.id.value()))
            debrief.readers.push_back({look.reader.name, look.at});
    return debrief;
}

std::vector<DebriefSummary> shown(db::Transaction& tx, const access::Principal& who,
                                  std::span<const store::ListedRow> rows) {
    std::vector<FailureId> failure_ids;
    std::vector<LessonId> lesson_ids;
    for (const auto& row : rows) {
        failure_ids.push_back(row.failure_id);
        if (row.lesson_id)
            lesson_ids.push_back(*row.lesson_id);
    }
    const auto failures = failures::summaries(tx, who.org, who.person, failure_ids);
    const auto titles = lessons::names_for(tx, who, lesson_ids);

    std::vector<DebriefSummary> result;
    for (const auto& row : rows) {
        DebriefSummary summary{.id = row.id,
                               .failure = {},
                               .author = {row.author_id, row.author_name},
                               .coach = coach_of(row),
                               .state = row.state,
                               .audience = row.audience,
                               .shared_at = row.shared_at,
                               .lesson_title = std::nullopt};
        if (const auto failure = std::ranges::find(failures, row.failure_id, &failures::FailureSummary::id);
            failure != failures.end())
            summary.failure = *failure;
        if (row.lesson_id)
            if (const auto title = std::ranges::find(titles, *row.lesson_id, &lessons::LessonRef::id);
                title != titles.end())
                summary.lesson_title = title->name;
        result.push_back(std::move(summary));
    }
    return result;
}

void announce(const Context& context, db::Transaction& tx, OrgId org, const store::Row& row,
              std::string_view topic, std::string id) {
    http::Event event{.org = org, .to = {row.author_id}, .topic = std::string(topic), .id = std::move(id)};
    if (row.coach_id && row.state == State::shared)
        event.to.push_back(*row.coach_id);
    tx.after_commit([&context, event = std::move(event)] { context.events.publish(event); });
}

} // namespace buckstop::debriefs
