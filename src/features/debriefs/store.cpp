#include "features/debriefs/store.hpp"

namespace buckstop::debriefs::store {
namespace {

const std::string columns =
    "debrief.id, debrief.failure_id, failure.deal_id, debrief.author_id, author.name as author_name,"
    " debrief.coach_id, coach.name as coach_name, debrief.state, debrief.audience, debrief.reason, "
    "debrief.my_part,"
    " debrief.outside, debrief.needed, debrief.serves, debrief.lesson_id,"
    " coalesce(lesson.debrief_id = debrief.id, false) as own_lesson, debrief.started_at, debrief.shared_at,"
    " debrief.coach_saw_at, debrief.version";
const std::string tables =
    " from debrief join failure on failure.org_id = debrief.org_id and failure.id = debrief.failure_id"
    " join person author on author.org_id = debrief.org_id and author.id = debrief.author_id"
    " left join person coach on coach.org_id = debrief.org_id and coach.id = debrief.coach_id"
    " left join lesson on lesson.org_id = debrief.org_id and lesson.id = debrief.lesson_id"
    " where debrief.org_id = $1";

// Who reads a list; what they are shown of a row is decided again in the service.
std::string of_reader(const ListFilter& filter) {
    if (filter.waiting_for_me)
        return " and debrief.coach_id = $2 and debrief.state = 'shared' and debrief.coach_saw_at is null";
    if (filter.mine)
        return " and debrief.author_id = $2";
    return " and (debrief.author_id = $2 or (debrief.state = 'shared' and (debrief.coach_id = $2 or"
           " ((debrief.audience = 'organisation' or (debrief.audience = 'team' and author.team_id ="
           " (select team_id from person reader where reader.org_id = $1 and reader.id = $2))) and " +
           filter.below + "))))";
}

} // namespace

std::optional<Row> find(db::Transaction& tx, OrgId org, DebriefId id) {
    return tx.find<Row>("select " + columns + tables + " and debrief.id = $2", org, id);
}

std::optional<DebriefId> find_by_failure(db::Transaction& tx, OrgId org, FailureId failure) {
    return tx.find<DebriefId>("select id from debrief where org_id = $1 and failure_id = $2", org, failure);
}

std::vector<ListedRow> list(db::Transaction& tx, const access::Principal& reader, const ListFilter& filter) {
    const auto& [at, id] = filter.after;
    return tx.query<ListedRow>(
        "select " + columns + ", coalesce(debrief.shared_at, debrief.started_at) as latest" + tables +
            of_reader(filter) +
            " and ($3 = '' or debrief.state = $3)"
            " and (coalesce(debrief.shared_at, debrief.started_at), debrief.id) < ($4, $5)"
            " order by coalesce(debrief.shared_at, debrief.started_at) desc, debrief.id desc limit $6",
        reader.org, reader.person, filter.state ? enum_name(*filter.state) : std::string_view(), at, id,
        filter.limit + 1);
}

DebriefId insert(db::Transaction& tx, OrgId org, Instant at, const NewDebrief& debrief) {
    const auto id = tx.new_id<struct buckstop::Debrief>();
    tx.execute("insert into debrief (org_id, id, failure_id, author_id, coach_id, state, audience, "
               "started_at, version)"
               " values ($1, $2, $3, $4, $5, 'drafting', 'coach', $6, 1)",
               org, id, debrief.failure, debrief.author, debrief.coach, at);
    return id;
}

void share(db::Transaction& tx, OrgId org, DebriefId id, Instant at, const Shared& shared) {
    tx.execute(
        "update debrief set state = 'shared', shared_at = $3, audience = $4, reason = $5, my_part = $6,"
        " outside = $7, needed = $8, serves = $9, lesson_id = $10, coach_id = $11, coach_saw_at = $12,"
        " version = version + 1 where org_id = $1 and id = $2",
        org, id, at, shared.audience, shared.reason, shared.my_part, shared.outside, shared.needed,
        shared.serves, shared.lesson, shared.coach, shared.coach_saw_at);
}

void update_text(db::Transaction& tx, OrgId org, const Row& row) {
    tx.execute("update debrief set my_part = $3, outside = $4, needed = $5, serves = $6, audience = $7,"
               " version = version + 1 where org_id = $1 and id = $2",
               org, row.id, row.my_part, row.outside, row.needed, row.serves, row.audience);
}

void coach_saw(db::Transaction& tx, OrgId org, DebriefId id, Instant at) {
    tx.execute("update debrief set coach_saw_at = $3 where org_id = $1 and id = $2 and coach_saw_at is null",
               org, id, at);
}

std::optional<SealedDraft> find_draft(db::Transaction& tx, OrgId org, DebriefId debrief, PersonId author) {
    return tx.find<SealedDraft>("select draft_key_id, sealed, revision, updated_at from draft"
                                " where org_id = $1 and debrief_id = $2 and author_id = $3",
                                org, debrief, author);
}

void put_draft(db::Transaction& tx, OrgId org, DebriefId debrief, PersonId author, const SealedDraft& draft) {
    tx.execute(
        "insert into draft (org_id, debrief_id, author_id, draft_key_id, sealed, revision, updated_at)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (org_id, debrief_id, author_id) do update set"
        " draft_key_id = excluded.draft_key_id, sealed = excluded.sealed, revision = excluded.revision,"
        " updated_at = excluded.updated_at",
        org, debrief, author, draft.draft_key_id, draft.sealed, draft.revision, draft.updated_at);
}

void remove_draft(db::Transaction& tx, OrgId org, DebriefId debrief, PersonId author) {
    tx.execute("delete from draft where org_id = $1 and debrief_id = $2 and author_id = $3", org, debrief,
               author);
}

std::vector<DebriefId> drafts_under(db::Transaction& tx, OrgId org, PersonId author, access::DraftKeyId key) {
    return tx.query<DebriefId>("select debrief_id from draft where org_id = $1 and author_id = $2"
                               " and draft_key_id = $3",
                               org, author, key);
}

} // namespace buckstop::debriefs::store
