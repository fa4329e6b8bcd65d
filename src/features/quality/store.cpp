// The rows of findings and looks.
#include "features/quality/store.hpp"

#include "db/lists.hpp"

namespace buckstop::quality::store {
namespace {

constexpr std::string_view known_columns =
    "select finding.id, finding.kind, finding.subject_id, finding.other_id, finding.subject, finding.number"
    " from quality_finding finding where finding.org_id = $1";

const std::string row_columns =
    "select finding.id, finding.kind, finding.subject_id, finding.other_id, finding.subject, finding.number,"
    " finding.found_at, finding.is_set_aside, finding.set_aside_because, finding.set_aside_by,"
    " person.name as set_aside_by_name, finding.set_aside_at, finding.version from quality_finding finding"
    " left join person on person.org_id = finding.org_id and person.id = finding.set_aside_by"
    " where finding.org_id = $1";

std::vector<std::string> names_of(std::span<const Kind> kinds) {
    std::vector<std::string> names;
    for (const auto kind : kinds)
        names.emplace_back(enum_name(kind));
    return names;
}

} // namespace

std::vector<Known> known(db::Transaction& tx, OrgId org, std::span<const Kind> kinds) {
    return tx.query<Known>(db::in_lists(std::string(known_columns) + " and finding.kind in ($2*)"), org,
                           db::list_of(tx, names_of(kinds)));
}

std::vector<Known> known_of_deals(db::Transaction& tx, OrgId org, DealId after, DealId last) {
    return tx.query<Known>(db::in_lists(std::string(known_columns) + " and finding.subject_id > $2"
                                                                     " and finding.subject_id <= $3"
                                                                     " and finding.kind in ($4*)"),
                           org, after, last, db::list_of(tx, names_of(deal_kinds)));
}

std::map<Kind, std::int64_t> insert(db::Transaction& tx, OrgId org, Instant at, std::span<const Seen> seen) {
    std::map<Kind, std::int64_t> written;
    if (seen.empty())
        return written;
    auto id = tx.new_ids(static_cast<std::int64_t>(seen.size()));
    for (const auto& each : seen)
        written[each.kind] += tx.execute(
            "insert into quality_finding (org_id, id, kind, subject_id, other_id, subject, number, found_at,"
            " is_set_aside, version) values ($1, $2, $3, $4, $5, $6, $7, $8, false, 1)"
            " on conflict (org_id, kind, subject_id, other_id, subject) do nothing",
            org, FindingId(id++), each.kind, each.subject_id, each.other_id, each.subject, each.number, at);
    return written;
}

std::map<Kind, std::int64_t> remove(db::Transaction& tx, OrgId org, std::span<const Known> gone) {
    std::map<Kind, std::vector<FindingId>> ids;
    for (const auto& each : gone)
        ids[each.kind].push_back(each.id);
    std::map<Kind, std::int64_t> removed;
    for (const auto& [kind, of_kind] : ids)
        removed[kind] =
            tx.execute(db::in_lists("delete from quality_finding where org_id = $1 and id in ($2*)"), org,
                       db::list_of(tx, of_kind));
    return removed;
}

void update_number(db::Transaction& tx, OrgId org, FindingId id, std::optional<std::int64_t> number) {
    tx.execute("update quality_finding set number = $3 where org_id = $1 and id = $2", org, id, number);
}

std::vector<FindingRow> list(db::Transaction& tx, OrgId org, const ListFilter& filter) {
    const auto& [after_kind, after_id] = filter.after;
    std::vector<db::Param> params{db::to_param(org), db::to_param(filter.is_set_aside),
                                  filter.kind ? std::string(enum_name(*filter.kind)) : after_kind,
                                  db::to_param(after_id), static_cast<std::int64_t>(filter.limit + 1)};
    // In the order of quality_finding_list.
    std::string sql = row_columns + " and finding.is_set_aside = $2" +
                      (filter.kind ? " and finding.kind = $3 and finding.id > $4"
                                   : " and (finding.kind, finding.id) > ($3, $4)");
    if (filter.team) // ids are unique across tables
        sql +=
            " and (exists (select 1 from deal join person owner on owner.org_id = deal.org_id and owner.id ="
            " deal.owner_id where deal.org_id = finding.org_id and deal.id = finding.subject_id"
            " and owner.team_id = $6) or exists (select 1 from person member where member.org_id ="
            " finding.org_id and member.id = finding.subject_id and member.team_id = $6))";
    if (filter.team)
        params.push_back(db::to_param(*filter.team));
    std::vector<FindingRow> rows;
    std::vector<int> places;
    tx.run(sql + " order by finding.kind, finding.id limit $5", params, [&](const db::Row& row) {
        if (places.empty())
            places = db::columns_of<FindingRow>(row);
        rows.push_back(db::read_row<FindingRow>(row, places));
    });
    return rows;
}

std::optional<FindingRow> find(db::Transaction& tx, OrgId org, FindingId id) {
    return tx.find<FindingRow>(row_columns + " and finding.id = $2", org, id);
}

void set_aside(db::Transaction& tx, OrgId org, FindingId id, const std::string& because, PersonId by,
               Instant at) {
    tx.execute("update quality_finding set is_set_aside = true, set_aside_because = $3, set_aside_by = $4,"
               " set_aside_at = $5, version = version + 1 where org_id = $1 and id = $2",
               org, id, because, by ? std::optional(by) : std::nullopt, at);
}

void bring_back(db::Transaction& tx, OrgId org, FindingId id) {
    tx.execute("update quality_finding set is_set_aside = false, set_aside_because = null,"
               " set_aside_by = null, set_aside_at = null, version = version + 1"
               " where org_id = $1 and id = $2 and is_set_aside",
               org, id);
}

std::vector<CountRow> counts(db::Transaction& tx, OrgId org) {
    return tx.query<CountRow>("select kind, is_set_aside, count(*) as count from quality_finding"
                              " where org_id = $1 group by kind, is_set_aside",
                              org);
}

LookId begin_look(db::Transaction& tx, OrgId org, std::optional<ImportId> import, Instant at) {
    // What looks of more than a year ago found tells nobody anything.
    tx.execute("delete from quality_look where org_id = $1 and started_at < $2", org,
               at - std::chrono::days(366));
    const auto id = tx.new_id<struct Look>();
    tx.execute("insert into quality_look (org_id, id, import_id, started_at) values ($1, $2, $3, $4)", org,
               id, import, at);
    return id;
}

void note_changes(db::Transaction& tx, OrgId org, LookId look, const std::map<Kind, std::int64_t>& found,
                  const std::map<Kind, std::int64_t>& mended) {
    const auto note = [&](Kind kind, std::int64_t more_found, std::int64_t more_mended) {
        tx.execute(
            "insert into quality_change (org_id, look_id, kind, found, mended) values ($1, $2, $3, $4, $5)"
            " on conflict (org_id, look_id, kind) do update set found = quality_change.found +"
            " excluded.found, mended = quality_change.mended + excluded.mended",
            org, look, kind, more_found, more_mended);
    };
    for (const auto& [kind, count] : found)
        note(kind, count, 0);
    for (const auto& [kind, count] : mended)
        note(kind, 0, count);
}

void end_look(db::Transaction& tx, OrgId org, LookId look, Instant at) {
    tx.execute("update quality_look set finished_at = $3 where org_id = $1 and id = $2", org, look, at);
}

std::optional<Instant> looked_at(db::Transaction& tx, OrgId org) {
    return tx.value<std::optional<Instant>>("select max(finished_at) from quality_look where org_id = $1",
                                            org);
}

bool is_looking(db::Transaction& tx, OrgId org, Instant now) {
    return tx.value<bool>("select exists (select 1 from job where job.org_id = $1 and job.kind = $2"
                          " and job.state in ('waiting', 'running') and job.run_at <= $3)",
                          org, look_job, now);
}

std::optional<LookId> first_look_of_last_import(db::Transaction& tx, OrgId org) {
    // An import's look may have been killed and begun again.
    const auto first = tx.value<std::optional<LookId>>(
        "select min(look.id) from quality_look look where look.org_id = $1 and look.import_id ="
        " (select last.import_id from quality_look last where last.org_id = $1 and last.import_id is not null"
        " order by last.id desc limit 1)",
        org);
    if (!first || !tx.value<bool>("select exists (select 1 from quality_look where org_id = $1 and id < $2"
                                  " and finished_at is not null)",
                                  org, *first))
        return std::nullopt;
    return first;
}

std::vector<ChangeRow> changes_since(db::Transaction& tx, OrgId org, LookId first) {
    return tx.query<ChangeRow>(
        "select kind, cast(sum(found) as bigint) as found, cast(sum(mended) as bigint) as"
        " mended from quality_change where org_id = $1 and look_id >= $2 group by kind",
        org, first);
}

} // namespace buckstop::quality::store
