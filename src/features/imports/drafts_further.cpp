// Targets, churned customers, service failures, competitors and stages. Where a table has no key of its own,
// each is known by what it is about, so that a changed amount is no second target.
#include "features/imports/cells.hpp"
#include "features/imports/drafts.hpp"
#include "features/imports/fingerprint.hpp"
#include "features/imports/periods.hpp"

#include <array>
#include <fmt/format.h>
#include <vector>

namespace buckstop::imports {
namespace {

template <class Draft>
void set_key(Draft& draft, const FinishContext& context, const std::vector<std::string>& parts) {
    if (draft.key.empty())
        draft.key = context.keep(fingerprint_of(parts)); // says no name, which an erasure would have to find
}

// What is known by an id, or else by a name.
std::string id_or_name(const Text& id, const Text& name) {
    return id ? std::string(*id) : fold(name.value_or(""));
}

std::optional<Period> period_of_draft(const TargetDraft& draft) {
    if (draft.starts_on && draft.ends_on)
        return period_of(*draft.starts_on, *draft.ends_on);
    if (draft.period_word)
        return read_period(*draft.period_word, static_cast<unsigned>(draft.fiscal_year_begins.value_or(1)));
    return period_from(*draft.starts_on, *draft.period_length);
}

void refuse_period(const TargetDraft& draft, const FinishContext& context) {
    if (draft.starts_on && draft.ends_on)
        context.refuse("ends_on", "not_a_period", "The period ends before it begins. Mend one of the days.");
    else
        context.refuse(draft.period_word ? "period" : "period_length", "not_a_period",
                       fmt::format("“{}” isn't a period that we understand. Write {}.",
                                   draft.period_word ? *draft.period_word : *draft.period_length,
                                   draft.period_word ? "2026, H1 2026, Q3 2026, FY26 Q3, 2026-07 or July 2026"
                                                     : "year, half, quarter or month"));
}

// Gives the target its days and what people call them.
void find_period(TargetDraft& draft, const FinishContext& context) {
    const bool by_dates = draft.starts_on && (draft.ends_on || draft.period_length);
    context.require(by_dates || draft.period_word, "period");
    if (draft.fiscal_year_begins && (*draft.fiscal_year_begins < 1 || *draft.fiscal_year_begins > 12))
        context.refuse("fiscal_year_begins", "out_of_range", "A month is a number from 1 to 12.");
    if (!context.problems.empty())
        return;
    const auto period = period_of_draft(draft);
    if (!period)
        return refuse_period(draft, context);
    draft.starts_on = period->from;
    draft.ends_on = period->to;
    draft.period = context.keep(period->label);
}

} // namespace

std::span<const Binding<TargetDraft>> Drafting<TargetDraft>::bindings() {
    using D = TargetDraft;
    static const auto all = std::to_array<Binding<D>>({{"person", &D::person},
                                                       {"person_key", &D::person_key},
                                                       {"person_email", &D::person_email},
                                                       {"team", &D::team},
                                                       {"period", &D::period_word},
                                                       {"starts_on", &D::starts_on},
                                                       {"ends_on", &D::ends_on},
                                                       {"period_length", &D::period_length},
                                                       {"fiscal_year_begins", &D::fiscal_year_begins},
                                                       {"amount", &D::amount_minor},
                                                       {"currency", &D::currency},
                                                       {"measure", &D::measure}});
    return all;
}

void Drafting<TargetDraft>::finish(TargetDraft& draft, const FinishContext& context) {
    const auto& name = draft.person_email ? draft.person_email : draft.person;
    const bool is_persons = draft.person_key || name;
    if (!is_persons && !draft.team)
        context.refuse("person", "missing",
                       "Neither a person nor a team is named, so it is nobody's target. Fill one in.");
    context.require(draft.amount_minor.has_value(), "amount");
    if (draft.amount_minor && *draft.amount_minor < 0)
        context.refuse("amount", "out_of_range", "A target is zero or more.");
    find_period(draft, context);
    if (!context.problems.empty())
        return;
    if (is_persons) // which team they are in is another table's matter
        draft.team.reset();
    set_key(draft, context,
            {is_persons ? "person" : "team",
             is_persons ? id_or_name(draft.person_key, name) : fold(*draft.team),
             buckstop::to_text(*draft.starts_on), buckstop::to_text(*draft.ends_on),
             fold(draft.measure.value_or(""))});
}

std::span<const Binding<ChurnRecord>> Drafting<ChurnRecord>::bindings() {
    using D = ChurnRecord;
    static const auto all = std::to_array<Binding<D>>({{"company", &D::company},
                                                       {"company_key", &D::company_key},
                                                       {"happened_on", &D::happened_on},
                                                       {"amount", &D::amount_minor},
                                                       {"currency", &D::currency},
                                                       {"stated_reason", &D::stated_reason},
                                                       {"owner", &D::owner},
                                                       {"owner_key", &D::owner_key},
                                                       {"owner_email", &D::owner_email}});
    return all;
}

void Drafting<ChurnRecord>::finish(ChurnRecord& draft, const FinishContext& context) {
    context.require(draft.company || draft.company_key, "company");
    context.require(draft.happened_on.has_value(), "happened_on");
    if (context.problems.empty())
        set_key(draft, context,
                {id_or_name(draft.company_key, draft.company), buckstop::to_text(*draft.happened_on)});
}

std::span<const Binding<ServiceFailureRecord>> Drafting<ServiceFailureRecord>::bindings() {
    using D = ServiceFailureRecord;
    static const auto all = std::to_array<Binding<D>>({{"company", &D::company},
                                                       {"company_key", &D::company_key},
                                                       {"happened_on", &D::happened_on},
                                                       {"what", &D::what},
                                                       {"stated_reason", &D::stated_reason},
                                                       {"owner", &D::owner},
                                                       {"owner_key", &D::owner_key},
                                                       {"owner_email", &D::owner_email}});
    return all;
}

void Drafting<ServiceFailureRecord>::finish(ServiceFailureRecord& draft, const FinishContext& context) {
    context.require(draft.company || draft.company_key, "company");
    context.require(draft.happened_on.has_value(), "happened_on");
    context.require(draft.what.has_value(), "what");
    if (context.problems.empty())
        set_key(draft, context,
                {id_or_name(draft.company_key, draft.company), buckstop::to_text(*draft.happened_on),
                 fold(*draft.what)});
}

std::span<const Binding<CompetitorRecord>> Drafting<CompetitorRecord>::bindings() {
    using D = CompetitorRecord;
    static const auto all = std::to_array<Binding<D>>({{"deal_key", &D::deal_key},
                                                       {"name", &D::name},
                                                       {"strengths", &D::strengths},
                                                       {"weaknesses", &D::weaknesses}});
    return all;
}

void Drafting<CompetitorRecord>::finish(CompetitorRecord& draft, const FinishContext& context) {
    context.require(draft.deal_key.has_value(), "deal_key");
    context.require(draft.name.has_value(), "name");
    if (context.problems.empty())
        set_key(draft, context, {std::string(*draft.deal_key), fold(*draft.name)});
}

std::span<const Binding<StageRecord>> Drafting<StageRecord>::bindings() {
    using D = StageRecord;
    static const auto all = std::to_array<Binding<D>>({{"stage_key", &D::stage_key},
                                                       {"label", &D::label},
                                                       {"pipeline_key", &D::pipeline_key},
                                                       {"pipeline", &D::pipeline},
                                                       {"probability", &D::probability},
                                                       {"probability_percent", &D::probability},
                                                       {"position", &D::position}});
    return all;
}

void Drafting<StageRecord>::finish(StageRecord& draft, const FinishContext& context) {
    context.require(draft.stage_key.has_value(), "stage_key");
    context.require(draft.label.has_value(), "label");
    if (context.problems.empty())
        set_key(draft, context,
                {id_or_name(draft.pipeline_key, draft.pipeline), std::string(*draft.stage_key)});
}

} // namespace buckstop::imports
