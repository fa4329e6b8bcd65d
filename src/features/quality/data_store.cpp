// The CRM's rows and people, as looks and findings read them.
#include "features/quality/store.hpp"

#include "db/lists.hpp"

namespace buckstop::quality::store {
namespace {

std::vector<WaitingRow> waiting(db::Transaction& tx, OrgId org, const std::string& table, int limit) {
    // In the order of the index on those that wait.
    return tx.query<WaitingRow>(
        "select source, waits_for_deal, count(*) as count from " + table +
            " where org_id = $1 and waits_for_deal is not null"
            " group by source, waits_for_deal order by source, waits_for_deal limit $2",
        org, limit);
}

} // namespace

void each_amount(db::Transaction& tx, OrgId org, const std::function<void(AmountRow)>& visit) {
    tx.each<AmountRow>(
        "select currency, coalesce(amount_minor, amount_at_close_minor) as amount_minor from deal"
        " where org_id = $1 and gone_on is null and coalesce(amount_minor, nullif(amount_at_close_minor, 0)) "
        "is not"
        " null",
        visit, org);
}

std::vector<DealFacts> deals(db::Transaction& tx, OrgId org, DealId after, int limit) {
    static const std::string sql =
        "select deal.id, deal.company_id, deal.owner_id, coalesce(person.is_active, true) as owner_is_active,"
        " deal.stage, deal.outcome, deal.amount_minor, deal.amount_at_close_minor, " +
        std::string(crm::value_sql) +
        " as value_minor, deal.currency, deal.created_on, deal.expected_close_on, deal.closed_on,"
        " deal.stage_since, deal.last_activity_on,"
        " case when deal.outcome = 'open' then (select max(activity.happened_on) from activity"
        " where activity.org_id = deal.org_id and activity.deal_id = deal.id) end as last_activity,"
        " case when deal.outcome = 'open' then (select max(stage_change.changed_on) from stage_change"
        " where stage_change.org_id = deal.org_id and stage_change.deal_id = deal.id) end as "
        "last_stage_change,"
        " deal.as_of from deal"
        " left join person on person.org_id = deal.org_id and person.id = deal.owner_id"
        " left join product on product.org_id = deal.org_id and product.id = deal.product_id"
        " where deal.org_id = $1 and deal.id > $2 and deal.gone_on is null order by deal.id limit $3";
    return tx.query<DealFacts>(sql, org, after, limit);
}

std::vector<NameRow> deal_names(db::Transaction& tx, OrgId org, std::span<const DealId> ids) {
    return tx.query<NameRow>(db::in_lists("select id, name from deal where org_id = $1 and id in ($2*)"), org,
                             db::list_of(tx, ids));
}

std::vector<NameRow> company_names(db::Transaction& tx, OrgId org) {
    return tx.query<NameRow>("select id, name from company where org_id = $1 order by id", org);
}

std::vector<SameName> people_of_one_name(db::Transaction& tx, OrgId org) {
    return tx.query<SameName>(
        "select person.id, first.id as first_id from person join (select person.name_key, min(person.id) as "
        "id"
        " from person where person.org_id = $1 group by person.name_key having count(*) > 1) first"
        " on first.name_key = person.name_key where person.org_id = $1 and person.id <> first.id",
        org);
}

std::vector<PersonId> people_without_manager(db::Transaction& tx, OrgId org) {
    return tx.query<PersonId>("select person.id from person where person.org_id = $1 and person.is_active "
                              "and person.manager_id is null"
                              " and exists (select 1 from person_role role where role.org_id = person.org_id"
                              " and role.person_id = person.id and role.role in ('rep', 'manager'))"
                              " and not exists (select 1 from person below where below.org_id = person.org_id"
                              " and below.manager_id = person.id)",
                              org);
}

std::vector<WaitingRow> waiting_activities(db::Transaction& tx, OrgId org, int limit) {
    return waiting(tx, org, "activity", limit);
}

std::vector<WaitingRow> waiting_stage_changes(db::Transaction& tx, OrgId org, int limit) {
    return waiting(tx, org, "stage_change", limit);
}

std::vector<ShownDeal> shown_deals(db::Transaction& tx, OrgId org, std::span<const std::int64_t> ids) {
    // An amount that can't be shows as it is: of the two that a deal may carry the odder one.
    return tx.query<ShownDeal>(
        db::in_lists(
            "select deal.id, deal.name, deal.currency, company.name as company, team.name as team,"
            " case when deal.amount_minor is null or deal.amount_at_close_minor < 0"
            " or deal.amount_at_close_minor > deal.amount_minor then deal.amount_at_close_minor"
            " else deal.amount_minor end as amount_minor, deal.created_on, deal.expected_close_on, "
            "deal.closed_on"
            " from deal left join company on company.org_id = deal.org_id and company.id = deal.company_id"
            " left join person on person.org_id = deal.org_id and person.id = deal.owner_id"
            " left join team on team.org_id = person.org_id and team.id = person.team_id"
            " where deal.org_id = $1 and deal.id in ($2*)"),
        org, db::list_of(tx, ids));
}

std::vector<ShownCompany> shown_companies(db::Transaction& tx, OrgId org, std::span<const std::int64_t> ids) {
    return tx.query<ShownCompany>(
        db::in_lists("select id, name, country, region from company where org_id = $1 and id in ($2*)"), org,
        db::list_of(tx, ids));
}

std::vector<ShownPerson> shown_people(db::Transaction& tx, OrgId org, std::span<const std::int64_t> ids) {
    return tx.query<ShownPerson>(
        db::in_lists("select person.id, person.name, person.email, team.name as team from person"
                     " left join team on team.org_id = person.org_id and team.id = person.team_id"
                     " where person.org_id = $1 and person.id in ($2*)"),
        org, db::list_of(tx, ids));
}

} // namespace buckstop::quality::store
