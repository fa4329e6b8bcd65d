// Undoing an import as a whole, as if it had never been: what it made goes, what it changed reads as before,
// and what later imports have said of the same rows is said again, in their order (README.md). What people
// have worked on since stays and is told.
#pragma once

#include "base/describe.hpp"
#include "base/result.hpp"
#include "features/context.hpp"
#include "features/imports/records.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::imports {

struct UndoneCounts {
    std::int64_t removed = 0;  // only this import had brought them
    std::int64_t restored = 0; // read as they would without this import
    std::int64_t kept = 0;     // stay, because people have worked on them
    bool operator==(const UndoneCounts&) const = default;
};
BOOST_DESCRIBE_STRUCT(UndoneCounts, (), (removed, restored, kept))

struct KeptRow {
    Kind kind = Kind::deal;
    std::string name, reason;
};
BOOST_DESCRIBE_STRUCT(KeptRow, (), (kind, name, reason))

struct Undone {
    std::optional<UndoneCounts> deal, company, person, product, activity, stage_change, target, churn,
        service_failure, competitor, stage;
    std::vector<KeptRow> kept; // the first 200
    [[nodiscard]] UndoneCounts& of(Kind kind);
};
BOOST_DESCRIBE_STRUCT(Undone, (),
                      (deal, company, person, product, activity, stage_change, target, churn, service_failure,
                       competitor, stage, kept))

struct UndoOptions {
    PersonId by{}; // none: the command line
    std::function<void(const Undone&)> on_progress{};
    std::function<bool()> should_stop{};
};

// Marks the import as being undone. Errors: not_found; conflict (it hasn't ended, brought nothing that could
// be undone, has been undone, or another import is under way).
[[nodiscard]] Result<> begin_undo(db::Transaction& tx, OrgId org, ImportId id);

// Undoes an import that is marked, in portions: whoever is interrupted calls it again. Errors: cancelled
// (should_stop), conflict (it isn't marked).
[[nodiscard]] Result<Undone> undo(const Context& context, OrgId org, ImportId id, const UndoOptions& options);

} // namespace buckstop::imports
