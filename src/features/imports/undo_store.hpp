// SQL of the journal and of undoing. Private to this feature.
#pragma once

#include "features/imports/apply.hpp"
#include "features/imports/apply_store.hpp"
#include "features/imports/undo_journal.hpp"

#include <span>

namespace buckstop::imports::store {

// ---- The journal ------------------------------------------------------------------------------------------

// The position of a part that came to an import from one that was undone: undone itself last of its kind.
inline constexpr int handed_over = -1;

// Behind all that is there.
void write_journal(db::Transaction& tx, OrgId org, ImportId import, int position, const Journal& journal);

struct StoredPart {
    std::int64_t sequence = 0;
    ImportId import_id;
    int position = 0;
    Kind kind = Kind::deal;
    std::int64_t first_id = 0, last_id = 0;
    std::string entries;
};
BOOST_DESCRIBE_STRUCT(StoredPart, (), (sequence, import_id, position, kind, first_id, last_id, entries))

// The import's next to undo: what refers to others before what they are, and the later first.
[[nodiscard]] std::optional<StoredPart> next_part(db::Transaction& tx, OrgId org, ImportId import);
// Those that may speak of the same rows and were written later.
[[nodiscard]] std::vector<StoredPart> later_parts(db::Transaction& tx, OrgId org, const StoredPart& than);
// All of these kinds that were written later.
[[nodiscard]] std::vector<StoredPart> parts_behind(db::Transaction& tx, OrgId org, std::int64_t sequence,
                                                   const std::vector<Kind>& kinds);
[[nodiscard]] std::vector<StoredPart> parts_of(db::Transaction& tx, OrgId org, ImportId import, Kind kind);
// An empty part is removed.
void rewrite_part(db::Transaction& tx, OrgId org, std::int64_t sequence, const JournalPart& part);
// ---- Imports ----------------------------------------------------------------------------------------------

// Whether it has ended and what undoing it needs is still kept.
[[nodiscard]] bool can_be_undone(db::Transaction& tx, OrgId org, const ImportRow& import);
// Whether an import of the organisation is being undone, or (but for this one) run.
[[nodiscard]] bool is_undoing(db::Transaction& tx, OrgId org);
[[nodiscard]] bool is_running(db::Transaction& tx, OrgId org);
// Whether what undoing it takes is gone by age (forget_store.cpp).
[[nodiscard]] bool is_undo_forgotten(db::Transaction& tx, OrgId org, ImportId id);
void note_undone(db::Transaction& tx, OrgId org, ImportId id, const std::string& undone);
// The last of it: its days, and its mark on rows that stay.
void end_undo(db::Transaction& tx, OrgId org, ImportId id, Instant at);
// The days of later snapshots, as an import knew them that began before `than`.
[[nodiscard]] std::vector<Snapshot> snapshots_before(db::Transaction& tx, OrgId org,
                                                     const std::string& source, Date as_of, ImportId than,
                                                     ImportId without);
// As people_known_on, of imports that began before `than`.
[[nodiscard]] std::optional<Date> people_known_before(db::Transaction& tx, OrgId org, ImportId than,
                                                      ImportId without);
[[nodiscard]] bool noted_snapshot(db::Transaction& tx, OrgId org, const std::string& source, ImportId import);

// ---- Rows -------------------------------------------------------------------------------------------------

using Ids = std::vector<std::int64_t>;

[[nodiscard]] std::vector<StoredProduct> load_products(db::Transaction& tx, OrgId org, const Ids& ids);
template <class Row> // StoredActivity and those behind it
[[nodiscard]] std::vector<Row> load_rows(db::Transaction& tx, OrgId org, const Ids& ids);

struct NamedRow {
    std::int64_t id = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(NamedRow, (), (id, name))
// Deals to which a debrief or a lesson belongs.
[[nodiscard]] std::vector<NamedRow> deals_worked_on(db::Transaction& tx, OrgId org, const Ids& deals);
[[nodiscard]] bool failures_can_be_about(Kind kind);
// Targets, churned customers and service failures with a debrief; of other kinds none.
[[nodiscard]] std::vector<NamedRow> worked_on(db::Transaction& tx, OrgId org, Kind kind, const Ids& ids);
// Failures about such rows.
void remove_failures_about(db::Transaction& tx, OrgId org, Kind kind, const Ids& ids);
struct RowKey {
    std::string source, external_key;
};
// Failures about the row `from`, which is no more, are about the one that has this key.
void move_failures(db::Transaction& tx, OrgId org, Kind kind, std::int64_t from, const RowKey& to);
[[nodiscard]] std::vector<DealId> existing_deals(db::Transaction& tx, OrgId org,
                                                 const std::vector<DealId>& deals);
// What belonged to them waits for them again.
void remove_deals(db::Transaction& tx, OrgId org, const Ids& deals);
void remove_rows(db::Transaction& tx, OrgId org, Kind kind, const Ids& ids);
// Of those that are gone since `from`, or aren't.
void set_gone(db::Transaction& tx, OrgId org, const Ids& deals, std::optional<Date> from,
              std::optional<Date> to);
void set_read_on(db::Transaction& tx, OrgId org, std::int64_t deal, Date from, std::optional<Date> to);

// Of companies, products and people: those to which a row refers, with the first import but `without` that
// one of these rows is from.
struct Referred {
    std::int64_t id = 0;
    std::optional<ImportId> import;
};
BOOST_DESCRIBE_STRUCT(Referred, (), (id, import))
[[nodiscard]] std::vector<Referred> referred_to(db::Transaction& tx, OrgId org, Kind kind, const Ids& ids,
                                                ImportId without);
// Only its name is known now, since what refers to it came.
void make_bare(db::Transaction& tx, OrgId org, Kind kind, const Referred& row);

} // namespace buckstop::imports::store
