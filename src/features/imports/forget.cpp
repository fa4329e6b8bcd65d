// What imports don't keep: a person who was erased, and what is old.
#include "features/imports/forget_store.hpp"
#include "features/imports/service.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace buckstop::imports {
namespace {

namespace fs = std::filesystem;

constexpr int parts_at_once = 50;

// Whether anything of the part was changed.
bool forget_in(JournalPart& part, Kind kind, PersonId person, const Replace& replace) {
    bool changed = false;
    if (kind == Kind::person)
        changed = std::erase_if(part.entries,
                                [&](const JournalEntry& entry) { return entry.id == person.value(); }) > 0;
    for (auto& entry : part.entries)
        if (auto without = replace(entry.statement)) {
            entry.statement = std::move(*without);
            changed = true;
        }
    return changed;
}

void forget_in_journal(db::Transaction& tx, OrgId org, PersonId person, const Replace& replace) {
    std::int64_t after = 0;
    for (auto parts = store::parts_after(tx, org, after, parts_at_once); !parts.empty();
         parts = store::parts_after(tx, org, after, parts_at_once))
        for (const auto& stored : parts) {
            after = stored.sequence;
            auto part = decode(stored.entries);
            if (forget_in(part, stored.kind, person, replace))
                store::rewrite_part(tx, org, stored.sequence, part);
        }
}

bool names(const fs::path& path, const Replace& replace) {
    std::ifstream file(path, std::ios::binary);
    for (std::string line; std::getline(file, line);)
        if (replace(line))
            return true;
    return false;
}

// Whether a file that a row names is the program's own: nothing but what lies in the import's folder is ever
// removed, whatever the row says.
bool is_ours(const Context& context, ImportId import, const fs::path& path) {
    std::error_code error;
    const auto folder = fs::weakly_canonical(folder_of(context, import), error);
    const auto within = fs::weakly_canonical(path, error).lexically_relative(folder);
    return !error && !within.empty() && *within.begin() != "..";
}

// What the file's row knows of is gone from it; the files themselves are to go.
std::vector<fs::path> forget_file(const Context& context, db::Transaction& tx, OrgId org,
                                  const store::KeptFile& file) {
    std::vector<fs::path> gone;
    if (file.refused_bytes > 0) {
        store::forget_refused(tx, org, file.import_id, file.position);
        gone.push_back(refused_path(context, file.import_id, file.position));
    }
    if (file.path) {
        store::forget_path(tx, org, file.import_id, file.position);
        if (is_ours(context, file.import_id, *file.path))
            gone.emplace_back(*file.path);
    }
    return gone;
}

// Files can't be brought back, so they go once the rows that knew them are gone.
void remove_later(db::Transaction& tx, std::vector<fs::path> paths) {
    tx.after_commit([paths = std::move(paths)] {
        std::error_code ignored;
        for (const auto& path : paths) {
            fs::remove(path, ignored);
            fs::remove(path.parent_path(), ignored); // the import's folder, once it is empty
        }
    });
}

} // namespace

void forget_person(const Context& context, db::Transaction& tx, OrgId org, PersonId person,
                   const Replace& replace) {
    forget_in_journal(tx, org, person, replace);
    std::vector<fs::path> gone;
    for (const auto& file : store::kept_files(tx, org)) {
        auto named = file;
        if (!names(refused_path(context, file.import_id, file.position), replace))
            named.refused_bytes = 0;
        if (!file.has_ended)
            named.path.reset();
        std::ranges::copy(forget_file(context, tx, org, named), std::back_inserter(gone));
    }
    remove_later(tx, std::move(gone));
}

Forgotten forget_undo(const Context& context, db::Transaction& tx, OrgId org, Instant before, int most) {
    Forgotten result;
    for (const auto id : store::with_undo_before(tx, org, before)) {
        // From its first part on it can't be undone as a whole.
        result.count += store::note_undo_forgotten(tx, org, id, context.now()) ? 1 : 0;
        most -= static_cast<int>(store::remove_parts(tx, org, id, most));
        result.more = true;
        if (most <= 0)
            break;
    }
    return result;
}

Forgotten forget_files(const Context& context, db::Transaction& tx, OrgId org, Instant before, int most) {
    std::vector<fs::path> gone;
    const auto files = store::kept_files_before(tx, org, before, most);
    for (const auto& file : files)
        std::ranges::copy(forget_file(context, tx, org, file), std::back_inserter(gone));
    // The command line's refused rows lie where it was started: they are its user's.
    std::erase_if(gone, [](const fs::path& path) { return !fs::exists(path); });
    const Forgotten result{.count = static_cast<std::int64_t>(gone.size()), .more = !files.empty()};
    remove_later(tx, std::move(gone));
    return result;
}

} // namespace buckstop::imports
