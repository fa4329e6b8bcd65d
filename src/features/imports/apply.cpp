#include "features/imports/apply.hpp"

#include "features/imports/apply_deal_store.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/apply_store.hpp"
#include "features/imports/store.hpp"
#include "features/people/people.hpp"

namespace buckstop::imports {

Counts& KindCounts::of(Kind kind) {
    return counts_of<Counts>(*this, kind);
}

void prepare(db::Transaction& tx, Scope& scope, Memory& memory) {
    memory.deals_are_new = !memory.deals.full() && (memory.new_sources.contains(scope.source) ||
                                                    !store::has_deals(tx, scope.org, scope.source));
    if (memory.deals_are_new)
        memory.new_sources.insert(scope.source);
    scope.later_snapshots = store::later_snapshots(tx, scope.org, scope.source, scope.as_of);
    const auto known_on = store::people_known_on(tx, scope.org);
    scope.people_are_older =
        known_on && std::chrono::sys_days{scope.as_of} < std::chrono::sys_days{*known_on};
}

void apply(db::Transaction& tx, const Scope& scope, Memory& memory, const Records& records, Applied& into) {
    memory.trim();
    struct Visit {
        db::Transaction& tx;
        const Scope& scope;
        Memory& memory;
        Applied& into;
        void operator()(const std::vector<DealRecord>& some) const {
            apply_deals(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<CompanyRecord>& some) const {
            apply_companies(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<PersonRecord>& some) const {
            apply_people(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<ProductRecord>& some) const {
            apply_products(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<ActivityRecord>& some) const {
            apply_activities(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<StageChangeRecord>& some) const {
            apply_stage_changes(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<TargetRecord>& some) const {
            apply_targets(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<ChurnRecord>& some) const {
            apply_churn(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<ServiceFailureRecord>& some) const {
            apply_service_failures(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<CompetitorRecord>& some) const {
            apply_competitors(tx, scope, memory, some, into);
        }
        void operator()(const std::vector<StageRecord>& some) const {
            apply_stages(tx, scope, memory, some, into);
        }
    };
    std::visit(Visit{tx, scope, memory, into}, records);
}

void settle(db::Transaction& tx, const Scope& scope) {
    store::join_waiting(tx, scope);
}

KindCounts apply_records(db::Transaction& tx, OrgId org, const std::string& source, Date as_of,
                         Records records) {
    const auto organisation = people::find_organisation(tx, org);
    if (!organisation)
        throw std::logic_error("records for an organisation that isn't there");
    Scope scope{.org = org,
                .source = source,
                .as_of = as_of,
                .now = system_now(),
                .currency = organisation->currency};
    Memory memory;
    Applied applied;
    prepare(tx, scope, memory);
    if (auto* deals = std::get_if<std::vector<DealRecord>>(&records))
        add_hashes(*deals);
    apply(tx, scope, memory, records, applied);
    settle(tx, scope);
    return applied.counts;
}

} // namespace buckstop::imports
