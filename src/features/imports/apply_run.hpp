// The whole of an import whose files are understood: reading on one thread, applying on this one, batch after
// batch, each committed together with the note of how far the file has been taken. Private to this feature.
#pragma once

#include "features/imports/apply.hpp"
#include "features/imports/imports.hpp"
#include "features/imports/inspect.hpp"

#include <filesystem>
#include <functional>
#include <map>

namespace buckstop::imports {

struct RunFile {
    int position = 0;
    FilePlan plan;
    // What an earlier run has done.
    std::int64_t rows_done = 0;
    bool is_done = false;
    KindCounts counts{};
    std::int64_t refused_bytes = 0;
    std::filesystem::path refused_path{}; // where its refused rows go; empty: nowhere
};

struct Run {
    OrgId org{};
    ImportId import{}; // none while comparing
    Date as_of{};
    Covers covers = Covers::some;
    bool compare = false; // count what would happen, write nothing
    std::vector<RunFile> files{};
    std::size_t batch_rows = 20'000; // in one transaction
    std::function<void(const Progress&)> on_progress{};
    std::function<bool()> should_stop{}; // asked between batches; what is done is kept
};

struct Ran {
    KindCounts counts{};
    std::optional<Missing>
        missing{}; // while comparing: not in the files, where that is known; else: gone now
    std::vector<std::filesystem::path> refused_files{};   // those that there are
    std::map<int, std::vector<Refusal>> first_refusals{}; // while comparing: by the file's position
};

// Errors: cancelled (should_stop, or the import was cancelled in the database), conflict (somebody else runs
// the same import), what reading says.
[[nodiscard]] Result<Ran> run(const Context& context, Run run);

// What holds for the batches of a file, but for the time and what prepare() fills in.
[[nodiscard]] Scope scope_of(const FilePlan& plan, OrgId org, ImportId import, Date as_of,
                             const std::string& currency);

// Which failures follow from what came is the rules' to say (features/failures); what in it asks to be
// mended, a look's (features/quality). `only`: nothing else than what this import brought has changed.
void add_what_follows(const Context& context, db::Transaction& tx, OrgId org, std::optional<ImportId> only);

void add(KindCounts& into, const KindCounts& counts);

} // namespace buckstop::imports
