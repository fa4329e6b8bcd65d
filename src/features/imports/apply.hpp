// Brings records into the database: what is new is created, what says something new is changed, everything
// else is left alone. Applying the same records again does nothing, so a batch that was committed and then
// comes again (a killed import, a file imported twice) does no harm. Private to this feature; README.md has
// the rules.
#pragma once

#include "features/imports/apply_memory.hpp"
#include "features/imports/imports.hpp"
#include "features/imports/store.hpp"
#include "features/imports/undo_journal.hpp"

#include <set>
#include <string>
#include <vector>

namespace buckstop::imports {

// What holds for all batches of one file.
struct Scope {
    OrgId org{};
    std::string source{}; // whose keys these are
    Date as_of{};         // the day that the file speaks of
    ImportId import{};    // noted on what changes; none for the demonstration
    Instant now{};
    std::string currency{}; // of amounts that come without one
    bool keyless = false;   // the keys are fingerprints: what has a name is found by that
    // Those that the file's mapping fills, by name; nothing where that isn't known.
    std::optional<std::set<std::string, std::less<>>> fields{};
    bool compare = false; // count only: nothing is written, and the transaction may be a read

    // Filled in by prepare(). Days after as_of on which (nearly) all deals of the source were read.
    std::vector<store::Snapshot> later_snapshots{};
    bool people_are_older = false; // a newer file has told about people
};

struct Applied {
    KindCounts counts{};
    std::vector<Refusal> refusals{};
    std::int64_t distinct_deals = 0; // whose key hasn't come before in this import
    std::vector<DealId> read_again;  // that read as they did on an earlier day, and nothing notes it yet
    Journal journal{};               // what undoing this batch needs; empty while comparing
};

// Before a file's first batch.
void prepare(db::Transaction& tx, Scope& scope, Memory& memory);

// One batch. Where the transaction doesn't commit, call memory.forget() before anything else.
void apply(db::Transaction& tx, const Scope& scope, Memory& memory, const Records& records, Applied& into);

// Once all files are in: joins activities and stage changes to deals that came after them.
void settle(db::Transaction& tx, const Scope& scope);

// By kind, for the above.
void apply_deals(db::Transaction& tx, const Scope& scope, Memory& memory,
                 const std::vector<DealRecord>& records, Applied& into);
void apply_companies(db::Transaction& tx, const Scope& scope, Memory& memory,
                     const std::vector<CompanyRecord>& records, Applied& into);
void apply_people(db::Transaction& tx, const Scope& scope, Memory& memory,
                  const std::vector<PersonRecord>& records, Applied& into);
void apply_products(db::Transaction& tx, const Scope& scope, Memory& memory,
                    const std::vector<ProductRecord>& records, Applied& into);
void apply_activities(db::Transaction& tx, const Scope& scope, Memory& memory,
                      const std::vector<ActivityRecord>& records, Applied& into);
void apply_stage_changes(db::Transaction& tx, const Scope& scope, Memory& memory,
                         const std::vector<StageChangeRecord>& records, Applied& into);
void apply_targets(db::Transaction& tx, const Scope& scope, Memory& memory,
                   const std::vector<TargetRecord>& records, Applied& into);
void apply_churn(db::Transaction& tx, const Scope& scope, Memory& memory,
                 const std::vector<ChurnRecord>& records, Applied& into);
void apply_service_failures(db::Transaction& tx, const Scope& scope, Memory& memory,
                            const std::vector<ServiceFailureRecord>& records, Applied& into);
void apply_competitors(db::Transaction& tx, const Scope& scope, Memory& memory,
                       const std::vector<CompetitorRecord>& records, Applied& into);
void apply_stages(db::Transaction& tx, const Scope& scope, Memory& memory,
                  const std::vector<StageRecord>& records, Applied& into);

} // namespace buckstop::imports
