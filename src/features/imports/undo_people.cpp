// People: the feature `people` keeps them. They may have been changed by hand since, and may have begun to
// use the program; what they did stays.
#include "base/json.hpp"
#include "features/imports/apply_names.hpp"
#include "features/imports/undo_story.hpp"
#include "features/people/people.hpp"

#include <algorithm>

namespace buckstop::imports {
namespace {

using people::PersonImage;

PersonImage image(const boost::json::value& value) {
    return json::read<PersonImage>(value).value();
}

void step_back(const Undoing& undoing, const Statement& statement) {
    if (statement.before && statement.after)
        people::take_back(undoing.tx, undoing.org, image(*statement.before), image(*statement.after));
}

// What made the person told these facts; only their name is left of them.
void make_bare(const Undoing& undoing, const Story& story) {
    for (const auto& statement : story.mine)
        if (!statement.before && statement.after) {
            const auto made = image(*statement.after);
            people::take_back(undoing.tx, undoing.org, {.id = made.id, .name = made.name}, made);
        }
}

// So that the person is found by what a later import says of them.
void name_again(const Undoing& undoing, std::int64_t id, const Story::Said& said) {
    const auto record = record_of<PersonRecord>(*said.statement.said);
    people::name_again(undoing.tx, undoing.org, PersonId(id),
                       {.source = undoing.later[said.part].scope.source,
                        .key = record.key,
                        .name = record.name,
                        .email = record.email});
}

void take_back(Undoing& undoing, std::int64_t id, Story& story) {
    for (auto said = story.later.rbegin(); said != story.later.rend(); ++said)
        step_back(undoing, said->statement);
    for (auto statement = story.mine.rbegin(); statement != story.mine.rend(); ++statement)
        step_back(undoing, *statement);
    if (!story.made)
        return;
    make_bare(undoing, story);
    if (story.later.empty())
        return;
    name_again(undoing, id, story.later.front());
    undoing.later[story.later.front().part].rest.made.push_back(id);
}

// Those whom only this import had brought.
void end_unmade(Undoing& undoing, const std::vector<PersonId>& unmade) {
    store::Ids ids;
    for (const auto person : unmade)
        ids.push_back(person.value());
    auto referred = store::referred_to(undoing.tx, undoing.org, Kind::person, ids, undoing.import);
    const auto later = remembered(
        undoing, {Kind::deal, Kind::activity, Kind::person, Kind::target, Kind::churn, Kind::service_failure},
        {"owner_id", "person_id", "manager_id"}, ids);
    std::vector<PersonId> unnamed = unmade;
    for (const auto& row : later) {
        std::erase(unnamed, PersonId(row.id));
        if (std::ranges::find(referred, row.id, &store::Referred::id) == referred.end())
            referred.push_back(row);
    }
    const auto staying = people::remove_unused(undoing.tx, undoing.org, unnamed);
    hand_over(undoing, referred);
    auto& counts = undoing.undone.of(Kind::person);
    counts.removed += static_cast<std::int64_t>(unnamed.size() - staying.size());
    counts.restored += static_cast<std::int64_t>(referred.size());
    for (const auto person : staying)
        counts.kept +=
            std::ranges::find(referred, person.value(), &store::Referred::id) == referred.end() ? 1 : 0;
}

void remove_teams(Undoing& undoing) {
    store::Ids teams;
    for (const auto& [id, story] : undoing.stories)
        for (const auto& statement : story.mine)
            if (statement.team_made)
                teams.push_back(*statement.team_made);
    for (const auto& row : remembered(undoing, {Kind::person}, {"team_id"}, teams))
        std::erase(teams, row.id);
    for (const auto team : teams)
        people::remove_team_if_empty(undoing.tx, undoing.org, TeamId(team));
}

} // namespace

void undo_people(Undoing& undoing) {
    AllAgain again(undoing.later.size());
    std::vector<PersonId> unmade;
    for (auto& [id, story] : undoing.stories) {
        take_back(undoing, id, story);
        if (story.made && story.later.empty())
            unmade.emplace_back(id);
        else
            ++undoing.undone.of(Kind::person).restored;
        say_again(undoing, id, story, nullptr, again);
    }
    for (std::size_t place = 0; place < again.size(); ++place) {
        if (again[place].said.empty())
            continue;
        auto& part = undoing.later[place];
        Applied applied;
        apply_people(undoing.tx, part.scope, undoing.memory, records_of<PersonRecord>(again[place].said),
                     applied);
        append(undoing, place, std::move(applied.journal));
    }
    write_back(undoing); // it may name people who would go
    end_unmade(undoing, unmade);
    remove_teams(undoing);
}

} // namespace buckstop::imports
