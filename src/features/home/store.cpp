#include "features/home/store.hpp"

namespace buckstop::home::store {

std::vector<DealId> open_deals(db::Transaction& tx, OrgId org, PersonId owner, Date today, int most) {
    return tx.query<DealId>("select id from deal where org_id = $1 and owner_id = $2 and outcome = 'open'"
                            " order by case when expected_close_on >= $3 then 0 else 1 end,"
                            " expected_close_on nulls last, id limit $4",
                            org, owner, today, most);
}

} // namespace buckstop::home::store
