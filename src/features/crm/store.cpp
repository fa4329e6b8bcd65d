#include "features/crm/store.hpp"

#include "db/lists.hpp"
#include "features/crm/timeline.hpp"

#include <fmt/format.h>
#include <map>

namespace buckstop::crm {

std::string stage_sql(std::string_view column) {
    return fmt::format("coalesce({0} {1} and (stage.pipeline_key = deal.pipeline or stage.pipeline ="
                       " deal.pipeline) order by stage.id limit 1), {0} {1} order by stage.id limit 1), {1})",
                       "(select stage.label from stage where stage.org_id = deal.org_id and stage.source ="
                       " deal.source and stage.stage_key =",
                       column);
}

namespace {

// A deal as one row; value_currency is that of the amount, or of the list price.
struct SummaryRow {
    DealId id;
    std::string name;
    std::optional<CompanyId> company_id;
    std::optional<std::string> company_name;
    std::optional<PersonId> owner_id;
    std::optional<std::string> owner_name;
    std::optional<ProductId> product_id;
    std::optional<std::string> product_name;
    std::string stage;
    Outcome outcome = Outcome::open;
    std::optional<std::int64_t> value_minor;
    std::string value_currency;
    std::optional<Date> created_on, expected_close_on, closed_on;
};
BOOST_DESCRIBE_STRUCT(SummaryRow, (),
                      (id, name, company_id, company_name, owner_id, owner_name, product_id, product_name,
                       stage, outcome, value_minor, value_currency, created_on, expected_close_on, closed_on))

struct DealRow : SummaryRow {
    std::optional<std::string> pipeline, kind, lead_source, competitor, segment, region;
    std::optional<double> probability;
    std::optional<std::string> forecast_category, next_step, stated_reason;
    int pushes = 0;
    std::optional<Date> stage_since, last_activity_on;
    std::optional<std::string> facts;
    std::optional<Date> gone_on;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(DealRow, (SummaryRow),
                      (pipeline, kind, lead_source, competitor, segment, region, probability,
                       forecast_category, next_step, stated_reason, pushes, stage_since, last_activity_on,
                       facts, gone_on, version))

struct StatusRow {
    std::int64_t open = 0, won = 0, lost = 0, people = 0, teams = 0, companies = 0, activities = 0,
                 stage_changes = 0, failures = 0, debriefs = 0, lessons = 0, commitments = 0;
};
BOOST_DESCRIBE_STRUCT(StatusRow, (),
                      (open, won, lost, people, teams, companies, activities, stage_changes, failures,
                       debriefs, lessons, commitments))

const std::string summary_columns =
    "deal.id, deal.name, company.id as company_id, company.name as company_name, person.id as owner_id,"
    " person.name as owner_name, product.id as product_id, product.name as product_name, " +
    stage_sql() + " as stage, deal.outcome, " + std::string(value_sql) +
    " as value_minor, case when deal.amount_minor is null and coalesce(deal.amount_at_close_minor, 0) = 0"
    " then coalesce(product.currency, deal.currency) else deal.currency end as value_currency,"
    " deal.created_on, deal.expected_close_on, deal.closed_on";

constexpr std::string_view joined =
    " from deal"
    " left join company on company.org_id = deal.org_id and company.id = deal.company_id"
    " left join person on person.org_id = deal.org_id and person.id = deal.owner_id"
    " left join product on product.org_id = deal.org_id and product.id = deal.product_id"
    " where deal.org_id = $1";

DealSummary summary_of(SummaryRow row) {
    DealSummary deal;
    deal.id = row.id;
    deal.name = std::move(row.name);
    if (row.company_id)
        deal.company = CompanyRef{*row.company_id, row.company_name.value_or("")};
    if (row.owner_id)
        deal.owner = PersonRef{*row.owner_id, row.owner_name.value_or("")};
    if (row.product_id)
        deal.product = ProductRef{*row.product_id, row.product_name.value_or("")};
    deal.stage = std::move(row.stage);
    deal.outcome = row.outcome;
    if (row.value_minor)
        deal.value = Money{*row.value_minor, std::move(row.value_currency)};
    deal.created_on = row.created_on;
    deal.expected_close_on = row.expected_close_on;
    deal.closed_on = row.closed_on;
    return deal;
}

// "%50\% off%": q anywhere in the text.
std::string anywhere(std::string_view q) {
    std::string pattern = "%";
    for (const char c : q) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

std::string lower_ascii(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// The conditions of a filter, their parameters numbered behind those that are there.
std::string conditions(const store::DealFilter& filter, std::vector<db::Param>& params) {
    const auto add = [&](db::Param param) {
        params.push_back(std::move(param));
        return params.size();
    };
    std::string sql = " and deal.gone_on is null and " + filter.visible;
    if (filter.owner)
        sql += fmt::format(" and deal.owner_id = ${}", add(filter.owner->value()));
    if (filter.stage)
        sql += fmt::format(" and (deal.stage = ${0} or (deal.source, deal.stage) in (select stage.source,"
                           " stage.stage_key from stage where stage.org_id = $1 and stage.label = ${0}))",
                           add(std::string(*filter.stage)));
    if (filter.q) {
        // As typed too: SQLite's lower() knows only English letters.
        sql += fmt::format(" and (lower(deal.name) like ${} escape '\\' or deal.name like ${} escape '\\'",
                           add(anywhere(lower_ascii(*filter.q))), add(anywhere(*filter.q)));
        if (const auto folded = name_key(*filter.q); !folded.empty())
            sql +=
                fmt::format(" or deal.company_id in (select company.id from company where company.org_id = $1"
                            " and company.name_key like ${})",
                            add(anywhere(folded)));
        sql += ")";
    }
    return sql;
}

template <class Placed>
std::vector<Placed> run_list(db::Transaction& tx, const std::string& sql, std::span<const db::Param> params) {
    std::vector<Placed> rows;
    std::vector<int> places;
    tx.run(sql, params, [&](const db::Row& row) {
        if (places.empty())
            places = db::columns_of<Placed>(row);
        rows.push_back(db::read_row<Placed>(row, places));
    });
    return rows;
}

std::string outcome_list(const std::vector<Outcome>& outcomes) {
    std::string list;
    for (const auto outcome : outcomes)
        list += fmt::format("{}'{}'", list.empty() ? "" : ", ", enum_name(outcome));
    return list;
}

} // namespace

std::vector<DealSummary> summaries(db::Transaction& tx, OrgId org, std::span<const DealId> ids) {
    if (ids.empty())
        return {};
    std::map<DealId, DealSummary> found;
    tx.each<SummaryRow>(
        db::in_lists(fmt::format("select {}{} and deal.id in ($2*)", summary_columns, joined)),
        [&](SummaryRow row) {
            auto deal = summary_of(std::move(row));
            found.emplace(deal.id, std::move(deal));
        },
        org, db::list_of(tx, ids));
    std::vector<DealSummary> result;
    for (const auto id : ids)
        if (const auto place = found.find(id); place != found.end())
            result.push_back(place->second);
    return result;
}

std::optional<Deal> find_deal(db::Transaction& tx, OrgId org, DealId id) {
    const auto row = tx.find<DealRow>(
        fmt::format(
            "select {}, {} as pipeline, deal.kind, deal.lead_source, {} as competitor, deal.segment,"
            " deal.region, deal.probability, deal.forecast_category, deal.next_step, deal.stated_reason,"
            " deal.pushes, deal.stage_since, deal.last_activity_on, deal.facts, deal.gone_on, deal.version{}"
            " and deal.id = $2",
            summary_columns, pipeline_sql, competitor_sql, joined),
        org, id);
    if (!row)
        return std::nullopt;
    Deal deal;
    static_cast<DealSummary&>(deal) = summary_of(static_cast<const SummaryRow&>(*row));
    // The members that both have, by name.
    for_each_member(deal, [&](std::string_view name, auto& member) {
        for_each_member(*row, [&](std::string_view column, const auto& value) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>,
                                         std::remove_cvref_t<decltype(value)>>)
                if (name == column)
                    member = value;
        });
    });
    if (row->facts)
        deal.facts = read_facts(*row->facts);
    deal.competitors = store::competitors(tx, org, id);
    deal.timeline = timeline(tx, org, deal);
    return deal;
}

Status status(db::Transaction& tx, OrgId org) {
    const auto row = tx.find<StatusRow>(
        "select (select count(*) from deal where org_id = $1 and outcome = 'open' and gone_on is null) as "
        "open,"
        " (select count(*) from deal where org_id = $1 and outcome = 'won' and gone_on is null) as won,"
        " (select count(*) from deal where org_id = $1 and outcome = 'lost' and gone_on is null) as lost,"
        " (select count(*) from person where org_id = $1) as people,"
        " (select count(*) from team where org_id = $1) as teams,"
        " (select count(*) from company where org_id = $1) as companies,"
        " (select count(*) from activity where org_id = $1) as activities,"
        " (select count(*) from stage_change where org_id = $1) as stage_changes,"
        " (select count(*) from failure where org_id = $1) as failures,"
        " (select count(*) from debrief where org_id = $1 and state = 'shared') as debriefs,"
        " (select count(*) from lesson where org_id = $1) as lessons,"
        " (select count(*) from commitment where org_id = $1) as commitments",
        org);
    return {.deals = {row->open, row->won, row->lost},
            .people = row->people,
            .teams = row->teams,
            .companies = row->companies,
            .activities = row->activities,
            .stage_changes = row->stage_changes,
            .failures = row->failures,
            .debriefs = row->debriefs,
            .lessons = row->lessons,
            .commitments = row->commitments};
}

namespace store {

std::vector<PlacedByDay> by_day(db::Transaction& tx, OrgId org, const DealFilter& filter,
                                const PlacedByDay& after, bool latest_first) {
    std::vector<db::Param> params{org.value(), to_text(after.day), after.id.value(),
                                  static_cast<std::int64_t>(filter.limit + 1)};
    const auto where = conditions(filter, params);
    const std::string_view direction = latest_first ? "desc" : "asc", beyond = latest_first ? "<" : ">";
    // One part for each outcome, each a walk along the index deal_end that ends after a page.
    std::string sql;
    for (const auto outcome : filter.outcomes)
        sql += fmt::format(
            "{}select day, id from (select coalesce(deal.closed_on, deal.expected_close_on, '9999-12-31') as "
            "day, deal.id"
            " from deal where deal.org_id = $1 and deal.outcome = '{}'"
            " and (coalesce(deal.closed_on, deal.expected_close_on, '9999-12-31'), deal.id) {} ($2, $3){}"
            " order by coalesce(deal.closed_on, deal.expected_close_on, '9999-12-31') {}, deal.id {} limit "
            "$4) as {}",
            sql.empty() ? "" : " union all ", enum_name(outcome), beyond, where, direction, direction,
            enum_name(outcome));
    sql += fmt::format(" order by day {}, id {} limit $4", direction, direction);
    return run_list<PlacedByDay>(tx, sql, params);
}

std::vector<PlacedByAmount> by_amount(db::Transaction& tx, OrgId org, const DealFilter& filter,
                                      const PlacedByAmount& after) {
    std::vector<db::Param> params{org.value(), after.amount, after.id.value(),
                                  static_cast<std::int64_t>(filter.limit + 1)};
    const auto where = conditions(filter, params);
    const auto amount = fmt::format("coalesce({}, {})", value_sql, no_amount);
    return run_list<PlacedByAmount>(
        tx,
        fmt::format("select {0} as amount, deal.id from deal"
                    " left join product on product.org_id = deal.org_id and product.id = deal.product_id"
                    " where deal.org_id = $1 and deal.outcome in ({1}) and ({0}, deal.id) < ($2, $3){2}"
                    " order by 1 desc, deal.id desc limit $4",
                    amount, outcome_list(filter.outcomes), where),
        params);
}

std::vector<PlacedByName> by_name(db::Transaction& tx, OrgId org, const DealFilter& filter,
                                  const PlacedByName& after) {
    std::vector<db::Param> params{org.value(), after.name, after.id.value(),
                                  static_cast<std::int64_t>(filter.limit + 1)};
    const auto where = conditions(filter, params);
    return run_list<PlacedByName>(
        tx,
        fmt::format("select deal.name, deal.id from deal where deal.org_id = $1 and deal.outcome in ({})"
                    " and (deal.name, deal.id) > ($2, $3){} order by deal.name, deal.id limit $4",
                    outcome_list(filter.outcomes), where),
        params);
}

std::vector<ShownFailure> failures_of(db::Transaction& tx, OrgId org, PersonId reader,
                                      const std::string& below, std::span<const DealId> deals) {
    if (deals.empty())
        return {};
    // What somebody else is writing reads as waiting: whether a draft exists is its author's business.
    return tx.query<ShownFailure>(
        db::in_lists(
            "select failure.deal_id, failure.id, case when failure.state = 'drafting'"
            " and failure.owner_id <> $2 then 'waiting' else failure.state end as state from failure"
            " where failure.org_id = $1 and failure.deal_id in ($3*) and (failure.owner_id = $2 or " +
            below + ") order by failure.id"),
        org, reader, db::list_of(tx, deals));
}

std::vector<CompanyRow> companies(db::Transaction& tx, OrgId org, const CompanyFilter& filter) {
    std::string sql = "select company.id, company.name, company.name_key, company.industry, company.country,"
                      " company.region from company where company.org_id = $1"
                      " and (company.name_key, company.id) > ($2, $3) and company.name_key like $4";
    if (filter.visible)
        sql += " and company.id in (select deal.company_id from deal where deal.org_id = $1 and " +
               *filter.visible + ")";
    sql += " order by company.name_key, company.id limit $5";
    return tx.query<CompanyRow>(sql, org, filter.after_name_key, filter.after_id, anywhere(filter.q),
                                filter.limit + 1);
}

std::vector<CompanyDeals> count_deals(db::Transaction& tx, OrgId org, const std::string& visible,
                                      std::span<const CompanyId> companies) {
    if (companies.empty())
        return {};
    return tx.query<CompanyDeals>(db::in_lists("select deal.company_id, count(*) as deals from deal"
                                               " where deal.org_id = $1 and deal.company_id in ($2*) and " +
                                               visible + " group by deal.company_id"),
                                  org, db::list_of(tx, companies));
}

std::optional<PersonId> owner_of(db::Transaction& tx, OrgId org, DealId id) {
    return tx
        .find<std::optional<PersonId>>("select owner_id from deal where org_id = $1 and id = $2", org, id)
        .value_or(std::nullopt);
}

std::vector<Competitor> competitors(db::Transaction& tx, OrgId org, DealId id) {
    return tx.query<Competitor>("select name, strengths, weaknesses from competitor"
                                " where org_id = $1 and deal_id = $2 order by id",
                                org, id);
}

std::vector<StageRow> stage_changes(db::Transaction& tx, OrgId org, DealId id) {
    return tx.query<StageRow>(
        fmt::format("select stage_change.source, {} as from_stage, {} as to_stage, changed_on"
                    " from stage_change join deal on deal.org_id = stage_change.org_id"
                    " and deal.id = stage_change.deal_id where stage_change.org_id = $1"
                    " and stage_change.deal_id = $2 order by changed_on, stage_change.id",
                    stage_sql("stage_change.from_stage"), stage_sql("stage_change.to_stage")),
        org, id);
}

std::vector<ActivityRow> latest_activities(db::Transaction& tx, OrgId org, DealId id, int most) {
    return tx.query<ActivityRow>(
        "select activity.kind, activity.subject, person.name as person, activity.happened_on, "
        "activity.is_done"
        " from activity left join person on person.org_id = activity.org_id and person.id = "
        "activity.person_id"
        " where activity.org_id = $1 and activity.deal_id = $2 and activity.happened_on is not null"
        " order by activity.happened_on desc, activity.id desc limit $3",
        org, id, most);
}

std::vector<Reading> readings(db::Transaction& tx, OrgId org, DealId id) {
    return tx.query<Reading>(
        "select deal_version.as_of, deal_version.amount_minor, deal_version.expected_close_on, deal.currency"
        " from deal_version join deal on deal.org_id = deal_version.org_id and deal.id = deal_version.deal_id"
        " where deal_version.org_id = $1 and deal_version.deal_id = $2"
        " union all select as_of, amount_minor, expected_close_on, currency from deal where org_id = $1 and "
        "id = $2"
        " order by as_of",
        org, id);
}

} // namespace store
} // namespace buckstop::crm
