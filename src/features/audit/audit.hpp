// The audit log: who did what, and who looked. Append-only (the database refuses updates and deletions), and
// each organisation's lines are a chain: a line's hash covers its content and the hash before it, so that a
// line that is changed, removed or slipped in is found by verify().
//
// People stand in it by a random pseudonym. Deleting the pseudonym's row (forget) leaves lines about nobody
// and a chain that still verifies. Nothing in a line is personal text, which record() enforces; the one
// exception, a reason that somebody typed, is kept beside the chain and can be erased likewise.
//
// The chain has no secret: whoever controls the database could write a new one from its beginning. Against
// that, note the head (verify prints it) somewhere else, and give it to verify() later.
#pragma once

#include "access/policy.hpp"
#include "access/ref.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::audit {

// What is to be written down.
//
//   audit::record(tx, context.now(), {.org = who.org, .actor = who.person, .action = "debrief.read",
//                                     .object = access::Object::debrief, .object_id = id.value(),
//                                     .subject = author});
struct Event {
    OrgId org{};
    PersonId actor{};          // none: the program itself
    std::string_view action{}; // "debrief.read": small letters, digits, '_' and '.'
    access::Object object{};
    std::int64_t object_id = 0; // 0: none
    PersonId subject{};         // whom it concerns; none: nobody. They see the line under "about me"
    std::string reason{};       // where one was asked for: what the actor typed
    boost::json::object
        detail{}; // numbers, booleans, and text like an identifier ("deal_visibility"); nothing else
};

// Appends a line; it is there exactly when the transaction commits. It holds the head of the organisation's
// chain until then, so record last. Throws std::logic_error where action or detail could hold personal text.
void record(db::Transaction& tx, Instant at, const Event& event);

// The end of a chain. Kept outside the database it proves later that nothing up to it was rewritten.
struct Head {
    std::int64_t sequence = 0; // 0: no line yet
    std::string hash{};
    bool operator==(const Head&) const = default;
};
BOOST_DESCRIBE_STRUCT(Head, (), (sequence, hash))

struct Verification {
    bool whole = true;
    std::int64_t lines = 0;
    std::int64_t broken_at = 0; // the first line that doesn't fit; 0 where it is whole
    std::string problem{};      // a sentence; empty where it is whole
    Head head{};
    std::int64_t erased_reasons = 0; // reasons that were erased, as they may be
};
BOOST_DESCRIBE_STRUCT(Verification, (), (whole, lines, broken_at, problem, head, erased_reasons))

// Reads the whole chain. `noted`: a head that was written down earlier, which the chain must still contain.
[[nodiscard]] Verification verify(db::Transaction& tx, OrgId org,
                                  const std::optional<Head>& noted = std::nullopt);

// The end of the organisation's chain now, to be noted somewhere else.
[[nodiscard]] Head head(db::Transaction& tx, OrgId org);

// Destroys the person's pseudonym and the reasons in lines about or by them: erasure of a person. Their lines
// stay, about nobody. A later line about the same person gets a new pseudonym.
void forget(db::Transaction& tx, OrgId org, PersonId person);

// A line as it is shown: people by their names. Whose pseudonym was destroyed is left out.
struct AuditLine {
    std::int64_t sequence = 0;
    Instant at{};
    std::optional<std::string> actor{};
    std::string action{};
    std::string object_kind{};
    std::optional<std::string> object_id{};
    std::optional<std::string> subject{};
    std::optional<std::string> reason{};
};
BOOST_DESCRIBE_STRUCT(AuditLine, (), (sequence, at, actor, action, object_kind, object_id, subject, reason))

struct AuditQuery {
    std::optional<std::string> cursor{};
    std::optional<int> limit{}; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(AuditQuery, (), (cursor, limit))

// Newest first: everything, for administrators; the lines about the asker, for everybody.
[[nodiscard]] Result<http::Page<AuditLine>> list(const Context& context, const access::Principal& who,
                                                 const AuditQuery& query);
[[nodiscard]] Result<http::Page<AuditLine>> list_mine(const Context& context, const access::Principal& who,
                                                      const AuditQuery& query);

// Who looked: the distinct readers (actors of `action` on this object, without the program) with the time of
// their latest look, newest first. For the author's list of a debrief's readers.
struct Look {
    PersonRef reader;
    Instant at{};
};
BOOST_DESCRIBE_STRUCT(Look, (), (reader, at))
[[nodiscard]] std::vector<Look> looks(db::Transaction& tx, OrgId org, std::string_view action,
                                      access::Object object, std::int64_t object_id);

void add_routes(http::Router& router, const Context& context);

} // namespace buckstop::audit
