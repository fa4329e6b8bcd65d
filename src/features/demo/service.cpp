#include "features/demo/demo.hpp"

#include "features/demo/organisation.hpp"
#include "features/failures/failures.hpp"
#include "features/people/people.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace buckstop::demo {
namespace {

std::vector<people::Organisation> demonstrations(db::Transaction& tx) {
    auto all = people::organisations(tx);
    std::erase_if(all, [](const auto& organisation) { return !organisation.is_demonstration; });
    return all;
}

// One to sign in as for each role: the rep first, since theirs is the main job.
std::vector<SignIn> sign_ins(const Content& content) {
    std::vector<SignIn> found;
    using access::Role;
    for (const Role role :
         {Role::rep, Role::manager, Role::leader, Role::operations, Role::administrator, Role::observer})
        for (const DemoPerson& person : content.people)
            if (person.signs_in && std::ranges::find(person.roles, role) != person.roles.end()) {
                found.push_back({person.email, person.name, std::string(enum_name(role))});
                break;
            }
    // Ana has a loss that waits and lessons for an open deal: the best place to begin.
    const auto ana = std::ranges::find(content.people, "ana", &DemoPerson::key);
    if (ana != content.people.end() && !found.empty())
        found.front() = {ana->email, ana->name, "rep"};
    return found;
}

struct Ground {
    OrgId org;
    Date today{};
    People people;
};

// The organisation with its people and catalogue, without deals.
Result<Ground> lay_ground(const Context& context, const Content& content, const std::string& name) {
    const auto passwords = prepare_passwords(content);
    if (!passwords)
        return fail(passwords.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Ground> {
        if (!demonstrations(tx).empty())
            return fail(ErrorCode::conflict,
                        "There is a demonstration already. Remove it first: buckstop demo --remove");
        const Instant now = context.now();
        const auto org = people::create_organisation(tx, now,
                                                     {.name = name,
                                                      .time_zone = content.time_zone,
                                                      .currency = content.currency,
                                                      .deal_visibility = people::DealVisibility::team,
                                                      .is_demonstration = true});
        if (!org)
            return fail(org.error());
        Ground ground{.org = *org, .today = people::today(tx, *org, now), .people = {}};
        auto people = add_people(tx, now, *org, content, *passwords);
        if (!people)
            return fail(people.error());
        ground.people = std::move(*people);
        add_catalogue(tx, *org, ground.today, content);
        return ground;
    });
}

Created describe(const Content& content, const std::string& name, OrgId org) {
    return {
        .organisation = name, .id = org, .sign_ins = sign_ins(content), .password = std::string(password)};
}

} // namespace

Result<Created> create(const Context& context) {
    const Content content = built_in_content();
    const auto ground = lay_ground(context, content, content.name);
    if (!ground)
        return fail(ground.error());
    constexpr std::size_t generated = 540;
    const auto told = context.database.write([&](db::Transaction& tx) -> Result<> {
        add_deals(tx, ground->org, ground->today, notable_deals(content, ground->today));
        add_deals(tx, ground->org, ground->today, DealGenerator(content, ground->today, 1).next(generated));
        add_rules(tx, context.now(), ground->org, ground->today, content);
        return add_debriefs(tx, context.now(), ground->org, ground->today, content, ground->people);
    });
    if (!told) {
        context.database.write([&](db::Transaction& tx) { people::remove_organisation(tx, ground->org); });
        return fail(told.error());
    }
    failures::apply_rules(context, ground->org);
    return describe(content, content.name, ground->org);
}

Result<Created> create_at_scale(const Context& context, const Scale& scale) {
    const Content content = built_in_content();
    const std::string name = fmt::format("{} ({} deals)", content.name, scale.deals);
    const auto ground = lay_ground(context, content, name);
    if (!ground)
        return fail(ground.error());
    DealGenerator generator(content, ground->today, scale.seed);
    constexpr std::int64_t portion = 5'000;
    for (std::int64_t made = 0; made < scale.deals;) {
        const auto now = std::min(portion, scale.deals - made);
        const auto history = generator.next(static_cast<std::size_t>(now));
        context.database.write(
            [&](db::Transaction& tx) { add_deals(tx, ground->org, ground->today, history); });
        made += now;
        if (scale.on_progress)
            scale.on_progress(made);
    }
    context.database.write(
        [&](db::Transaction& tx) { add_rules(tx, context.now(), ground->org, ground->today, content); });
    failures::apply_rules(context, ground->org);
    return describe(content, name, ground->org);
}

Result<> remove(const Context& context) {
    return context.database.write([](db::Transaction& tx) -> Result<> {
        const auto all = demonstrations(tx);
        if (all.empty())
            return fail(ErrorCode::not_found, "There is no demonstration to remove.");
        for (const auto& organisation : all)
            people::remove_organisation(tx, organisation.id);
        return {};
    });
}

std::optional<std::string> sign_in_hint(db::Transaction& tx) {
    if (demonstrations(tx).empty())
        return std::nullopt;
    std::string hint = "This is a demonstration; everybody in it is invented. Sign in as ";
    const auto all = sign_ins(built_in_content());
    for (std::size_t i = 0; i < all.size() && i < 3; ++i)
        hint += fmt::format("{}{} ({})", i == 0 ? "" : i == 2 ? " or " : ", ", all[i].email, all[i].role);
    return hint + fmt::format(" with the password “{}”.", password);
}

} // namespace buckstop::demo
