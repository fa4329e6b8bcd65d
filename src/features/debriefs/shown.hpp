// Who may see a debrief, and as what. Private to this feature.
#pragma once

#include "access/policy.hpp"
#include "features/debriefs/store.hpp"

#include <span>

namespace buckstop::debriefs {

// A debrief and what the asker may do to read it: allowed, or allowed and written down. To anybody else it
// isn't there (not_found): that somebody writes one is nobody's business either.
struct Readable {
    store::Row row;
    std::vector<access::Relation> relations; // of the asker
    access::Decision decision = access::Decision::deny;
};
[[nodiscard]] Result<Readable> readable(db::Transaction& tx, const access::Principal& who, DebriefId id);

// The same, for what only the author may do; to other readers it is forbidden.
[[nodiscard]] Result<Readable> own(db::Transaction& tx, const access::Principal& who, DebriefId id,
                                   access::Object object, access::Action action);

// As the reader, who may read it, sees it.
[[nodiscard]] Debrief shown(db::Transaction& tx, const Context& context, const access::Principal& who,
                            const store::Row& row);
[[nodiscard]] std::vector<DebriefSummary> shown(db::Transaction& tx, const access::Principal& who,
                                                std::span<const store::ListedRow> rows);

// "Harbor 34", or what else people call it in a sentence.
[[nodiscard]] std::string what_about(db::Transaction& tx, OrgId org, const store::Row& row);

// ---- Drafts -----------------------------------------------------------------------------------------------

// The asker's own draft: nothing was written, it opens, or it was sealed with a key that they don't hold now.
struct OwnDraft {
    std::optional<Draft> draft;
    bool sealed = false;
};
[[nodiscard]] OwnDraft open_draft(db::Transaction& tx, const access::Principal& who, DebriefId debrief);
inline constexpr std::string_view sealed_because = "You wrote this before your password was replaced. It is "
                                                   "still here, and nobody has read it: only your recovery "
                                                   "code opens it.";

// Seals and stores it. Error (conflict): the asker has no key.
[[nodiscard]] Result<Saved> store_draft(db::Transaction& tx, const access::Principal& who, DebriefId debrief,
                                        const DraftText& text, std::int64_t revision, Instant at);

// Tells the author's open pages, and the coach's once it is shared.
void announce(const Context& context, db::Transaction& tx, OrgId org, const store::Row& row,
              std::string_view topic, std::string id);

} // namespace buckstop::debriefs
