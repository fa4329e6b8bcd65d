// Makes the waiting failures equal to what rules and deals say now, in portions, so that no other writer
// waits long. Each portion may be repeated: what it does follows from what is stored.
#include "features/failures/apply.hpp"

#include "features/failures/store.hpp"
#include "features/people/people.hpp"

namespace buckstop::failures {

Standing standing(db::Transaction& tx, OrgId org, Instant at) {
    Standing result{.rules = store::rules(tx, org), .currency = {}};
    std::erase_if(result.rules, [](const store::RuleRow& rule) { return !rule.is_enabled; });
    if (const auto kept_since = people::failures_kept_since(tx, org, at))
        for (auto& rule : result.rules)
            rule.starts_on = std::max(rule.starts_on, *kept_since);
    if (const auto organisation = people::find_organisation(tx, org))
        result.currency = organisation->currency;
    return result;
}

Question question_of(const store::RuleRow& rule) {
    return {.kind = rule.kind,
            .starts_on = rule.starts_on,
            .threshold_minor = rule.threshold_minor,
            .pushes = rule.pushes,
            .share = rule.share};
}

std::optional<Date> earliest_start(const Standing& now, Kind kind) {
    std::optional<Date> earliest;
    for (const auto& rule : now.rules)
        if (rule.kind == kind && (!earliest || rule.starts_on < *earliest))
            earliest = rule.starts_on;
    return earliest;
}

namespace {

// The first rule of this kind that asks about the deal, and when what it asks about happened.
struct Match {
    FailureRuleId rule;
    Date occurred_on{};
};
std::optional<Match> match(db::Transaction& tx, OrgId org, const Standing& now, Kind kind,
                           const DealFacts& deal) {
    for (const auto& rule : now.rules)
        if (rule.kind == kind)
            if (const auto on = asked_since(tx, org, question_of(rule), deal, now.currency))
                return Match{.rule = rule.id, .occurred_on = *on};
    return std::nullopt;
}

Portion review_waiting(db::Transaction& tx, OrgId org, Instant at, std::optional<ImportId> import,
                       FailureId after) {
    const auto now = standing(tx, org, at);
    const auto rows = store::waiting(tx, org, import, after, portion_size);
    Portion result;
    for (const auto& row : rows) {
        result.last = row.failure_id.value();
        const auto found = match(tx, org, now, row.kind, row.deal);
        const bool withdrawn = !found && store::remove_waiting(tx, org, row.failure_id);
        const bool as_it_was = found && found->occurred_on == row.occurred_on && row.rule_id == found->rule &&
                               row.failure_owner_id == row.deal.owner_id;
        const bool followed =
            found && !as_it_was &&
            store::update_waiting(
                tx, org, row.failure_id,
                {.owner = row.deal.owner_id, .rule = found->rule, .occurred_on = found->occurred_on});
        result.applied.withdrawn += withdrawn ? 1 : 0;
        result.applied.followed += followed ? 1 : 0;
        if (withdrawn || followed)
            for (const auto& person : {row.failure_owner_id, row.deal.owner_id})
                if (person)
                    result.concerned.insert(*person);
    }
    result.more = static_cast<int>(rows.size()) == portion_size;
    return result;
}

Portion open_new(db::Transaction& tx, OrgId org, Instant at, std::optional<ImportId> import, Kind kind,
                 DealId after) {
    const auto now = standing(tx, org, at);
    const auto earliest = earliest_start(now, kind);
    Portion result;
    if (!earliest)
        return result;
    const auto deals = store::candidates(
        tx, org,
        {.kind = kind, .starts_on = *earliest, .import = import, .after = after, .limit = portion_size});
    for (const auto& deal : deals) {
        result.last = deal.deal_id.value();
        const auto found = match(tx, org, now, kind, deal);
        if (!found || !store::insert(tx, org, at,
                                     {.kind = kind,
                                      .deal = deal.deal_id,
                                      .owner = deal.owner_id,
                                      .rule = found->rule,
                                      .occurred_on = found->occurred_on}))
            continue;
        ++result.applied.opened;
        if (deal.owner_id)
            result.concerned.insert(*deal.owner_id);
    }
    result.more = static_cast<int>(deals.size()) == portion_size;
    return result;
}

// Tells the pages that are open, without saying what.
void tell(const Context& context, OrgId org, const std::set<PersonId>& concerned) {
    if (!concerned.empty())
        context.events.publish(
            {.org = org, .to = {concerned.begin(), concerned.end()}, .topic = "failure", .id = ""});
}

} // namespace

std::optional<Date> asked_since(db::Transaction& tx, OrgId org, const Question& question,
                                const DealFacts& deal, std::string_view currency) {
    if (!asks_about(question, deal, org, currency))
        return std::nullopt;
    const Date on = question.kind == Kind::pushed_deal
                        ? store::pushed_on(tx, org, deal, question.pushes.value_or(1))
                        : ended_on(deal);
    return on >= question.starts_on ? std::optional(on) : std::nullopt;
}

std::optional<Applied> apply_rules(const Context& context, OrgId org, std::optional<ImportId> import,
                                   const std::function<bool(const Applied&)>& go_on) {
    Applied all;
    std::set<PersonId> concerned;
    bool stopped = false;
    // Runs `work` on one portion after another. Nothing it decides by can change under it unseen: what it
    // updates and deletes must still be waiting, and what it inserts must not be there.
    const auto through = [&](auto&& work) {
        std::int64_t after = 0;
        for (bool more = !stopped; more && !stopped;) {
            const Portion done =
                context.database.write_committed([&](db::Transaction& tx) { return work(tx, after); });
            all.opened += done.applied.opened;
            all.followed += done.applied.followed;
            all.withdrawn += done.applied.withdrawn;
            concerned.insert(done.concerned.begin(), done.concerned.end());
            after = done.last;
            more = done.more;
            stopped = !go_on(all);
        }
    };
    through([&](db::Transaction& tx, std::int64_t after) {
        return review_waiting(tx, org, context.now(), import, FailureId(after));
    });
    for (const Kind kind : {Kind::lost_deal, Kind::pushed_deal, Kind::sampled_win})
        through([&](db::Transaction& tx, std::int64_t after) {
            return open_new(tx, org, context.now(), import, kind, DealId(after));
        });
    through([&](db::Transaction& tx, std::int64_t after) {
        return review_waiting_subjects(tx, org, context.now(), FailureId(after));
    });
    for (const Kind kind : {Kind::missed_target, Kind::churned_customer, Kind::service_failure})
        through([&](db::Transaction& tx, std::int64_t after) {
            return open_new_subjects(tx, org, context.now(), kind, after);
        });
    tell(context, org, concerned);
    return stopped ? std::nullopt : std::optional(all);
}

Applied apply_rules(const Context& context, OrgId org, std::optional<ImportId> import) {
    return apply_rules(context, org, import, [](const Applied&) { return true; }).value();
}

} // namespace buckstop::failures
