#include "features/failures/store.hpp"

namespace buckstop::failures::store {
namespace {

const std::string facts_columns =
    "deal.id as deal_id, deal.outcome, deal.owner_id, " + std::string(crm::value_sql) +
    " as value_minor, deal.currency, deal.pushes, deal.closed_on, deal.as_of, deal.gone_on";

// A waiting failure and its deal in one row.
struct FlatRow : DealFacts {
    FailureId failure_id;
    Kind kind = Kind::lost_deal;
    std::optional<PersonId> failure_owner_id;
    std::optional<FailureRuleId> rule_id;
    Date occurred_on{};
};
BOOST_DESCRIBE_STRUCT(FlatRow, (DealFacts), (failure_id, kind, failure_owner_id, rule_id, occurred_on))

constexpr std::string_view rule_columns = "select rule.id, rule.kind, rule.is_enabled, rule.starts_on, "
                                          "rule.threshold_minor, rule.pushes, rule.share, rule.days,"
                                          " rule.version, (select count(*) from failure where failure.org_id "
                                          "= rule.org_id and failure.rule_id = rule.id)"
                                          " as opened from failure_rule rule where rule.org_id = $1";

} // namespace

std::vector<RuleRow> rules(db::Transaction& tx, OrgId org) {
    return tx.query<RuleRow>(std::string(rule_columns) + " order by rule.id", org);
}

std::optional<RuleRow> find_rule(db::Transaction& tx, OrgId org, FailureRuleId id) {
    return tx.find<RuleRow>(std::string(rule_columns) + " and rule.id = $2", org, id);
}

FailureRuleId insert_rule(db::Transaction& tx, OrgId org, Instant at, const RuleInput& input) {
    const auto id = tx.new_id<struct FailureRule>();
    tx.execute(
        "insert into failure_rule (org_id, id, kind, is_enabled, starts_on, threshold_minor, pushes, share,"
        " days, created_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
        org, id, input.kind, input.is_enabled.value_or(true), input.starts_on, input.threshold_minor,
        input.pushes, input.share, input.days, at);
    return id;
}

void update_rule(db::Transaction& tx, OrgId org, FailureRuleId id, const RuleInput& input) {
    tx.execute(
        "update failure_rule set is_enabled = coalesce($3, is_enabled), starts_on = $4, threshold_minor = $5,"
        " pushes = $6, share = $7, days = $8, version = version + 1 where org_id = $1 and id = $2",
        org, id, input.is_enabled, input.starts_on, input.threshold_minor, input.pushes, input.share,
        input.days);
}

void remove_rule(db::Transaction& tx, OrgId org, FailureRuleId id) {
    tx.execute("delete from failure_rule where org_id = $1 and id = $2", org, id);
}

std::vector<DealFacts> candidates(db::Transaction& tx, OrgId org, const CandidateFilter& filter) {
    // An open deal hasn't ended: when it was pushed is asked deal by deal.
    const std::string sql =
        "select " + facts_columns +
        " from deal left join product on product.org_id = deal.org_id and product.id = deal.product_id"
        " where deal.org_id = $1 and deal.id > $2 and deal.outcome = $3 and deal.gone_on is null"
        " and (deal.outcome = 'open' or coalesce(deal.closed_on, deal.as_of) >= $4)"
        " and (cast($5 as bigint) = 0 or deal.import_id = $5)"
        " and not exists (select 1 from failure where failure.org_id = deal.org_id and failure.deal_id = "
        "deal.id"
        " and failure.kind = $6) order by deal.id limit $7";
    return tx.query<DealFacts>(sql, org, filter.after, outcome_of(filter.kind), filter.starts_on,
                               filter.import.value_or(ImportId{}), filter.kind, filter.limit);
}

bool is_visible(db::Transaction& tx, OrgId org, DealId deal, const std::string& visible) {
    return tx
        .find<std::int64_t>("select 1 from deal where deal.org_id = $1 and deal.id = $2 and " + visible, org,
                            deal)
        .has_value();
}

std::vector<WaitingRow> waiting(db::Transaction& tx, OrgId org, std::optional<ImportId> import,
                                FailureId after, int limit) {
    const std::string sql =
        "select failure.id as failure_id, failure.kind as kind, failure.owner_id as failure_owner_id,"
        " failure.rule_id, failure.occurred_on, " +
        facts_columns +
        " from failure join deal on deal.org_id = failure.org_id and deal.id = failure.deal_id"
        " left join product on product.org_id = deal.org_id and product.id = deal.product_id"
        " where failure.org_id = $1 and failure.state = 'waiting' and failure.rule_id is not null"
        " and failure.id > $2 and (cast($3 as bigint) = 0 or deal.import_id = $3) order by failure.id limit "
        "$4";
    std::vector<WaitingRow> rows;
    tx.each<FlatRow>(
        sql,
        [&](const FlatRow& row) {
            rows.push_back({.failure_id = row.failure_id,
                            .kind = row.kind,
                            .failure_owner_id = row.failure_owner_id,
                            .rule_id = row.rule_id,
                            .occurred_on = row.occurred_on,
                            .deal = static_cast<const DealFacts&>(row)});
        },
        org, after, import.value_or(ImportId{}), limit);
    return rows;
}

Date pushed_on(db::Transaction& tx, OrgId org, const DealFacts& deal, int n) {
    // Months are compared as the first seven characters of the date, which both databases can do.
    const auto on = tx.find<Date>(
        "with reading as ("
        " select sequence, as_of, expected_close_on from deal_version where org_id = $1 and deal_id = $2"
        " union all"
        " select 9223372036854775807, as_of, expected_close_on from deal where org_id = $1 and id = $2),"
        " step as (select sequence, as_of, substr(cast(expected_close_on as text), 1, 7) as month,"
        " substr(cast(lag(expected_close_on) over (order by sequence) as text), 1, 7) as month_before from "
        "reading)"
        " select as_of from step where month > month_before order by sequence limit 1 offset $3",
        org, deal.deal_id, n - 1);
    return on.value_or(deal.as_of);
}

bool update_waiting(db::Transaction& tx, OrgId org, FailureId id, const WaitingChange& change) {
    return tx.execute("update failure set owner_id = $3, rule_id = $4, occurred_on = $5, after_id = $6,"
                      " version = version + 1 where org_id = $1 and id = $2 and state = 'waiting'",
                      org, id, change.owner, change.rule, change.occurred_on, change.after) > 0;
}

bool remove_waiting(db::Transaction& tx, OrgId org, FailureId id) {
    return tx.execute("delete from failure where org_id = $1 and id = $2 and state = 'waiting'", org, id) > 0;
}

} // namespace buckstop::failures::store
