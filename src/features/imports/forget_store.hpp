// The SQL of what imports don't keep: for the erasure of people, and for retention. Private to this feature.
#pragma once

#include "features/imports/store.hpp"
#include "features/imports/undo_store.hpp"

namespace buckstop::imports::store {

// The journal in portions, behind this place.
[[nodiscard]] std::vector<StoredPart> parts_after(db::Transaction& tx, OrgId org, std::int64_t sequence,
                                                  int most);
// Imports that ended before, the oldest first, and of whose undoing something is still kept.
[[nodiscard]] std::vector<ImportId> with_undo_before(db::Transaction& tx, OrgId org, Instant before);
// At most so many parts of its journal; returns how many.
std::int64_t remove_parts(db::Transaction& tx, OrgId org, ImportId id, int most);
// False where it was noted before.
bool note_undo_forgotten(db::Transaction& tx, OrgId org, ImportId id, Instant at);

// A file of an import, by where it is or its refused rows are.
struct KeptFile {
    ImportId import_id;
    int position = 0;
    std::optional<std::string> path;
    std::int64_t refused_bytes = 0;
    bool has_ended = false;
};
BOOST_DESCRIBE_STRUCT(KeptFile, (), (import_id, position, path, refused_bytes, has_ended))
[[nodiscard]] std::vector<KeptFile> kept_files(db::Transaction& tx, OrgId org);
// Of imports that ended, or that nobody has touched since and no job works on.
[[nodiscard]] std::vector<KeptFile> kept_files_before(db::Transaction& tx, OrgId org, Instant before,
                                                      int most);
void forget_refused(db::Transaction& tx, OrgId org, ImportId id, int position);

} // namespace buckstop::imports::store
