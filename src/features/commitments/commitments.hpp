// Commitments: "What are you going to do about that?" answered with an act and a date. Kept, moved (the first
// date stays) or dropped, because …
#pragma once

#include "access/principal.hpp"
#include "access/ref.hpp"
#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "features/exactly_once.hpp"
#include "features/lessons/lessons.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::commitments {

enum class State { open, kept, dropped };
BOOST_DESCRIBE_ENUM(State, open, kept, dropped)

inline constexpr std::size_t most_act = 2000; // characters

struct Commitment {
    CommitmentId id;
    PersonRef owner;
    std::string act;
    Date due_on{}, original_due_on{};
    State state = State::open;
    std::optional<std::string> dropped_because;
    std::optional<Date> done_on;
    std::optional<DebriefId> debrief_id;      // where the reader may open it
    std::optional<lessons::LessonRef> lesson; // likewise
    bool overdue = false;
    bool mine = false;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(Commitment, (),
                      (id, owner, act, due_on, original_due_on, state, dropped_because, done_on, debrief_id,
                       lesson, overdue, mine, version))

struct CommitmentQuery {
    std::optional<bool> mine;
    std::optional<State> state;
    std::optional<std::string> cursor;
    std::optional<int> limit; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(CommitmentQuery, (), (mine, state, cursor, limit))

struct CommitmentInput {
    std::string act;
    Date due_on{};
    std::optional<DebriefId> debrief_id; // one's own
};
BOOST_DESCRIBE_STRUCT(CommitmentInput, (), (act, due_on, debrief_id))

// state "kept" (done_on: today unless told), "dropped" (with dropped_because), "open" to undo either; a new
// due_on moves an open one.
struct CommitmentChange {
    std::optional<State> state;
    std::optional<Date> due_on;
    std::optional<std::string> act;
    std::optional<std::string> dropped_because;
    std::optional<Date> done_on;
};
BOOST_DESCRIBE_STRUCT(CommitmentChange, (), (state, due_on, act, dropped_because, done_on))

// For people: checked against who asks.
[[nodiscard]] Result<http::Page<Commitment>> list(const Context& context, const access::Principal& who,
                                                  const CommitmentQuery& query);
[[nodiscard]] Result<Commitment> get(const Context& context, const access::Principal& who, CommitmentId id);
[[nodiscard]] Result<Commitment> add(const Context& context, const access::Principal& who,
                                     const CommitmentInput& input,
                                     const BeforeCommit<Commitment>& before_commit = {});
[[nodiscard]] Result<Commitment> change(const Context& context, const access::Principal& who, CommitmentId id,
                                        std::int64_t version, const CommitmentChange& change);

// For other features, inside their transactions; they have asked access::require already.
struct NewCommitment {
    PersonId owner;
    std::string act;
    Date due_on{};
    std::optional<DebriefId> debrief;
    std::optional<LessonId> lesson;
    State state = State::open; // the demonstration has some that were kept
    std::optional<Date> done_on{};
};
CommitmentId insert(db::Transaction& tx, OrgId org, Instant at, const NewCommitment& commitment);
// Those of a debrief that the reader may open, oldest first.
[[nodiscard]] std::vector<Commitment> of_debrief(db::Transaction& tx, const Context& context,
                                                 const access::Principal& reader, DebriefId debrief);
// The asker's own open ones, the first due first.
[[nodiscard]] std::vector<Commitment> due_for(db::Transaction& tx, const Context& context,
                                              const access::Principal& who, int limit);

void add_routes(http::Router& router, const Context& context);

} // namespace buckstop::commitments
