// The SQL of erasing a person. Where a name may stand in a text is asked of the database, so that a table
// that a later migration adds is never forgotten. Private to this feature.
#pragma once

#include "db/db.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::erasure::store {

using Replace = std::function<std::optional<std::string>(std::string_view)>;

// Replaces in every column of free text of every table but those that are named in store.cpp with their
// reason. `patterns` are those of Redaction.
void replace_in_texts(db::Transaction& tx, OrgId org, const std::vector<std::string>& patterns,
                      const Replace& replace);
// Reasons that name the person; the chain allows that they go.
void remove_audit_reasons(db::Transaction& tx, OrgId org, const std::vector<std::string>& patterns,
                          const Replace& replace);

// Debriefs that the person hadn't shared. Nobody is asked any more about what they were of, nor about what
// the person hadn't begun.
void remove_unshared(db::Transaction& tx, OrgId org, PersonId person);
void end_open_commitments(db::Transaction& tx, OrgId org, PersonId person);
// Shared debriefs, lessons and commitments of the person; what pointed to the lessons points to nothing.
// Returns the lessons.
[[nodiscard]] std::vector<LessonId> remove_shared(db::Transaction& tx, OrgId org, PersonId person);
// Lessons whose text holds this.
[[nodiscard]] std::vector<LessonId> lessons_with(db::Transaction& tx, OrgId org, const std::string& text);

struct Counts {
    std::int64_t deals = 0, reports = 0;
    bool signs_in = false;
    bool import_is_running = false;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (deals, reports, signs_in, import_is_running))
[[nodiscard]] Counts counts(db::Transaction& tx, OrgId org, PersonId person);

} // namespace buckstop::erasure::store
