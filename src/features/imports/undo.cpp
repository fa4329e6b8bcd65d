#include "features/imports/undo.hpp"

#include "base/json.hpp"
#include "features/audit/audit.hpp"
#include "features/imports/apply_run.hpp"
#include "features/imports/undo_story.hpp"
#include "features/people/people.hpp"

#include <algorithm>

namespace buckstop::imports {
namespace {

// The scopes in which later imports were applied; each is looked up once.
class Scopes {
  public:
    Scopes(db::Transaction& tx, OrgId org, ImportId undone, Instant now)
        : tx_(tx), org_(org), undone_(undone), now_(now),
          currency_(people::find_organisation(tx, org).value().currency) {}

    const Scope& of(ImportId import, int position) {
        const auto [found, is_new] = scopes_.try_emplace({import, position});
        if (is_new)
            found->second = load(import, position);
        return found->second;
    }

  private:
    [[nodiscard]] Scope load(ImportId import, int position) const {
        const auto row = store::find(tx_, org_, import).value();
        const auto file = store::find_file(tx_, org_, import, std::max(position, 0)).value();
        auto scope = scope_of(store::stored<FilePlan>(file.plan).value(), org_, import, row.as_of, currency_);
        scope.now = now_;
        scope.later_snapshots =
            store::snapshots_before(tx_, org_, scope.source, scope.as_of, import, undone_);
        const auto known_on = store::people_known_before(tx_, org_, import, undone_);
        scope.people_are_older = known_on && scope.as_of < *known_on;
        return scope;
    }

    db::Transaction& tx_;
    OrgId org_;
    ImportId undone_;
    Instant now_;
    std::string currency_;
    std::map<std::pair<ImportId, int>, Scope> scopes_;
};

// The rows that the part made or changed, with what it did to them. `all`: also those that it found as they
// were.
Stories stories_of(const JournalPart& part, bool all) {
    Stories stories;
    for (const auto id : part.made)
        stories[id].made = true;
    for (const auto& entry : part.entries) {
        auto statement = read_statement(entry.statement);
        if (all || stories.contains(entry.id) || statement.before)
            stories[entry.id].mine.push_back(std::move(statement));
    }
    if (all)
        for (const auto id : part.same)
            stories[id];
    return stories;
}

// Whether a file of an earlier day came later: then even what found a row as it was has counted, since it was
// newer.
bool has_older(const Undoing& undoing) {
    return std::ranges::any_of(undoing.later,
                               [&](const LaterPart& later) { return later.scope.as_of < undoing.as_of; });
}

// Takes the part of a later import apart: what it says of these rows goes to their stories.
void read_later(Stories& stories, LaterPart& later, std::size_t place) {
    auto part = decode(later.stored.entries);
    for (auto& entry : part.entries)
        if (const auto found = stories.find(entry.id); found != stories.end())
            found->second.add({.part = place, .statement = read_statement(entry.statement)});
        else
            later.rest.entries.push_back(std::move(entry));
    for (const auto id : part.same)
        if (const auto found = stories.find(id); found != stories.end())
            found->second.add({.part = place, .same = true});
        else
            later.rest.same.push_back(id);
    later.rest.made = std::move(part.made);
    later.rest.read = std::move(part.read);
    later.rest.gone = std::move(part.gone);
}

// Deals that the import had read on its day as they were: as if it hadn't. A later import that did the same
// remembers the day before.
void undo_reading(Undoing& undoing, const JournalPart& part) {
    std::map<std::int64_t, ReadMark*> next; // of each deal the first that came later
    for (auto& later : undoing.later)
        for (auto& mark : later.rest.read)
            next.emplace(mark.id, &mark);
    for (const auto& mark : part.read) {
        if (const auto found = next.find(mark.id); found != next.end())
            if (found->second->before == undoing.as_of)
                found->second->before = mark.before;
        store::set_read_on(undoing.tx, undoing.org, mark.id, undoing.as_of, mark.before);
    }
}

// Deals that the import took for gone: they aren't, unless a later one takes them for it too.
void undo_gone(Undoing& undoing, const JournalPart& part) {
    std::map<std::int64_t, Date> later;
    for (const auto& other : undoing.later)
        for (const auto id : other.rest.gone)
            later.emplace(id, other.scope.as_of);
    store::Ids back;
    for (const auto id : part.gone)
        if (const auto found = later.find(id); found != later.end())
            store::set_gone(undoing.tx, undoing.org, {id}, undoing.as_of, found->second);
        else
            back.push_back(id);
    store::set_gone(undoing.tx, undoing.org, back, undoing.as_of, std::nullopt);
}

void undo_kind(Undoing& undoing) {
    switch (undoing.part.kind) {
    case Kind::deal:
        return undo_deals(undoing);
    case Kind::company:
        return undo_companies(undoing);
    case Kind::person:
        return undo_people(undoing);
    case Kind::product:
        return undo_products(undoing);
    default:
        return undo_happenings(undoing);
    }
}

void undo_part(db::Transaction& tx, OrgId org, const store::ImportRow& import, store::StoredPart stored,
               Instant now, Undone& undone) {
    auto part = decode(stored.entries);
    Undoing undoing{.tx = tx,
                    .org = org,
                    .import = import.id,
                    .as_of = import.as_of,
                    .part = std::move(stored),
                    .undone = undone};
    Scopes scopes(tx, org, import.id, now);
    for (auto& later : store::later_parts(tx, org, undoing.part)) {
        auto scope = scopes.of(later.import_id, later.position);
        const bool is_of_snapshot = store::noted_snapshot(tx, org, scope.source, scope.import);
        undoing.later.push_back({.stored = std::move(later),
                                 .rest = {},
                                 .scope = std::move(scope),
                                 .is_of_snapshot = is_of_snapshot});
    }
    undoing.stories = stories_of(part, has_older(undoing));
    for (std::size_t place = 0; place < undoing.later.size(); ++place)
        read_later(undoing.stories, undoing.later[place], place);
    undo_reading(undoing, part);
    undo_gone(undoing, part);
    if (undoing.stories.empty())
        write_back(undoing);
    else
        undo_kind(undoing);
    store::rewrite_part(tx, org, undoing.part.sequence, {});
}

// The import as it is marked, and what has been undone so far.
struct Marked {
    store::ImportRow import;
    Undone undone;
};
Result<Marked> find_marked(db::Transaction& tx, OrgId org, ImportId id) {
    auto import = store::find(tx, org, id);
    if (!import || import->state != State::undoing)
        return fail(ErrorCode::conflict, "This import isn't being undone.");
    auto undone = store::stored<Undone>(import->undone).value_or(Undone{});
    return Marked{.import = std::move(*import), .undone = std::move(undone)};
}

void end(const Context& context, db::Transaction& tx, OrgId org, ImportId id, PersonId by) {
    settle(tx, {.org = org});
    store::end_undo(tx, org, id, context.now());
    add_what_follows(context, tx, org, std::nullopt);
    audit::record(tx, context.now(),
                  {.org = org,
                   .actor = by,
                   .action = "import.undone",
                   .object = access::Object::import,
                   .object_id = id.value()});
    tx.after_commit([&context, org, id] {
        context.events.publish({.org = org, .to = {}, .topic = "import", .id = id.text()});
    });
}

} // namespace

UndoneCounts& Undone::of(Kind kind) {
    return counts_of<UndoneCounts>(*this, kind);
}

Result<> begin_undo(db::Transaction& tx, OrgId org, ImportId id) {
    const auto import = store::find(tx, org, id);
    if (!import)
        return fail(ErrorCode::not_found, "There is no such import.");
    if (import->state == State::undone)
        return fail(ErrorCode::conflict, "This import has been undone already.");
    if (import->state == State::undoing)
        return {};
    if (store::is_undoing(tx, org) || store::is_running(tx, org))
        return fail(ErrorCode::conflict,
                    "Another import is under way. Wait until it has ended, then undo this one.");
    const std::vector ended{State::done, State::cancelled, State::failed};
    if (std::ranges::find(ended, import->state) == ended.end())
        return fail(ErrorCode::conflict, "This import hasn't ended yet.");
    if (store::is_undo_forgotten(tx, org, id))
        return fail(
            ErrorCode::conflict,
            "This import can't be undone any more: what that takes is kept only as long as the "
            "organisation's settings say, and not at all of imports from before Buckstop could undo.");
    if (import->state != State::done && !store::next_part(tx, org, id))
        return fail(ErrorCode::conflict, "This import has brought nothing that could be undone.");
    store::set_state(tx, org, id, ended, State::undoing);
    return {};
}

Result<Undone> undo(const Context& context, OrgId org, ImportId id, const UndoOptions& options) {
    for (;;) {
        Undone undone;
        auto more = context.database.write_committed([&](db::Transaction& tx) -> Result<bool> {
            store::take_turn(tx, org);
            auto marked = find_marked(tx, org, id);
            if (!marked)
                return fail(marked.error());
            auto part = store::next_part(tx, org, id);
            if (part) {
                undo_part(tx, org, marked->import, std::move(*part), context.now(), marked->undone);
                store::note_undone(tx, org, id, json::to_text(marked->undone));
            } else {
                end(context, tx, org, id, options.by);
            }
            undone = std::move(marked->undone);
            return part.has_value();
        });
        if (!more)
            return fail(more.error());
        if (options.on_progress)
            options.on_progress(undone);
        if (!*more)
            return undone;
        if (options.should_stop && options.should_stop())
            return fail(ErrorCode::cancelled, "Undoing was stopped. It can go on later.");
    }
}

} // namespace buckstop::imports
