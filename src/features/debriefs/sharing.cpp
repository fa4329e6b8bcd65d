// Sharing is an act: what was the author's alone becomes a debrief, a lesson and a commitment, all at once.
#include "features/audit/audit.hpp"
#include "features/debriefs/shown.hpp"
#include "features/debriefs/texts.hpp"
#include "features/people/people.hpp"
#include "features/text_field.hpp"

namespace buckstop::debriefs {
namespace {

using access::Action;
using access::Object;

constexpr int days_until_due = 7; // unless the author says when

// What came of a draft.
struct Outcome {
    std::optional<LessonId> lesson;
    std::optional<CommitmentId> commitment;
};

// How the act began, for debriefs of the past.
struct Act {
    Date due_on{};
    commitments::State state = commitments::State::open;
    std::optional<Date> done_on{};
};

// The customer that it is about, where no deal tells.
std::optional<CompanyId> company_of(db::Transaction& tx, OrgId org, const store::Row& debrief) {
    const auto failure =
        failures::summaries(tx, org, debrief.author_id, std::span(&debrief.failure_id, 1)).at(0);
    if (failure.churn)
        return failure.churn->company.id;
    if (failure.service_failure)
        return failure.service_failure->company.id;
    return std::nullopt;
}

// The words move into the debrief, the lesson and the commitment.
Outcome write_out(db::Transaction& tx, OrgId org, Instant at, const store::Row& debrief,
                  const DraftText& text, const Act& act, std::optional<Instant> coach_saw_at) {
    const auto audience = text.audience.value_or(Audience::coach);
    Outcome outcome{.lesson = text.existing_lesson_id, .commitment = std::nullopt};
    const bool own_lesson = !outcome.lesson && !lesson_body(text).empty();
    if (own_lesson)
        outcome.lesson = lessons::add(tx, org, at,
                                      {.debrief = debrief.id,
                                       .author = debrief.author_id,
                                       .title = lesson_title(text),
                                       .body = lesson_body(text),
                                       .serves = something(text.serves),
                                       .deal = debrief.deal_id,
                                       .company = company_of(tx, org, debrief),
                                       .audience = audience});
    if (const auto what = something(text.act))
        outcome.commitment = commitments::insert(tx, org, at,
                                                 {.owner = debrief.author_id,
                                                  .act = *what,
                                                  .due_on = act.due_on,
                                                  .debrief = debrief.id,
                                                  .lesson = outcome.lesson,
                                                  .state = act.state,
                                                  .done_on = act.done_on});
    store::share(tx, org, debrief.id, at,
                 {.audience = audience,
                  .reason = something(text.reason),
                  .my_part = something(text.my_part),
                  .outside = something(text.outside),
                  .needed = something(text.needed),
                  .serves = own_lesson ? std::nullopt : something(text.serves),
                  .lesson = outcome.lesson,
                  .coach = debrief.coach_id,
                  .coach_saw_at = coach_saw_at});
    store::remove_draft(tx, org, debrief.id, debrief.author_id);
    failures::set_state(tx, org, debrief.failure_id, failures::State::shared);
    return outcome;
}

void tell(const Context& context, db::Transaction& tx, const access::Principal& who,
          const store::Row& debrief, const Outcome& outcome) {
    announce(context, tx, who.org, debrief, "debrief", debrief.id.text());
    announce(context, tx, who.org, debrief, "failure", debrief.failure_id.text());
    if (outcome.commitment)
        announce(context, tx, who.org, debrief, "commitment", outcome.commitment->text());
    if (outcome.lesson)
        lessons::announce(context, tx, who, *outcome.lesson);
}

// What the author changed, in the row; "serves" of a lesson of its own is the lesson's.
void apply(const DebriefEdit& edit, store::Row& row) {
    if (edit.my_part)
        row.my_part = something(edit.my_part);
    if (edit.outside)
        row.outside = something(*edit.outside);
    if (edit.needed)
        row.needed = something(*edit.needed);
    if (edit.serves && !row.own_lesson)
        row.serves = something(*edit.serves);
    row.audience = edit.audience.value_or(row.audience);
}

} // namespace

Result<Debrief> share(const Context& context, const access::Principal& who, DebriefId id,
                      const ShareInput& input, const BeforeCommit<Debrief>& before_commit) {
    return context.database.write([&](db::Transaction& tx) -> Result<Debrief> {
        const auto found = own(tx, who, id, Object::debrief, Action::share);
        if (!found)
            return fail(found.error());
        auto debrief = found->row;
        if (debrief.state == State::shared)
            return fail(ErrorCode::conflict, "This debrief is shared already.");
        const auto stored = open_draft(tx, who, id);
        if (stored.sealed)
            return fail(ErrorCode::conflict, std::string(sealed_because));
        const Draft draft = stored.draft.value_or(Draft{});
        if (draft.revision != input.revision)
            return fail(
                ErrorCode::conflict,
                "This draft was changed in another window. Look at it once more before you share it.");
        const Date today = people::today(tx, who.org, context.now());
        const bool lesson_found =
            draft.existing_lesson_id &&
            !lessons::names_for(tx, who, std::span(&*draft.existing_lesson_id, 1)).empty();
        if (const auto fine = check_complete(draft, lesson_found, today); !fine)
            return fail(fine.error());
        if (!debrief.coach_id) // somebody may have become their manager in between
            debrief.coach_id = people::default_coach(tx, who.org, who.person);
        const Act act{.due_on = draft.due_on.value_or(add_days(today, days_until_due))};
        const auto outcome = write_out(tx, who.org, context.now(), debrief, draft, act, std::nullopt);
        const auto row = store::find(tx, who.org, id).value();
        tell(context, tx, who, row, outcome);
        auto shared = shown(tx, context, who, row);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "debrief.share",
                       .object = Object::debrief,
                       .object_id = id.value(),
                       .subject = {},
                       .detail = {{"audience", std::string(enum_name(row.audience))}}});
        if (before_commit)
            before_commit(tx, shared);
        return shared;
    });
}

Result<Debrief> edit(const Context& context, const access::Principal& who, DebriefId id, std::int64_t version,
                     const DebriefEdit& edit) {
    return context.database.write([&](db::Transaction& tx) -> Result<Debrief> {
        const auto found = own(tx, who, id, Object::debrief, Action::write);
        if (!found)
            return fail(found.error());
        auto row = found->row;
        if (row.state != State::shared)
            return fail(ErrorCode::conflict, "This debrief isn't shared yet: its words are still a draft.");
        if (const auto fine = check(edit); !fine)
            return fail(fine.error());
        if (row.version != version)
            return fail(ErrorCode::precondition_failed,
                        "This debrief was changed in between. Look at it again before you change it.");
        const bool moved = edit.audience && *edit.audience != row.audience;
        apply(edit, row);
        store::update_text(tx, who.org, row);
        if (row.own_lesson && row.lesson_id) {
            if (edit.serves)
                lessons::set_serves(tx, who.org, *row.lesson_id, something(*edit.serves));
            if (moved)
                lessons::set_audience(tx, who.org, id, row.audience);
            if (edit.serves || moved)
                lessons::announce(context, tx, who, *row.lesson_id);
        }
        row = store::find(tx, who.org, id).value();
        announce(context, tx, who.org, row, "debrief", id.text());
        auto changed = shown(tx, context, who, row);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "debrief.change",
                       .object = Object::debrief,
                       .object_id = id.value(),
                       .subject = {},
                       .detail = {{"audience", std::string(enum_name(row.audience))}}});
        return changed;
    });
}

PastShared insert_shared(db::Transaction& tx, OrgId org, const PastDebrief& past) {
    const auto id = store::insert(tx, org, past.started_at,
                                  {.failure = past.failure, .author = past.author, .coach = past.coach});
    const auto row = store::find(tx, org, id).value();
    const Date written = date_in_zone(past.written_at, "UTC");
    const Act act{.due_on = past.text.due_on.value_or(add_days(written, days_until_due)),
                  .state = past.act_state,
                  .done_on = past.done_on};
    const auto outcome = write_out(tx, org, past.written_at, row, past.text, act, past.coach_saw_at);
    return {.debrief = id, .lesson = outcome.lesson, .commitment = outcome.commitment};
}

Result<DebriefId> insert_draft(db::Transaction& tx, const access::Principal& author,
                               const PastDebrief& past) {
    const auto id = store::insert(tx, author.org, past.started_at,
                                  {.failure = past.failure, .author = past.author, .coach = past.coach});
    failures::set_state(tx, author.org, past.failure, failures::State::drafting);
    const auto saved = store_draft(tx, author, id, past.text, 1, past.written_at);
    if (!saved)
        return fail(saved.error());
    return id;
}

} // namespace buckstop::debriefs
