#include "features/imports/apply_store.hpp"

#include "db/lists.hpp"

#include <array>
#include <fmt/format.h>

namespace buckstop::imports::store {

using db::in_lists;
using db::list_of;
using db::to_param;

namespace {

// None for what no import brought.
db::Param import_param(const Scope& scope) {
    return scope.import ? to_param(scope.import) : db::Param{};
}

// "deal.id, deal.name": the columns of a described row.
template <class Row>
std::string columns_of_row(std::string_view table) {
    std::string list;
    boost::mp11::mp_for_each<Members<Row>>(
        [&](auto member) { list += fmt::format("{}{}.{}", list.empty() ? "" : ", ", table, member.name); });
    return list;
}

} // namespace

// ---- Companies --------------------------------------------------------------------------------------------

std::vector<CompanyName> companies_by_name(db::Transaction& tx, OrgId org, const std::string& source,
                                           const std::vector<std::string>& name_keys) {
    auto rows = tx.query<CompanyName>(
        in_lists("select id, name_key, external_key from company where org_id = $1 and name_key in ($3*)"
                 " order by name_key, case when source = $2 then 0 else 1 end, id"),
        org, source, list_of(tx, name_keys));
    const auto same = [](const CompanyName& one, const CompanyName& other) {
        return one.name_key == other.name_key;
    };
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    return rows;
}

std::vector<CompanyName> companies_by_key(db::Transaction& tx, OrgId org, const std::string& source,
                                          const std::vector<std::string>& keys) {
    return tx.query<CompanyName>(in_lists("select id, name_key, external_key from company"
                                          " where org_id = $1 and source = $2 and external_key in ($3*)"),
                                 org, source, list_of(tx, keys));
}

std::vector<StoredCompany> load_companies(db::Transaction& tx, OrgId org, const std::vector<CompanyId>& ids) {
    return tx.query<StoredCompany>(
        in_lists(
            "select id, source, external_key, name, name_key, industry, country, region, segment, employees,"
            " parent_name, as_of, content_hash from company where org_id = $1 and id in ($2*)"),
        org, list_of(tx, ids));
}

void insert_companies(db::Transaction& tx, const Scope& scope, const std::vector<NewCompany>& companies) {
    if (companies.empty())
        return;
    constexpr std::array<std::string_view, 17> columns{
        "org_id",   "id",           "source",    "external_key", "name",      "name_key",
        "industry", "country",      "region",    "segment",      "employees", "parent_name",
        "as_of",    "content_hash", "import_id", "created_at",   "version"};
    const auto rows = tx.bulk_insert("company", columns);
    for (const auto& company : companies) {
        const std::array<db::Param, columns.size()> row{to_param(scope.org),
                                                        to_param(company.id),
                                                        to_param(scope.source),
                                                        to_param(company.external_key),
                                                        to_param(company.name),
                                                        to_param(company.name_key),
                                                        to_param(company.industry),
                                                        to_param(company.country),
                                                        to_param(company.region),
                                                        to_param(company.segment),
                                                        to_param(company.employees),
                                                        to_param(company.parent),
                                                        to_param(scope.as_of),
                                                        to_param(company.content_hash),
                                                        import_param(scope),
                                                        to_param(scope.now),
                                                        to_param(1)};
        rows->add(row);
    }
    rows->finish();
}

void update_company(db::Transaction& tx, const Scope& scope, const StoredCompany& company) {
    tx.execute("update company set source = $3, external_key = $4, name = $5, name_key = $6, industry = $7,"
               " country = $8, region = $9, segment = $10, employees = $11, parent_name = $12, as_of = $13,"
               " content_hash = $14, import_id = coalesce($15, import_id), version = version + 1"
               " where org_id = $1 and id = $2",
               scope.org, company.id, company.source, company.external_key, company.name, company.name_key,
               company.industry, company.country, company.region, company.segment, company.employees,
               company.parent_name, company.as_of, company.content_hash,
               scope.import ? std::optional(scope.import) : std::nullopt);
}

void give_key(db::Transaction& tx, const Scope& scope, CompanyId id, std::string_view key) {
    tx.execute("update company set source = $3, external_key = $4 where org_id = $1 and id = $2", scope.org,
               id, scope.source, key);
}

// ---- Products ---------------------------------------------------------------------------------------------

std::vector<StoredProduct> products_by_name(db::Transaction& tx, OrgId org,
                                            const std::vector<std::string>& name_keys) {
    return tx.query<StoredProduct>(
        in_lists(
            "select id, name, name_key, family, list_price_minor, currency, as_of, content_hash from product"
            " where org_id = $1 and name_key in ($2*)"),
        org, list_of(tx, name_keys));
}

void insert_product(db::Transaction& tx, const Scope& scope, const NewProduct& product) {
    tx.execute("insert into product (org_id, id, name, name_key, family, list_price_minor, currency, as_of,"
               " content_hash, import_id, created_at, version)"
               " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
               scope.org, product.id, product.name, product.name_key, product.family,
               product.list_price_minor, product.currency, scope.as_of, product.content_hash,
               scope.import ? std::optional(scope.import) : std::nullopt, scope.now);
}

void update_product(db::Transaction& tx, const Scope& scope, const StoredProduct& product) {
    tx.execute("update product set name = $3, family = $4, list_price_minor = $5, currency = $6, as_of = $7,"
               " content_hash = $8, import_id = coalesce($9, import_id), version = version + 1"
               " where org_id = $1 and id = $2",
               scope.org, product.id, product.name, product.family, product.list_price_minor,
               product.currency, product.as_of, product.content_hash,
               scope.import ? std::optional(scope.import) : std::nullopt);
}

// ---- People -----------------------------------------------------------------------------------------------

std::vector<PersonName> people_by_name(db::Transaction& tx, OrgId org,
                                       const std::vector<std::string>& name_keys) {
    auto rows = tx.query<PersonName>(
        in_lists(
            "select id, name_key from person where org_id = $1 and name_key in ($2*) order by name_key, id"),
        org, list_of(tx, name_keys));
    const auto same = [](const PersonName& one, const PersonName& other) {
        return one.name_key == other.name_key;
    };
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    return rows;
}

std::optional<std::int64_t> find_person(db::Transaction& tx, OrgId org, const std::string& source,
                                        std::string_view key, const std::string& email,
                                        const std::string& name_key) {
    return tx.find<std::int64_t>(
        "select id from (select id, case when source = $2 and external_key = $3 then 1 when email = $4 then "
        "2 else 3 end"
        " as way from person where org_id = $1 and ((source = $2 and external_key = $3) or email = $4"
        " or (name_key = $5 and (external_key is null or $3 = '')))) as found"
        " order by way, id limit 1",
        org, source, key, email, name_key);
}

std::optional<StoredPerson> load_person(db::Transaction& tx, OrgId org, PersonId id) {
    return tx.find<StoredPerson>(
        "select person.name, person.email, person.title, team.name as team, manager.name as manager,"
        " manager.external_key as manager_key, person.is_active from person"
        " left join team on team.org_id = person.org_id and team.id = person.team_id"
        " left join person manager on manager.org_id = person.org_id and manager.id = person.manager_id"
        " where person.org_id = $1 and person.id = $2",
        org, id);
}

std::optional<Date> people_known_on(db::Transaction& tx, OrgId org) {
    return tx.value<std::optional<Date>>("select max(as_of) from import where org_id = $1 and state = 'done'"
                                         " and counts like '%\"person\"%'",
                                         org);
}

// ---- Activities and stage changes -------------------------------------------------------------------------

std::vector<DealKey> deals_by_key(db::Transaction& tx, OrgId org, const std::string& source,
                                  const std::vector<std::string>& keys) {
    if (keys.empty())
        return {};
    return tx.query<DealKey>(in_lists("select id, external_key as text from deal"
                                      " where org_id = $1 and source = $2 and external_key in ($3*)"),
                             org, source, list_of(tx, keys));
}

std::vector<DealKey> deals_by_name(db::Transaction& tx, OrgId org, const std::vector<std::string>& names) {
    if (names.empty())
        return {};
    return tx.query<DealKey>(
        in_lists("select id, name as text from deal where org_id = $1 and name in ($2*) order by id"), org,
        list_of(tx, names));
}

template <class Row>
std::vector<Row> load_by_key(db::Transaction& tx, const Scope& scope, const std::vector<std::string>& keys) {
    constexpr auto table = Row::table;
    return tx.query<Row>(in_lists(fmt::format("select {0} from {1} where {1}.org_id = $1 and {1}.source = $2"
                                              " and {1}.external_key in ($3*)",
                                              columns_of_row<Row>(table), table)),
                         scope.org, scope.source, list_of(tx, keys));
}

template <class Row>
void insert_rows(db::Transaction& tx, const Scope& scope, const std::vector<Row>& rows) {
    if (rows.empty())
        return;
    std::vector<std::string_view> columns{"org_id", "source"};
    if constexpr (std::same_as<Row, StoredActivity>)
        columns.push_back("created_at");
    boost::mp11::mp_for_each<Members<Row>>([&](auto member) { columns.push_back(member.name); });
    const auto bulk = tx.bulk_insert(Row::table, columns);
    std::vector<db::Param> params;
    for (const auto& row : rows) {
        params = {to_param(scope.org), to_param(scope.source)};
        if constexpr (std::same_as<Row, StoredActivity>)
            params.push_back(to_param(scope.now));
        for_each_member(row, [&](std::string_view, const auto& value) { params.push_back(to_param(value)); });
        bulk->add(params);
    }
    bulk->finish();
}

template <class Row>
void update_rows(db::Transaction& tx, const Scope& scope, const std::vector<Row>& rows) {
    int place = 1;
    std::string assignments;
    boost::mp11::mp_for_each<Members<Row>>([&](auto member) {
        if (++place > 2) // $2 is the id
            assignments += fmt::format("{}{} = ${}", assignments.empty() ? "" : ", ", member.name, place);
    });
    const auto sql = fmt::format("update {} set {} where org_id = $1 and id = $2", Row::table, assignments);
    std::vector<db::Param> params;
    for (const auto& row : rows) {
        params = {to_param(scope.org)};
        for_each_member(row, [&](std::string_view, const auto& value) { params.push_back(to_param(value)); });
        tx.run(sql, params, {});
    }
}

template std::vector<StoredActivity> load_by_key(db::Transaction&, const Scope&,
                                                 const std::vector<std::string>&);
template std::vector<StoredStageChange> load_by_key(db::Transaction&, const Scope&,
                                                    const std::vector<std::string>&);
template std::vector<StoredTarget> load_by_key(db::Transaction&, const Scope&,
                                               const std::vector<std::string>&);
template std::vector<StoredChurn> load_by_key(db::Transaction&, const Scope&,
                                              const std::vector<std::string>&);
template std::vector<StoredServiceFailure> load_by_key(db::Transaction&, const Scope&,
                                                       const std::vector<std::string>&);
template std::vector<StoredCompetitor> load_by_key(db::Transaction&, const Scope&,
                                                   const std::vector<std::string>&);
template std::vector<StoredStage> load_by_key(db::Transaction&, const Scope&,
                                              const std::vector<std::string>&);
template void insert_rows(db::Transaction&, const Scope&, const std::vector<StoredActivity>&);
template void insert_rows(db::Transaction&, const Scope&, const std::vector<StoredStageChange>&);
template void insert_rows(db::Transaction&, const Scope&, const std::vector<StoredTarget>&);
template void insert_rows(db::Transaction&, const Scope&, const std::vector<StoredChurn>&);
template void insert_rows(db::Transaction&, const Scope&, const std::vector<StoredServiceFailure>&);
template void insert_rows(db::Transaction&, const Scope&, const std::vector<StoredCompetitor>&);
template void insert_rows(db::Transaction&, const Scope&, const std::vector<StoredStage>&);
template void update_rows(db::Transaction&, const Scope&, const std::vector<StoredActivity>&);
template void update_rows(db::Transaction&, const Scope&, const std::vector<StoredStageChange>&);
template void update_rows(db::Transaction&, const Scope&, const std::vector<StoredTarget>&);
template void update_rows(db::Transaction&, const Scope&, const std::vector<StoredChurn>&);
template void update_rows(db::Transaction&, const Scope&, const std::vector<StoredServiceFailure>&);
template void update_rows(db::Transaction&, const Scope&, const std::vector<StoredCompetitor>&);
template void update_rows(db::Transaction&, const Scope&, const std::vector<StoredStage>&);

void join_waiting(db::Transaction& tx, const Scope& scope) {
    for (const std::string_view table : {"stage_change", "activity", "competitor"})
        tx.execute(
            fmt::format(
                "update {0} set deal_id = deal.id, waits_for_deal = null from deal"
                " where {0}.org_id = $1 and {0}.waits_for_deal is not null and deal.org_id = {0}.org_id"
                " and deal.source = {0}.source and deal.external_key = {0}.waits_for_deal",
                table),
            scope.org);
    const auto by_name = tx.find<std::int64_t>("select 1 from activity where org_id = $1"
                                               " and waits_for_deal like 'name:%' limit 1",
                                               scope.org);
    if (by_name)
        tx.execute("update activity set deal_id = found.id, waits_for_deal = null from"
                   " (select name, min(id) as id from deal where org_id = $1 group by name having count(*) = "
                   "1) as found"
                   " where activity.org_id = $1 and activity.waits_for_deal = 'name:' || found.name",
                   scope.org);
}

} // namespace buckstop::imports::store
