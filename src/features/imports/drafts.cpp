#include "features/imports/drafts.hpp"

#include "features/imports/characters.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace buckstop::imports {
namespace {

// Open, won or lost: as said, by two columns of yes and no, or by the stage.
void find_outcome(DealDraft& deal, const FinishContext& context) {
    std::optional<Outcome> outcome;
    if (deal.outcome)
        return;
    if (deal.is_won && *deal.is_won)
        outcome = Outcome::won;
    else if (deal.is_closed)
        outcome = *deal.is_closed ? Outcome::lost : Outcome::open;
    else if (deal.stage)
        outcome = context.outcome_of_stage(*deal.stage);
    else if (deal.is_won)
        outcome = Outcome::open;
    if (outcome) {
        deal.outcome = enum_name(*outcome);
    } else if (deal.stage) {
        context.refuse(
            "stage", "unknown_outcome",
            fmt::format("We can't tell whether “{}” means that the deal is open, won or lost. Say so under "
                        "[outcomes] in a mapping.",
                        *deal.stage));
    } else {
        context.require(false, find_column(context.mapping, "outcome") != nullptr ? "outcome" : "stage");
    }
}

void find_stage(DealDraft& deal) {
    // "Contract sent (Sales pipeline)" of the pipeline "Sales pipeline", as HubSpot writes it.
    if (deal.stage && deal.pipeline && deal.stage->ends_with(fmt::format(" ({})", *deal.pipeline)))
        deal.stage->remove_suffix(deal.pipeline->size() + 3);
    if (!deal.stage && deal.outcome_word && std::ranges::any_of(*deal.outcome_word, is_letter))
        deal.stage = deal.outcome_word; // and not a number that stands for one
    if (!deal.stage)
        deal.stage = deal.outcome == "won" ? "Won" : deal.outcome == "lost" ? "Lost" : "Open";
}

// One column often holds both dates: of a closed deal the day, of an open one the hope.
void place_close_date(DealDraft& deal, const FinishContext& context) {
    const bool is_open = deal.outcome == "open";
    auto& date = is_open ? deal.expected_close_on : deal.closed_on;
    if (!date)
        date = deal.close_on;
    if (is_open || deal.closed_on)
        return;
    for (const auto* field : {"close_on", "closed_on"})
        if (find_column(context.mapping, field) != nullptr) {
            context.refuse(
                field, "missing_date",
                fmt::format("The deal is {}, but it doesn't say when. Fill in the date.", *deal.outcome));
            return;
        }
}

} // namespace

void FinishContext::refuse(std::string_view field, std::string_view rule, std::string reason) const {
    const auto* column = find_column(mapping, field);
    problems.push_back({column == nullptr ? "" : column->header, "", rule, std::move(reason)});
}

void FinishContext::require(bool there, std::string_view field) const {
    if (there)
        return;
    const auto* info = find_field(mapping.kind, field);
    refuse(field, "missing",
           fmt::format("“{}” is missing, and the row can't do without. Fill it in.", info->label));
}

std::span<const Binding<DealDraft>> Drafting<DealDraft>::bindings() {
    using D = DealDraft;
    static const auto all = std::to_array<Binding<D>>({
        {"name", &D::name},
        {"company", &D::company},
        {"company_key", &D::company_key},
        {"owner", &D::owner},
        {"owner_key", &D::owner_key},
        {"owner_email", &D::owner_email},
        {"stage", &D::stage},
        {"outcome", &D::outcome_word},
        {"is_closed", &D::is_closed},
        {"is_won", &D::is_won},
        {"amount", &D::amount_minor},
        {"currency", &D::currency},
        {"close_on", &D::close_on},
        {"closed_on", &D::closed_on},
        {"expected_close_on", &D::expected_close_on},
        {"created_on", &D::created_on},
        {"stage_since", &D::stage_since},
        {"last_activity_on", &D::last_activity_on},
        {"product", &D::product},
        {"pipeline", &D::pipeline},
        {"probability", &D::probability},
        {"probability_percent", &D::probability},
        {"forecast_category", &D::forecast_category},
        {"kind", &D::kind},
        {"lead_source", &D::lead_source},
        {"competitor", &D::competitor},
        {"segment", &D::segment},
        {"region", &D::region},
        {"next_step", &D::next_step},
        {"stated_reason", &D::stated_reason},
    });
    return all;
}

void Drafting<DealDraft>::finish(DealDraft& draft, const FinishContext& context) {
    find_outcome(draft, context);
    if (!draft.outcome)
        return;
    find_stage(draft);
    place_close_date(draft, context);
}

std::span<const Binding<CompanyRecord>> Drafting<CompanyRecord>::bindings() {
    using D = CompanyRecord;
    static const auto all = std::to_array<Binding<D>>({{"name", &D::name},
                                                       {"industry", &D::industry},
                                                       {"segment", &D::segment},
                                                       {"country", &D::country},
                                                       {"region", &D::region},
                                                       {"employees", &D::employees},
                                                       {"parent", &D::parent}});
    return all;
}

void Drafting<CompanyRecord>::finish(CompanyRecord& draft, const FinishContext& context) {
    context.require(draft.name.has_value(), "name");
    if (draft.key.empty() && draft.name)
        draft.key = *draft.name;
}

std::span<const Binding<PersonDraft>> Drafting<PersonDraft>::bindings() {
    using D = PersonDraft;
    static const auto all = std::to_array<Binding<D>>({{"name", &D::name},
                                                       {"first_name", &D::first_name},
                                                       {"last_name", &D::last_name},
                                                       {"email", &D::email},
                                                       {"title", &D::title},
                                                       {"team", &D::team},
                                                       {"manager", &D::manager},
                                                       {"manager_key", &D::manager_key},
                                                       {"active", &D::active}});
    return all;
}

void Drafting<PersonDraft>::finish(PersonDraft& draft, const FinishContext& context) {
    if (!draft.name && draft.first_name && draft.last_name)
        draft.name = context.keep(fmt::format("{} {}", *draft.first_name, *draft.last_name));
    else if (!draft.name)
        draft.name = draft.first_name ? draft.first_name : draft.last_name;
    context.require(draft.name.has_value(), "name");
    if (draft.key.empty() && draft.name)
        draft.key = *draft.name;
}

std::span<const Binding<ProductRecord>> Drafting<ProductRecord>::bindings() {
    using D = ProductRecord;
    static const auto all = std::to_array<Binding<D>>({{"name", &D::name},
                                                       {"family", &D::family},
                                                       {"list_price", &D::list_price_minor},
                                                       {"currency", &D::currency}});
    return all;
}

void Drafting<ProductRecord>::finish(ProductRecord& draft, const FinishContext& context) {
    context.require(draft.name.has_value(), "name");
}

std::span<const Binding<ActivityRecord>> Drafting<ActivityRecord>::bindings() {
    using D = ActivityRecord;
    static const auto all = std::to_array<Binding<D>>({{"happened_on", &D::happened_on},
                                                       {"kind", &D::kind},
                                                       {"subject", &D::subject},
                                                       {"deal_key", &D::deal_key},
                                                       {"deal_name", &D::deal_name},
                                                       {"company", &D::company},
                                                       {"person", &D::person},
                                                       {"person_key", &D::person_key},
                                                       {"done", &D::done}});
    return all;
}

void Drafting<ActivityRecord>::finish(ActivityRecord& draft, const FinishContext& context) {
    context.require(draft.happened_on.has_value(), "happened_on");
}

std::span<const Binding<StageChangeRecord>> Drafting<StageChangeRecord>::bindings() {
    using D = StageChangeRecord;
    static const auto all = std::to_array<Binding<D>>({{"deal_key", &D::deal_key},
                                                       {"to_stage", &D::to_stage},
                                                       {"from_stage", &D::from_stage},
                                                       {"changed_on", &D::changed_on},
                                                       {"amount", &D::amount_minor},
                                                       {"expected_close_on", &D::expected_close_on}});
    return all;
}

void Drafting<StageChangeRecord>::finish(StageChangeRecord& draft, const FinishContext& context) {
    context.require(draft.deal_key.has_value(), "deal_key");
    context.require(draft.to_stage.has_value(), "to_stage");
    context.require(draft.changed_on.has_value(), "changed_on");
}

} // namespace buckstop::imports
