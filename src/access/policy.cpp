#include "access/policy.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace buckstop::access {
namespace {

using O = Object;
using A = Action;

// Roles, relations and actions as sets of bits.
using Set = std::uint32_t;
template <class... E>
constexpr Set set(E... members) {
    return (Set{0} | ... | (Set{1} << static_cast<unsigned>(members)));
}
constexpr Set colleague_bit = Set{1} << 31U; // beside the relations: signed in, and not only to observe

// When a row holds: one of the roles, or one of the relations, or all of a pair of relations.
struct When {
    Set roles = 0;
    Set relations = 0;
    Set pair = 0;
};
template <class... R>
constexpr When role(R... roles) {
    return {.roles = set(roles...)};
}
template <class... R>
constexpr When relation(R... relations) {
    return {.relations = set(relations...)};
}
constexpr When both(Relation one, Relation other) {
    return {.pair = set(one, other)};
}
constexpr When anyone = relation(Relation::member);
constexpr When colleague = {.relations = colleague_bit};

struct Row {
    Object object;
    Set actions;
    When when;
    Decision decision = Decision::allow;
};

constexpr Decision logged = Decision::allow_logged;
constexpr auto administrator = Role::administrator;
constexpr auto operations = Role::operations;
constexpr auto author = Relation::author;
constexpr auto contributor = Relation::contributor;
constexpr auto coach = Relation::coach;
constexpr auto above = Relation::above;
constexpr auto team = Relation::team;
constexpr auto audience = Relation::audience;
constexpr auto self = Relation::self;

// The table. What no row allows is denied.
constexpr std::array table{
    // What the CRM says: those whom it concerns, and the organisation's setting for the others.
    Row{O::deal, set(A::read), relation(author, contributor, coach, above, team)},
    Row{O::deal, set(A::read, A::list), role(operations)},
    Row{O::deal, set(A::list), colleague},
    Row{O::company, set(A::read), relation(author, contributor, coach, above, team)},
    Row{O::company, set(A::read, A::list), role(operations)},
    Row{O::company, set(A::list), colleague},

    // That something failed: the event, never the text.
    Row{O::failure, set(A::read), relation(author, contributor, coach, above)},
    Row{O::failure, set(A::list, A::count), colleague},
    Row{O::failure, set(A::skip), relation(author)},

    // A draft, and a part that isn't revealed yet: whose words they are, and nobody else.
    Row{O::draft, set(A::read, A::create, A::write), relation(author)},

    // A shared debrief with its revealed parts.
    Row{O::debrief, set(A::create, A::read, A::write, A::share), relation(author)},
    Row{O::debrief, set(A::read), relation(contributor), logged},
    Row{O::debrief, set(A::read, A::comment, A::close), relation(coach)},
    Row{O::debrief, set(A::read), both(above, audience), logged},
    Row{O::debrief, set(A::list), colleague},
    Row{O::debrief, set(A::break_glass), role(administrator), logged},

    Row{O::coach_note, set(A::create), relation(coach)},
    Row{O::coach_note, set(A::read, A::write), both(coach, self)},

    Row{O::lesson, set(A::create, A::write), relation(author)},
    Row{O::lesson, set(A::read, A::list), anyone},
    Row{O::lesson, set(A::propose), colleague},

    Row{O::commitment, set(A::read, A::write), relation(author)},
    Row{O::commitment, set(A::read), relation(contributor, coach, above)},
    Row{O::commitment, set(A::list, A::create), colleague},

    // What people put on the wall: their audience reads it, its author takes it back, an administrator can
    // hide it and must say why.
    Row{O::card, set(A::create, A::read, A::write, A::withdraw), relation(author)},
    Row{O::card, set(A::read), relation(contributor, coach, above, audience)},
    Row{O::card, set(A::list), anyone},
    Row{O::card, set(A::hide), role(administrator), logged},
    Row{O::statement, set(A::create, A::read, A::write, A::withdraw), relation(author)},
    Row{O::statement, set(A::read), relation(contributor, coach, above, audience)},
    Row{O::statement, set(A::list), anyone},
    Row{O::statement, set(A::hide), role(administrator), logged},
    Row{O::story, set(A::create, A::read, A::write, A::withdraw), relation(author)},
    Row{O::story, set(A::read), relation(contributor, coach, above, audience)},
    Row{O::story, set(A::list), anyone},
    Row{O::story, set(A::hide), role(administrator), logged},

    // Anonymous answers: given once, seen as groups that are large enough, read one by one by nobody.
    Row{O::pulse_answer, set(A::create, A::count), colleague},

    Row{O::audit_line, set(A::read), relation(self)},
    Row{O::audit_line, set(A::read, A::list), role(administrator)},

    // The organisation and who is in it.
    Row{O::person, set(A::read, A::list), colleague},
    Row{O::person, set(A::read), relation(self)},
    Row{O::person, set(A::create, A::write, A::erase), role(administrator)},
    Row{O::team, set(A::read, A::list), colleague},
    Row{O::team, set(A::create, A::write), role(administrator)},
    Row{O::invitation, set(A::create), role(administrator)},
    Row{O::organisation_settings, set(A::read), anyone},
    Row{O::organisation_settings, set(A::write), role(administrator)},
    Row{O::organisation_export, set(A::read, A::list, A::create), role(administrator)},
    Row{O::own_account, set(A::read, A::write), relation(self)},
    Row{O::demonstration, set(A::undo), role(administrator)},

    // What comes in, and what becomes of it.
    Row{O::failure_rule, set(A::read, A::list, A::create, A::write), role(administrator, operations)},
    Row{O::import, set(A::read, A::list, A::create, A::write, A::undo), role(administrator, operations)},
    Row{O::mapping, set(A::read, A::list, A::create, A::write), role(administrator, operations)},
    Row{O::data_quality, set(A::read, A::list, A::write), role(administrator, operations)},
};

constexpr bool kinder(Decision one, Decision other) {
    return one != other && (one == Decision::allow || other == Decision::deny);
}

std::string_view words(Object object) {
    switch (object) {
    case O::deal:
        return "this deal";
    case O::company:
        return "this company";
    case O::failure:
        return "this failure";
    case O::draft:
        return "this draft";
    case O::debrief:
        return "this debrief";
    case O::coach_note:
        return "this note";
    case O::lesson:
        return "this lesson";
    case O::commitment:
        return "this commitment";
    case O::audit_line:
        return "the audit log";
    case O::person:
        return "people";
    case O::team:
        return "teams";
    case O::invitation:
        return "invitations";
    case O::organisation_settings:
        return "the organisation's settings";
    case O::organisation_export:
        return "the organisation's export";
    case O::failure_rule:
        return "the rules that open debriefs";
    case O::import:
        return "imports";
    case O::mapping:
        return "mappings";
    case O::data_quality:
        return "what in the data asks to be mended";
    case O::own_account:
        return "somebody else's account";
    case O::demonstration:
        return "the demonstration";
    case O::card:
        return "this card";
    case O::statement:
        return "this statement";
    case O::story:
        return "this story";
    case O::pulse_answer:
        return "single answers";
    }
    return "this";
}

std::string_view words(Action action) {
    switch (action) {
    case A::read:
    case A::list:
    case A::count:
        return "see";
    case A::create:
        return "add";
    case A::write:
        return "change";
    case A::comment:
        return "comment on";
    case A::close:
        return "close";
    case A::share:
        return "share";
    case A::skip:
        return "skip";
    case A::propose:
        return "propose changes to";
    case A::undo:
        return "undo";
    case A::withdraw:
        return "withdraw";
    case A::hide:
        return "hide";
    case A::break_glass:
        return "break the glass of";
    case A::erase:
        return "erase";
    }
    return "use";
}

} // namespace

Decision decide(std::span<const Role> roles, std::span<const Relation> relations, Object object,
                Action action) {
    Set held_roles = 0;
    for (const Role each : roles)
        held_roles |= set(each);
    Set held = set(Relation::member);
    for (const Relation each : relations)
        held |= set(each);
    if ((held_roles & ~set(Role::observer)) != 0)
        held |= colleague_bit;
    else
        held &= ~set(team);

    Decision best = Decision::deny;
    for (const Row& row : table) {
        if (row.object != object || (row.actions & set(action)) == 0)
            continue;
        const bool holds = (row.when.roles & held_roles) != 0 || (row.when.relations & held) != 0 ||
                           (row.when.pair != 0 && (row.when.pair & held) == row.when.pair);
        if (holds && kinder(row.decision, best))
            best = row.decision;
    }
    return best;
}

Result<Decision> require(const Principal& who, std::span<const Relation> relations, Object object,
                         Action action) {
    const Decision decision = decide(who.roles, relations, object, action);
    if (decision == Decision::deny)
        return fail(ErrorCode::forbidden,
                    "You may not " + std::string(words(action)) + " " + std::string(words(object)) + ".");
    return decision;
}

Result<Decision> require(const Principal& who, std::initializer_list<Relation> relations, Object object,
                         Action action) {
    return require(who, std::span(relations.begin(), relations.size()), object, action);
}

} // namespace buckstop::access
