// Beginning a debrief, looking at one, listing them.
#include "db/page.hpp"
#include "features/audit/audit.hpp"
#include "features/debriefs/shown.hpp"
#include "features/paging.hpp"
#include "features/people/people.hpp"

#include <algorithm>

namespace buckstop::debriefs {
namespace {

using access::Action;
using access::Decision;
using access::Object;

// Looks that somebody else may hear of leave a trace, and a coach's first look ends the waiting.
bool leaves_a_trace(const access::Principal& who, const Readable& found) {
    const bool first_of_coach =
        found.row.coach_id == who.person && !found.row.coach_saw_at && found.row.state == State::shared;
    return found.decision == Decision::allow_logged || first_of_coach;
}

// Writes the look down, and tells the author of this reader's first.
void write_down(const Context& context, db::Transaction& tx, const access::Principal& who,
                const store::Row& row) {
    const auto before = audit::looks(tx, who.org, "debrief.read", Object::debrief, row.id.value());
    const bool first =
        std::ranges::none_of(before, [&](const audit::Look& look) { return look.reader.id == who.person; });
    const auto reader = people::find_ref(tx, who.org, who.person);
    if (first && reader)
        identity::notify(context, tx, who.org, row.author_id, "shared_debrief_read",
                         reader->name + " read your debrief about " + what_about(tx, who.org, row) + ".");
    audit::record(tx, context.now(),
                  {.org = who.org,
                   .actor = who.person,
                   .action = "debrief.read",
                   .object = Object::debrief,
                   .object_id = row.id.value(),
                   .subject = row.author_id});
}

std::vector<DebriefSummary> at_most(db::Transaction& tx, const access::Principal& who,
                                    store::ListFilter filter) {
    filter.below = "1 = 0";
    filter.after = {Instant::max(), DebriefId(largest_id)};
    auto rows = store::list(tx, who, filter);
    if (rows.size() > filter.limit)
        rows.pop_back();
    return shown(tx, who, rows);
}

} // namespace

Result<Debrief> start(const Context& context, const access::Principal& who, FailureId failure_id) {
    return context.database.write([&](db::Transaction& tx) -> Result<Debrief> {
        const auto failure = failures::find(tx, who.org, failure_id);
        const auto relations =
            failure ? people::relations(tx, who, failure->owner_id) : std::vector<access::Relation>();
        if (!failure || access::decide(who.roles, relations, Object::failure, Action::read) == Decision::deny)
            return fail(ErrorCode::not_found, "There is no such failure.");
        if (const auto allowed = access::require(who, relations, Object::debrief, Action::create); !allowed)
            return fail(allowed.error());
        auto id = store::find_by_failure(tx, who.org, failure_id);
        if (!id)
            id = store::insert(tx, who.org, context.now(),
                               {.failure = failure_id,
                                .author = who.person,
                                .coach = people::default_coach(tx, who.org, who.person)});
        const auto row = store::find(tx, who.org, *id).value();
        if (row.state == State::drafting && failure->state != failures::State::drafting) {
            failures::set_state(tx, who.org, failure_id, failures::State::drafting);
            announce(context, tx, who.org, row, "failure", failure_id.text());
        }
        return shown(tx, context, who, row);
    });
}

Result<Debrief> read(const Context& context, const access::Principal& who, DebriefId id) {
    bool traced = false;
    auto seen = context.database.read([&](db::Transaction& tx) -> Result<Debrief> {
        const auto found = readable(tx, who, id);
        if (!found)
            return fail(found.error());
        traced = leaves_a_trace(who, *found);
        return traced ? Debrief{} : shown(tx, context, who, found->row);
    });
    if (!seen || !traced)
        return seen;
    // Everything is looked at again: between the two somebody may have changed the audience.
    return context.database.write([&](db::Transaction& tx) -> Result<Debrief> {
        const auto found = readable(tx, who, id);
        if (!found)
            return fail(found.error());
        if (found->row.coach_id == who.person)
            store::coach_saw(tx, who.org, id, context.now());
        auto debrief = shown(tx, context, who, found->row);
        if (found->decision == Decision::allow_logged) {
            write_down(context, tx, who, found->row);
            announce(context, tx, who.org, found->row, "debrief", id.text());
        }
        return debrief;
    });
}

Result<http::Page<DebriefSummary>> list(const Context& context, const access::Principal& who,
                                        const DebriefQuery& query) {
    if (const auto allowed = access::require(who, {}, Object::debrief, Action::list); !allowed)
        return fail(allowed.error());
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    const auto after = db::read_cursor(query.cursor, std::tuple{Instant::max(), DebriefId(largest_id)});
    if (!after)
        return fail(after.error());
    return context.database.read([&](db::Transaction& tx) {
        auto rows = store::list(tx, who,
                                {.below = people::below_sql(who, "debrief.author_id"),
                                 .mine = query.mine.value_or(false),
                                 .waiting_for_me = query.waiting_for_me.value_or(false),
                                 .state = query.state,
                                 .after = *after,
                                 .limit = *limit});
        http::Page<DebriefSummary> page;
        page.next = db::cut_page(rows, *limit, [](const auto& row) {
            return std::tuple{row.latest, row.id};
        });
        page.items = shown(tx, who, rows);
        return page;
    });
}

std::vector<DebriefSummary> drafts_of(db::Transaction& tx, const access::Principal& who, int limit) {
    return at_most(tx, who,
                   {.below = {},
                    .mine = true,
                    .waiting_for_me = false,
                    .state = State::drafting,
                    .after = {},
                    .limit = static_cast<std::size_t>(limit)});
}

std::vector<DebriefSummary> waiting_for_coach(db::Transaction& tx, const access::Principal& who, int limit) {
    return at_most(tx, who,
                   {.below = {},
                    .mine = false,
                    .waiting_for_me = true,
                    .state = std::nullopt,
                    .after = {},
                    .limit = static_cast<std::size_t>(limit)});
}

} // namespace buckstop::debriefs
