// What a row of each kind is while it is read: the record itself, with the fields of mappings that are no
// fields of records; which field goes where; and what must hold in the end.
#pragma once

#include "features/imports/mapping.hpp"
#include "features/imports/numbers.hpp"
#include "features/imports/records.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace buckstop::imports {

// What is wrong with one cell, or with a row for want of one.
struct Problem {
    std::string column; // its header; empty: the row
    std::string value;
    std::string_view rule;
    std::string reason;
};

struct DealDraft : DealRecord {
    Text outcome_word; // what the outcome's column says
    std::optional<Date> close_on;
    std::optional<bool> is_closed, is_won;
};
struct PersonDraft : PersonRecord {
    Text first_name, last_name;
};

struct TargetDraft : TargetRecord {
    Text period_word, period_length; // as the file writes them
    std::optional<std::int64_t> fiscal_year_begins;
};

// A member that a field fills, by what it holds. Amounts wait for their currency.
template <class Draft>
using Member = std::variant<Text Draft::*, std::optional<Date> Draft::*, std::optional<std::int64_t> Draft::*,
                            std::optional<double> Draft::*, std::optional<bool> Draft::*>;

template <class Draft>
struct Binding {
    std::string_view field;
    Member<Draft> member;
};

// What finishing a draft may ask.
struct FinishContext {
    const Mapping& mapping;
    std::function<std::optional<Outcome>(std::string_view stage)> outcome_of_stage;
    std::function<std::string_view(std::string_view text)> keep; // for as long as the batch
    std::vector<Problem>& problems;

    void refuse(std::string_view field, std::string_view rule, std::string reason) const;
    // That the row can't do without the field, unless it is there.
    void require(bool there, std::string_view field) const;
};

// One for each kind: the bindings, and finish(), which derives what follows from the fields and refuses what
// may not be missing.
template <class Draft>
struct Drafting;

template <>
struct Drafting<DealDraft> {
    using Record = DealRecord;
    static std::span<const Binding<DealDraft>> bindings();
    static void finish(DealDraft& draft, const FinishContext& context);
};
template <>
struct Drafting<CompanyRecord> {
    using Record = CompanyRecord;
    static std::span<const Binding<CompanyRecord>> bindings();
    static void finish(CompanyRecord& draft, const FinishContext& context);
};
template <>
struct Drafting<PersonDraft> {
    using Record = PersonRecord;
    static std::span<const Binding<PersonDraft>> bindings();
    static void finish(PersonDraft& draft, const FinishContext& context);
};
template <>
struct Drafting<ProductRecord> {
    using Record = ProductRecord;
    static std::span<const Binding<ProductRecord>> bindings();
    static void finish(ProductRecord& draft, const FinishContext& context);
};
template <>
struct Drafting<ActivityRecord> {
    using Record = ActivityRecord;
    static std::span<const Binding<ActivityRecord>> bindings();
    static void finish(ActivityRecord& draft, const FinishContext& context);
};
template <>
struct Drafting<StageChangeRecord> {
    using Record = StageChangeRecord;
    static std::span<const Binding<StageChangeRecord>> bindings();
    static void finish(StageChangeRecord& draft, const FinishContext& context);
};
template <>
struct Drafting<TargetDraft> {
    using Record = TargetRecord;
    static std::span<const Binding<TargetDraft>> bindings();
    static void finish(TargetDraft& draft, const FinishContext& context);
};
template <>
struct Drafting<ChurnRecord> {
    using Record = ChurnRecord;
    static std::span<const Binding<ChurnRecord>> bindings();
    static void finish(ChurnRecord& draft, const FinishContext& context);
};
template <>
struct Drafting<ServiceFailureRecord> {
    using Record = ServiceFailureRecord;
    static std::span<const Binding<ServiceFailureRecord>> bindings();
    static void finish(ServiceFailureRecord& draft, const FinishContext& context);
};
template <>
struct Drafting<CompetitorRecord> {
    using Record = CompetitorRecord;
    static std::span<const Binding<CompetitorRecord>> bindings();
    static void finish(CompetitorRecord& draft, const FinishContext& context);
};
template <>
struct Drafting<StageRecord> {
    using Record = StageRecord;
    static std::span<const Binding<StageRecord>> bindings();
    static void finish(StageRecord& draft, const FinishContext& context);
};

} // namespace buckstop::imports
