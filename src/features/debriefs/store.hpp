// The rows of debriefs and drafts. Private to this feature.
#pragma once

#include "features/debriefs/debriefs.hpp"

#include <tuple>

namespace buckstop::debriefs::store {

// A debrief as it is stored. Of one that isn't shared the texts are empty: its words lie in the draft.
struct Row {
    DebriefId id;
    FailureId failure_id;
    std::optional<DealId> deal_id;
    PersonId author_id;
    std::string author_name;
    std::optional<PersonId> coach_id;
    std::optional<std::string> coach_name;
    State state = State::drafting;
    Audience audience = Audience::coach;
    std::optional<std::string> reason, my_part, outside, needed, serves;
    std::optional<LessonId> lesson_id;
    bool own_lesson = false; // this debrief made it
    Instant started_at{};
    std::optional<Instant> shared_at, coach_saw_at;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, failure_id, deal_id, author_id, author_name, coach_id, coach_name, state, audience,
                       reason, my_part, outside, needed, serves, lesson_id, own_lesson, started_at, shared_at,
                       coach_saw_at, version))

std::optional<Row> find(db::Transaction& tx, OrgId org, DebriefId id);
std::optional<DebriefId> find_by_failure(db::Transaction& tx, OrgId org, FailureId failure);

struct ListFilter {
    std::string below; // SQL: holds where debrief.author_id is somebody below the reader
    bool mine = false;
    bool waiting_for_me = false;
    std::optional<State> state;
    std::tuple<Instant, DebriefId> after; // where the page before ended
    std::size_t limit = 50;
};
struct ListedRow : Row {
    Instant latest{}; // shared, or begun
};
BOOST_DESCRIBE_STRUCT(ListedRow, (Row), (latest))
// The reader's own, and shared ones that they coach or that were shared with them. The newest first, one more
// than `limit` where there is more.
std::vector<ListedRow> list(db::Transaction& tx, const access::Principal& reader, const ListFilter& filter);

struct NewDebrief {
    FailureId failure;
    PersonId author;
    std::optional<PersonId> coach;
};
DebriefId insert(db::Transaction& tx, OrgId org, Instant at, const NewDebrief& debrief);

// What sharing writes.
struct Shared {
    Audience audience = Audience::coach;
    std::optional<std::string> reason, my_part, outside, needed, serves;
    std::optional<LessonId> lesson;
    std::optional<PersonId> coach;
    std::optional<Instant> coach_saw_at;
};
void share(db::Transaction& tx, OrgId org, DebriefId id, Instant at, const Shared& shared);
void update_text(db::Transaction& tx, OrgId org, const Row& row);
void coach_saw(db::Transaction& tx, OrgId org, DebriefId id, Instant at);

// ---- Drafts -----------------------------------------------------------------------------------------------

struct SealedDraft {
    access::DraftKeyId draft_key_id;
    std::string sealed;
    std::int64_t revision = 0;
    Instant updated_at{};
};
BOOST_DESCRIBE_STRUCT(SealedDraft, (), (draft_key_id, sealed, revision, updated_at))

// These name the author with the debrief: nobody else's draft can be found by them.
std::optional<SealedDraft> find_draft(db::Transaction& tx, OrgId org, DebriefId debrief, PersonId author);
void put_draft(db::Transaction& tx, OrgId org, DebriefId debrief, PersonId author, const SealedDraft& draft);
void remove_draft(db::Transaction& tx, OrgId org, DebriefId debrief, PersonId author);
std::vector<DebriefId> drafts_under(db::Transaction& tx, OrgId org, PersonId author, access::DraftKeyId key);

} // namespace buckstop::debriefs::store
