// The rules as people see and change them.
#include "access/policy.hpp"
#include "base/json.hpp"
#include "features/audit/audit.hpp"
#include "features/failures/apply.hpp"
#include "features/failures/store.hpp"
#include "features/failures/subjects.hpp"
#include "features/people/people.hpp"
#include "features/text_field.hpp"

#include <cmath>

namespace buckstop::failures {
namespace {

using access::Action;
using access::Object;

constexpr std::string_view no_such_rule = "There is no such rule.";

Result<> check(const RuleInput& input) {
    FieldChecks checks;
    const auto not_here = [&](std::string_view field, bool present) {
        if (present)
            checks.add(field, "not_for_this_kind", "A rule of this kind has nothing like this.");
    };
    not_here("pushes", input.pushes && input.kind != Kind::pushed_deal);
    not_here("share", input.share && input.kind != Kind::sampled_win && input.kind != Kind::missed_target);
    const bool has_threshold = input.kind == Kind::lost_deal || input.kind == Kind::pushed_deal ||
                               input.kind == Kind::churned_customer;
    not_here("threshold_minor", input.threshold_minor && !has_threshold);
    not_here("days", input.days && input.kind != Kind::churned_customer);
    if (input.days && (*input.days < 1 || *input.days > 3650))
        checks.add("days", "out_of_range", "From 1 to 3650 days.");
    if (input.threshold_minor && *input.threshold_minor < 0)
        checks.add("threshold_minor", "out_of_range", "A threshold is zero or more.");
    if (input.kind == Kind::pushed_deal && !input.pushes)
        checks.add("pushes", "required", "From how many moves of the close date on?");
    if (input.kind == Kind::pushed_deal && input.pushes && (*input.pushes < 1 || *input.pushes > 1000))
        checks.add("pushes", "out_of_range", "From 1 to 1000 moves.");
    if (input.kind == Kind::sampled_win && !input.share)
        checks.add("share", "required", "Which share of the won deals?");
    if (input.share && !(*input.share >= 0 && *input.share <= 1))
        checks.add("share", "out_of_range", "A share lies between 0 and 1.");
    if (!checks.fine())
        return fail(checks.error());
    return {};
}

Rule shown(const store::RuleRow& row, const std::string& currency) {
    Rule rule{.id = row.id,
              .kind = row.kind,
              .is_enabled = row.is_enabled,
              .starts_on = row.starts_on,
              .threshold = std::nullopt,
              .pushes = row.pushes,
              .share = row.share,
              .days = row.days,
              .version = row.version,
              .opened = row.opened};
    if (row.threshold_minor)
        rule.threshold = Money{.minor = *row.threshold_minor, .currency = currency};
    return rule;
}

std::string currency_of(db::Transaction& tx, OrgId org) {
    const auto organisation = people::find_organisation(tx, org);
    return organisation ? organisation->currency : std::string();
}

// Writes down that a rule changed and sees to it that it is applied.
void changed(const Context& context, db::Transaction& tx, const access::Principal& who,
             std::string_view action, FailureRuleId id) {
    context.jobs.add(tx, {.org = who.org, .kind = apply_rules_job, .input = boost::json::object()});
    tx.after_commit([&context] { context.jobs.wake(); });
    audit::record(tx, context.now(),
                  {.org = who.org,
                   .actor = who.person,
                   .action = action,
                   .object = Object::failure_rule,
                   .object_id = id.value(),
                   .subject = {}});
}

} // namespace

Result<Rules> rules(const Context& context, const access::Principal& who) {
    if (const auto allowed = access::require(who, {}, Object::failure_rule, Action::list); !allowed)
        return fail(allowed.error());
    return context.database.read([&](db::Transaction& tx) {
        const auto currency = currency_of(tx, who.org);
        Rules result;
        for (const auto& row : store::rules(tx, who.org))
            result.items.push_back(shown(row, currency));
        return result;
    });
}

Result<Rule> add_rule(const Context& context, const access::Principal& who, const RuleInput& input,
                      const BeforeCommit<Rule>& before_commit) {
    if (const auto allowed = access::require(who, {}, Object::failure_rule, Action::create); !allowed)
        return fail(allowed.error());
    if (const auto fine = check(input); !fine)
        return fail(fine.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Rule> {
        const auto id = store::insert_rule(tx, who.org, context.now(), input);
        changed(context, tx, who, "failure_rule.create", id);
        auto added = shown(store::find_rule(tx, who.org, id).value(), currency_of(tx, who.org));
        if (before_commit)
            before_commit(tx, added);
        return added;
    });
}

Result<Rule> change_rule(const Context& context, const access::Principal& who, FailureRuleId id,
                         std::int64_t version, const RuleInput& input) {
    if (const auto allowed = access::require(who, {}, Object::failure_rule, Action::write); !allowed)
        return fail(allowed.error());
    if (const auto fine = check(input); !fine)
        return fail(fine.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Rule> {
        const auto rule = store::find_rule(tx, who.org, id);
        if (!rule)
            return fail(ErrorCode::not_found, std::string(no_such_rule));
        if (rule->version != version)
            return fail(ErrorCode::precondition_failed,
                        "Somebody else changed this rule in between. Look at it again.");
        if (rule->kind != input.kind)
            return fail_field("kind", "fixed", "A rule keeps its kind. Remove it and add another.");
        store::update_rule(tx, who.org, id, input);
        changed(context, tx, who, "failure_rule.change", id);
        return shown(store::find_rule(tx, who.org, id).value(), currency_of(tx, who.org));
    });
}

Result<> remove_rule(const Context& context, const access::Principal& who, FailureRuleId id) {
    if (const auto allowed = access::require(who, {}, Object::failure_rule, Action::write); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) -> Result<> {
        if (!store::find_rule(tx, who.org, id))
            return fail(ErrorCode::not_found, std::string(no_such_rule));
        store::remove_rule(tx, who.org, id);
        changed(context, tx, who, "failure_rule.remove", id);
        return {};
    });
}

Result<Preview> preview(const Context& context, const access::Principal& who, const RuleInput& input) {
    if (const auto allowed = access::require(who, {}, Object::failure_rule, Action::list); !allowed)
        return fail(allowed.error());
    if (const auto fine = check(input); !fine)
        return fail(fine.error());
    const Question question{.kind = input.kind,
                            .starts_on = input.starts_on,
                            .threshold_minor = input.threshold_minor,
                            .pushes = input.pushes,
                            .share = input.share};
    return context.database.read([&](db::Transaction& tx) {
        constexpr int portion = 5000;
        constexpr std::size_t most_examples = 5;
        const auto currency = currency_of(tx, who.org);
        if (!is_about_deal(input.kind))
            return Preview{.would_open = count_new_subjects(tx, who.org, context.now(), question, currency),
                           .examples = {}};
        const std::string visible = people::visible_deals_sql(tx, who);
        Preview result;
        std::vector<DealId> examples;
        store::CandidateFilter filter{.kind = input.kind,
                                      .starts_on = input.starts_on,
                                      .import = std::nullopt,
                                      .after = {},
                                      .limit = portion};
        for (bool more = true; more;) {
            const auto deals = store::candidates(tx, who.org, filter);
            for (const auto& deal : deals) {
                filter.after = deal.deal_id;
                if (!asked_since(tx, who.org, question, deal, currency))
                    continue;
                ++result.would_open;
                // Who sets rules need not be among those who may read the deals.
                if (examples.size() < most_examples && store::is_visible(tx, who.org, deal.deal_id, visible))
                    examples.push_back(deal.deal_id);
            }
            more = static_cast<int>(deals.size()) == portion;
        }
        result.examples = crm::summaries(tx, who.org, examples);
        return result;
    });
}

FailureRuleId insert_rule(db::Transaction& tx, OrgId org, Instant at, const RuleInput& input) {
    return store::insert_rule(tx, org, at, input);
}

} // namespace buckstop::failures
