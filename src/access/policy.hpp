// Who may do what, in one table: deny what isn't here. Features find out how the asker stands to the thing
// (the relations) and ask `decide`; no feature decides for itself.
#pragma once

#include "access/principal.hpp"
#include "base/result.hpp"

#include <initializer_list>
#include <span>
#include <string_view>

namespace buckstop::access {

// What can be touched.
enum class Object {
    deal, company, failure, draft, debrief, coach_note, lesson, commitment, audit_line,
    person, team, invitation, organisation_settings, failure_rule, import, mapping, own_account, demonstration
};
BOOST_DESCRIBE_ENUM(Object, deal, company, failure, draft, debrief, coach_note, lesson, commitment, audit_line,
                    person, team, invitation, organisation_settings, failure_rule, import, mapping, own_account,
                    demonstration)

enum class Action { read, list, create, write, comment, close, share, skip, propose, undo, break_glass };
BOOST_DESCRIBE_ENUM(Action, read, list, create, write, comment, close, share, skip, propose, undo, break_glass)

// How the asker stands to the thing in hand. Several can hold at once; the kindest one decides.
enum class Relation {
    member,      // anyone signed in to the organisation
    author,      // whose failure it is; the owner of a commitment; the writer of a lesson
    contributor, // asked for their part
    coach,
    above,       // above the author in the management tree
    team,        // in the same team as the deal's owner
    audience,    // the author chose an audience that the asker belongs to
    self         // the thing is the asker's own account or record
};
BOOST_DESCRIBE_ENUM(Relation, member, author, contributor, coach, above, team, audience, self)

enum class Decision {
    deny,
    allow,
    allow_logged // allowed, and the look is written down and shown to whom it concerns
};

// The strongest decision over the asker's roles and relations. Being signed in (`member`) is implied.
[[nodiscard]] Decision decide(std::span<const Role> roles, std::span<const Relation> relations, Object object,
                              Action action);

// The same as a Result: ErrorCode::forbidden with a sentence for people where it is denied.
[[nodiscard]] Result<Decision> require(const Principal& who, std::initializer_list<Relation> relations,
                                       Object object, Action action);

} // namespace buckstop::access
