#include "access/policy.hpp"
#include "db/page.hpp"
#include "features/failures/store.hpp"
#include "features/paging.hpp"
#include "features/people/people.hpp"
#include "features/text_field.hpp"

namespace buckstop::failures {
namespace {

using access::Action;
using access::Object;

// One's own failure, for skipping it or taking that back. To anybody who may not, it isn't there.
Result<Failure> own(db::Transaction& tx, const access::Principal& who, FailureId id) {
    const auto failure = find(tx, who.org, id);
    const auto relations =
        failure ? people::relations(tx, who, failure->owner_id) : std::vector<access::Relation>();
    if (!failure ||
        access::decide(who.roles, relations, Object::failure, Action::read) == access::Decision::deny)
        return fail(ErrorCode::not_found, "There is no such failure.");
    if (const auto allowed = access::require(who, relations, Object::failure, Action::skip); !allowed)
        return fail(allowed.error());
    return *failure;
}

FailureSummary summary(db::Transaction& tx, const access::Principal& who, FailureId id) {
    const std::array ids{id};
    return summaries(tx, who.org, who.person, ids).at(0);
}

void tell(const Context& context, db::Transaction& tx, const access::Principal& who, FailureId id) {
    tx.after_commit([&context, event = http::Event{
                                   .org = who.org, .to = {who.person}, .topic = "failure", .id = id.text()}] {
        context.events.publish(event);
    });
}

} // namespace

Result<http::Page<FailureSummary>> list(const Context& context, const access::Principal& who,
                                        const FailureQuery& query) {
    if (const auto allowed = access::require(who, {}, Object::failure, Action::list); !allowed)
        return fail(allowed.error());
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    const auto after = db::read_cursor(query.cursor, std::tuple{end_of_time, FailureId(largest_id)});
    if (!after)
        return fail(after.error());
    return context.database.read([&](db::Transaction& tx) {
        auto rows = store::list(tx, who.org,
                                {.reader = who.person,
                                 .below = people::below_sql(who, "failure.owner_id"),
                                 .mine = query.mine.value_or(false),
                                 .state = query.state,
                                 .after = *after,
                                 .limit = *limit});
        auto next = db::cut_page(rows, *limit, [](const auto& row) {
            return std::tuple{row.occurred_on, row.id};
        });
        std::vector<FailureId> ids;
        for (const auto& row : rows)
            ids.push_back(row.id);
        return http::Page<FailureSummary>{summaries(tx, who.org, who.person, ids), std::move(next)};
    });
}

Result<FailureSummary> skip(const Context& context, const access::Principal& who, FailureId id,
                            const std::string& reason) {
    FieldChecks checks;
    checks.text(
        "reason", reason,
        {.most = 500, .required = true, .missing = "Say in a word why there is nothing to debrief here."});
    if (!checks.fine())
        return fail(checks.error());
    return context.database.write([&](db::Transaction& tx) -> Result<FailureSummary> {
        const auto failure = own(tx, who, id);
        if (!failure)
            return fail(failure.error());
        if (failure->state == State::shared)
            return fail(ErrorCode::conflict,
                        "This debrief is shared already; there is nothing left to skip.");
        store::skip(tx, who.org, id, std::string(trimmed(reason)));
        tell(context, tx, who, id);
        return summary(tx, who, id);
    });
}

Result<FailureSummary> unskip(const Context& context, const access::Principal& who, FailureId id) {
    return context.database.write([&](db::Transaction& tx) -> Result<FailureSummary> {
        const auto failure = own(tx, who, id);
        if (!failure)
            return fail(failure.error());
        if (failure->state == State::skipped) { // else it is done already
            store::unskip(tx, who.org, id);
            tell(context, tx, who, id);
        }
        return summary(tx, who, id);
    });
}

} // namespace buckstop::failures
