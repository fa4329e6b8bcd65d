// A person's own data as a page to read: Markdown, which also reads well as it is.
#include "features/archive/own.hpp"

#include <fmt/format.h>

namespace buckstop::archive {
namespace {

using Text = std::optional<std::string>;

// Each line of a text that somebody wrote, marked as quoted: nothing in it can look like the page's own.
std::string as_quote(std::string_view text) {
    std::string result = "> ";
    for (const char c : text) {
        result += c;
        if (c == '\n')
            result += "> ";
    }
    return result + "\n\n";
}

std::string part(std::string_view title, const Text& text) {
    return text ? fmt::format("**{}**\n\n{}", title, as_quote(*text)) : std::string();
}

std::string words(const debriefs::DraftText& draft) {
    return part("Reason", draft.reason) + part("My part", draft.my_part) +
           part("Outside my control", draft.outside) + part("What I needed", draft.needed) +
           part("Lesson", draft.lesson_title) + part("In full", draft.lesson) +
           part("How it will serve", draft.serves) + part("What I'm going to do", draft.act);
}

std::string words(const debriefs::Debrief& debrief) {
    std::string text = fmt::format("### {}\n\n", failures::what_about(debrief.failure));
    text += fmt::format("Begun {}. ", to_text(debrief.started_at));
    if (debrief.shared_at)
        text +=
            fmt::format("Shared {} with: {}.\n\n", to_text(*debrief.shared_at), enum_name(debrief.audience));
    else
        text += "Not shared: a draft, which nobody else can read.\n\n";
    if (debrief.sealed)
        text += "This draft stays sealed: it was written before your password was reset. Enter your recovery "
                "code in the page, then export again.\n\n";
    if (debrief.draft)
        text += words(*debrief.draft);
    text += part("Reason", debrief.reason) + part("My part", debrief.my_part) +
            part("Outside my control", debrief.outside) + part("What I needed", debrief.needed) +
            part("How it will serve", debrief.serves);
    if (debrief.lesson)
        text += part("Lesson", debrief.lesson->title) + part("In full", debrief.lesson->body);
    for (const auto& reader : debrief.readers)
        text += fmt::format("Read by {} on {}.\n", reader.name, to_text(reader.at));
    return text + "\n";
}

std::string about(const people::Person& person) {
    std::string roles;
    for (const auto role : person.roles)
        roles += (roles.empty() ? "" : ", ") + std::string(enum_name(role));
    return fmt::format("- Name: {}\n- E-mail: {}\n- Title: {}\n- Team: {}\n- Manager: {}\n- Roles: {}\n\n",
                       person.name, person.email.value_or("none"), person.title.value_or("none"),
                       person.team ? person.team->name : "none",
                       person.manager ? person.manager->name : "none", roles);
}

} // namespace

std::string own_page(const OwnData& data) {
    std::string page =
        fmt::format("# {} in {}\n\nEverything of yours that Buckstop keeps, as of {}. The same, "
                    "for programs, is in my-data.json.\n\n{}",
                    data.person.name, data.organisation, to_text(data.exported_at), about(data.person));
    page += "## Debriefs and drafts\n\n";
    for (const auto& debrief : data.debriefs)
        page += words(debrief);
    page += "## Lessons\n\n";
    for (const auto& lesson : data.lessons)
        page += fmt::format("### {}\n\n{}", lesson.title, as_quote(lesson.body));
    page += "## Commitments\n\n";
    for (const auto& each : data.commitments)
        page += fmt::format("- {} (due {}, {})\n", each.act, to_text(each.due_on), enum_name(each.state));
    page += "\n## Failures\n\n";
    for (const auto& each : data.failures)
        page += fmt::format("- {}: {}, {} ({})\n", to_text(each.occurred_on), enum_name(each.kind),
                            failures::what_about(each), enum_name(each.state));
    page += "\n## Deals from the CRM\n\n";
    for (const auto& deal : data.deals)
        page += fmt::format("- {} ({})\n", deal.name, enum_name(deal.outcome));
    page += "\n## Activities from the CRM\n\n";
    for (const auto& each : data.activities)
        page += fmt::format("- {}: {}\n", each.kind, each.subject.value_or(""));
    page += "\n## Targets from the CRM\n\n";
    for (const auto& each : data.targets)
        page +=
            fmt::format("- {}, {} to {}: {} {}\n", each.measure.value_or("Won value"),
                        to_text(each.starts_on), to_text(each.ends_on),
                        plain_amount({.minor = each.amount_minor, .currency = each.currency}), each.currency);
    page += "\n## What you were told\n\n";
    for (const auto& notice : data.notices)
        page += fmt::format("- {}: {}\n", to_text(notice.created_at), notice.text);
    page += "\n## Where you are signed in\n\n";
    for (const auto& session : data.sessions)
        page +=
            fmt::format("- {}, since {}\n", session.device.value_or("a device"), to_text(session.created_at));
    page += "\n## What the audit log says about you\n\n";
    for (const auto& line : data.audit_lines)
        page += fmt::format("- {}: {} by {}\n", to_text(line.at), line.action,
                            line.actor.value_or("the program, or somebody who was erased"));
    return page;
}

} // namespace buckstop::archive
