#include "features/demo/organisation.hpp"

#include "base/money.hpp"
#include "features/debriefs/debriefs.hpp"
#include "features/demo/demo.hpp"
#include "features/demo/store.hpp"
#include "features/failures/failures.hpp"
#include "features/imports/imports.hpp"
#include "features/people/people.hpp"

#include <algorithm>
#include <stdexcept>

namespace buckstop::demo {
namespace {

std::optional<std::string_view> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

std::optional<std::string> some(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// Noon is on the same day in every time zone that has people.
Instant noon(Date day) {
    return std::chrono::sys_days{day} + std::chrono::hours{12};
}

// A deal as it read when its close was still expected on another day.
imports::DealRecord before_push(imports::DealRecord deal, Date expected) {
    deal.expected_close_on = expected;
    deal.outcome = "open";
    deal.closed_on.reset();
    deal.stated_reason.reset();
    return deal;
}

debriefs::DraftText draft_text(const DemoDebrief& debrief, const std::string& reason, Date written) {
    debriefs::DraftText text{.reason = some(reason),
                             .my_part = some(debrief.my_part),
                             .outside = some(debrief.outside),
                             .needed = some(debrief.needed),
                             .lesson_title = some(debrief.lesson_title),
                             .lesson = some(debrief.lesson),
                             .serves = some(debrief.serves),
                             .act = some(debrief.act)};
    if (text.act)
        text.due_on = add_days(written, debrief.act_due_days);
    text.audience = enum_from_name<lessons::Audience>(debrief.audience);
    return text;
}

Result<> add_debrief(db::Transaction& tx, OrgId org, Date today, const Content& content, const People& people,
                     const DemoDebrief& debrief) {
    const auto deal = std::ranges::find(content.deals, debrief.deal, &DemoDeal::key);
    const auto deal_id = find_deal(tx, org, debrief.deal);
    if (deal == content.deals.end() || !deal_id)
        throw std::logic_error("a debrief of the demonstration names no deal: " + debrief.deal);
    const access::Principal& author = people.at(debrief.author);
    const Date written = add_days(today, -debrief.days_ago);
    const Date closed = add_days(today, -deal->closed_days_ago.value_or(debrief.days_ago + 2));
    const auto kind = deal->outcome == "won" ? failures::Kind::sampled_win : failures::Kind::lost_deal;
    const auto failure = failures::open(tx, org, noon(closed), kind, *deal_id, author.person, closed);
    debriefs::PastDebrief past{.failure = failure,
                               .author = author.person,
                               .coach = people::default_coach(tx, org, author.person),
                               .started_at = noon(written) - std::chrono::minutes{4},
                               .written_at = noon(written),
                               .text = draft_text(debrief, deal->stated_reason, written)};
    if (debrief.state == "draft") {
        const auto draft = debriefs::insert_draft(tx, author, past);
        return draft ? Result<>{} : fail(draft.error());
    }
    if (debrief.act_state == "kept") {
        past.act_state = commitments::State::kept;
        past.done_on = add_days(written, std::max(1, debrief.act_due_days - 2));
    }
    (void)debriefs::insert_shared(tx, org, past);
    return {};
}

} // namespace

Result<Passwords> prepare_passwords(const Content& content) {
    Passwords passwords;
    for (const DemoPerson& person : content.people) {
        if (!person.signs_in)
            continue;
        auto prepared = identity::prepare_password(password);
        if (!prepared)
            return fail(prepared.error());
        passwords.emplace(person.key, std::move(*prepared));
    }
    return passwords;
}

Result<People> add_people(db::Transaction& tx, Instant now, OrgId org, const Content& content,
                          const Passwords& passwords) {
    std::vector<people::PersonFacts> facts;
    for (const DemoPerson& person : content.people) {
        const auto team = std::ranges::find(content.teams, person.team, &DemoTeam::key);
        people::PersonFacts& fact = facts.emplace_back();
        fact.source = source;
        fact.key = person.key;
        fact.name = person.name;
        fact.email = unless_empty(person.email);
        fact.title = unless_empty(person.title);
        if (team != content.teams.end())
            fact.team = team->name;
        fact.manager_key = unless_empty(person.manager);
        fact.roles = person.roles;
    }
    // Twice: a manager may stand behind their people in the file.
    people::upsert_people(tx, now, org, facts);
    const auto upserted = people::upsert_people(tx, now, org, facts);

    People by_key;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const DemoPerson& person = content.people[i];
        access::Principal principal{.org = org, .person = upserted[i].id, .roles = person.roles};
        if (const auto known = passwords.find(person.key); known != passwords.end()) {
            const auto account = identity::create_account(tx, now, org, upserted[i].id, known->second);
            if (!account)
                return fail(account.error());
            principal.draft_key = account->principal.draft_key;
            principal.draft_key_id = account->principal.draft_key_id;
        }
        by_key.emplace(person.key, std::move(principal));
    }
    return by_key;
}

void add_catalogue(db::Transaction& tx, OrgId org, Date today, const Content& content) {
    std::vector<imports::CompanyRecord> companies;
    for (const DemoCompany& company : content.companies) {
        imports::CompanyRecord& record = companies.emplace_back();
        record.line = companies.size();
        record.key = company.name;
        record.name = company.name;
        record.industry = unless_empty(company.industry);
        record.segment = unless_empty(company.industry);
        record.country = unless_empty(company.country);
        record.region = unless_empty(company.region);
        record.employees = company.employees;
    }
    std::vector<imports::ProductRecord> products;
    for (const DemoProduct& product : content.products) {
        imports::ProductRecord& record = products.emplace_back();
        record.line = products.size();
        record.name = product.name;
        record.family = unless_empty(product.family);
        if (const auto price = parse_money(std::to_string(product.list_price), content.currency))
            record.list_price_minor = price->minor;
        record.currency = content.currency;
    }
    const std::string from(source);
    (void)imports::apply_records(tx, org, from, today, products);
    (void)imports::apply_records(tx, org, from, today, companies);
}

void add_deals(db::Transaction& tx, OrgId org, Date today, const DealHistory& history) {
    const std::string from(source);
    const auto& deals = std::get<std::vector<imports::DealRecord>>(history.deals.records);
    auto pushes = history.pushes;
    std::ranges::stable_sort(pushes, {}, [](const auto& push) { return std::chrono::sys_days{push.as_of}; });
    for (const auto& push : pushes)
        (void)imports::apply_records(
            tx, org, from, push.as_of,
            std::vector<imports::DealRecord>{before_push(deals.at(push.deal), push.expected_close_on)});
    (void)imports::apply_records(tx, org, from, today, history.deals.records);
    (void)imports::apply_records(tx, org, from, today, history.stage_changes.records);
    (void)imports::apply_records(tx, org, from, today, history.activities.records);
}

void add_rules(db::Transaction& tx, Instant now, OrgId org, Date today, const Content& content) {
    const auto threshold = parse_money("20000", content.currency);
    const auto worth = threshold ? std::optional(threshold->minor) : std::nullopt;
    const Date season = add_days(today, -45);
    failures::insert_rule(tx, org, now,
                          {.kind = failures::Kind::lost_deal,
                           .is_enabled = true,
                           .starts_on = season,
                           .threshold_minor = worth,
                           .pushes = std::nullopt,
                           .share = std::nullopt});
    failures::insert_rule(tx, org, now,
                          {.kind = failures::Kind::pushed_deal,
                           .is_enabled = true,
                           .starts_on = season,
                           .threshold_minor = worth,
                           .pushes = 4,
                           .share = std::nullopt});
    failures::insert_rule(tx, org, now,
                          {.kind = failures::Kind::sampled_win,
                           .is_enabled = true,
                           .starts_on = season,
                           .threshold_minor = std::nullopt,
                           .pushes = std::nullopt,
                           .share = 0.25});
}

Result<> add_debriefs(db::Transaction& tx, Instant, OrgId org, Date today, const Content& content,
                      const People& people) {
    for (const DemoDebrief& debrief : content.debriefs)
        if (const auto added = add_debrief(tx, org, today, content, people, debrief); !added)
            return fail(added.error());
    return {};
}

} // namespace buckstop::demo
