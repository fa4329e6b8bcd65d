// What the journal says of the rows at hand: what the import that is undone did to them, and what later
// imports have said of them since. Private to this feature.
#pragma once

#include "features/imports/apply.hpp"
#include "features/imports/undo.hpp"
#include "features/imports/undo_store.hpp"

#include <map>
#include <utility>
#include <vector>

namespace buckstop::imports {

// A later part of the journal, taken apart: what it says of the rows at hand goes to their stories, and what
// comes of saying it again is added to the rest.
struct LaterPart {
    store::StoredPart stored;
    JournalPart rest;
    Scope scope;                 // of the file that it is from
    bool is_of_snapshot = false; // its import brought (nearly) all deals of the source
};

struct Story {
    bool made = false;           // by the import that is undone
    std::vector<Statement> mine; // by it, in order

    struct Said {
        std::size_t part = 0; // of the later ones
        bool same = false;    // as what was said before
        Statement statement{};
    };
    std::vector<Said> later;                // in order
    std::size_t next = 0;                   // of later, what hasn't been said again yet
    std::optional<std::size_t> last_said{}; // in the last of these parts

    void add(Said said) {
        last_said = said.part;
        later.push_back(std::move(said));
    }
    // How the row read before a later import changed it; nothing: none has.
    [[nodiscard]] const boost::json::value* before_later() const;
    // How it read before `mine` and all that came later; nothing: as it reads now.
    [[nodiscard]] const boost::json::value* before_all() const;
    // Takes out of `later` the parts that only said again what the import that made the row had said.
    [[nodiscard]] std::vector<std::size_t> take_the_same();
    // What the row's content hash stands for after `mine`; nothing: it isn't known.
    [[nodiscard]] const Statement* said_last() const;
};
using Stories = std::map<std::int64_t, Story>;

// One part that is undone, in one transaction.
struct Undoing {
    db::Transaction& tx;
    OrgId org;
    ImportId import;
    Date as_of{};           // the import's
    store::StoredPart part; // that is undone
    Stories stories{};      // of the rows that it made or changed
    std::vector<LaterPart> later{};
    Undone& undone;
    Memory memory{};

    [[nodiscard]] store::Ids ids() const; // of the stories
    // Counts a row of this part's kind that stays although nothing is left of it, and tells of it where not
    // too many are told of already.
    void keep(std::string name, std::string reason);
};

// What is to be said again, of one later part: what makes a row anew, and of which, and what is said of it
// then.
struct Again {
    std::vector<const boost::json::value*> made, said;
    std::vector<std::int64_t> ids; // of those made
};
using AllAgain = std::vector<Again>; // by later part

// Moves what is left of a story to where it is said again. `said_last`: what the row's content hash stands
// for, where that is known; a later "the same" that nothing stands behind stays as it is.
void say_again(Undoing& undoing, std::int64_t id, Story& story, const Statement* said_last, AllAgain& again);

// The first that is left makes the row anew.
void make_anew(std::int64_t id, Story& story, AllAgain& again);

template <class Record>
std::vector<Record> records_of(const std::vector<const boost::json::value*>& values) {
    std::vector<Record> records;
    for (const auto* value : values)
        records.push_back(record_of<Record>(*value));
    return records;
}

// Adds what applying noted to the part in whose place it was applied. What it made besides is new.
void append(Undoing& undoing, std::size_t place, Journal journal);

// Stores what later parts of the journal say from now on.
void write_back(Undoing& undoing);

// By kind.
void undo_deals(Undoing& undoing);
void undo_companies(Undoing& undoing);
void undo_products(Undoing& undoing);
void undo_happenings(Undoing& undoing); // activities, changes of stage, targets and the like
void undo_people(Undoing& undoing);

// Those of the ids that a later import remembers as what a row had named before: undoing that one will need
// them. With the import. `members` are names of what holds such an id in a row.
[[nodiscard]] std::vector<store::Referred> remembered(const Undoing& undoing, const std::vector<Kind>& kinds,
                                                      const std::vector<std::string_view>& members,
                                                      const store::Ids& ids);

// Rows that only this import had made, once nothing is said of them any more: of companies, products and
// people those to which something refers stay, as made by the import that something is from.
void hand_over(Undoing& undoing, const std::vector<store::Referred>& staying);

} // namespace buckstop::imports
