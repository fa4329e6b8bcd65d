#include "features/failures/store.hpp"

#include "db/lists.hpp"

#include <map>

namespace buckstop::failures {
namespace {

// A failure with how its debrief stands, for showing it.
struct ShownRow {
    FailureId id;
    Kind kind = Kind::lost_deal;
    std::optional<DealId> deal_id;
    std::optional<PersonId> owner_id;
    Date occurred_on{};
    State state = State::waiting;
    std::optional<std::string> skip_reason;
    std::optional<DebriefId> debrief_id;
    std::optional<PersonId> coach_id;
    bool debrief_shared = false;
    bool in_audience = false; // of the debrief
};
BOOST_DESCRIBE_STRUCT(ShownRow, (),
                      (id, kind, deal_id, owner_id, occurred_on, state, skip_reason, debrief_id, coach_id,
                       debrief_shared, in_audience))

// What `reader` sees of it: that somebody else is writing is nobody's business.
FailureSummary shown_to(PersonId reader, const ShownRow& row) {
    FailureSummary summary;
    summary.id = row.id;
    summary.kind = row.kind;
    summary.occurred_on = row.occurred_on;
    summary.mine = row.owner_id == reader;
    summary.state = !summary.mine && row.state == State::drafting ? State::waiting : row.state;
    if (summary.mine || (row.debrief_shared && (row.coach_id == reader || row.in_audience)))
        summary.debrief_id = row.debrief_id;
    if (summary.mine && row.state == State::skipped)
        summary.skip_reason = row.skip_reason;
    return summary;
}

} // namespace

std::optional<Failure> find(db::Transaction& tx, OrgId org, FailureId id) {
    return tx.find<Failure>("select id, kind, deal_id, owner_id, occurred_on, state, skip_reason from failure"
                            " where org_id = $1 and id = $2",
                            org, id);
}

std::optional<Failure> find_by_deal(db::Transaction& tx, OrgId org, DealId deal, Kind kind) {
    return tx.find<Failure>("select id, kind, deal_id, owner_id, occurred_on, state, skip_reason from failure"
                            " where org_id = $1 and deal_id = $2 and kind = $3",
                            org, deal, kind);
}

std::vector<FailureSummary> summaries(db::Transaction& tx, OrgId org, PersonId reader,
                                      std::span<const FailureId> ids) {
    if (ids.empty())
        return {};
    const auto sql = db::in_lists(
        "select failure.id, failure.kind, failure.deal_id, failure.owner_id, failure.occurred_on, "
        "failure.state,"
        " failure.skip_reason, debrief.id as debrief_id, debrief.coach_id,"
        " coalesce(debrief.state = 'shared', false) as debrief_shared,"
        " coalesce(debrief.audience = 'organisation' or (debrief.audience = 'team' and author.team_id ="
        " (select team_id from person reader where reader.org_id = $1 and reader.id = $2)), false) as "
        "in_audience"
        " from failure"
        " left join debrief on debrief.org_id = failure.org_id and debrief.failure_id = failure.id"
        " left join person author on author.org_id = debrief.org_id and author.id = debrief.author_id"
        " where failure.org_id = $1 and failure.id in ($3*)");
    std::map<FailureId, std::pair<FailureSummary, std::optional<DealId>>> found;
    std::vector<DealId> deal_ids;
    tx.each<ShownRow>(
        sql,
        [&](const ShownRow& row) {
            found.emplace(row.id, std::pair{shown_to(reader, row), row.deal_id});
            if (row.deal_id)
                deal_ids.push_back(*row.deal_id);
        },
        org, reader, db::list_of(tx, ids));

    std::map<DealId, crm::DealSummary> deals;
    for (auto& deal : crm::summaries(tx, org, deal_ids))
        deals.emplace(deal.id, std::move(deal));

    std::vector<FailureSummary> result;
    for (const auto id : ids) {
        const auto place = found.find(id);
        if (place == found.end())
            continue;
        auto& [summary, deal_id] = place->second;
        if (deal_id)
            if (const auto deal = deals.find(*deal_id); deal != deals.end())
                summary.deal = deal->second;
        result.push_back(summary);
    }
    store::add_subjects(tx, org, result);
    return result;
}

std::string what_about(const FailureSummary& failure) {
    if (failure.deal)
        return failure.deal->name;
    if (failure.target)
        return "the target for " + failure.target->period;
    if (failure.churn)
        return failure.churn->company.name;
    if (failure.service_failure)
        return failure.service_failure->company.name;
    return "a failure";
}

void set_state(db::Transaction& tx, OrgId org, FailureId id, State state) {
    tx.execute("update failure set state = $3, skip_reason = null, version = version + 1"
               " where org_id = $1 and id = $2",
               org, id, state);
}

Waiting waiting_for(db::Transaction& tx, OrgId org, PersonId person, int limit) {
    const auto ids = tx.query<FailureId>("select id from failure where org_id = $1 and owner_id = $2"
                                         " and state = 'waiting' order by occurred_on desc, id desc limit $3",
                                         org, person, limit);
    return {.items = summaries(tx, org, person, ids),
            .all = tx.value<std::int64_t>("select count(*) from failure where org_id = $1 and owner_id = $2"
                                          " and state = 'waiting'",
                                          org, person)};
}

FailureId open(db::Transaction& tx, OrgId org, Instant at, Kind kind, DealId deal, PersonId owner,
               Date occurred_on) {
    store::insert(
        tx, org, at,
        {.kind = kind, .deal = deal, .owner = owner, .rule = std::nullopt, .occurred_on = occurred_on});
    return find_by_deal(tx, org, deal, kind).value().id;
}

namespace store {

std::vector<ListedRow> list(db::Transaction& tx, OrgId org, const ListFilter& filter) {
    std::string sql =
        "select failure.occurred_on, failure.id from failure"
        " left join debrief on debrief.org_id = failure.org_id and debrief.failure_id = failure.id"
        " where failure.org_id = $1 and (failure.occurred_on, failure.id) < ($3, $4)";
    if (filter.mine)
        sql += " and failure.owner_id = $2";
    else
        sql += " and (failure.owner_id = $2 or (debrief.coach_id = $2 and debrief.state = 'shared') or " +
               filter.below + ")";
    // What others are writing is listed as waiting.
    sql +=
        " and ($5 = '' or $5 = case when failure.owner_id <> $2 and failure.state = 'drafting' then 'waiting'"
        " else failure.state end)"
        " order by failure.occurred_on desc, failure.id desc limit $6";
    const auto& [on, id] = filter.after;
    return tx.query<ListedRow>(sql, org, filter.reader, on, id,
                               filter.state ? enum_name(*filter.state) : std::string_view(),
                               filter.limit + 1);
}

void skip(db::Transaction& tx, OrgId org, FailureId id, const std::string& reason) {
    tx.execute("update failure set state = 'skipped', skip_reason = $3, version = version + 1"
               " where org_id = $1 and id = $2",
               org, id, reason);
}

void unskip(db::Transaction& tx, OrgId org, FailureId id) {
    tx.execute("update failure set skip_reason = null, version = version + 1, state ="
               " case when exists (select 1 from debrief where debrief.org_id = failure.org_id"
               " and debrief.failure_id = failure.id) then 'drafting' else 'waiting' end"
               " where org_id = $1 and id = $2",
               org, id);
}

bool insert(db::Transaction& tx, OrgId org, Instant at, const NewFailure& failure) {
    return tx.execute("insert into failure (org_id, id, kind, deal_id, subject_id, after_id, owner_id,"
                      " rule_id, occurred_on, state, created_at, version)"
                      " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, 1)"
                      " on conflict do nothing",
                      org, tx.new_id<struct buckstop::Failure>(), failure.kind, failure.deal, failure.subject,
                      failure.after, failure.owner, failure.rule, failure.occurred_on, at) > 0;
}

} // namespace store
} // namespace buckstop::failures
