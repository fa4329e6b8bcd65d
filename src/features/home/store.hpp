// Private to this feature.
#pragma once

#include "features/home/home.hpp"

namespace buckstop::home::store {

// The person's open deals: those that are expected to close next, then those that are overdue or have no
// date.
std::vector<DealId> open_deals(db::Transaction& tx, OrgId org, PersonId owner, Date today, int most);

} // namespace buckstop::home::store
