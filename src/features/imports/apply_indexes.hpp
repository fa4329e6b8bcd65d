// A large first import builds the indexes of `deal` once, after its rows are in: keeping them up row by row
// costs several times as much as the rows. That is only done while the table is empty, so that nobody misses
// them; what was dropped is written down in the same transaction (`deferred_index`), so that whoever finds
// the note, after a kill, builds them. While they are missing, other imports wait. Private to this feature.
#pragma once

#include "features/imports/imports.hpp"

namespace buckstop::imports {

// From how many expected deals on it is worth it.
inline constexpr std::int64_t many_deals = 100'000;

// Drops them, if the table is empty and nobody else has. Returns whether they are off now.
bool put_off_indexes(db::Transaction& tx, ImportId import);

// In every transaction that writes deals. Whose import has put the indexes off; nothing: they are there.
[[nodiscard]] std::optional<ImportId> indexes_put_off_by(db::Transaction& tx);

// Builds what is missing.
void build_indexes(db::Transaction& tx);
// The same, each in a transaction of its own, so that others get their turn in between.
void build_indexes(db::Database& database);

// Waits until the indexes are there: while the import that put them off gives signs of life; else builds
// them. False: should_stop said so.
[[nodiscard]] bool wait_for_indexes(const Context& context, ImportId mine,
                                    const std::function<bool()>& should_stop);

} // namespace buckstop::imports
