#include "features/imports/apply_deal_rows.hpp"

#include "features/imports/apply_take.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace buckstop::imports {
namespace {

std::optional<std::string> owned(const Text& text) {
    return text ? std::optional(std::string(*text)) : std::nullopt;
}

std::optional<crm::Outcome> outcome_of(const DealRecord& record) {
    return record.outcome ? enum_from_name<crm::Outcome>(*record.outcome) : std::nullopt;
}

// Where a file has no stages but outcomes.
std::string_view stage_for(crm::Outcome outcome) {
    switch (outcome) {
    case crm::Outcome::won:
        return "Won";
    case crm::Outcome::lost:
        return "Lost";
    case crm::Outcome::open:
        break;
    }
    return "Open";
}

// Where a file has no names: what people would call it.
std::string_view name_for(const DealRecord& record, std::deque<std::string>& texts) {
    if (record.name)
        return *record.name;
    if (record.company && record.product)
        return texts.emplace_back(fmt::format("{} · {}", *record.company, *record.product));
    if (record.company)
        return *record.company;
    if (record.product)
        return *record.product;
    return texts.emplace_back(fmt::format("Deal {}", record.key.substr(0, 12)));
}

// A day on which an open deal was "closed" is one on which it is expected to be.
std::optional<Date> expected_close(const DealRecord& record, crm::Outcome outcome) {
    if (record.expected_close_on || outcome != crm::Outcome::open)
        return record.expected_close_on;
    return record.closed_on;
}

bool take_facts(std::optional<std::string>& into, const Text& said, bool gaps_only) {
    if (!said || into == *said)
        return false;
    auto merged = !into       ? std::string(*said)
                  : gaps_only ? merge_facts(std::string(*said), *into)
                              : merge_facts(*into, *said);
    if (into == merged)
        return false;
    into = std::move(merged);
    return true;
}

} // namespace

NewDeal new_deal(const DealRecord& record, const DealReferences& references, const Scope& scope,
                 std::deque<std::string>& texts) {
    const auto outcome = outcome_of(record).value_or(crm::Outcome::open);
    const bool open = outcome == crm::Outcome::open;
    NewDeal made{.external_key = record.key};
    auto& deal = made.row;
    deal.name = name_for(record, texts);
    deal.company_id = unless_none(references.company);
    deal.owner_id = unless_none(references.owner);
    deal.product_id = unless_none(references.product);
    deal.pipeline = record.pipeline;
    deal.stage = record.stage.value_or(stage_for(outcome));
    deal.outcome = outcome;
    (open ? deal.amount_minor : deal.amount_at_close_minor) = record.amount_minor;
    deal.currency = record.currency.value_or(scope.currency);
    deal.probability = record.probability;
    deal.forecast_category = record.forecast_category;
    deal.kind = record.kind;
    deal.lead_source = record.lead_source;
    deal.competitor = record.competitor;
    deal.segment = record.segment;
    deal.region = record.region;
    deal.created_on = record.created_on;
    deal.expected_close_on = expected_close(record, outcome);
    if (!open)
        deal.closed_on = record.closed_on;
    deal.stage_since = record.stage_since;
    deal.last_activity_on = record.last_activity_on;
    deal.next_step = record.next_step;
    deal.stated_reason = record.stated_reason;
    deal.facts = record.facts;
    deal.as_of = scope.as_of;
    deal.content_hash = record.content_hash;
    deal.import_id = unless_none(scope.import);
    return made;
}

Said said_by(const DealRecord& record, const DealReferences& references, const Scope& scope,
             std::string_view stage_so_far, crm::Outcome outcome_so_far) {
    Said said{.as_of = scope.as_of};
    said.outcome = outcome_of(record);
    const auto outcome = said.outcome.value_or(outcome_so_far);
    said.stage = owned(record.stage);
    if (!said.stage && stage_so_far == stage_for(outcome_so_far))
        said.stage = stage_for(outcome);
    said.owner_id = unless_none(references.owner);
    if (outcome == crm::Outcome::open)
        said.amount_minor = record.amount_minor;
    else
        said.closed_on = record.closed_on;
    said.expected_close_on = expected_close(record, outcome);
    said.probability = record.probability;
    said.forecast_category = owned(record.forecast_category);
    said.next_step = owned(record.next_step);
    said.stage_since = record.stage_since;
    said.import_id = unless_none(scope.import);
    return said;
}

Reading reading_of(const StoredDeal& deal) {
    return {.as_of = deal.as_of,
            .stage = deal.stage,
            .outcome = deal.outcome,
            .owner_id = deal.owner_id,
            .amount_minor = deal.amount_minor,
            .expected_close_on = deal.expected_close_on,
            .closed_on = deal.closed_on,
            .probability = deal.probability,
            .forecast_category = deal.forecast_category,
            .next_step = deal.next_step,
            .stage_since = deal.stage_since,
            .import_id = deal.import_id};
}

void set_reading(StoredDeal& deal, const Reading& reading) {
    if (reading.outcome == crm::Outcome::open)
        deal.amount_at_close_minor.reset(); // it isn't closed any more
    deal.as_of = reading.as_of;
    deal.stage = reading.stage;
    deal.outcome = reading.outcome;
    deal.owner_id = reading.owner_id;
    deal.amount_minor = reading.amount_minor;
    deal.expected_close_on = reading.expected_close_on;
    deal.closed_on = reading.closed_on;
    deal.probability = reading.probability;
    deal.forecast_category = reading.forecast_category;
    deal.next_step = reading.next_step;
    deal.stage_since = reading.stage_since;
}

bool merge(StoredDeal& deal, const DealRecord& record, const DealReferences& references, bool gaps_only) {
    bool changed = take(deal.name, record.name, gaps_only);
    changed |= take(deal.currency, record.currency, gaps_only);
    changed |= take(deal.company_id, unless_none(references.company), gaps_only);
    changed |= take(deal.product_id, unless_none(references.product), gaps_only);
    changed |= take(deal.pipeline, record.pipeline, gaps_only);
    changed |= take(deal.kind, record.kind, gaps_only);
    changed |= take(deal.lead_source, record.lead_source, gaps_only);
    changed |= take(deal.competitor, record.competitor, gaps_only);
    changed |= take(deal.segment, record.segment, gaps_only);
    changed |= take(deal.region, record.region, gaps_only);
    changed |= take(deal.created_on, record.created_on, gaps_only);
    changed |= take(deal.last_activity_on, record.last_activity_on, gaps_only);
    changed |= take(deal.stated_reason, record.stated_reason, gaps_only);
    changed |= take_facts(deal.facts, record.facts, gaps_only);
    // The amount of a deal that is closed, in both.
    if (outcome_of(record).value_or(deal.outcome) != crm::Outcome::open && deal.outcome != crm::Outcome::open)
        changed |= take(deal.amount_at_close_minor, record.amount_minor, gaps_only);
    return changed;
}

std::string merge_facts(const std::string& old_facts, std::string_view new_facts) {
    boost::system::error_code error;
    auto before = boost::json::parse(old_facts, error);
    const auto now =
        error ? boost::json::value() : boost::json::parse({new_facts.data(), new_facts.size()}, error);
    if (error || !before.is_object() || !now.is_object())
        return std::string(new_facts);
    for (const auto& [name, value] : now.get_object())
        before.get_object()[name] = value;
    return boost::json::serialize(before);
}

} // namespace buckstop::imports
