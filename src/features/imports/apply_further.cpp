// Targets, churned customers, service failures, competitors and stages.
#include "features/imports/apply_references.hpp"
#include "features/imports/apply_rows.hpp"
#include "features/people/people.hpp"

namespace buckstop::imports {
namespace {

using store::StoredChurn;
using store::StoredCompetitor;
using store::StoredServiceFailure;
using store::StoredStage;
using store::StoredTarget;

// Those who are named by records that have a company and an owner.
template <class Record>
References references_of(db::Transaction& tx, const Scope& scope, Memory& memory,
                         const std::vector<Record>& records, Applied& into) {
    References references(memory);
    for (const auto& record : records) {
        references.add_company(record.company_key, record.company);
        references.add_person(record.owner_key, record.owner, record.owner_email);
    }
    references.learn(tx, scope, into);
    return references;
}

template <class Row, class Record>
void take_company_and_owner(Row& row, const Record& record, const References& references, bool older) {
    take(row.company_id, references.company(record.company_key, record.company), older);
    take(row.owner_id, references.person(record.owner_key, record.owner, record.owner_email), older);
}

// An amount that comes without a currency is in the file's; where one is known already it stays.
template <class Row, class Record>
void take_amount(Row& row, const Record& record, const Scope& scope, bool older) {
    take(row.amount_minor, record.amount_minor, older);
    if (record.amount_minor)
        take(row.currency, record.currency ? record.currency : Text(scope.currency), older);
}

void merge(StoredTarget& row, const TargetRecord& record, const Scope& scope, const References& references) {
    const bool older = is_older(scope, row.as_of);
    take(row.person_id, references.person(record.person_key, record.person, record.person_email), older);
    take(row.team, record.team, older);
    if (row.team)
        row.team_key = people::name_key(*row.team);
    take(row.period, record.period, older);
    take(row.starts_on, record.starts_on, older);
    take(row.ends_on, record.ends_on, older);
    take_amount(row, record, scope, older);
    take(row.measure, record.measure, older);
}

void merge(StoredChurn& row, const ChurnRecord& record, const Scope& scope, const References& references) {
    const bool older = is_older(scope, row.as_of);
    take_company_and_owner(row, record, references, older);
    take(row.happened_on, record.happened_on, older);
    take_amount(row, record, scope, older);
    take(row.stated_reason, record.stated_reason, older);
}

void merge(StoredServiceFailure& row, const ServiceFailureRecord& record, const Scope& scope,
           const References& references) {
    const bool older = is_older(scope, row.as_of);
    take_company_and_owner(row, record, references, older);
    take(row.happened_on, record.happened_on, older);
    take(row.what, record.what, older);
    take(row.stated_reason, record.stated_reason, older);
}

void merge(StoredCompetitor& row, const CompetitorRecord& record, const Scope& scope,
           const DealsByText& deals) {
    const bool older = is_older(scope, row.as_of);
    if (!older || !row.deal_id)
        set_deal(row, deals, record.deal_key, std::nullopt);
    take(row.name, record.name, older);
    take(row.strengths, record.strengths, older);
    take(row.weaknesses, record.weaknesses, older);
}

void merge(StoredStage& row, const StageRecord& record, const Scope& scope, const DealsByText&) {
    const bool older = is_older(scope, row.as_of);
    take(row.stage_key, record.stage_key, older);
    take(row.label, record.label, older);
    take(row.pipeline_key, record.pipeline_key, older);
    take(row.pipeline, record.pipeline, older);
    take(row.probability, record.probability, older);
    take(row.position, record.position, older);
}

// `named`: what the records refer to.
template <class Row, class Record, class Named>
void apply_simple(db::Transaction& tx, const Scope& scope, Memory& memory, Kind kind,
                  const std::vector<Record>& records, const Named& named, Applied& into) {
    apply_rows<Row>(
        tx, scope, memory, kind, records, [&](const Record&) { return new_row<Row>(tx, scope); },
        [&](Row row, const Record& record) {
            merge(row, record, scope, named);
            return row;
        },
        into);
}

} // namespace

void apply_targets(db::Transaction& tx, const Scope& scope, Memory& memory,
                   const std::vector<TargetRecord>& records, Applied& into) {
    References references(memory);
    for (const auto& record : records)
        references.add_person(record.person_key, record.person, record.person_email);
    references.learn(tx, scope, into);
    apply_simple<StoredTarget>(tx, scope, memory, Kind::target, records, references, into);
}

void apply_churn(db::Transaction& tx, const Scope& scope, Memory& memory,
                 const std::vector<ChurnRecord>& records, Applied& into) {
    const auto references = references_of(tx, scope, memory, records, into);
    apply_simple<StoredChurn>(tx, scope, memory, Kind::churn, records, references, into);
}

void apply_service_failures(db::Transaction& tx, const Scope& scope, Memory& memory,
                            const std::vector<ServiceFailureRecord>& records, Applied& into) {
    const auto references = references_of(tx, scope, memory, records, into);
    apply_simple<StoredServiceFailure>(tx, scope, memory, Kind::service_failure, records, references, into);
}

void apply_competitors(db::Transaction& tx, const Scope& scope, Memory& memory,
                       const std::vector<CompetitorRecord>& records, Applied& into) {
    std::vector<std::string> keys;
    for (const auto& record : records)
        keys.emplace_back(*record.deal_key);
    apply_simple<StoredCompetitor>(tx, scope, memory, Kind::competitor, records,
                                   find_deals(tx, scope, keys, {}), into);
}

void apply_stages(db::Transaction& tx, const Scope& scope, Memory& memory,
                  const std::vector<StageRecord>& records, Applied& into) {
    apply_simple<StoredStage>(tx, scope, memory, Kind::stage, records, DealsByText{}, into);
}

} // namespace buckstop::imports
