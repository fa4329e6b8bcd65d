#include "features/imports/apply_gone.hpp"

#include "features/imports/apply_deal_store.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/undo_store.hpp"

#include <algorithm>
#include <span>

namespace buckstop::imports {
namespace {

bool is_older(db::Transaction& tx, const Whole& whole) {
    return !store::later_snapshots(tx, whole.org, whole.source, whole.as_of).empty();
}

void count(Missing& missing, crm::Outcome outcome) {
    ++(outcome == crm::Outcome::open ? missing.open : missing.closed);
}

// The deals that the import brought, in order.
std::vector<std::int64_t> brought_by(db::Transaction& tx, OrgId org, ImportId import) {
    std::vector<std::int64_t> ids;
    for (const auto& stored : store::parts_of(tx, org, import, Kind::deal)) {
        const auto part = decode(stored.entries);
        ids.insert(ids.end(), part.made.begin(), part.made.end());
        ids.insert(ids.end(), part.same.begin(), part.same.end());
        for (const auto& entry : part.entries)
            ids.push_back(entry.id);
    }
    std::ranges::sort(ids);
    return ids;
}

} // namespace

std::optional<Missing> count_missing(db::Transaction& tx, const Whole& whole, const Memory& memory) {
    if (memory.deals.full())
        return std::nullopt;
    Missing missing;
    if (is_older(tx, whole))
        return missing;
    const auto salt = short_hash(whole.source);
    store::each_present(tx, whole.org, whole.source, whole.as_of, [&](const store::PresentDeal& deal) {
        if (!deal.gone_on && !memory.deals.has(short_hash(deal.external_key) ^ salt))
            count(missing, deal.outcome);
    });
    return missing;
}

Missing mark_gone(db::Transaction& tx, const Whole& whole, ImportId import, Covers covers) {
    Missing missing;
    if (is_older(tx, whole))
        return missing;
    const auto brought = brought_by(tx, whole.org, import);
    JournalPart part;
    store::each_present(tx, whole.org, whole.source, whole.as_of, [&](const store::PresentDeal& deal) {
        if (covers == Covers::open && deal.outcome != crm::Outcome::open)
            return;
        if (std::ranges::binary_search(brought, deal.id.value()))
            return;
        part.gone.push_back(deal.id.value()); // also what is gone already: it would be by this import alone
        if (!deal.gone_on)
            count(missing, deal.outcome);
    });
    store::set_gone(tx, whole.org, part.gone, std::nullopt, whole.as_of);
    store::write_journal(tx, whole.org, import, 0, {{Kind::deal, std::move(part)}});
    return missing;
}

} // namespace buckstop::imports
