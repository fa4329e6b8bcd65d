// Putting the demonstration's content into the database, part by part. Each runs in the caller's transaction.
#pragma once

#include "access/principal.hpp"
#include "features/demo/content.hpp"
#include "features/demo/generate.hpp"
#include "features/identity/identity.hpp"

#include <map>
#include <string>

namespace buckstop::demo {

// Whose keys the demonstration's are.
inline constexpr std::string_view source = "demonstration";

// The people by their key in the content; who signs in comes with the key of their drafts.
using People = std::map<std::string, access::Principal, std::less<>>;

// Passwords of those who sign in, by their key; made before the transaction since each takes its time.
using Passwords = std::map<std::string, identity::PreparedPassword, std::less<>>;
[[nodiscard]] Result<Passwords> prepare_passwords(const Content& content);

[[nodiscard]] Result<People> add_people(db::Transaction& tx, Instant now, OrgId org, const Content& content,
                                        const Passwords& passwords);
void add_catalogue(db::Transaction& tx, OrgId org, Date today, const Content& content);
// The deals as a weekly export would have told them: pushed dates first, then how they read today.
void add_deals(db::Transaction& tx, OrgId org, Date today, const DealHistory& history);
void add_rules(db::Transaction& tx, Instant now, OrgId org, Date today, const Content& content);
[[nodiscard]] Result<> add_debriefs(db::Transaction& tx, Instant now, OrgId org, Date today,
                                    const Content& content, const People& people);

} // namespace buckstop::demo
