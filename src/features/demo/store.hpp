// What the demonstration asks the database itself.
#pragma once

#include "base/id.hpp"
#include "db/db.hpp"

#include <optional>
#include <string_view>

namespace buckstop::demo {

[[nodiscard]] std::optional<DealId> find_deal(db::Transaction& tx, OrgId org, std::string_view key);

} // namespace buckstop::demo
