#include "features/imports/undo_story.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace buckstop::imports {

store::Ids Undoing::ids() const {
    store::Ids ids;
    for (const auto& [id, story] : stories)
        ids.push_back(id);
    return ids;
}

void Undoing::keep(std::string name, std::string reason) {
    constexpr std::size_t most_shown = 200;
    ++undone.of(part.kind).kept;
    if (undone.kept.size() < most_shown)
        undone.kept.push_back({.kind = part.kind, .name = std::move(name), .reason = std::move(reason)});
}

const boost::json::value* Story::before_later() const {
    const auto found =
        std::ranges::find_if(later, [](const Said& said) { return said.statement.before.has_value(); });
    return found == later.end() ? nullptr : &*found->statement.before;
}

const boost::json::value* Story::before_all() const {
    const auto found =
        std::ranges::find_if(mine, [](const Statement& statement) { return statement.before.has_value(); });
    return found == mine.end() ? before_later() : &*found->before;
}

std::vector<std::size_t> Story::take_the_same() {
    std::vector<std::size_t> parts;
    const auto end = std::ranges::find_if(later, [](const Said& said) { return said.statement.took; });
    const auto rest = std::remove_if(later.begin(), end, [&](const Said& said) {
        if (said.same)
            parts.push_back(said.part);
        return said.same;
    });
    later.erase(rest, end);
    return parts;
}

const Statement* Story::said_last() const {
    const Statement* last = nullptr;
    for (const auto& statement : mine)
        if (statement.took)
            last = &statement;
    return last;
}

void say_again(Undoing& undoing, std::int64_t id, Story& story, const Statement* said_last, AllAgain& again) {
    const boost::json::value* last = said_last != nullptr && said_last->said ? &*said_last->said : nullptr;
    for (; story.next < story.later.size(); ++story.next) {
        const auto& said = story.later[story.next];
        const auto* own = said.statement.said ? &*said.statement.said : nullptr;
        if (said.same && last == nullptr)
            undoing.later[said.part].rest.same.push_back(id);
        else if (const auto* record = said.same ? last : own)
            again[said.part].said.push_back(record);
        if (said.statement.took)
            last = own;
    }
}

void make_anew(std::int64_t id, Story& story, AllAgain& again) {
    const auto& first = story.later[story.next++];
    again[first.part].made.push_back(&first.statement.said.value());
    again[first.part].ids.push_back(id);
}

void append(Undoing& undoing, std::size_t place, Journal journal) {
    auto& to = undoing.later[place];
    auto& same_kind = journal[to.stored.kind];
    std::ranges::move(same_kind.made, std::back_inserter(to.rest.made));
    std::ranges::move(same_kind.same, std::back_inserter(to.rest.same));
    std::ranges::move(same_kind.entries, std::back_inserter(to.rest.entries));
    journal.erase(to.stored.kind);
    store::write_journal(undoing.tx, undoing.org, to.stored.import_id, to.stored.position, journal);
}

void write_back(Undoing& undoing) {
    for (const auto& later : undoing.later)
        store::rewrite_part(undoing.tx, undoing.org, later.stored.sequence, later.rest);
}

namespace {

// Calls visit(id) for each id that the statement gives a member of this name: "owner_id":"123".
template <class Visit>
void each_id(std::string_view statement, std::string_view member, Visit&& visit) {
    const auto before = fmt::format("\"{}\":\"", member);
    for (auto at = statement.find(before); at != statement.npos; at = statement.find(before, at)) {
        at += before.size();
        if (const auto id = Id<void>::parse(statement.substr(at, statement.find('"', at) - at)))
            visit(id->value());
    }
}

} // namespace

std::vector<store::Referred> remembered(const Undoing& undoing, const std::vector<Kind>& kinds,
                                        const std::vector<std::string_view>& members, const store::Ids& ids) {
    std::map<std::int64_t, ImportId> found;
    const std::set<std::int64_t> wanted(ids.begin(), ids.end());
    if (wanted.empty())
        return {};
    for (auto part : store::parts_behind(undoing.tx, undoing.org, undoing.part.sequence, kinds))
        for (const auto& entry : decode(part.entries).entries)
            for (const auto member : members)
                each_id(entry.statement, member, [&](std::int64_t id) {
                    if (wanted.contains(id) && part.import_id != undoing.import)
                        found.emplace(id, part.import_id);
                });
    std::vector<store::Referred> result;
    for (const auto& [id, import] : found)
        result.push_back({.id = id, .import = import});
    return result;
}

void hand_over(Undoing& undoing, const std::vector<store::Referred>& staying) {
    std::map<ImportId, JournalPart> by_import;
    for (const auto& row : staying)
        if (row.import)
            by_import[*row.import].made.push_back(row.id);
    for (const auto& [import, part] : by_import)
        store::write_journal(undoing.tx, undoing.org, import, store::handed_over,
                             {{undoing.part.kind, part}});
}

} // namespace buckstop::imports
