// What a person is told at their next sign-in and in the page.
#include "features/identity/identity.hpp"
#include "features/identity/store.hpp"

namespace buckstop::identity {

void notify(const Context& context, db::Transaction& tx, OrgId org, PersonId person, std::string_view kind,
            std::string_view text) {
    store::insert_notice(tx, org, person, kind, boost::json::serialize(boost::json::object{{"text", text}}),
                         context.now());
    tx.after_commit([&events = context.events, org, person] {
        events.publish({.org = org, .to = {person}, .topic = "notice", .id = ""});
    });
}

std::vector<Notice> notices(db::Transaction& tx, OrgId org, PersonId person, int limit) {
    std::vector<Notice> result;
    for (auto& row : store::notices(tx, org, person, limit)) {
        const auto detail = boost::json::parse(row.detail);
        const auto* text = detail.is_object() ? detail.get_object().if_contains("text") : nullptr;
        result.push_back({.id = row.id,
                          .kind = std::move(row.kind),
                          .text = text != nullptr && text->is_string() ? std::string(text->get_string()) : "",
                          .created_at = row.created_at,
                          .seen = row.seen});
    }
    return result;
}

} // namespace buckstop::identity
