// Who is asking.
#pragma once

#include "base/describe.hpp"
#include "base/id.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::access {

enum class Role { administrator, leader, manager, rep, operations, observer };
BOOST_DESCRIBE_ENUM(Role, administrator, leader, manager, rep, operations, observer)

using SessionId = Id<struct Session>;
using DraftKeyId = Id<struct DraftKey>;

// A signed-in person (or the program itself, acting for an organisation from the command line).
struct Principal {
    OrgId org;
    PersonId person{}; // none where the program itself acts
    std::vector<Role> roles{};
    SessionId session{}; // none outside HTTP
    // Opens this person's own drafts; held by the session, never stored in the clear. Empty: drafts stay
    // sealed.
    std::string draft_key{};
    DraftKeyId draft_key_id{}; // which one that is; see identity::seal

    [[nodiscard]] bool has(Role role) const { return std::ranges::find(roles, role) != roles.end(); }
};

} // namespace buckstop::access
