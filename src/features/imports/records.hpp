// What reading gives and applying takes: typed records of one kind, in batches, and the refusals beside them.
// Text points into the batch that owns it. An empty optional means that the file says nothing about it, which
// leaves what is stored alone; it never means "clear it". A row becomes one record at most: an owner,
// manager, company or product that it merely names is for applying to find or make. Names are as the file
// writes them but for blanks around them (no-break spaces may stand inside): fold them to compare.
#pragma once

#include "base/describe.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace buckstop::imports {

enum class Kind {
    deal,
    company,
    person,
    product,
    activity,
    stage_change,
    target,
    churn,
    service_failure,
    competitor,
    stage
};
BOOST_DESCRIBE_ENUM(Kind, deal, company, person, product, activity, stage_change, target, churn,
                    service_failure, competitor, stage)

// The counts of a kind among those of all, whose members are called like the kinds; made where they are
// missing.
template <class Counts, class All>
Counts& counts_of(All& all, Kind kind) {
    Counts* found = nullptr;
    for_each_member(all, [&](std::string_view name, auto& member) {
        if constexpr (std::is_same_v<std::remove_reference_t<decltype(member)>, std::optional<Counts>>)
            if (name == enum_name(kind))
                found = member ? &*member : &member.emplace();
    });
    if (found == nullptr)
        throw std::logic_error("a kind of record that isn't counted");
    return *found;
}

using Text = std::optional<std::string_view>; // trimmed, UTF-8, never empty when present

struct DealRecord {
    std::uint64_t line = 0; // of the file, counted from 1, where the row begins
    std::string_view key;   // the CRM's id, or fingerprint and occurrence
    Text name, company, owner, product, pipeline, stage, kind, lead_source, competitor, segment, region,
        next_step, stated_reason, forecast_category, currency;
    Text company_key, owner_key; // the CRM's ids of company and owner, where the table joins by ids
    Text owner_email;
    Text outcome; // open | won | lost, already read from the table's own words
    std::optional<std::int64_t>
        amount_minor;                  // in `currency`; where that is empty, in the plan's default_currency
    std::optional<double> probability; // 0 to 1
    std::optional<Date> created_on, expected_close_on, closed_on, stage_since, last_activity_on;
    Text facts; // JSON of the further columns that the mapping keeps

    // Of the key and of what the record says (apply_hash.hpp); 0 until add_hashes.
    std::uint64_t key_hash = 0;
    std::int64_t content_hash = 0;
};
// Here and below: what a record may say, without its key and where it stands.
BOOST_DESCRIBE_STRUCT(DealRecord, (),
                      (name, company, owner, product, pipeline, stage, kind, lead_source, competitor, segment,
                       region, next_step, stated_reason, forecast_category, currency, company_key, owner_key,
                       owner_email, outcome, amount_minor, probability, created_on, expected_close_on,
                       closed_on, stage_since, last_activity_on, facts))

struct CompanyRecord {
    std::uint64_t line = 0;
    std::string_view key;
    Text name, industry, country, region, segment, parent;
    std::optional<std::int64_t> employees;
};
BOOST_DESCRIBE_STRUCT(CompanyRecord, (), (name, industry, country, region, segment, parent, employees))

struct PersonRecord {
    std::uint64_t line = 0;
    std::string_view key;
    Text name, email, title, team, manager, manager_key;
    std::optional<bool> active;
};
BOOST_DESCRIBE_STRUCT(PersonRecord, (), (name, email, title, team, manager, manager_key, active))

struct ProductRecord {
    std::uint64_t line = 0;
    Text name, family, currency;
    std::optional<std::int64_t> list_price_minor; // currency as a deal's
};
BOOST_DESCRIBE_STRUCT(ProductRecord, (), (name, family, currency, list_price_minor))

struct ActivityRecord {
    std::uint64_t line = 0;
    std::string_view key;
    Text deal_key, deal_name, company, person, person_key, kind, subject;
    std::optional<Date> happened_on;
    std::optional<bool> done;
};
BOOST_DESCRIBE_STRUCT(ActivityRecord, (),
                      (deal_key, deal_name, company, person, person_key, kind, subject, happened_on, done))

struct StageChangeRecord {
    std::uint64_t line = 0;
    std::string_view key;
    Text deal_key, from_stage, to_stage;
    std::optional<Date> changed_on, expected_close_on;
    std::optional<std::int64_t> amount_minor;
};
BOOST_DESCRIBE_STRUCT(StageChangeRecord, (),
                      (deal_key, from_stage, to_stage, changed_on, expected_close_on, amount_minor))

// What a person or a team set out to reach in a period.
struct TargetRecord {
    std::uint64_t line = 0;
    std::string_view key;
    Text person, person_key, person_email, team; // whose
    Text period;                                 // as people call it: "Q3 2026"
    std::optional<Date> starts_on, ends_on;      // its first and its last day
    std::optional<std::int64_t> amount_minor;    // currency as a deal's
    Text currency, measure;                      // without a measure: value of won deals
};
BOOST_DESCRIBE_STRUCT(TargetRecord, (),
                      (person, person_key, person_email, team, period, starts_on, ends_on, amount_minor,
                       currency, measure))

// A customer who left.
struct ChurnRecord {
    std::uint64_t line = 0;
    std::string_view key;
    Text company, company_key, owner, owner_key, owner_email, currency, stated_reason;
    std::optional<Date> happened_on;
    std::optional<std::int64_t> amount_minor;
};
BOOST_DESCRIBE_STRUCT(ChurnRecord, (),
                      (company, company_key, owner, owner_key, owner_email, currency, stated_reason,
                       happened_on, amount_minor))

// What went wrong for a customer after the sale.
struct ServiceFailureRecord {
    std::uint64_t line = 0;
    std::string_view key;
    Text company, company_key, owner, owner_key, owner_email, what, stated_reason;
    std::optional<Date> happened_on;
};
BOOST_DESCRIBE_STRUCT(ServiceFailureRecord, (),
                      (company, company_key, owner, owner_key, owner_email, what, stated_reason, happened_on))

// One of those who compete for a deal.
struct CompetitorRecord {
    std::uint64_t line = 0;
    std::string_view key;
    Text deal_key, name, strengths, weaknesses;
};
BOOST_DESCRIBE_STRUCT(CompetitorRecord, (), (deal_key, name, strengths, weaknesses))

// What people call a stage that deals name by its id.
struct StageRecord {
    std::uint64_t line = 0;
    std::string_view key; // of pipeline and stage
    Text stage_key, label, pipeline_key, pipeline;
    std::optional<double> probability;
    std::optional<std::int64_t> position;
};
BOOST_DESCRIBE_STRUCT(StageRecord, (), (stage_key, label, pipeline_key, pipeline, probability, position))

using Records =
    std::variant<std::vector<DealRecord>, std::vector<CompanyRecord>, std::vector<PersonRecord>,
                 std::vector<ProductRecord>, std::vector<ActivityRecord>, std::vector<StageChangeRecord>,
                 std::vector<TargetRecord>, std::vector<ChurnRecord>, std::vector<ServiceFailureRecord>,
                 std::vector<CompetitorRecord>, std::vector<StageRecord>>;

// A row that can't be taken, and why.
struct Refusal {
    std::uint64_t line = 0; // where the row begins
    std::string column;     // empty where it concerns the whole row
    std::string value;      // cut to 200 characters
    std::string rule;       // stable, for programs: "not_a_date", "missing_key"
    std::string reason;     // a sentence for people, with what to do
    std::string row; // the row as it stands in the file, as UTF-8; cut where too long, U+FFFD for zero bytes
};

struct Batch {
    Records records;
    std::vector<Refusal> refusals;
    std::uint64_t first_row = 0;  // of the file's data rows, counted from 0
    std::uint64_t rows = 0;       // data rows that this batch covers, refused and left out ones included
    std::uint64_t left_out = 0;   // of them, by the mapping's filters
    std::uint64_t bytes_read = 0; // of the file, so far
    std::deque<std::string> text; // what the records' views point into (or the reader's own buffers)
};

} // namespace buckstop::imports
