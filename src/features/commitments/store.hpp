// The rows of commitments. Private to this feature.
#pragma once

#include "features/commitments/commitments.hpp"

#include <tuple>

namespace buckstop::commitments::store {

// A commitment as it is stored, with how its reader stands to the debrief that it came from.
struct Row {
    CommitmentId id;
    PersonId owner_id;
    std::string owner_name;
    std::string act;
    Date due_on{}, original_due_on{};
    State state = State::open;
    std::optional<std::string> dropped_because;
    std::optional<Date> done_on;
    std::optional<DebriefId> debrief_id;
    std::optional<PersonId> coach_id; // of a shared debrief
    bool in_audience = false;         // of the debrief
    std::optional<LessonId> lesson_id;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, owner_id, owner_name, act, due_on, original_due_on, state, dropped_because,
                       done_on, debrief_id, coach_id, in_audience, lesson_id, version))

enum class Order { first_due_first, last_due_first };

struct ListFilter {
    std::string below; // SQL: holds where commitment.owner_id is somebody below the reader
    bool mine = false;
    std::optional<State> state;
    std::optional<DebriefId> debrief;
    Order order = Order::first_due_first;
    std::tuple<Date, CommitmentId> after; // where the page before ended
    std::size_t limit = 50;
};
// The reader's own, those of people below, those from debriefs that the reader coaches. One more than `limit`
// where there is more.
std::vector<Row> list(db::Transaction& tx, const access::Principal& reader, const ListFilter& filter);
std::optional<Row> find(db::Transaction& tx, const access::Principal& reader, CommitmentId id);

// A debrief that a commitment can come from.
struct DebriefRow {
    PersonId author_id;
    std::optional<LessonId> lesson_id;
};
BOOST_DESCRIBE_STRUCT(DebriefRow, (), (author_id, lesson_id))
std::optional<DebriefRow> find_shared_debrief(db::Transaction& tx, OrgId org, DebriefId id);

void update(db::Transaction& tx, OrgId org, const Row& row);

} // namespace buckstop::commitments::store
