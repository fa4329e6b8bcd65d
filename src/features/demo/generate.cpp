#include "features/demo/generate.hpp"

#include "base/money.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <unordered_map>

namespace buckstop::demo {
namespace {

using imports::ActivityRecord;
using imports::DealRecord;
using imports::StageChangeRecord;

// The standard distributions differ between libraries; these don't.
class Dice {
  public:
    explicit Dice(std::mt19937_64& random) : random_(random) {}

    int between(int low, int high) { // both included
        const auto span = static_cast<std::uint64_t>(high - low) + 1;
        return low + static_cast<int>(random_() % span);
    }
    bool chance(double probability) { return fraction() < probability; }
    double fraction() { return static_cast<double>(random_() >> 11U) * 0x1.0p-53; }

    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[random_() % from.size()];
    }
    const std::string& pick_weighted(const std::vector<Weighted>& from) {
        int total = 0;
        for (const auto& entry : from)
            total += entry.weight;
        int roll = between(1, total);
        for (const auto& entry : from)
            if ((roll -= entry.weight) <= 0)
                return entry.text;
        return from.back().text;
    }

  private:
    std::mt19937_64& random_;
};

// A deal on its way to becoming records. Days count back from today; negative ones lie in the future.
struct Plan {
    std::string key, name, company, owner, product, competitor, segment, region, stage, outcome,
        stated_reason, next_step, lead_source;
    std::int64_t amount = 0; // whole units
    int created = 0;
    std::optional<int> closed, expected;
};

// Text that records point into: a deque never moves its elements.
std::string_view keep(imports::Batch& batch, std::string text) {
    return batch.text.emplace_back(std::move(text));
}
imports::Text keep_some(imports::Batch& batch, const std::string& text) {
    if (text.empty())
        return std::nullopt;
    return keep(batch, text);
}

template <class Record>
std::vector<Record>& records(imports::Batch& batch) {
    if (!std::holds_alternative<std::vector<Record>>(batch.records))
        batch.records = std::vector<Record>{};
    return std::get<std::vector<Record>>(batch.records);
}

class Historian {
  public:
    Historian(const Content& content, Date today, std::mt19937_64& random)
        : content_(content), today_(today), dice_(random) {}

    void tell(const Plan& plan, DealHistory& into) {
        add_deal(plan, into.deals);
        add_stages(plan, into.stage_changes);
        add_activities(plan, into.activities);
        add_pushes(plan, into);
    }

  private:
    [[nodiscard]] Date day(int days_ago) const { return add_days(today_, -days_ago); }

    [[nodiscard]] std::int64_t minor(std::int64_t whole) const {
        std::int64_t factor = 1;
        for (int i = 0; i < minor_digits(content_.currency); ++i)
            factor *= 10;
        return whole * factor;
    }

    void add_deal(const Plan& plan, imports::Batch& batch) {
        auto& deals = records<DealRecord>(batch);
        DealRecord& deal = deals.emplace_back();
        deal.line = deals.size();
        deal.key = keep(batch, plan.key);
        deal.name = keep_some(batch, plan.name);
        deal.company = keep_some(batch, plan.company);
        deal.owner = keep_some(batch, plan.owner);
        deal.product = keep_some(batch, plan.product);
        deal.competitor = keep_some(batch, plan.competitor);
        deal.segment = keep_some(batch, plan.segment);
        deal.region = keep_some(batch, plan.region);
        deal.stage = keep_some(batch, plan.stage);
        deal.outcome = keep_some(batch, plan.outcome);
        deal.stated_reason = keep_some(batch, plan.stated_reason);
        deal.next_step = keep_some(batch, plan.next_step);
        deal.lead_source = keep_some(batch, plan.lead_source);
        deal.amount_minor = minor(plan.amount);
        deal.created_on = day(plan.created);
        if (plan.closed)
            deal.closed_on = day(*plan.closed);
        if (plan.expected)
            deal.expected_close_on = day(*plan.expected);
    }

    // From the first stage to the one that it stands in, with uneven waits between.
    void add_stages(const Plan& plan, imports::Batch& batch) {
        const auto at = std::ranges::find(content_.stages, plan.stage) - content_.stages.begin();
        const auto last = std::min<std::ptrdiff_t>(at, std::ssize(content_.stages) - 1);
        std::vector<double> waits(static_cast<std::size_t>(last) + 1);
        double total = 0;
        for (double& wait : waits)
            total += wait = 0.3 + dice_.fraction() * dice_.fraction() * 3;
        const int span = plan.created - plan.closed.value_or(0);
        double passed = 0;
        for (std::ptrdiff_t i = 1; i <= last; ++i) {
            passed += waits[static_cast<std::size_t>(i - 1)];
            auto& changes = records<StageChangeRecord>(batch);
            StageChangeRecord& change = changes.emplace_back();
            change.line = changes.size();
            change.key = keep(batch, fmt::format("{}/{}", plan.key, i));
            change.deal_key = keep(batch, plan.key);
            change.from_stage = content_.stages[static_cast<std::size_t>(i - 1)];
            change.to_stage = content_.stages[static_cast<std::size_t>(i)];
            change.changed_on = day(plan.created - static_cast<int>(std::lround(span * passed / total)));
            change.amount_minor = minor(plan.amount);
        }
    }

    void add_activities(const Plan& plan, imports::Batch& batch) {
        struct Kind {
            std::string_view name;
            const std::vector<std::string>& subjects;
        };
        const std::array kinds{Kind{"call", content_.words.calls}, Kind{"email", content_.words.emails},
                               Kind{"meeting", content_.words.meetings}, Kind{"note", content_.words.notes}};
        const int count = dice_.between(2, 9);
        for (int i = 0; i < count; ++i) {
            // Notes are rare: most of what happens is calls and mails.
            const auto roll = dice_.between(1, 20);
            const Kind& kind = kinds[roll <= 8 ? 0U : roll <= 14 ? 1U : roll <= 18 ? 2U : 3U];
            auto& activities = records<ActivityRecord>(batch);
            ActivityRecord& activity = activities.emplace_back();
            activity.line = activities.size();
            activity.key = keep(batch, fmt::format("{}/{}", plan.key, i + 1));
            activity.deal_key = keep(batch, plan.key);
            activity.person = keep_some(batch, plan.owner);
            activity.kind = kind.name;
            activity.subject = keep_some(batch, dice_.pick(kind.subjects));
            activity.happened_on =
                day(dice_.between(std::min(plan.closed.value_or(0), plan.created), plan.created));
            activity.done = true;
        }
    }

    // Deals that end later than first said were pushed on the way; open ones that are long overdue, again and
    // again.
    void add_pushes(const Plan& plan, DealHistory& into) {
        if (!plan.expected || plan.created - *plan.expected < 90 || !dice_.chance(0.35))
            return;
        const int times = dice_.between(1, 4);
        const int first = plan.created - 45;
        for (int i = 0; i < times; ++i) {
            const int said = first - (first - *plan.expected) * i / times;
            const int when = plan.created - (plan.created - plan.closed.value_or(0)) * (i + 1) / (times + 2);
            into.pushes.push_back({.deal = records<DealRecord>(into.deals).size() - 1,
                                   .as_of = day(when),
                                   .expected_close_on = day(said)});
        }
    }

    const Content& content_;
    Date today_;
    Dice dice_;
};

std::string with_capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

void replace(std::string& text, std::string_view mark, const std::string& with) {
    if (const auto at = text.find(mark); at != text.npos)
        text.replace(at, mark.size(), with);
}

std::string deal_name(const Words& words, const std::string& company, const std::string& product,
                      Dice& dice) {
    std::string name = dice.pick(words.patterns);
    const auto known = words.short_names.find(company);
    replace(name, "{company}", known == words.short_names.end() ? company : known->second);
    replace(name, "{place}", dice.pick(words.places));
    replace(name, "{phase}", dice.pick(words.phases));
    if (const auto works = words.works.find(product); works != words.works.end())
        replace(name, "{work}", dice.pick(works->second));
    return with_capital(std::move(name));
}

// A rep of the team that sells in the company's region. Who left appears only on what closed long ago.
const DemoPerson& owner_for(const Content& content, const DemoCompany& company, bool long_ago, Dice& dice) {
    std::vector<const DemoPerson*> fitting;
    for (const auto& person : content.people) {
        const auto team = std::ranges::find(content.teams, person.team, &DemoTeam::key);
        const bool sells = std::ranges::find(person.roles, access::Role::rep) != person.roles.end();
        if (sells && team != content.teams.end() && team->name == company.region &&
            (person.signs_in || long_ago))
            fitting.push_back(&person);
    }
    return fitting.empty() ? content.people.front() : *dice.pick(fitting);
}

Plan plan_deal(const Content& content, std::uint64_t number, Dice& dice) {
    const Words& words = content.words;
    const DemoCompany& company = dice.pick(content.companies);
    const DemoProduct& product = dice.pick(content.products);
    Plan plan;
    plan.key = fmt::format("g-{:04}", number);
    plan.company = company.name;
    plan.segment = company.industry;
    plan.region = company.region;
    plan.product = product.name;
    plan.name = deal_name(words, company.name, product.name, dice);
    plan.lead_source = dice.pick_weighted(words.lead_sources);
    if (dice.chance(0.6))
        plan.competitor = dice.pick(content.competitors);

    // Most jobs are near the usual price, some far above; rounded as quotes are.
    const double size = std::exp((dice.fraction() + dice.fraction() + dice.fraction() - 1.5) * 1.2);
    plan.amount =
        std::max<std::int64_t>(std::llround(static_cast<double>(product.list_price) * size / 100), 1) * 100;

    plan.created = dice.between(5, 545);
    const int cycle = dice.between(35, 90) + dice.between(0, 120);
    if (plan.created > cycle)
        plan.closed = plan.created - cycle;
    plan.owner = owner_for(content, company, plan.closed && *plan.closed > 150, dice).name;
    plan.expected = plan.closed ? *plan.closed + dice.between(-10, 40) : plan.created - cycle;

    const int stages = static_cast<int>(content.stages.size());
    if (!plan.closed) {
        plan.outcome = "open";
        const int reached = stages * plan.created / (cycle + 1) + dice.between(-1, 1);
        plan.stage = content.stages[static_cast<std::size_t>(std::clamp(reached, 0, stages - 1))];
        if (dice.chance(0.8))
            if (const auto steps = words.next_steps.find(plan.stage); steps != words.next_steps.end())
                plan.next_step = dice.pick(steps->second);
    } else if (dice.chance(0.37)) {
        plan.outcome = "won";
        plan.stage = content.stages.back();
    } else {
        plan.outcome = "lost";
        plan.stage = content.stages[static_cast<std::size_t>(
            std::min(stages - 1, dice.between(1, 3) + dice.between(0, 2)))];
        plan.stated_reason = dice.pick_weighted(words.loss_reasons);
    }
    return plan;
}

} // namespace

DealHistory notable_deals(const Content& content, Date today) {
    std::mt19937_64 random(20'260); // fixed: the hand-written deals always have the same history
    Historian historian(content, today, random);
    std::unordered_map<std::string_view, const DemoPerson*> people;
    for (const auto& person : content.people)
        people.emplace(person.key, &person);
    DealHistory history;
    for (const DemoDeal& deal : content.deals) {
        const auto company = std::ranges::find(content.companies, deal.company, &DemoCompany::name);
        historian.tell({.key = deal.key,
                        .name = deal.name,
                        .company = deal.company,
                        .owner = people.at(deal.owner)->name,
                        .product = deal.product,
                        .competitor = deal.competitor,
                        .segment = deal.segment,
                        .region = company == content.companies.end() ? "" : company->region,
                        .stage = deal.stage,
                        .outcome = deal.outcome,
                        .stated_reason = deal.stated_reason,
                        .next_step = deal.next_step,
                        .lead_source = "",
                        .amount = deal.amount,
                        .created = deal.created_days_ago,
                        .closed = deal.closed_days_ago,
                        .expected = deal.expected_close_days_ago},
                       history);
    }
    return history;
}

DealGenerator::DealGenerator(const Content& content, Date today, std::uint64_t seed)
    : content_(content), today_(today), random_(seed) {}

DealHistory DealGenerator::next(std::size_t deals) {
    DealHistory history;
    Historian historian(content_, today_, random_);
    Dice dice(random_);
    for (std::size_t i = 0; i < deals; ++i)
        historian.tell(plan_deal(content_, ++made_, dice), history);
    return history;
}

} // namespace buckstop::demo
