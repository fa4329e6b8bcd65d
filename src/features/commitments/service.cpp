#include "access/policy.hpp"
#include "db/page.hpp"
#include "features/commitments/store.hpp"
#include "features/paging.hpp"
#include "features/people/people.hpp"
#include "features/text_field.hpp"

#include <algorithm>

namespace buckstop::commitments {
namespace {

using access::Action;
using access::Object;
using access::Relation;

constexpr std::size_t most_because = 500; // characters

tl::unexpected<Error> no_such_commitment() {
    return fail(ErrorCode::not_found, "There is no such commitment.");
}

std::vector<Relation> relations(db::Transaction& tx, const access::Principal& who, const store::Row& row) {
    auto held = people::relations(tx, who, row.owner_id);
    if (row.coach_id == who.person)
        held.push_back(Relation::coach);
    return held;
}

// As the reader, who may read the commitments, may see them.
std::vector<Commitment> shown(db::Transaction& tx, const access::Principal& reader, Date today,
                              const std::vector<store::Row>& rows) {
    std::vector<LessonId> lesson_ids;
    for (const auto& row : rows)
        if (row.lesson_id)
            lesson_ids.push_back(*row.lesson_id);
    const auto lessons = lessons::names_for(tx, reader, lesson_ids);

    std::vector<Commitment> result;
    for (const auto& row : rows) {
        Commitment item{.id = row.id,
                        .owner = {row.owner_id, row.owner_name},
                        .act = row.act,
                        .due_on = row.due_on,
                        .original_due_on = row.original_due_on,
                        .state = row.state,
                        .dropped_because = row.dropped_because,
                        .done_on = row.done_on,
                        .debrief_id = std::nullopt,
                        .lesson = std::nullopt,
                        .overdue = row.state == State::open && row.due_on < today,
                        .mine = row.owner_id == reader.person,
                        .version = row.version};
        // Who isn't owner or coach is above the owner; the audience decides whether they may open the
        // debrief.
        if (item.mine || row.coach_id == reader.person || row.in_audience)
            item.debrief_id = row.debrief_id;
        if (row.lesson_id)
            if (const auto found = std::ranges::find(lessons, *row.lesson_id, &lessons::LessonRef::id);
                found != lessons.end())
                item.lesson = *found;
        result.push_back(std::move(item));
    }
    return result;
}

Commitment shown(db::Transaction& tx, const Context& context, const access::Principal& reader,
                 CommitmentId id) {
    const auto row = store::find(tx, reader, id);
    return shown(tx, reader, people::today(tx, reader.org, context.now()), {row.value()}).at(0);
}

// One that the asker may read; to anybody else it isn't there.
Result<store::Row> readable(db::Transaction& tx, const access::Principal& who, CommitmentId id) {
    auto row = store::find(tx, who, id);
    if (!row || access::decide(who.roles, relations(tx, who, *row), Object::commitment, Action::read) ==
                    access::Decision::deny)
        return no_such_commitment();
    return *std::move(row);
}

void check_act(FieldChecks& checks, const std::optional<std::string>& act) {
    checks.text("act", act, {.most = most_act, .required = true, .missing = "What are you going to do?"});
}

void check_due(FieldChecks& checks, Date due_on, Date today) {
    if (due_on < today)
        checks.add("due_on", "in_the_past", "This day has passed. Choose today or a later one.");
}

// What the change makes of the row, or which of its rules it breaks.
Result<store::Row> changed(store::Row row, const CommitmentChange& change, Date today) {
    FieldChecks checks;
    row.state = change.state.value_or(row.state);
    if (change.act) {
        check_act(checks, change.act);
        row.act = std::string(trimmed(*change.act));
    }
    if (change.due_on) {
        if (row.state != State::open)
            checks.add("due_on", "not_for_this_state",
                       "Only an open commitment can be moved to another day.");
        else if (*change.due_on != row.due_on)
            check_due(checks, *change.due_on, today);
        row.due_on = *change.due_on;
    }
    if (change.done_on && row.state != State::kept)
        checks.add("done_on", "not_for_this_state",
                   "A day on which it was done belongs to a kept commitment.");
    if (change.done_on && *change.done_on > today)
        checks.add("done_on", "in_the_future", "This day hasn't come yet.");
    if (row.state == State::kept)
        row.done_on = change.done_on ? change.done_on : row.done_on.value_or(today);
    else
        row.done_on.reset();
    if (change.dropped_because && row.state != State::dropped)
        checks.add("dropped_because", "not_for_this_state",
                   "Only a dropped commitment has a reason why not.");
    if (row.state == State::dropped) {
        if (change.dropped_because || !row.dropped_because)
            checks.text("dropped_because", change.dropped_because,
                        {.most = most_because,
                         .required = true,
                         .missing = "“Not doing, because …” is a good end. Because of what?"});
        if (change.dropped_because)
            row.dropped_because = something(change.dropped_because);
    } else {
        row.dropped_because.reset();
    }
    if (!checks.fine())
        return fail(checks.error());
    return row;
}

void tell(const Context& context, db::Transaction& tx, OrgId org, const store::Row& row) {
    http::Event event{.org = org, .to = {row.owner_id}, .topic = "commitment", .id = row.id.text()};
    if (row.coach_id)
        event.to.push_back(*row.coach_id);
    tx.after_commit([&context, event = std::move(event)] { context.events.publish(event); });
}

} // namespace

Result<http::Page<Commitment>> list(const Context& context, const access::Principal& who,
                                    const CommitmentQuery& query) {
    if (const auto allowed = access::require(who, {}, Object::commitment, Action::list); !allowed)
        return fail(allowed.error());
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    // What is open is read from the first that is due, what has ended from the last.
    const auto order =
        query.state == State::open ? store::Order::first_due_first : store::Order::last_due_first;
    const auto beginning = order == store::Order::first_due_first
                               ? std::tuple{beginning_of_time, CommitmentId{}}
                               : std::tuple{end_of_time, CommitmentId(largest_id)};
    const auto after = db::read_cursor(query.cursor, beginning);
    if (!after)
        return fail(after.error());
    return context.database.read([&](db::Transaction& tx) {
        auto rows = store::list(tx, who,
                                {.below = people::below_sql(who, "commitment.owner_id"),
                                 .mine = query.mine.value_or(false),
                                 .state = query.state,
                                 .debrief = std::nullopt,
                                 .order = order,
                                 .after = *after,
                                 .limit = *limit});
        http::Page<Commitment> page;
        page.next = db::cut_page(rows, *limit, [](const auto& row) {
            return std::tuple{row.due_on, row.id};
        });
        page.items = shown(tx, who, people::today(tx, who.org, context.now()), rows);
        return page;
    });
}

Result<Commitment> get(const Context& context, const access::Principal& who, CommitmentId id) {
    return context.database.read([&](db::Transaction& tx) -> Result<Commitment> {
        const auto row = readable(tx, who, id);
        if (!row)
            return fail(row.error());
        return shown(tx, context, who, id);
    });
}

Result<Commitment> add(const Context& context, const access::Principal& who, const CommitmentInput& input,
                       const BeforeCommit<Commitment>& before_commit) {
    if (const auto allowed = access::require(who, {}, Object::commitment, Action::create); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Commitment> {
        FieldChecks checks;
        check_act(checks, input.act);
        check_due(checks, input.due_on, people::today(tx, who.org, context.now()));
        NewCommitment made{
            .owner = who.person, .act = std::string(trimmed(input.act)), .due_on = input.due_on};
        if (input.debrief_id) {
            const auto debrief = store::find_shared_debrief(tx, who.org, *input.debrief_id);
            if (!debrief || debrief->author_id != who.person)
                checks.add("debrief_id", "not_found", "You have no shared debrief like this.");
            else
                made.lesson = debrief->lesson_id;
            made.debrief = input.debrief_id;
        }
        if (!checks.fine())
            return fail(checks.error());
        const auto id = insert(tx, who.org, context.now(), made);
        tell(context, tx, who.org, store::find(tx, who, id).value());
        auto added = shown(tx, context, who, id);
        if (before_commit)
            before_commit(tx, added);
        return added;
    });
}

Result<Commitment> change(const Context& context, const access::Principal& who, CommitmentId id,
                          std::int64_t version, const CommitmentChange& change) {
    return context.database.write([&](db::Transaction& tx) -> Result<Commitment> {
        const auto row = readable(tx, who, id);
        if (!row)
            return fail(row.error());
        if (const auto allowed =
                access::require(who, relations(tx, who, *row), Object::commitment, Action::write);
            !allowed)
            return fail(allowed.error());
        if (row->version != version)
            return fail(ErrorCode::precondition_failed,
                        "This commitment was changed in between. Look at it again before you change it.");
        const auto wanted = changed(*row, change, people::today(tx, who.org, context.now()));
        if (!wanted)
            return fail(wanted.error());
        store::update(tx, who.org, *wanted);
        tell(context, tx, who.org, *wanted);
        return shown(tx, context, who, id);
    });
}

std::vector<Commitment> of_debrief(db::Transaction& tx, const Context& context,
                                   const access::Principal& reader, DebriefId debrief) {
    // Who may open the debrief sees what came of it, also where they aren't above the owner any more.
    const auto rows = store::list(tx, reader,
                                  {.below = "1 = 1",
                                   .mine = false,
                                   .state = std::nullopt,
                                   .debrief = debrief,
                                   .order = store::Order::first_due_first,
                                   .after = {beginning_of_time, CommitmentId{}},
                                   .limit = 200});
    return shown(tx, reader, people::today(tx, reader.org, context.now()), rows);
}

std::vector<Commitment> due_for(db::Transaction& tx, const Context& context, const access::Principal& who,
                                int limit) {
    auto rows = store::list(tx, who,
                            {.below = "1 = 0",
                             .mine = true,
                             .state = State::open,
                             .debrief = std::nullopt,
                             .order = store::Order::first_due_first,
                             .after = {beginning_of_time, CommitmentId{}},
                             .limit = static_cast<std::size_t>(limit)});
    if (rows.size() > static_cast<std::size_t>(limit))
        rows.pop_back();
    return shown(tx, who, people::today(tx, who.org, context.now()), rows);
}

} // namespace buckstop::commitments
