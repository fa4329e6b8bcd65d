#include "base/json.hpp"
#include "cli/commands.hpp"
#include "features/erasure/erasure.hpp"
#include "features/people/people.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <unistd.h>

namespace buckstop::cli {
namespace {

struct LinkReport {
    std::string email;
    std::optional<std::string> link;
    Instant expires_at{};
    bool mailed = false;
};
BOOST_DESCRIBE_STRUCT(LinkReport, (), (email, link, expires_at, mailed))

Result<std::vector<people::Person>> everybody(const Context& context, const access::Principal& who,
                                              people::PersonQuery query) {
    std::vector<people::Person> all;
    query.limit = 200;
    do {
        auto page = people::list(context, who, query);
        if (!page)
            return fail(page.error());
        std::ranges::move(page->items, std::back_inserter(all));
        query.cursor = page->next;
    } while (query.cursor);
    return all;
}

Result<people::Person> by_email(const Context& context, const access::Principal& who,
                                const std::string& email) {
    const auto found = everybody(context, who, {.q = email});
    if (!found)
        return fail(found.error());
    const auto wanted = people::name_key(email);
    for (const auto& person : *found)
        if (person.email && people::name_key(*person.email) == wanted)
            return person;
    return fail(ErrorCode::not_found, "Nobody has the address " + email + ". See `buckstop user list`.");
}

Result<ExitCode> list(const Context& context, const access::Principal& who, bool as_json) {
    const auto all = everybody(context, who, {});
    if (!all)
        return fail(all.error());
    std::vector<people::Person> shown;
    std::ranges::copy_if(*all, std::back_inserter(shown),
                         [](const auto& person) { return person.sign_in != identity::SignIn::none; });
    if (as_json) {
        fmt::print("{}\n", json::to_text(shown));
        return ExitCode::done;
    }
    for (const auto& person : shown) {
        std::vector<std::string_view> roles;
        for (const auto role : person.roles)
            roles.push_back(enum_name(role));
        fmt::print("{:<32} {:<24} {:<8} {}{}\n", person.email.value_or(""), person.name,
                   enum_name(person.sign_in), fmt::join(roles, ", "), person.is_active ? "" : " (inactive)");
    }
    if (shown.empty())
        fmt::print("Nobody can sign in yet. Begin with `buckstop setup`.\n");
    return ExitCode::done;
}

Result<ExitCode> print_link(const Result<identity::Link>& link, const std::string& email, bool as_json) {
    if (!link)
        return fail(link.error());
    if (as_json)
        fmt::print("{}\n", json::to_text(LinkReport{email, link->link, link->expires_at, link->mailed}));
    else if (link->link)
        fmt::print("Hand this link to {}, by a way that only they read. It is valid until {}.\n\n  {}\n",
                   email, to_text(link->expires_at), *link->link);
    else
        fmt::print("A mail is on its way to {}.\n", email);
    return ExitCode::done;
}

Result<ExitCode> add(const Context& context, const access::Principal& who, const User& user, bool as_json) {
    people::NewPerson wanted{.name = user.name, .email = user.email};
    for (const std::string& text : user.roles) {
        const auto role = enum_from_name<access::Role>(text);
        if (!role)
            return fail_field("role", "unknown",
                              text + " is no role; there are administrator, leader, manager, rep, "
                                     "operations and observer.");
        wanted.roles.push_back(*role);
    }
    if (wanted.roles.empty())
        wanted.roles.push_back(access::Role::rep);
    const auto person = people::create(context, who, wanted);
    if (!person)
        return fail(person.error());
    return print_link(identity::invite(context, who, person->id), user.email, as_json);
}

Result<ExitCode> set_active(const Context& context, const access::Principal& who,
                            const people::Person& person, bool active, bool as_json) {
    const auto changed = people::change(context, who, person.id, person.version, {.is_active = active});
    if (!changed)
        return fail(changed.error());
    if (!active)
        if (const auto out = people::sign_out(context, who, person.id); !out)
            return fail(out.error());
    if (as_json)
        fmt::print("{}\n", json::to_text(*changed));
    else
        fmt::print("{} {}.\n", person.name,
                   active ? "can sign in again" : "is signed out and can't sign in any more");
    return ExitCode::done;
}

void print_items(std::string_view title, const std::vector<erasure::Item>& items) {
    fmt::print("{}\n", title);
    for (const auto& item : items)
        fmt::print("  {}{}: {}\n", item.what, item.count ? fmt::format(" ({})", *item.count) : "", item.why);
}

void print_preview(const erasure::Preview& preview) {
    fmt::print("{} {}\n\n", preview.person.name, preview.email.value_or(""));
    print_items("Goes:", preview.goes);
    print_items("\nRemains:", preview.remains);
    if (preview.refused)
        fmt::print("\nThis person can't be erased now: {}\n", *preview.refused);
}

// Typed on a terminal, or given with --name by a script.
Result<std::string> typed_name(const User& user) {
    if (!user.name.empty())
        return user.name;
    if (isatty(STDIN_FILENO) == 0)
        return fail_field("name", "required",
                          "Say --name \"Full Name\" to be sure that nobody else is erased.");
    fmt::print("\nThis can't be undone. Type the person's name to erase them: ");
    std::fflush(stdout);
    std::string name;
    std::getline(std::cin, name);
    return name;
}

// By id, where the text is one; else by address.
Result<people::Person> by_email_or_id(const Context& context, const access::Principal& who,
                                      const std::string& text) {
    const auto id = PersonId::parse(text);
    return id ? people::get(context, who, *id) : by_email(context, who, text);
}

Result<ExitCode> erase(const Context& context, const access::Principal& who, const User& user, bool as_json) {
    const auto person = by_email_or_id(context, who, user.email);
    if (!person)
        return fail(person.error());
    const auto preview = erasure::preview(context, who, person->id);
    if (!preview)
        return fail(preview.error());
    if (as_json && user.preview)
        fmt::print("{}\n", json::to_text(*preview));
    else if (!as_json)
        print_preview(*preview);
    if (user.preview)
        return ExitCode::done;
    if (preview->refused)
        return fail(ErrorCode::conflict, *preview->refused);
    const auto name = typed_name(user);
    if (!name)
        return fail(name.error());
    const auto shared = user.with_debriefs ? erasure::Shared::goes : erasure::Shared::stays;
    const auto done = erasure::erase(context, who, person->id, {.name = *name, .shared = shared});
    if (!done)
        return fail(done.error());
    if (as_json)
        fmt::print("{}\n", json::to_text(*done));
    else
        fmt::print("\nErased. Where the person's name stood it says {} now.\n", done->name);
    return ExitCode::done;
}

} // namespace

Result<ExitCode> run(const User& user, const Common& common) {
    auto program = open_program(common, app::Program::Missing::refuse);
    if (!program)
        return fail(program.error());
    const auto org = choose_organisation((*program)->database(), common);
    if (!org)
        return fail(org.error());
    const Context& context = (*program)->context();
    const auto who = program_principal(*org);
    if (user.action == User::Action::list)
        return list(context, who, common.json);
    if (user.action == User::Action::add)
        return add(context, who, user, common.json);
    if (user.action == User::Action::erase)
        return erase(context, who, user, common.json);
    const auto person = by_email(context, who, user.email);
    if (!person)
        return fail(person.error());
    switch (user.action) {
    case User::Action::invite:
        return print_link(identity::invite(context, who, person->id), user.email, common.json);
    case User::Action::reset_password:
        return print_link(identity::reset_password(context, who, person->id), user.email, common.json);
    default:
        return set_active(context, who, *person, user.action == User::Action::activate, common.json);
    }
}

CLI::App* add_user(CLI::App& app, User& user) {
    auto* sub = app.add_subcommand("user", "Manage who can sign in");
    sub->require_subcommand(1);
    const auto action = [&](const char* name, const char* help, User::Action which) {
        auto* verb = sub->add_subcommand(name, help);
        verb->callback([&user, which] { user.action = which; });
        return verb;
    };
    const auto email = [&](CLI::App* verb) {
        verb->add_option("EMAIL", user.email, "The person's e-mail address")->required();
        return verb;
    };
    action("list", "List the people who can sign in or are invited", User::Action::list);
    auto* add = email(action("add", "Add a person and print a link to sign in", User::Action::add));
    add->add_option("--name", user.name, "The person's name")->required();
    add->add_option("--role", user.roles,
                    "administrator, leader, manager, rep, operations or observer; repeatable");
    email(action("invite", "Print a new link to sign in for somebody who has not yet", User::Action::invite));
    email(action("reset-password",
                 "Print a link to choose a new password; drafts stay sealed until the person "
                 "enters their recovery code",
                 User::Action::reset_password));
    email(action("deactivate", "End all sessions and refuse new ones", User::Action::deactivate));
    email(action("activate", "Allow sign-in again", User::Action::activate));
    auto* erase = action("erase", "Erase a person; it can't be undone", User::Action::erase);
    erase->add_option("PERSON", user.email, "The person's e-mail address or id")->required();
    erase->add_flag("--preview", user.preview, "Say what would go and what would remain; change nothing");
    erase->add_option("--name", user.name, "The person's name, instead of typing it when asked");
    erase->add_flag("--with-debriefs", user.with_debriefs,
                    "Debriefs, lessons and commitments that the person has shared go too, as they asked");
    sub->footer(R"(Examples:
  buckstop user add ada@acme.example --name "Ada Okafor" --role manager
  buckstop user list --json
  buckstop user reset-password ada@acme.example
  buckstop user erase --preview ada@acme.example

Exit codes: 0 done · 1 failure · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
