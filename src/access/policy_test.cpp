// The policy against an independent statement of it. The table in policy.cpp says for each row who holds it;
// this says for each thing, in sentences, what happens, and the two are compared over every set of roles,
// every set of relations, every object and every action.
#include "access/policy.hpp"

#include <gmock/gmock.h>
#include <set>

namespace buckstop::access {
namespace {

// Somebody who asks, and what can be said of them.
struct Asker {
    std::set<Role> roles;
    std::set<Relation> relations;

    [[nodiscard]] bool is(Role role) const { return roles.contains(role); }
    [[nodiscard]] bool is(Relation relation) const { return relations.contains(relation); }
    [[nodiscard]] bool works_here() const {
        for (const Role role : roles)
            if (role != Role::observer)
                return true;
        return false;
    }
    [[nodiscard]] bool is_involved() const {
        return is(Relation::author) || is(Relation::contributor) || is(Relation::coach);
    }
};

Decision yes_if(bool condition) {
    return condition ? Decision::allow : Decision::deny;
}

Decision crm_facts(const Asker& who, Action action) {
    if (who.is(Role::operations) && (action == Action::read || action == Action::list))
        return Decision::allow;
    if (action == Action::list) // the rows are those that one may read
        return yes_if(who.works_here());
    if (action != Action::read)
        return Decision::deny; // the CRM writes them
    return yes_if(who.is_involved() || who.is(Relation::above) ||
                  (who.is(Relation::team) && who.works_here()));
}

Decision failure(const Asker& who, Action action) {
    switch (action) {
    case Action::read:
        return yes_if(who.is_involved() || who.is(Relation::above));
    case Action::list:
    case Action::count:
        return yes_if(who.works_here());
    case Action::skip:
        return yes_if(who.is(Relation::author));
    default:
        return Decision::deny;
    }
}

Decision debrief(const Asker& who, Action action) {
    if (action == Action::break_glass)
        return who.is(Role::administrator) ? Decision::allow_logged : Decision::deny;
    if (action == Action::list)
        return yes_if(who.works_here());
    if (action == Action::read) {
        if (who.is(Relation::author) || who.is(Relation::coach))
            return Decision::allow;
        if (who.is(Relation::contributor))
            return Decision::allow_logged;
        const bool chosen_superior = who.is(Relation::above) && who.is(Relation::audience);
        return chosen_superior ? Decision::allow_logged : Decision::deny;
    }
    if (action == Action::comment || action == Action::close)
        return yes_if(who.is(Relation::coach));
    if (action == Action::create || action == Action::write || action == Action::share)
        return yes_if(who.is(Relation::author));
    return Decision::deny;
}

Decision published(const Asker& who, Action action) {
    switch (action) {
    case Action::hide:
        return who.is(Role::administrator) ? Decision::allow_logged : Decision::deny;
    case Action::list:
        return Decision::allow;
    case Action::read:
        return yes_if(who.is_involved() || who.is(Relation::above) || who.is(Relation::audience));
    case Action::create:
    case Action::write:
    case Action::withdraw:
        return yes_if(who.is(Relation::author));
    default:
        return Decision::deny;
    }
}

Decision commitment(const Asker& who, Action action) {
    switch (action) {
    case Action::read:
        return yes_if(who.is_involved() || who.is(Relation::above));
    case Action::write:
        return yes_if(who.is(Relation::author));
    case Action::list:
    case Action::create:
        return yes_if(who.works_here());
    default:
        return Decision::deny;
    }
}

Decision coach_note(const Asker& who, Action action) {
    if (!who.is(Relation::coach))
        return Decision::deny;
    if (action == Action::create)
        return Decision::allow;
    return yes_if((action == Action::read || action == Action::write) && who.is(Relation::self));
}

Decision lesson(const Asker& who, Action action) {
    if (action == Action::read || action == Action::list)
        return Decision::allow; // lessons are the organisation's
    if (action == Action::propose)
        return yes_if(who.works_here());
    return yes_if((action == Action::create || action == Action::write) && who.is(Relation::author));
}

Decision directory(const Asker& who, Object object, Action action) {
    const bool reads = action == Action::read || action == Action::list;
    if (action == Action::read && object == Object::person && who.is(Relation::self))
        return Decision::allow;
    if (reads)
        return yes_if(who.works_here());
    if (action == Action::erase)
        return yes_if(object == Object::person && who.is(Role::administrator));
    return yes_if((action == Action::create || action == Action::write) && who.is(Role::administrator));
}

Decision incoming(const Asker& who, Object object, Action action) {
    if (!who.is(Role::administrator) && !who.is(Role::operations))
        return Decision::deny;
    if (action == Action::undo)
        return yes_if(object == Object::import);
    return yes_if(action == Action::read || action == Action::list || action == Action::create ||
                  action == Action::write);
}

Decision expected(const Asker& who, Object object, Action action) {
    switch (object) {
    case Object::deal:
    case Object::company:
        return crm_facts(who, action);
    case Object::failure:
        return failure(who, action);
    case Object::draft: // not the coach, not the people above, not the administrator with broken glass
        return yes_if(who.is(Relation::author) &&
                      (action == Action::read || action == Action::create || action == Action::write));
    case Object::debrief:
        return debrief(who, action);
    case Object::coach_note:
        return coach_note(who, action);
    case Object::lesson:
        return lesson(who, action);
    case Object::commitment:
        return commitment(who, action);
    case Object::audit_line: // nobody changes one
        if (who.is(Role::administrator) && (action == Action::read || action == Action::list))
            return Decision::allow;
        return yes_if(action == Action::read && who.is(Relation::self));
    case Object::person:
    case Object::team:
        return directory(who, object, action);
    case Object::invitation:
        return yes_if(action == Action::create && who.is(Role::administrator));
    case Object::organisation_settings:
        return yes_if(action == Action::read || (action == Action::write && who.is(Role::administrator)));
    case Object::organisation_export:
        return yes_if(who.is(Role::administrator) &&
                      (action == Action::read || action == Action::list || action == Action::create));
    case Object::failure_rule:
    case Object::import:
    case Object::mapping:
        return incoming(who, object, action);
    case Object::data_quality: // nothing is made here by hand
        return action == Action::create || action == Action::undo ? Decision::deny
                                                                  : incoming(who, object, action);
    case Object::own_account:
        return yes_if(who.is(Relation::self) && (action == Action::read || action == Action::write));
    case Object::demonstration:
        return yes_if(action == Action::undo && who.is(Role::administrator));
    case Object::card:
    case Object::statement:
    case Object::story:
        return published(who, action);
    case Object::pulse_answer:
        return yes_if(who.works_here() && (action == Action::create || action == Action::count));
    }
    return Decision::deny;
}

template <class E>
std::vector<E> all() {
    std::vector<E> values;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto entry) { values.push_back(entry.value); });
    return values;
}

template <class E>
std::vector<E> subset(const std::vector<E>& values, unsigned bits) {
    std::vector<E> chosen;
    for (std::size_t i = 0; i < values.size(); ++i)
        if ((bits >> i & 1U) != 0)
            chosen.push_back(values[i]);
    return chosen;
}

std::string describe(const Asker& who, Object object, Action action) {
    std::string text;
    for (const Role role : who.roles)
        text += std::string(enum_name(role)) + " ";
    text += "/ ";
    for (const Relation relation : who.relations)
        text += std::string(enum_name(relation)) + " ";
    return text + "/ " + std::string(enum_name(object)) + " / " + std::string(enum_name(action));
}

TEST(Policy, SaysTheSameAsTheIndependentStatementEverywhere) {
    const auto roles = all<Role>();
    const auto relations = all<Relation>();
    std::size_t compared = 0;
    for (unsigned role_bits = 0; role_bits < 1U << roles.size(); ++role_bits)
        for (unsigned relation_bits = 0; relation_bits < 1U << relations.size(); ++relation_bits) {
            const auto some_roles = subset(roles, role_bits);
            const auto some_relations = subset(relations, relation_bits);
            const Asker who{{some_roles.begin(), some_roles.end()},
                            {some_relations.begin(), some_relations.end()}};
            for (const Object object : all<Object>())
                for (const Action action : all<Action>()) {
                    ++compared;
                    if (decide(some_roles, some_relations, object, action) != expected(who, object, action))
                        FAIL() << describe(who, object, action);
                }
        }
    EXPECT_EQ(compared, (std::size_t{1} << (roles.size() + relations.size())) * all<Object>().size() *
                            all<Action>().size());
}

TEST(Policy, NobodyReadsADraftButItsAuthor) {
    for (unsigned bits = 0; bits < 1U << all<Relation>().size(); ++bits) {
        const auto relations = subset(all<Relation>(), bits);
        const bool author = std::ranges::find(relations, Relation::author) != relations.end();
        for (const Action action : all<Action>())
            EXPECT_TRUE(author || decide(all<Role>(), relations, Object::draft, action) == Decision::deny);
    }
}

TEST(Policy, RequireSaysWhy) {
    const Principal rep{.org = OrgId(1), .person = PersonId(2), .roles = {Role::rep}};
    const auto denied = require(rep, {}, Object::person, Action::write);
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().code, ErrorCode::forbidden);
    EXPECT_EQ(denied.error().message, "You may not change people.");
    const std::vector relations{Relation::above, Relation::audience};
    EXPECT_EQ(require(rep, relations, Object::debrief, Action::read), Decision::allow_logged);
}

TEST(Policy, DenialsReadAsSentences) {
    for (const Object object : all<Object>())
        for (const Action action : all<Action>())
            if (const auto denied = require(Principal{}, {}, object, action); !denied) {
                EXPECT_THAT(denied.error().message, ::testing::MatchesRegex("You may not [a-z ']+\\."));
            }
}

} // namespace
} // namespace buckstop::access
