// Organisations and their settings.
#include "base/money.hpp"
#include "features/audit/audit.hpp"
#include "features/people/names.hpp"
#include "features/people/people.hpp"
#include "features/people/rules.hpp"
#include "features/people/store.hpp"

namespace buckstop::people {
namespace {

using access::Action;
using access::Object;

Result<> check(FieldErrors& errors, const std::string& name, const std::string& time_zone,
               const std::string& currency) {
    errors.name("name", name);
    if (!is_time_zone(time_zone))
        errors.add("time_zone", "unknown", "Choose a time zone such as Europe/Berlin.");
    if (!is_currency(currency))
        errors.add("currency", "unknown", "Choose a currency such as EUR.");
    return errors.result();
}

} // namespace

Result<OrgId> create_organisation(db::Transaction& tx, Instant now, const NewOrganisation& wanted) {
    FieldErrors errors;
    if (const auto good = check(errors, wanted.name, wanted.time_zone, wanted.currency); !good)
        return fail(good.error());
    const auto org = tx.new_id<struct buckstop::Organisation>();
    auto tidied = wanted;
    tidied.name = tidy(wanted.name);
    store::insert_organisation(tx, org, now, tidied);
    audit::record(tx, now,
                  {.org = org,
                   .action = "organisation.created",
                   .object = Object::organisation_settings,
                   .object_id = org.value()});
    return org;
}

std::optional<Organisation> find_organisation(db::Transaction& tx, OrgId org) {
    return store::organisation(tx, org);
}

std::vector<Organisation> organisations(db::Transaction& tx) {
    std::vector<Organisation> all;
    for (const auto org : store::organisation_ids(tx))
        if (auto organisation = store::organisation(tx, org))
            all.push_back(std::move(*organisation));
    return all;
}

Date today(db::Transaction& tx, OrgId org, Instant now) {
    const auto organisation = store::organisation(tx, org);
    return date_in_zone(now, organisation ? organisation->time_zone : "UTC");
}

void remove_organisation(db::Transaction& tx, OrgId org) {
    store::delete_organisation(tx, org);
}

Result<Organisation> get_organisation(const Context& context, const access::Principal& who) {
    if (const auto may = access::require(who, {}, Object::organisation_settings, Action::read); !may)
        return fail(may.error());
    const auto found =
        context.database.read([&](db::Transaction& tx) { return store::organisation(tx, who.org); });
    if (!found)
        return fail(ErrorCode::not_found, "There is no such organisation.");
    return *found;
}

Result<Organisation> change_organisation(const Context& context, const access::Principal& who,
                                         std::int64_t version, const OrganisationChange& wanted) {
    if (const auto may = access::require(who, {}, Object::organisation_settings, Action::write); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Organisation> {
        auto changed = store::organisation(tx, who.org);
        if (!changed)
            return fail(ErrorCode::not_found, "There is no such organisation.");
        boost::json::array fields;
        const auto set = [&](const char* field, auto& into, const auto& value) {
            if (!value || *value == into)
                return;
            into = *value;
            fields.emplace_back(field);
        };
        set("name", changed->name, wanted.name);
        set("time_zone", changed->time_zone, wanted.time_zone);
        set("currency", changed->currency, wanted.currency);
        set("deal_visibility", changed->deal_visibility, wanted.deal_visibility);
        changed->name = tidy(changed->name);
        FieldErrors errors;
        if (const auto good = check(errors, changed->name, changed->time_zone, changed->currency); !good)
            return fail(good.error());
        changed->version = version;
        if (!store::update_organisation(tx, *changed))
            return fail(changed_meanwhile());
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "organisation.changed",
                       .object = Object::organisation_settings,
                       .object_id = who.org.value(),
                       .detail = {{"fields", fields}}});
        changed->version = version + 1;
        tell_pages(context, tx, who.org);
        return std::move(*changed);
    });
}

Result<> remove_demonstration(const Context& context, const access::Principal& who) {
    if (const auto may = access::require(who, {}, Object::demonstration, Action::undo); !may)
        return fail(may.error());
    return context.database.write([&](db::Transaction& tx) -> Result<> {
        const auto organisation = store::organisation(tx, who.org);
        if (!organisation || !organisation->is_demonstration)
            return fail(ErrorCode::conflict, "This organisation isn't a demonstration.");
        store::delete_organisation(tx, who.org);
        return {};
    });
}

} // namespace buckstop::people
