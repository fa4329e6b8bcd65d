// SQL of what failures are about beside deals. Imports write those rows.
#include "features/failures/subjects.hpp"

#include "db/lists.hpp"
#include "features/failures/store.hpp"
#include "features/people/people.hpp"

#include <fmt/format.h>
#include <map>

namespace buckstop::failures::store {
namespace {

// The won deals that count towards a target: those of its person, or of its team's people, in its period.
constexpr std::string_view won_in_period =
    " from deal left join product on product.org_id = deal.org_id and product.id = deal.product_id"
    " where deal.org_id = target.org_id and deal.outcome = 'won' and deal.gone_on is null"
    " and coalesce(deal.closed_on, deal.as_of) between target.starts_on and target.ends_on"
    " and deal.owner_id in (select person.id from person where person.org_id = target.org_id"
    " and (person.id = target.person_id or (target.person_id is null and person.team_id = (select team.id"
    " from team where team.org_id = target.org_id and team.name_key = target.team_key))))";

std::string won_sql() {
    return fmt::format("(select cast(coalesce(sum({}), 0) as bigint){} and deal.currency = target.currency)",
                       crm::value_sql, won_in_period);
}

std::string not_counted_sql() {
    return fmt::format("(select count(*){} and (deal.currency <> target.currency or {} is null))",
                       won_in_period, crm::value_sql);
}

// Who looked after the customer when it happened: the owner of the last deal won before.
std::string owner_sql(std::string_view table) {
    return fmt::format(
        "coalesce({0}.owner_id, (select deal.owner_id from deal where deal.org_id ="
        " {0}.org_id and deal.company_id = {0}.company_id and deal.outcome = 'won' and deal.gone_on is null"
        " and coalesce(deal.closed_on, deal.as_of) <= {0}.happened_on"
        " order by coalesce(deal.closed_on, deal.as_of) desc, deal.id desc limit 1))",
        table);
}

// The table of the subjects, the day in it, and the facts' columns.
struct Source {
    std::string_view table, day;
    std::string columns;
};
Source source_of(Kind kind) {
    switch (kind) {
    case Kind::missed_target:
        return {"target", "ends_on",
                "target.id as subject_id, target.person_id as owner_id, target.ends_on as occurred_on,"
                " cast(null as bigint) as company_id, target.amount_minor as value_minor, target.currency, " +
                    won_sql() + " as won_minor, target.measure, target.team_key"};
    case Kind::churned_customer:
        return {"churn", "happened_on",
                "churn.id as subject_id, " + owner_sql("churn") +
                    " as owner_id, churn.happened_on as occurred_on, churn.company_id, churn.amount_minor as"
                    " value_minor, coalesce(churn.currency, '') as currency, 0 as won_minor,"
                    " cast(null as text) as measure, cast(null as text) as team_key"};
    case Kind::service_failure:
        return {"service_failure", "happened_on",
                "service_failure.id as subject_id, " + owner_sql("service_failure") +
                    " as owner_id, service_failure.happened_on as occurred_on, service_failure.company_id,"
                    " cast(null as bigint) as value_minor, '' as currency, 0 as won_minor,"
                    " cast(null as text) as measure, cast(null as text) as team_key"};
    default:
        throw std::logic_error("failures of this kind are about deals");
    }
}

// A team's target is its manager's.
std::vector<SubjectFacts> with_managers(db::Transaction& tx, OrgId org, std::vector<SubjectFacts> subjects) {
    std::map<std::string, std::optional<PersonId>> managers;
    for (auto& subject : subjects) {
        if (subject.owner_id || !subject.team_key)
            continue;
        const auto [found, is_new] = managers.try_emplace(*subject.team_key);
        if (is_new)
            found->second = people::manager_of_team(tx, org, *subject.team_key);
        subject.owner_id = found->second;
    }
    return subjects;
}

} // namespace

std::vector<SubjectFacts> new_subjects(db::Transaction& tx, OrgId org, const SubjectFilter& filter) {
    const auto source = source_of(filter.kind);
    return with_managers(
        tx, org,
        tx.query<SubjectFacts>(
            fmt::format("select {0} from {1} where {1}.org_id = $1 and {1}.id > $2 and {1}.{2} >= $3"
                        " and not exists (select 1 from failure where failure.org_id = {1}.org_id"
                        " and failure.subject_id = {1}.id and failure.kind = $4) order by {1}.id limit $5",
                        source.columns, source.table, source.day),
            org, filter.after, filter.starts_on, filter.kind, filter.limit));
}

std::vector<SubjectFacts> subjects(db::Transaction& tx, OrgId org, Kind kind,
                                   std::span<const std::int64_t> ids) {
    if (ids.empty())
        return {};
    const auto source = source_of(kind);
    return with_managers(
        tx, org,
        tx.query<SubjectFacts>(
            db::in_lists(fmt::format("select {0} from {1} where {1}.org_id = $1 and {1}.id in ($2*)",
                                     source.columns, source.table)),
            org, db::list_of(tx, ids)));
}

std::optional<std::int64_t> service_failure_before(db::Transaction& tx, OrgId org, CompanyId company, Date on,
                                                   int days) {
    return tx.find<std::int64_t>(
        "select id from service_failure where org_id = $1 and company_id = $2 and happened_on between $3 and"
        " $4 order by happened_on desc, id desc limit 1",
        org, company, add_days(on, -days), on);
}

Knowledge knowledge(db::Transaction& tx, OrgId org, Instant now) {
    return {.today = people::today(tx, org, now),
            .told_on = tx.value<std::optional<Date>>(
                "select max(as_of) from import where org_id = $1 and state = 'done'"
                " and counts like '%\"deal\"%'",
                org)};
}

std::vector<WaitingSubject> waiting_subjects(db::Transaction& tx, OrgId org, FailureId after, int limit) {
    return tx.query<WaitingSubject>(
        "select id as failure_id, kind, subject_id, owner_id, rule_id, occurred_on, after_id from failure"
        " where org_id = $1 and state = 'waiting' and rule_id is not null and subject_id is not null"
        " and id > $2 order by id limit $3",
        org, after, limit);
}

// ---- Showing them -----------------------------------------------------------------------------------------

namespace {

struct TargetRow {
    FailureId failure_id;
    std::optional<std::string> team;
    std::string period;
    Date starts_on{}, ends_on{};
    std::int64_t amount_minor = 0;
    std::string currency;
    std::int64_t won_minor = 0, not_counted = 0;
};
BOOST_DESCRIBE_STRUCT(TargetRow, (),
                      (failure_id, team, period, starts_on, ends_on, amount_minor, currency, won_minor,
                       not_counted))

struct CustomerRow {
    FailureId failure_id;
    CompanyId company_id;
    std::string company_name;
    std::optional<std::int64_t> amount_minor;
    std::optional<std::string> currency, stated_reason, what;
    std::optional<Date> before_on;
    std::optional<std::string> before_what;
};
BOOST_DESCRIBE_STRUCT(CustomerRow, (),
                      (failure_id, company_id, company_name, amount_minor, currency, stated_reason, what,
                       before_on, before_what))

void add_targets(db::Transaction& tx, OrgId org, const std::string& ids,
                 const std::map<FailureId, FailureSummary*>& into) {
    const auto sql = fmt::format("select failure.id as failure_id, target.team, target.period,"
                                 " target.starts_on, target.ends_on, target.amount_minor, target.currency,"
                                 " {} as won_minor, {} as not_counted from failure join target on"
                                 " target.org_id = failure.org_id and target.id = failure.subject_id where"
                                 " failure.org_id = $1 and failure.id in ($2*) and failure.kind ="
                                 " 'missed_target'",
                                 won_sql(), not_counted_sql());
    for (auto& row : tx.query<TargetRow>(db::in_lists(sql), org, ids))
        into.at(row.failure_id)->target = MissedTarget{.team = std::move(row.team),
                                                       .period = std::move(row.period),
                                                       .starts_on = row.starts_on,
                                                       .ends_on = row.ends_on,
                                                       .target = {row.amount_minor, row.currency},
                                                       .won = {row.won_minor, row.currency},
                                                       .not_counted = row.not_counted};
}

void add_churn(db::Transaction& tx, OrgId org, const std::string& ids,
               const std::map<FailureId, FailureSummary*>& into) {
    const auto rows = tx.query<CustomerRow>(
        db::in_lists(
            "select failure.id as failure_id, company.id as company_id, company.name as company_name,"
            " churn.amount_minor, churn.currency, churn.stated_reason, cast(null as text) as what,"
            " earlier.happened_on as before_on, earlier.what as before_what from failure"
            " join churn on churn.org_id = failure.org_id and churn.id = failure.subject_id"
            " join company on company.org_id = churn.org_id and company.id = churn.company_id"
            " left join service_failure earlier on earlier.org_id = failure.org_id"
            " and earlier.id = failure.after_id where failure.org_id = $1 and failure.id in ($2*)"
            " and failure.kind = 'churned_customer'"),
        org, ids);
    for (const auto& row : rows) {
        auto& churn = into.at(row.failure_id)->churn.emplace();
        churn.company = {row.company_id, row.company_name};
        if (row.amount_minor && row.currency)
            churn.lost = Money{.minor = *row.amount_minor, .currency = *row.currency};
        churn.stated_reason = row.stated_reason;
        if (row.before_on && row.before_what)
            churn.after = EarlierServiceFailure{.happened_on = *row.before_on, .what = *row.before_what};
    }
}

void add_service_failures(db::Transaction& tx, OrgId org, const std::string& ids,
                          const std::map<FailureId, FailureSummary*>& into) {
    const auto rows = tx.query<CustomerRow>(
        db::in_lists(
            "select failure.id as failure_id, company.id as company_id, company.name as company_name,"
            " cast(null as bigint) as amount_minor, cast(null as text) as currency,"
            " service_failure.stated_reason, service_failure.what, cast(null as date) as before_on,"
            " cast(null as text) as before_what from failure join service_failure on"
            " service_failure.org_id = failure.org_id and service_failure.id = failure.subject_id"
            " join company on company.org_id = service_failure.org_id and company.id ="
            " service_failure.company_id where failure.org_id = $1 and failure.id in ($2*)"
            " and failure.kind = 'service_failure'"),
        org, ids);
    for (const auto& row : rows)
        into.at(row.failure_id)->service_failure =
            ServiceFailure{.company = {row.company_id, row.company_name},
                           .what = row.what.value_or(""),
                           .stated_reason = row.stated_reason};
}

} // namespace

void add_subjects(db::Transaction& tx, OrgId org, std::span<FailureSummary> failures) {
    std::map<FailureId, FailureSummary*> by_id;
    std::vector<FailureId> ids;
    for (auto& failure : failures)
        if (!is_about_deal(failure.kind)) {
            by_id.emplace(failure.id, &failure);
            ids.push_back(failure.id);
        }
    if (ids.empty())
        return;
    const auto list = db::list_of(tx, ids);
    add_targets(tx, org, list, by_id);
    add_churn(tx, org, list, by_id);
    add_service_failures(tx, org, list, by_id);
}

} // namespace buckstop::failures::store
