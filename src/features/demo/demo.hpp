// The demonstration organisation: Quillane Dockworks, invented and written by hand, so that somebody who has
// just installed Buckstop can look around in something lived in; and generated organisations of any size, for
// loads. Both are made through the same doors as real data: imports, failure rules, debriefs.
#pragma once

#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "features/context.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::demo {

// Everybody in the demonstration signs in with this. It is no secret, and says so where it is shown.
inline constexpr std::string_view password = "mended, not marked";

struct SignIn {
    std::string email, name, role;
};
BOOST_DESCRIBE_STRUCT(SignIn, (), (email, name, role))

struct Created {
    std::string organisation;
    OrgId id;
    std::vector<SignIn> sign_ins; // one for each role, the rep first
    std::string password;
};
BOOST_DESCRIBE_STRUCT(Created, (), (organisation, id, sign_ins, password))

// Error (conflict): there is a demonstration already.
[[nodiscard]] Result<Created> create(const Context& context);

struct Scale {
    std::int64_t deals = 1000;
    std::uint64_t seed = 1;
    std::function<void(std::int64_t deals)> on_progress{}; // how many are made so far
};
// A demonstration organisation with that many generated deals and their history, the same for the same seed.
[[nodiscard]] Result<Created> create_at_scale(const Context& context, const Scale& scale);

// Removes every demonstration organisation whole. Error (not_found): there is none.
[[nodiscard]] Result<> remove(const Context& context);

// How to sign in, for the sign-in page; nothing where there is no demonstration.
[[nodiscard]] std::optional<std::string> sign_in_hint(db::Transaction& tx);

} // namespace buckstop::demo
