#include "features/people/store.hpp"

namespace buckstop::people::store {
namespace {

const std::string& person_columns() {
    static const std::string columns =
        "id, name, email, title, team_id, manager_id, source, external_key, is_active, version";
    return columns;
}

// The text that shows people, up to its conditions: they differ in how roles are gathered into one text.
std::string shown_sql(std::string_view gather, std::string_view conditions) {
    std::string sql = "select person.id, person.name, person.email, person.title, person.team_id,"
                      " team.name as team_name, person.manager_id, manager.name as manager_name, (select ";
    sql += gather;
    sql += "(r.role, ',') from person_role r where r.org_id = person.org_id and r.person_id = person.id) as "
           "roles,"
           " person.is_active, ";
    sql += identity::sign_in_sql;
    sql += " as sign_in, person.version from person"
           " left join team on team.org_id = person.org_id and team.id = person.team_id"
           " left join person manager on manager.org_id = person.org_id and manager.id = person.manager_id"
           " where person.org_id = $1 ";
    return sql += conditions;
}

struct ShownSql {
    std::string sqlite, postgres;
    explicit ShownSql(std::string_view conditions)
        : sqlite(shown_sql("group_concat", conditions)), postgres(shown_sql("string_agg", conditions)) {}
    [[nodiscard]] db::Sql sql() const { return {sqlite, postgres}; }
};

} // namespace

void insert_organisation(db::Transaction& tx, OrgId org, Instant now, const NewOrganisation& wanted) {
    tx.execute(
        "insert into organisation (org_id, name, time_zone, currency, deal_visibility, is_demonstration,"
        " created_at, version) values ($1, $2, $3, $4, $5, $6, $7, 1)",
        org, wanted.name, wanted.time_zone, wanted.currency, wanted.deal_visibility, wanted.is_demonstration,
        now);
}

std::optional<Organisation> organisation(db::Transaction& tx, OrgId org) {
    return tx.find<Organisation>(
        "select org_id as id, name, time_zone, currency, deal_visibility, is_demonstration,"
        " version from organisation where org_id = $1",
        org);
}

std::vector<OrgId> organisation_ids(db::Transaction& tx) {
    return tx.query<OrgId>("select org_id from organisation order by org_id");
}

bool update_organisation(db::Transaction& tx, const Organisation& changed) {
    return tx.execute(
               "update organisation set name = $3, time_zone = $4, currency = $5, deal_visibility = $6,"
               " version = version + 1 where org_id = $1 and version = $2",
               changed.id, changed.version, changed.name, changed.time_zone, changed.currency,
               changed.deal_visibility) == 1;
}

std::optional<Retention> retention(db::Transaction& tx, OrgId org) {
    return tx.find<Retention>("select import_undo_days, import_files_days, jobs_days, sessions_days,"
                              " notices_days, activities_years, failures_years, version from retention"
                              " where org_id = $1",
                              org);
}

bool put_retention(db::Transaction& tx, OrgId org, const Retention& retention) {
    return tx.execute("insert into retention (org_id, import_undo_days, import_files_days, jobs_days,"
                      " sessions_days, notices_days, activities_years, failures_years, version)"
                      " values ($1, $2, $3, $4, $5, $6, $7, $8, $9 + 1)"
                      " on conflict (org_id) do update set import_undo_days = excluded.import_undo_days,"
                      " import_files_days = excluded.import_files_days, jobs_days = excluded.jobs_days,"
                      " sessions_days = excluded.sessions_days, notices_days = excluded.notices_days,"
                      " activities_years = excluded.activities_years,"
                      " failures_years = excluded.failures_years, version = excluded.version"
                      " where retention.version = excluded.version - 1",
                      org, retention.import_undo_days, retention.import_files_days, retention.jobs_days,
                      retention.sessions_days, retention.notices_days, retention.activities_years,
                      retention.failures_years, retention.version) == 1;
}

std::optional<PersonRow> find(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.find<PersonRow>("select " + person_columns() + " from person where org_id = $1 and id = $2",
                              org, person);
}

std::optional<PersonRow> find_by_key(db::Transaction& tx, OrgId org, std::string_view source,
                                     std::string_view key) {
    return tx.find<PersonRow>("select " + person_columns() +
                                  " from person where org_id = $1 and source = $2 and external_key = $3",
                              org, source, key);
}

std::optional<PersonRow> find_by_email(db::Transaction& tx, OrgId org, std::string_view email) {
    return tx.find<PersonRow>("select " + person_columns() + " from person where org_id = $1 and email = $2",
                              org, email);
}

std::optional<PersonRow> find_by_name(db::Transaction& tx, OrgId org, std::string_view name_key) {
    return tx.find<PersonRow>("select " + person_columns() +
                                  " from person where org_id = $1 and name_key = $2"
                                  " order by external_key is not null, id limit 1",
                              org, name_key);
}

std::int64_t count_by_name(db::Transaction& tx, OrgId org, std::string_view name_key) {
    return tx.value<std::int64_t>("select count(*) from person where org_id = $1 and name_key = $2", org,
                                  name_key);
}

void insert(db::Transaction& tx, OrgId org, const PersonRow& row, Instant now) {
    tx.execute("insert into person (org_id, id, name, name_key, email, title, team_id, manager_id, source,"
               " external_key, is_active, created_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
               "$10, $11, $12, 1)",
               org, row.id, row.name, name_key(row.name), row.email, row.title, row.team_id, row.manager_id,
               row.source, row.external_key, row.is_active, now);
}

bool update(db::Transaction& tx, OrgId org, const PersonRow& row) {
    return tx.execute("update person set name = $4, name_key = $5, email = $6, title = $7, team_id = $8, "
                      "manager_id = $9,"
                      " source = $10, external_key = $11, is_active = $12, version = version + 1"
                      " where org_id = $1 and id = $2 and version = $3",
                      org, row.id, row.version, row.name, name_key(row.name), row.email, row.title,
                      row.team_id, row.manager_id, row.source, row.external_key, row.is_active) == 1;
}

std::vector<access::Role> roles(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.query<access::Role>(
        "select role from person_role where org_id = $1 and person_id = $2 order by role", org, person);
}

void set_roles(db::Transaction& tx, OrgId org, PersonId person, const std::vector<access::Role>& roles) {
    tx.execute("delete from person_role where org_id = $1 and person_id = $2", org, person);
    for (const auto role : roles)
        tx.execute("insert into person_role (org_id, person_id, role) values ($1, $2, $3)"
                   " on conflict (org_id, person_id, role) do nothing",
                   org, person, role);
}

bool can_sign_in(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.value<std::int64_t>("select count(*) from credential where org_id = $1 and person_id = $2", org,
                                  person) > 0;
}

bool has_sign_in_name(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.value<std::int64_t>("select count(*) from sign_in_name where org_id = $1 and person_id = $2",
                                  org, person) > 0;
}

std::int64_t count_administrators(db::Transaction& tx, OrgId org) {
    return tx.value<std::int64_t>("select count(*) from person_role r"
                                  " join person p on p.org_id = r.org_id and p.id = r.person_id"
                                  " join credential c on c.org_id = r.org_id and c.person_id = r.person_id"
                                  " where r.org_id = $1 and r.role = 'administrator' and p.is_active",
                                  org);
}

std::optional<PersonId> manager_of_team(db::Transaction& tx, OrgId org, std::string_view team_name_key) {
    return tx.find<PersonId>(
        "select manager.id from team join person on person.org_id = team.org_id and person.team_id = team.id"
        " join person manager on manager.org_id = person.org_id and manager.id = person.manager_id"
        " left join person upper_one on upper_one.org_id = manager.org_id and upper_one.id ="
        " manager.manager_id where team.org_id = $1 and team.name_key = $2 and manager.is_active"
        " and person.is_active group by manager.id, case when manager.team_id = team.id then 0 else 1 end,"
        " case when upper_one.team_id = team.id then 1 else 0 end"
        " order by case when manager.team_id = team.id then 0 else 1 end,"
        " case when upper_one.team_id = team.id then 1 else 0 end, count(*) desc, manager.id limit 1",
        org, team_name_key);
}

// "union" without "all" ends even in a circle, which the rules don't allow but a damaged table might hold.
bool is_above(db::Transaction& tx, OrgId org, PersonId upper, PersonId lower) {
    return tx.value<std::int64_t>(
               "with recursive up (id) as ("
               " select manager_id from person where org_id = $1 and id = $2"
               " union select p.manager_id from person p join up on p.id = up.id where p.org_id = $1)"
               " select count(*) from up where id = $3",
               org, lower, upper) > 0;
}

std::optional<ShownRow> shown(db::Transaction& tx, OrgId org, PersonId person) {
    static const ShownSql text("and person.id = $2");
    return tx.find<ShownRow>(text.sql(), org, person);
}

std::vector<ShownRow> list(db::Transaction& tx, OrgId org, const Filter& filter, int limit) {
    static const std::string sign_in(identity::sign_in_sql);
    static const ShownSql text(
        "and (cast($2 as text) is null or person.name_key like cast($2 as text) escape '!'"
        " or person.email like cast($2 as text) escape '!')"
        " and (cast($3 as bigint) is null or person.team_id = cast($3 as bigint))"
        " and (cast($4 as text) is null or " +
        sign_in +
        " = cast($4 as text))"
        " and (cast($5 as bigint) is null or (person.name_key, person.id) >"
        " (select a.name_key, a.id from person a where a.org_id = $1 and a.id = cast($5 as bigint)))"
        " order by person.name_key, person.id limit $6");
    return tx.query<ShownRow>(text.sql(), org, filter.like, filter.team, filter.sign_in, filter.after, limit);
}

std::vector<TeamRow> teams(db::Transaction& tx, OrgId org) {
    return tx.query<TeamRow>(
        "select team.id, team.name, count(person.id) as people, team.version from team"
        " left join person on person.org_id = team.org_id and person.team_id = team.id"
        " and person.is_active where team.org_id = $1"
        " group by team.id, team.name, team.name_key, team.version order by team.name_key",
        org);
}

std::optional<TeamRow> team(db::Transaction& tx, OrgId org, TeamId team) {
    return tx.find<TeamRow>(
        "select id, name, (select count(*) from person"
        " where person.org_id = team.org_id and person.team_id = team.id and person.is_active)"
        " as people, version from team where org_id = $1 and id = $2",
        org, team);
}

std::optional<TeamId> team_by_name(db::Transaction& tx, OrgId org, std::string_view name_key) {
    return tx.find<TeamId>("select id from team where org_id = $1 and name_key = $2", org, name_key);
}

std::optional<TeamId> insert_team(db::Transaction& tx, OrgId org, std::string_view name,
                                  std::string_view name_key, Instant now) {
    const auto id = tx.new_id<struct buckstop::Team>();
    const auto made = tx.execute("insert into team (org_id, id, name, name_key, created_at, version)"
                                 " values ($1, $2, $3, $4, $5, 1) on conflict (org_id, name_key) do nothing",
                                 org, id, name, name_key, now);
    return made == 1 ? std::optional(id) : std::nullopt;
}

void rename_team(db::Transaction& tx, OrgId org, TeamId team, std::string_view name,
                 std::string_view name_key) {
    tx.execute(
        "update team set name = $3, name_key = $4, version = version + 1 where org_id = $1 and id = $2", org,
        team, name, name_key);
}

void delete_team(db::Transaction& tx, OrgId org, TeamId team) {
    tx.execute("update person set team_id = null, version = version + 1"
               " where org_id = $1 and team_id = $2 and not is_active",
               org, team);
    tx.execute("delete from team where org_id = $1 and id = $2", org, team);
}

} // namespace buckstop::people::store
