// What an author writes before it is shared.
#include "base/json.hpp"
#include "features/debriefs/shown.hpp"
#include "features/debriefs/texts.hpp"

namespace buckstop::debriefs {
namespace {

using access::Action;
using access::Object;

// Binds a sealed text to its place: moved to another debrief it doesn't open.
std::string about(DebriefId debrief) {
    return "draft " + debrief.text();
}

// What is stored was written by store_draft, so anything else is a bug.
DraftText text_from(const std::string& plaintext) {
    const auto value = json::parse(plaintext);
    auto text = value ? json::read<DraftText>(*value) : Result<DraftText>(fail(value.error()));
    if (!text)
        throw std::runtime_error("a draft can't be read: " + text.error().message);
    return *std::move(text);
}

Result<Readable> own_draft(db::Transaction& tx, const access::Principal& who, DebriefId id) {
    auto found = own(tx, who, id, Object::draft, Action::write);
    if (found && found->row.state == State::shared)
        return fail(ErrorCode::conflict, "This debrief is shared already. Change its text there.");
    return found;
}

} // namespace

OwnDraft open_draft(db::Transaction& tx, const access::Principal& who, DebriefId debrief) {
    const auto stored = store::find_draft(tx, who.org, debrief, who.person);
    if (!stored)
        return {};
    const auto plaintext = identity::open(who, stored->draft_key_id, stored->sealed, about(debrief));
    if (!plaintext)
        return {.draft = std::nullopt, .sealed = true};
    Draft draft{text_from(*plaintext), stored->revision, stored->updated_at};
    return {.draft = std::move(draft), .sealed = false};
}

Result<Saved> store_draft(db::Transaction& tx, const access::Principal& who, DebriefId debrief,
                          const DraftText& text, std::int64_t revision, Instant at) {
    auto sealed = identity::seal(who, json::to_text(text), about(debrief));
    if (!sealed)
        return fail(sealed.error());
    store::put_draft(tx, who.org, debrief, who.person,
                     {.draft_key_id = sealed->key,
                      .sealed = std::move(sealed->text),
                      .revision = revision,
                      .updated_at = at});
    return Saved{.revision = revision, .saved_at = at};
}

Result<std::variant<Saved, NewerDraft>> save_draft(const Context& context, const access::Principal& who,
                                                   DebriefId id, const DraftInput& input) {
    using Answer = std::variant<Saved, NewerDraft>;
    return context.database.write([&](db::Transaction& tx) -> Result<Answer> {
        const auto debrief = own_draft(tx, who, id);
        if (!debrief)
            return fail(debrief.error());
        if (const auto fine = check_lengths(input); !fine)
            return fail(fine.error());
        auto stored = open_draft(tx, who, id);
        if (stored.sealed)
            return fail(ErrorCode::conflict, std::string(sealed_because));
        const DraftText& text = input;
        const auto revision = stored.draft ? stored.draft->revision : 0;
        if (input.revision != revision) {
            // An answer that was lost on its way: what is sent again is here already.
            if (stored.draft && input.revision + 1 == revision && text == *stored.draft)
                return Answer(Saved{.revision = revision, .saved_at = stored.draft->saved_at});
            return Answer(NewerDraft{std::move(stored.draft).value_or(Draft{})});
        }
        const auto saved = store_draft(tx, who, id, text, revision + 1, context.now());
        if (!saved)
            return fail(saved.error());
        announce(context, tx, who.org, debrief->row, "debrief", id.text());
        return Answer(*saved);
    });
}

Result<> discard_draft(const Context& context, const access::Principal& who, DebriefId id) {
    return context.database.write([&](db::Transaction& tx) -> Result<> {
        const auto debrief = own_draft(tx, who, id);
        if (!debrief)
            return fail(debrief.error());
        store::remove_draft(tx, who.org, id, who.person);
        announce(context, tx, who.org, debrief->row, "debrief", id.text());
        return {};
    });
}

identity::SealedTexts sealed_texts() {
    return {
        .count =
            [](db::Transaction& tx, OrgId org, PersonId person, access::DraftKeyId key) {
                return static_cast<int>(store::drafts_under(tx, org, person, key).size());
            },
        .reseal = [](db::Transaction& tx, const access::Principal& before,
                     const access::Principal& now) -> Result<int> {
            int count = 0;
            for (const auto id : store::drafts_under(tx, now.org, now.person, before.draft_key_id)) {
                const auto opened = open_draft(tx, before, id);
                if (!opened.draft)
                    return fail(ErrorCode::conflict, std::string(sealed_because));
                // The words are as they were: their revision and their time stay.
                const auto stored =
                    store_draft(tx, now, id, *opened.draft, opened.draft->revision, opened.draft->saved_at);
                if (!stored)
                    return fail(stored.error());
                ++count;
            }
            return count;
        },
    };
}

} // namespace buckstop::debriefs
