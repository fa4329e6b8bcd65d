#include "features/debriefs/texts.hpp"

#include "features/text_field.hpp"

namespace buckstop::debriefs {
namespace {

void add_lengths(FieldChecks& checks, const DraftText& text) {
    using lessons::most_text;
    checks.text("reason", text.reason, {.most = most_reason});
    checks.text("my_part", text.my_part, {.most = most_text});
    checks.text("outside", text.outside, {.most = most_text});
    checks.text("needed", text.needed, {.most = most_text});
    checks.text("lesson_title", text.lesson_title, {.most = lessons::most_title});
    checks.text("lesson", text.lesson, {.most = most_text});
    checks.text("serves", text.serves, {.most = most_text});
    checks.text("act", text.act, {.most = commitments::most_act});
}

Result<> result_of(const FieldChecks& checks) {
    if (!checks.fine())
        return fail(checks.error());
    return {};
}

} // namespace

Result<> check_lengths(const DraftText& text) {
    FieldChecks checks;
    add_lengths(checks, text);
    return result_of(checks);
}

Result<> check_complete(const DraftText& text, bool existing_lesson_found, Date today) {
    FieldChecks checks;
    add_lengths(checks, text);
    if (!something(text.my_part))
        checks.add("my_part", "required", "What was your own part? One sentence is enough.");
    const bool written = something(text.lesson) || something(text.lesson_title);
    if (text.existing_lesson_id && written)
        checks.add("existing_lesson_id", "one_of_two",
                   "You chose an existing lesson and wrote one of your own. Keep one of the two.");
    else if (text.existing_lesson_id && !existing_lesson_found)
        checks.add("existing_lesson_id", "not_found",
                   "This lesson can't be found any more. Choose or write another.");
    else if (!text.existing_lesson_id && !written)
        checks.add("lesson", "required", "What is the lesson? “Unknown yet” is an answer, too.");
    if (!something(text.act))
        checks.add("act", "required", "What are you going to do about that?");
    if (text.due_on && *text.due_on < today)
        checks.add("due_on", "in_the_past", "This day has passed. Choose today or a later one.");
    return result_of(checks);
}

Result<> check(const DebriefEdit& edit) {
    using lessons::most_text;
    FieldChecks checks;
    if (edit.my_part)
        checks.text(
            "my_part", edit.my_part,
            {.most = most_text, .required = true, .missing = "Your own part is what a debrief stands on."});
    for (const auto& [field, text] :
         {std::pair{"outside", &edit.outside}, {"needed", &edit.needed}, {"serves", &edit.serves}})
        if (*text)
            checks.text(field, **text, {.most = most_text});
    return result_of(checks);
}

std::string lesson_title(const DraftText& text) {
    if (auto title = something(text.lesson_title))
        return *std::move(title);
    constexpr std::size_t longest = 80; // characters
    std::string body = something(text.lesson).value_or("");
    // The first sentence or line, if it is short enough; else as many whole words as fit.
    std::size_t end = 0;
    std::size_t last_blank = 0;
    std::size_t characters = 0;
    for (; end < body.size() && characters < longest; ++end) {
        const char byte = body[end];
        if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U)
            ++characters;
        const bool stop = byte == '.' || byte == '!' || byte == '?';
        if (byte == '\n' ||
            (stop && (end + 1 == body.size() || body[end + 1] == ' ' || body[end + 1] == '\n')))
            return std::string(trimmed(std::string_view(body).substr(0, byte == '.' ? end : end + 1)));
        if (byte == ' ')
            last_blank = end;
    }
    if (end == body.size())
        return body;
    while (end > 0 && (static_cast<unsigned char>(body[end]) & 0xC0U) == 0x80U)
        --end; // not within a character
    return body.substr(0, last_blank > 0 ? last_blank : end) + "…";
}

std::string lesson_body(const DraftText& text) {
    return something(text.lesson).value_or(something(text.lesson_title).value_or(""));
}

} // namespace buckstop::debriefs
