// Debriefs: the guided conversation about one failure or win.
//
// While it is written, a debrief's words are a draft: sealed with a key that only the author's sign-in opens,
// shown to nobody else, part of no list, search or count. Sharing is an act: in one transaction the words
// move into the debrief, the lesson and the commitment are made, and the draft is gone.
//
// A shared debrief is read by its author and its coach; by people above the author where the author chose an
// audience that they belong to, and each such look is written down and shown to the author.
#pragma once

#include "access/principal.hpp"
#include "access/ref.hpp"
#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/commitments/commitments.hpp"
#include "features/context.hpp"
#include "features/crm/crm.hpp"
#include "features/exactly_once.hpp"
#include "features/failures/failures.hpp"
#include "features/identity/identity.hpp"
#include "features/lessons/lessons.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace buckstop::debriefs {

using lessons::Audience;

enum class State { drafting, shared };
BOOST_DESCRIBE_ENUM(State, drafting, shared)

// What an author has written so far: this, as JSON, is what is sealed.
struct DraftText {
    std::optional<std::string> reason; // in one's own word, or as the CRM has it
    std::optional<std::string> my_part;
    std::optional<std::string> outside; // what was outside my control
    std::optional<std::string> needed;  // what I needed from my leader
    std::optional<std::string> lesson_title;
    std::optional<std::string> lesson;
    std::optional<LessonId> existing_lesson_id; // instead of a new one
    std::optional<std::string> serves;          // how the lesson will serve in winning the next deal
    std::optional<std::string> act;             // what I'm going to do about it
    std::optional<Date> due_on;                 // a week after sharing unless told
    std::optional<Audience> audience;           // my coach unless told
    bool operator==(const DraftText&) const = default;
};
BOOST_DESCRIBE_STRUCT(DraftText, (),
                      (reason, my_part, outside, needed, lesson_title, lesson, existing_lesson_id, serves,
                       act, due_on, audience))

struct Draft : DraftText {
    std::int64_t revision = 0;
    Instant saved_at{};
};
BOOST_DESCRIBE_STRUCT(Draft, (DraftText), (revision, saved_at))

// A draft as a page sends it: the whole of it, and the revision that it was made from (0: there was none).
struct DraftInput : DraftText {
    std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(DraftInput, (DraftText), (revision))

struct Saved {
    std::int64_t revision = 0;
    Instant saved_at{};
};
BOOST_DESCRIBE_STRUCT(Saved, (), (revision, saved_at))

struct ShareInput {
    std::int64_t revision = 0; // of the draft that the author sees while sharing
};
BOOST_DESCRIBE_STRUCT(ShareInput, (), (revision))

// What an author may change once it is shared. Left out: stays. Null: cleared, but for my_part.
struct DebriefEdit {
    std::optional<std::string> my_part;
    std::optional<std::optional<std::string>> outside, needed, serves;
    std::optional<Audience> audience;
};
BOOST_DESCRIBE_STRUCT(DebriefEdit, (), (my_part, outside, needed, serves, audience))

struct DebriefSummary {
    DebriefId id;
    failures::FailureSummary failure;
    PersonRef author;
    std::optional<PersonRef> coach;
    State state = State::drafting;
    Audience audience = Audience::coach;
    std::optional<Instant> shared_at;
    std::optional<std::string> lesson_title;
};
BOOST_DESCRIBE_STRUCT(DebriefSummary, (),
                      (id, failure, author, coach, state, audience, shared_at, lesson_title))

struct Reader {
    std::string name;
    Instant at{};
};
BOOST_DESCRIBE_STRUCT(Reader, (), (name, at))

struct Debrief {
    DebriefId id;
    failures::FailureSummary failure;
    std::optional<crm::Deal> deal;
    PersonRef author;
    std::optional<PersonRef> coach;
    State state = State::drafting;
    Audience audience = Audience::coach;
    bool mine = false;
    bool sealed = false; // one's own draft, written before somebody reset one's password
    std::optional<std::string> sealed_because;
    std::optional<Draft> draft; // one's own
    std::optional<std::string> reason, my_part, outside, needed, serves;
    std::optional<lessons::Lesson> lesson;
    std::vector<commitments::Commitment> commitments;
    std::vector<Reader> readers; // who else looked: for the author
    Instant started_at{};
    std::optional<Instant> shared_at;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(Debrief, (),
                      (id, failure, deal, author, coach, state, audience, mine, sealed, sealed_because, draft,
                       reason, my_part, outside, needed, serves, lesson, commitments, readers, started_at,
                       shared_at, version))

struct DebriefQuery {
    std::optional<bool> mine;
    std::optional<bool> waiting_for_me; // shared with me as the coach, and not opened by me yet
    std::optional<State> state;
    std::optional<std::string> cursor;
    std::optional<int> limit; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(DebriefQuery, (), (mine, waiting_for_me, state, cursor, limit))

// For people: checked against who asks.

// The debrief of one's own failure: made, or found where it was begun before.
[[nodiscard]] Result<Debrief> start(const Context& context, const access::Principal& who, FailureId failure);
// A look. Not a pure read: it may be written down.
[[nodiscard]] Result<Debrief> read(const Context& context, const access::Principal& who, DebriefId id);
[[nodiscard]] Result<http::Page<DebriefSummary>> list(const Context& context, const access::Principal& who,
                                                      const DebriefQuery& query);

// Another tab saved in between: its draft, so that the page can put both before the author.
struct NewerDraft {
    Draft current;
};
[[nodiscard]] Result<std::variant<Saved, NewerDraft>>
save_draft(const Context& context, const access::Principal& who, DebriefId id, const DraftInput& input);
// Throws the draft away, also one that stays sealed for ever.
[[nodiscard]] Result<> discard_draft(const Context& context, const access::Principal& who, DebriefId id);
[[nodiscard]] Result<Debrief> share(const Context& context, const access::Principal& who, DebriefId id,
                                    const ShareInput& input, const BeforeCommit<Debrief>& before_commit = {});
[[nodiscard]] Result<Debrief> edit(const Context& context, const access::Principal& who, DebriefId id,
                                   std::int64_t version, const DebriefEdit& edit);

// For other features, inside their transactions.
[[nodiscard]] std::vector<DebriefSummary> drafts_of(db::Transaction& tx, const access::Principal& who,
                                                    int limit);
[[nodiscard]] std::vector<DebriefSummary> waiting_for_coach(db::Transaction& tx, const access::Principal& who,
                                                            int limit);

// Debriefs of the past, for the demonstration and for imports from other tools: no person acts, nothing is
// audited, nobody is told.
struct PastDebrief {
    FailureId failure;
    PersonId author;
    std::optional<PersonId> coach;
    Instant started_at{}, written_at{}; // shared, or last saved
    DraftText text;
    commitments::State act_state = commitments::State::open;
    std::optional<Date> done_on{};
    std::optional<Instant> coach_saw_at{}; // nothing: it still waits for them
};
struct PastShared {
    DebriefId debrief;
    std::optional<LessonId> lesson;
    std::optional<CommitmentId> commitment;
};
PastShared insert_shared(db::Transaction& tx, OrgId org, const PastDebrief& past);
// Sealed for its author, whom the caller has because it just made the account (identity::create_account).
[[nodiscard]] Result<DebriefId> insert_draft(db::Transaction& tx, const access::Principal& author,
                                             const PastDebrief& past);

// For identity's hooks: counts a person's sealed drafts, and seals them anew once the recovery code opens
// them.
[[nodiscard]] identity::SealedTexts sealed_texts();

void add_routes(http::Router& router, const Context& context);

} // namespace buckstop::debriefs
