// From a record to a row of `deal`, new or changed. Pure. Private to this feature.
#pragma once

#include "features/imports/apply_deal_store.hpp"

#include <deque>

namespace buckstop::imports {

// The rows that a record names; 0 where it names none.
struct DealReferences {
    CompanyId company{};
    PersonId owner{};
    ProductId product{};
};

// A deal that nothing is known about yet. `texts` keeps what the row says beyond the record's own words, such
// as a name where the file has none.
[[nodiscard]] NewDeal new_deal(const DealRecord& record, const DealReferences& references, const Scope& scope,
                               std::deque<std::string>& texts);

// Rows that are there read as if these records had made them. `ids` are theirs; the records have their
// hashes.
void make_deals_anew(db::Transaction& tx, const Scope& scope, Memory& memory,
                     const std::vector<DealRecord>& records, const std::vector<std::int64_t>& ids,
                     Applied& into);

// What the record says of the tracked facts.
[[nodiscard]] Said said_by(const DealRecord& record, const DealReferences& references, const Scope& scope,
                           std::string_view stage_so_far, crm::Outcome outcome_so_far);

// The row as a reading, and back.
[[nodiscard]] Reading reading_of(const StoredDeal& deal);
void set_reading(StoredDeal& deal, const Reading& reading);

// Brings what isn't tracked into the row. `gaps_only`: an older file's, which fills what is empty. Returns
// whether anything changed.
bool merge(StoredDeal& deal, const DealRecord& record, const DealReferences& references, bool gaps_only);

// The facts (JSON objects) of both; of one name, the new one's.
[[nodiscard]] std::string merge_facts(const std::string& old_facts, std::string_view new_facts);

} // namespace buckstop::imports
