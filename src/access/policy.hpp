// Who may do what, in one table (policy.cpp): deny what isn't there. Features find out how the asker stands
// to the thing (the relations) and ask `decide`; no feature decides for itself.
#pragma once

#include "access/principal.hpp"
#include "base/result.hpp"

#include <initializer_list>
#include <span>
#include <string_view>

namespace buckstop::access {

// What can be touched. Those that have no feature yet stand here because the table names them.
enum class Object {
    deal,
    company,
    failure,
    draft,
    debrief,
    coach_note,
    lesson,
    commitment,
    audit_line,
    person,
    team,
    invitation,
    organisation_settings,
    organisation_export,
    failure_rule,
    import,
    mapping,
    data_quality,
    own_account,
    demonstration,
    card,
    statement,
    story,
    pulse_answer
};
BOOST_DESCRIBE_ENUM(Object, deal, company, failure, draft, debrief, coach_note, lesson, commitment,
                    audit_line, person, team, invitation, organisation_settings, organisation_export,
                    failure_rule, import, mapping, data_quality, own_account, demonstration, card, statement,
                    story, pulse_answer)

// `list` is to ask for the list: its query gives only those rows that the asker may read. `count` is to see
// how many there are, where the group is large enough. `hide` is to take somebody else's from view, with a
// reason.
enum class Action {
    read,
    list,
    count,
    create,
    write,
    comment,
    close,
    share,
    skip,
    propose,
    undo,
    withdraw,
    hide,
    break_glass,
    erase
};
BOOST_DESCRIBE_ENUM(Action, read, list, count, create, write, comment, close, share, skip, propose, undo,
                    withdraw, hide, break_glass, erase)

// How the asker stands to the thing in hand. Several can hold at once; the kindest row decides.
enum class Relation {
    member,      // anyone signed in to the organisation
    author,      // whose failure it is; who wrote the draft, lesson or card; the owner of a commitment
    contributor, // asked for their part
    coach,
    above,    // above the author in the management tree
    team,     // in the same team as the deal's owner, or anybody where deals are shown to everyone
    audience, // the author chose an audience that the asker belongs to
    self      // the thing is the asker's own: account, record, note
};
BOOST_DESCRIBE_ENUM(Relation, member, author, contributor, coach, above, team, audience, self)

enum class Decision {
    deny,
    allow,
    allow_logged // allowed, and the look is written down and shown to whom it concerns
};
BOOST_DESCRIBE_ENUM(Decision, deny, allow, allow_logged)

// The kindest row's decision over the asker's roles and relations (allow, then allow_logged, then deny).
// Being signed in (`member`) is implied. Somebody with no role but observer is no colleague: rows for
// colleagues, and the relation `team`, don't hold for them.
[[nodiscard]] Decision decide(std::span<const Role> roles, std::span<const Relation> relations, Object object,
                              Action action);

// The same as a Result: ErrorCode::forbidden with a sentence for people where it is denied.
[[nodiscard]] Result<Decision> require(const Principal& who, std::span<const Relation> relations,
                                       Object object, Action action);
[[nodiscard]] Result<Decision> require(const Principal& who, std::initializer_list<Relation> relations,
                                       Object object, Action action);

} // namespace buckstop::access
