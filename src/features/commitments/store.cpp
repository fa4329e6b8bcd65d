#include "features/commitments/store.hpp"

namespace buckstop::commitments {

CommitmentId insert(db::Transaction& tx, OrgId org, Instant at, const NewCommitment& commitment) {
    const auto id = tx.new_id<struct buckstop::Commitment>();
    tx.execute(
        "insert into commitment (org_id, id, owner_id, debrief_id, lesson_id, act, due_on, original_due_on,"
        " state, done_on, created_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
        org, id, commitment.owner, commitment.debrief, commitment.lesson, commitment.act, commitment.due_on,
        commitment.due_on, commitment.state, commitment.done_on, at);
    return id;
}

namespace store {
namespace {

// $1 is the organisation, $2 the reader.
const std::string select =
    "select commitment.id, commitment.owner_id, owner.name as owner_name, commitment.act, commitment.due_on,"
    " commitment.original_due_on, commitment.state, commitment.dropped_because, commitment.done_on,"
    " commitment.debrief_id, case when debrief.state = 'shared' then debrief.coach_id end as coach_id,"
    " coalesce(debrief.state = 'shared' and (debrief.audience = 'organisation' or (debrief.audience = 'team'"
    " and author.team_id = (select team_id from person reader where reader.org_id = $1 and reader.id = "
    "$2))), false)"
    " as in_audience, commitment.lesson_id, commitment.version"
    " from commitment join person owner on owner.org_id = commitment.org_id and owner.id = "
    "commitment.owner_id"
    " left join debrief on debrief.org_id = commitment.org_id and debrief.id = commitment.debrief_id"
    " left join person author on author.org_id = debrief.org_id and author.id = debrief.author_id"
    " where commitment.org_id = $1";

} // namespace

std::vector<Row> list(db::Transaction& tx, const access::Principal& reader, const ListFilter& filter) {
    const bool up = filter.order == Order::first_due_first;
    std::string sql = select;
    if (filter.mine)
        sql += " and commitment.owner_id = $2";
    else
        sql += " and (commitment.owner_id = $2 or (debrief.coach_id = $2 and debrief.state = 'shared') or " +
               filter.below + ")";
    sql +=
        " and ($3 = '' or commitment.state = $3) and (cast($4 as bigint) = 0 or commitment.debrief_id = $4)"
        " and (commitment.due_on, commitment.id) " +
        std::string(up ? ">" : "<") + " ($5, $6) order by commitment.due_on " + (up ? "" : "desc") +
        ", commitment.id " + (up ? "" : "desc") + " limit $7";
    const auto& [due_on, id] = filter.after;
    return tx.query<Row>(sql, reader.org, reader.person,
                         filter.state ? enum_name(*filter.state) : std::string_view(),
                         filter.debrief.value_or(DebriefId{}), due_on, id, filter.limit + 1);
}

std::optional<Row> find(db::Transaction& tx, const access::Principal& reader, CommitmentId id) {
    return tx.find<Row>(select + " and commitment.id = $3", reader.org, reader.person, id);
}

std::optional<DebriefRow> find_shared_debrief(db::Transaction& tx, OrgId org, DebriefId id) {
    return tx.find<DebriefRow>("select author_id, lesson_id from debrief where org_id = $1 and id = $2"
                               " and state = 'shared'",
                               org, id);
}

void update(db::Transaction& tx, OrgId org, const Row& row) {
    tx.execute("update commitment set act = $3, due_on = $4, state = $5, dropped_because = $6, done_on = $7,"
               " version = version + 1 where org_id = $1 and id = $2",
               org, row.id, row.act, row.due_on, row.state, row.dropped_because, row.done_on);
}

} // namespace store
} // namespace buckstop::commitments
