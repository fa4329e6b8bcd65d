#include "features/people/rules.hpp"

#include "features/people/names.hpp"

namespace buckstop::people {

void FieldErrors::add(std::string field, std::string rule, std::string message) {
    errors_.push_back({std::move(field), std::move(rule), std::move(message)});
}

void FieldErrors::name(const std::string& field, std::string_view text) {
    if (tidy(text).empty())
        add(field, "required", "This is needed.");
    at_most(field, text);
}

void FieldErrors::at_most(const std::string& field, std::string_view text) {
    if (text.size() > most_name_bytes)
        add(field, "too_long", "This is too long; keep it under 200 bytes.");
}

void FieldErrors::address(const std::string& field, std::string_view folded) {
    if (!can_be_address(folded))
        add(field, "not_an_address", "Write an e-mail address such as ana@example.org.");
}

Result<> FieldErrors::result() const {
    if (errors_.empty())
        return {};
    return fail({.code = ErrorCode::invalid, .message = errors_.front().message, .fields = errors_});
}

Error changed_meanwhile() {
    return {.code = ErrorCode::precondition_failed,
            .message = "Somebody else changed this in the meantime. Look at it again, then change it."};
}

void tell_pages(const Context& context, db::Transaction& tx, OrgId org, const std::string& id) {
    tx.after_commit([&events = context.events, org, id] {
        events.publish({.org = org, .to = {}, .topic = "people", .id = id});
    });
}

} // namespace buckstop::people
