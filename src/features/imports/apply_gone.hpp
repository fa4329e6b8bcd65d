// Deals that files which hold all of a source's deals don't bring: the CRM has them no more. Private to this
// feature.
#pragma once

#include "features/imports/apply_memory.hpp"
#include "features/imports/imports.hpp"
#include "features/imports/undo_journal.hpp"

namespace buckstop::imports {

// The source and the day that the files speak of. Nothing is gone by files that are older than others of the
// source.
struct Whole {
    OrgId org{};
    std::string source{};
    Date as_of{};
};

// While comparing: the source's deals whose keys haven't come. Nothing where too many have come to tell.
[[nodiscard]] std::optional<Missing> count_missing(db::Transaction& tx, const Whole& whole,
                                                   const Memory& memory);

// Once all is in: marks those that the import didn't bring (its journal tells what it brought), open ones or
// all, and adds them to the journal. Gives how many.
Missing mark_gone(db::Transaction& tx, const Whole& whole, ImportId import, Covers covers);

} // namespace buckstop::imports
