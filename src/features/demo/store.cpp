#include "features/demo/store.hpp"

#include "features/demo/organisation.hpp"

namespace buckstop::demo {

std::optional<DealId> find_deal(db::Transaction& tx, OrgId org, std::string_view key) {
    return tx.find<DealId>("select id from deal where org_id = $1 and source = $2 and external_key = $3", org,
                           source, key);
}

} // namespace buckstop::demo
