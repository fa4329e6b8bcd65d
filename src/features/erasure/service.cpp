#include "features/audit/audit.hpp"
#include "features/erasure/erasure.hpp"
#include "features/erasure/redaction.hpp"
#include "features/erasure/store.hpp"
#include "features/identity/identity.hpp"
#include "features/imports/imports.hpp"
#include "features/lessons/lessons.hpp"
#include "features/people/people.hpp"

namespace buckstop::erasure {
namespace {

using access::Action;
using access::Object;

// Why this person can't be erased now; nothing where they can.
std::optional<std::string> refusal(db::Transaction& tx, const access::Principal& who, PersonId person,
                                   const store::Counts& counts) {
    if (people::is_erased(tx, who.org, person))
        return "This person has been erased already.";
    if (person == who.person)
        return "You can't erase yourself. Ask another administrator.";
    if (people::is_last_administrator(tx, who.org, person))
        return "This is the last administrator who can sign in. Make somebody else one first.";
    if (counts.import_is_running)
        return "An import is under way, and may be writing about this person. Wait until it has ended.";
    return std::nullopt;
}

std::vector<Item> what_goes(const people::PersonImage& person, const store::Counts& counts) {
    std::vector<Item> items;
    if (counts.signs_in)
        items.push_back({"Account",
                         "Password, recovery code, sessions, roles, invitations and notices: they let "
                         "somebody in who is to be nobody here.",
                         {}});
    items.push_back({"Drafts and their keys",
                     "What was not shared is its author's alone, whether there is any or not.",
                     {}});
    items.push_back({"Name, address and title",
                     "They say who it was; “Someone” and a number stand in their "
                     "place, wherever the program keeps them.",
                     {}});
    items.push_back({"What imports remember",
                     "Rows about the person, files of refused rows that name them, and uploads of imports "
                     "that have ended.",
                     {}});
    items.push_back({"The name in the audit log",
                     "Lines stay, about nobody: the pseudonym that led to the person is destroyed. Reasons "
                     "that somebody typed about or as the person go.",
                     {}});
    const Redaction redaction(person.name, person.email, "Someone");
    items.push_back({"The name in texts",
                     redaction.finds_name_in_sentences()
                         ? "Full name and address are replaced in everything that was written or imported. "
                           "A nickname or a first name alone isn't found: search for it."
                         : "The address is replaced in everything that was written or imported; the name, a "
                           "single word, only where it stands alone. Search for it in sentences.",
                     {}});
    return items;
}

std::vector<Item> what_remains(const store::Counts& counts) {
    std::vector<Item> items{
        {"Deals",
         "They are the CRM's record of the organisation's business; their owner is called “Someone”.",
         counts.deals},
        {"Shared debriefs, lessons and commitments",
         "Shared is the organisation's: others learn from it. They name “Someone”. If the person asks for "
         "it, they can go too.",
         {}},
        {"Team and place in the tree",
         "Without it those above couldn't read any more what was shared with them.",
         {}},
        {"Salted hashes of name, address and CRM id",
         "The next import that names the person leads to the same “Someone” and brings nobody back.",
         {}},
        {"Earlier backups and exports",
         "They are outside this program. Whoever restores one has the person in it again, and must erase "
         "them again.",
         {}}};
    if (counts.reports > 0)
        items.push_back({"People below", "They stand below whoever is above this person.", counts.reports});
    return items;
}

Error not_there() {
    return {.code = ErrorCode::not_found, .message = "There is no such person."};
}

// What the person has made, before their row is emptied.
std::vector<LessonId> take_work_away(db::Transaction& tx, OrgId org, PersonId person, Shared shared) {
    store::remove_unshared(tx, org, person);
    if (shared == Shared::goes)
        return store::remove_shared(tx, org, person);
    store::end_open_commitments(tx, org, person);
    return {};
}

// Their name wherever a text says it.
void take_name_away(const Context& context, db::Transaction& tx, OrgId org, const people::PersonImage& person,
                    const std::string& instead) {
    const Redaction redaction(person.name, person.email, instead);
    const auto replace = [&](std::string_view text) { return redaction.apply(text); };
    const auto patterns = redaction.patterns();
    store::replace_in_texts(tx, org, patterns, replace);
    store::remove_audit_reasons(tx, org, patterns, replace);
    imports::forget_person(context, tx, org, person.id, replace);
}

} // namespace

Result<Preview> preview(const Context& context, const access::Principal& who, PersonId person) {
    if (const auto may = access::require(who, {}, Object::person, Action::erase); !may)
        return fail(may.error());
    return context.database.read([&](db::Transaction& tx) -> Result<Preview> {
        const auto image = people::find_image(tx, who.org, person);
        if (!image)
            return fail(not_there());
        const auto counts = store::counts(tx, who.org, person);
        return Preview{.person = {person, image->name},
                       .email = image->email,
                       .goes = what_goes(*image, counts),
                       .remains = what_remains(counts),
                       .refused = refusal(tx, who, person, counts)};
    });
}

Result<Done> erase(const Context& context, const access::Principal& who, PersonId person,
                   const Wanted& wanted) {
    if (const auto may = access::require(who, {}, Object::person, Action::erase); !may)
        return fail(may.error());
    const auto shared = wanted.shared.value_or(Shared::stays);
    return context.database.write([&](db::Transaction& tx) -> Result<Done> {
        const auto image = people::find_image(tx, who.org, person);
        if (!image)
            return fail(not_there());
        if (auto refused = refusal(tx, who, person, store::counts(tx, who.org, person)))
            return fail(ErrorCode::conflict, *std::move(refused));
        if (people::name_key(wanted.name) != people::name_key(image->name))
            return fail_field("name", "different",
                              "Type the name of the person as it is written here, to be sure.");
        identity::sign_out_everywhere(context, tx, who.org, person);
        auto lessons = take_work_away(tx, who.org, person, shared);
        const auto erased = people::erase_row(tx, context.now(), who.org, *image);
        take_name_away(context, tx, who.org, *image, erased.name);
        std::ranges::copy(store::lessons_with(tx, who.org, erased.name), std::back_inserter(lessons));
        lessons::index_again(tx, who.org, lessons);
        tx.after_commit([&events = context.events, org = who.org] {
            for (const auto* topic : {"people", "lesson", "debrief", "failure"})
                events.publish({.org = org, .to = {}, .topic = topic, .id = ""});
        });
        audit::forget(tx, who.org, person);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "person.erased",
                       .object = Object::person,
                       .object_id = person.value(),
                       .detail = {{"shared", enum_name(shared)}, {"number", erased.number}}});
        return Done{.id = person, .name = erased.name};
    });
}

} // namespace buckstop::erasure
