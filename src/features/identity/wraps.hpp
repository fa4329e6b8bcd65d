// A person's draft key, wrapped by what only they have. What is wrapped is bound to its row, so that no wrap
// can be put in another's place.
#pragma once

#include "access/principal.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buckstop::identity {

// Which draft key, and by what it is wrapped.
struct WrapPlace {
    enum class By { password, recovery_code, session } by = By::password;
    OrgId org{};
    std::int64_t owner = 0; // the person's id, or the session's
    access::DraftKeyId key{};
};

[[nodiscard]] std::string wrap(const WrapPlace& place, std::string_view with, std::string_view draft_key);
// Nothing where it isn't the right secret.
[[nodiscard]] std::optional<std::string> unwrap(const WrapPlace& place, std::string_view with,
                                                std::string_view wrapped);

} // namespace buckstop::identity
