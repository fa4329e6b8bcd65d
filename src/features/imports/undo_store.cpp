#include "features/imports/undo_store.hpp"

#include "db/lists.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace buckstop::imports::store {
namespace {

using db::in_lists;
using db::list_of;

struct Bounds {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = 0;
    void include(std::int64_t id) {
        first = std::min(first, id);
        last = std::max(last, id);
    }
};

Bounds bounds_of(const JournalPart& part) {
    Bounds bounds;
    for (const auto* ids : {&part.made, &part.same, &part.gone})
        for (const auto id : *ids)
            bounds.include(id);
    for (const auto& entry : part.entries)
        bounds.include(entry.id);
    for (const auto& mark : part.read)
        bounds.include(mark.id);
    return bounds;
}

void insert(db::Transaction& tx, OrgId org, std::int64_t sequence, ImportId import, int position, Kind kind,
            const JournalPart& part) {
    const auto bounds = bounds_of(part);
    tx.execute("insert into import_journal (org_id, sequence, import_id, position, kind, first_id, last_id,"
               " entries) values ($1, $2, $3, $4, $5, $6, $7, $8)",
               org, sequence, import, position, kind, bounds.first, bounds.last, encode(part));
}

constexpr std::string_view part_columns = "select sequence, import_id, position, kind, first_id, last_id, "
                                          "entries from import_journal where org_id = $1";

std::string_view table_of(Kind kind) {
    return enum_name(kind); // a table is called like what is in it
}

} // namespace

// ---- The journal ------------------------------------------------------------------------------------------

void write_journal(db::Transaction& tx, OrgId org, ImportId import, int position, const Journal& journal) {
    auto sequence = tx.value<std::int64_t>(
        "select coalesce(max(sequence), 0) from import_journal where org_id = $1", org);
    for (const auto& [kind, part] : journal)
        if (!part.empty())
            insert(tx, org, ++sequence, import, position, kind, part);
}

std::optional<StoredPart> next_part(db::Transaction& tx, OrgId org, ImportId import) {
    return tx.find<StoredPart>(
        std::string(part_columns) +
            " and import_id = $2 order by case kind when 'company' then 3"
            " when 'product' then 2 when 'person' then 1 else 0 end, position = -1, sequence desc limit 1",
        org, import);
}

std::vector<StoredPart> later_parts(db::Transaction& tx, OrgId org, const StoredPart& than) {
    return tx.query<StoredPart>(std::string(part_columns) +
                                    " and kind = $2 and sequence > $3 and first_id <= $5 and last_id >= $4"
                                    " order by sequence",
                                org, than.kind, than.sequence, than.first_id, than.last_id);
}

std::vector<StoredPart> parts_behind(db::Transaction& tx, OrgId org, std::int64_t sequence,
                                     const std::vector<Kind>& kinds) {
    return tx.query<StoredPart>(
        in_lists(std::string(part_columns) + " and sequence > $2 and kind in ($3*) order by sequence"), org,
        sequence, list_of(tx, kinds));
}

std::vector<StoredPart> parts_of(db::Transaction& tx, OrgId org, ImportId import, Kind kind) {
    return tx.query<StoredPart>(
        std::string(part_columns) + " and import_id = $2 and kind = $3 order by sequence", org, import, kind);
}

void rewrite_part(db::Transaction& tx, OrgId org, std::int64_t sequence, const JournalPart& part) {
    if (part.empty()) {
        tx.execute("delete from import_journal where org_id = $1 and sequence = $2", org, sequence);
        return;
    }
    const auto bounds = bounds_of(part);
    tx.execute("update import_journal set first_id = $3, last_id = $4, entries = $5"
               " where org_id = $1 and sequence = $2",
               org, sequence, bounds.first, bounds.last, encode(part));
}

// ---- Imports ----------------------------------------------------------------------------------------------

bool can_be_undone(db::Transaction& tx, OrgId org, const ImportRow& import) {
    const bool ended = import.state == State::done || import.state == State::cancelled ||
                       import.state == State::failed || import.state == State::undoing;
    return ended && !is_undo_forgotten(tx, org, import.id) && next_part(tx, org, import.id).has_value();
}

bool is_undoing(db::Transaction& tx, OrgId org) {
    return tx.find<std::int64_t>("select 1 from import where org_id = $1 and state = 'undoing' limit 1", org)
        .has_value();
}

bool is_running(db::Transaction& tx, OrgId org) {
    return tx.find<std::int64_t>("select 1 from import where org_id = $1 and state = 'running' limit 1", org)
        .has_value();
}

void note_undone(db::Transaction& tx, OrgId org, ImportId id, const std::string& undone) {
    tx.execute("update import set undone = $3 where org_id = $1 and id = $2", org, id, undone);
}

void end_undo(db::Transaction& tx, OrgId org, ImportId id, Instant at) {
    tx.execute("delete from import_snapshot where org_id = $1 and import_id = $2", org, id);
    for (const auto kind :
         {Kind::company, Kind::product, Kind::deal, Kind::target, Kind::churn, Kind::service_failure})
        tx.execute(fmt::format("update {} set import_id = null where org_id = $1 and import_id = $2",
                               table_of(kind)),
                   org, id);
    tx.execute("update import set state = 'undone', finished_at = $3, version = version + 1"
               " where org_id = $1 and id = $2",
               org, id, at);
}

std::vector<Snapshot> snapshots_before(db::Transaction& tx, OrgId org, const std::string& source, Date as_of,
                                       ImportId than, ImportId without) {
    return tx.query<Snapshot>(
        "select as_of, max(next_id) as next_id from import_snapshot where org_id = $1 and source = $2"
        " and as_of > $3 and import_id < $4 and import_id <> $5 group by as_of order by as_of",
        org, source, as_of, than, without);
}

std::optional<Date> people_known_before(db::Transaction& tx, OrgId org, ImportId than, ImportId without) {
    return tx.value<std::optional<Date>>("select max(as_of) from import where org_id = $1 and state = 'done'"
                                         " and counts like '%\"person\"%' and id < $2 and id <> $3",
                                         org, than, without);
}

bool noted_snapshot(db::Transaction& tx, OrgId org, const std::string& source, ImportId import) {
    return tx
        .find<std::int64_t>("select 1 from import_snapshot where org_id = $1 and source = $2"
                            " and import_id = $3 limit 1",
                            org, source, import)
        .has_value();
}

// ---- Rows -------------------------------------------------------------------------------------------------

std::vector<StoredProduct> load_products(db::Transaction& tx, OrgId org, const Ids& ids) {
    return tx.query<StoredProduct>(
        in_lists("select id, name, name_key, family, list_price_minor, currency, as_of, content_hash"
                 " from product where org_id = $1 and id in ($2*)"),
        org, list_of(tx, ids));
}

template <class Row>
std::vector<Row> load_rows(db::Transaction& tx, OrgId org, const Ids& ids) {
    std::string columns;
    boost::mp11::mp_for_each<Members<Row>>(
        [&](auto member) { columns += (columns.empty() ? "" : ", ") + std::string(member.name); });
    return tx.query<Row>(
        in_lists(fmt::format("select {} from {} where org_id = $1 and id in ($2*)", columns, Row::table)),
        org, list_of(tx, ids));
}
template std::vector<StoredActivity> load_rows(db::Transaction&, OrgId, const Ids&);
template std::vector<StoredStageChange> load_rows(db::Transaction&, OrgId, const Ids&);
template std::vector<StoredTarget> load_rows(db::Transaction&, OrgId, const Ids&);
template std::vector<StoredChurn> load_rows(db::Transaction&, OrgId, const Ids&);
template std::vector<StoredServiceFailure> load_rows(db::Transaction&, OrgId, const Ids&);
template std::vector<StoredCompetitor> load_rows(db::Transaction&, OrgId, const Ids&);
template std::vector<StoredStage> load_rows(db::Transaction&, OrgId, const Ids&);

std::vector<NamedRow> deals_worked_on(db::Transaction& tx, OrgId org, const Ids& deals) {
    return tx.query<NamedRow>(
        in_lists("select id, name from deal where org_id = $1 and id in ($2*) and (exists"
                 " (select 1 from failure join debrief on debrief.org_id = failure.org_id"
                 " and debrief.failure_id = failure.id where failure.org_id = deal.org_id"
                 " and failure.deal_id = deal.id) or exists (select 1 from lesson"
                 " where lesson.org_id = deal.org_id and lesson.deal_id = deal.id)) order by id"),
        org, list_of(tx, deals));
}

namespace {

// The kind of failures that are about such rows, and what a row is called; empty: there are none.
struct Subject {
    std::string_view failure_kind, name;
};
Subject subject_of(Kind kind) {
    switch (kind) {
    case Kind::target:
        return {"missed_target", "period"};
    case Kind::churn:
        return {"churned_customer", "(select name from company where company.org_id = churn.org_id"
                                    " and company.id = churn.company_id)"};
    case Kind::service_failure:
        return {"service_failure", "what"};
    default:
        return {};
    }
}

} // namespace

bool failures_can_be_about(Kind kind) {
    return !subject_of(kind).name.empty();
}

std::vector<NamedRow> worked_on(db::Transaction& tx, OrgId org, Kind kind, const Ids& ids) {
    const auto subject = subject_of(kind);
    if (!failures_can_be_about(kind))
        return {};
    return tx.query<NamedRow>(
        in_lists(fmt::format("select id, {1} as name from {0} where org_id = $1 and id in ($2*) and exists"
                             " (select 1 from failure join debrief on debrief.org_id = failure.org_id"
                             " and debrief.failure_id = failure.id where failure.org_id = {0}.org_id"
                             " and failure.subject_id = {0}.id and failure.kind = $3) order by id",
                             table_of(kind), subject.name)),
        org, list_of(tx, ids), subject.failure_kind);
}

void remove_failures_about(db::Transaction& tx, OrgId org, Kind kind, const Ids& ids) {
    if (const auto subject = subject_of(kind); !subject.name.empty())
        tx.execute(in_lists("delete from failure where org_id = $1 and subject_id in ($2*) and kind = $3"),
                   org, list_of(tx, ids), subject.failure_kind);
}

void move_failures(db::Transaction& tx, OrgId org, Kind kind, std::int64_t from, const RowKey& to) {
    if (const auto subject = subject_of(kind); !subject.name.empty())
        tx.execute(
            fmt::format("update failure set subject_id = (select id from {0} where {0}.org_id = $1"
                        " and {0}.source = $4 and {0}.external_key = $5)"
                        " where org_id = $1 and subject_id = $2 and kind = $3 and exists (select 1"
                        " from {0} where {0}.org_id = $1 and {0}.source = $4 and {0}.external_key = $5)",
                        table_of(kind)),
            org, from, subject.failure_kind, to.source, to.external_key);
}

std::vector<DealId> existing_deals(db::Transaction& tx, OrgId org, const std::vector<DealId>& deals) {
    return tx.query<DealId>(in_lists("select id from deal where org_id = $1 and id in ($2*)"), org,
                            list_of(tx, deals));
}

void remove_deals(db::Transaction& tx, OrgId org, const Ids& deals) {
    const auto list = list_of(tx, deals);
    tx.execute(in_lists("delete from deal_version where org_id = $1 and deal_id in ($2*)"), org, list);
    tx.execute(
        in_lists("delete from stage_change where org_id = $1 and deal_id in ($2*) and source = 'observed'"),
        org, list);
    for (const auto kind : {Kind::activity, Kind::stage_change, Kind::competitor})
        tx.execute(in_lists(fmt::format("update {0} set deal_id = null, waits_for_deal ="
                                        " case when {0}.source = deal.source then deal.external_key"
                                        " else 'name:' || deal.name end from deal"
                                        " where {0}.org_id = $1 and {0}.deal_id in ($2*)"
                                        " and deal.org_id = {0}.org_id and deal.id = {0}.deal_id",
                                        table_of(kind))),
                   org, list);
    tx.execute(in_lists("delete from deal where org_id = $1 and id in ($2*)"), org, list);
}

void remove_rows(db::Transaction& tx, OrgId org, Kind kind, const Ids& ids) {
    tx.execute(in_lists(fmt::format("delete from {} where org_id = $1 and id in ($2*)", table_of(kind))), org,
               list_of(tx, ids));
}

void set_gone(db::Transaction& tx, OrgId org, const Ids& deals, std::optional<Date> from,
              std::optional<Date> to) {
    constexpr std::size_t at_once = 10'000;
    for (std::span<const std::int64_t> rest = deals; !rest.empty();) {
        const auto some = rest.first(std::min(at_once, rest.size()));
        tx.execute(
            in_lists("update deal set gone_on = $3, version = version + 1 where org_id = $1 and id in ($2*)"
                     " and gone_on is not distinct from $4"),
            org, list_of(tx, some), to, from);
        rest = rest.subspan(some.size());
    }
}

void set_read_on(db::Transaction& tx, OrgId org, std::int64_t deal, Date from, std::optional<Date> to) {
    tx.execute("update deal set read_on = $4 where org_id = $1 and id = $2 and read_on = $3", org, deal, from,
               to);
}

std::vector<Referred> referred_to(db::Transaction& tx, OrgId org, Kind kind, const Ids& ids,
                                  ImportId without) {
    struct Column {
        std::string_view table, name, import = "import_id";
    };
    constexpr std::string_view no_import = "cast(null as bigint)";
    std::vector<Column> columns{{"deal", "owner_id"},
                                {"activity", "person_id"},
                                {"target", "person_id"},
                                {"churn", "owner_id"},
                                {"service_failure", "owner_id"}};
    if (kind == Kind::company)
        columns = {{"deal", "company_id"},
                   {"activity", "company_id"},
                   {"churn", "company_id"},
                   {"service_failure", "company_id"},
                   {"lesson", "company_id", no_import}};
    else if (kind == Kind::product)
        columns = {{"deal", "product_id"}, {"lesson", "product_id", no_import}};
    std::string all;
    for (const auto& column : columns)
        all += fmt::format("{}select {} as id, {} as import_id from {} where org_id = $1 and {} in ($2*)",
                           all.empty() ? "" : " union all ", column.name, column.import, column.table,
                           column.name);
    return tx.query<Referred>(
        in_lists(fmt::format("select id, min(case when import_id <> $3 then import_id end) as import"
                             " from ({}) as referring group by id order by id",
                             all)),
        org, list_of(tx, ids), without);
}

void make_bare(db::Transaction& tx, OrgId org, Kind kind, const Referred& row) {
    const std::string_view facts = kind == Kind::company
                                       ? "industry = null, country = null, region = null, segment = null,"
                                         " employees = null, parent_name = null"
                                       : "family = null, list_price_minor = null, currency = null";
    tx.execute(
        fmt::format("update {0} set {1}, content_hash = 0, version = version + 1,"
                    " as_of = coalesce((select as_of from import where org_id = $1 and id = $3), as_of)"
                    " where org_id = $1 and id = $2",
                    table_of(kind), facts),
        org, row.id, row.import);
}

} // namespace buckstop::imports::store
