#include "features/imports/fields.hpp"

#include <algorithm>
#include <array>

namespace buckstop::imports {
namespace {

using enum FieldType;

constexpr FieldInfo key_field{"key", "Key", "What tells this row from every other, in every export: an id.",
                              text, false};

constexpr auto deal_fields = std::to_array<FieldInfo>({
    key_field,
    {"name", "Name", "What people call the deal.", text, false},
    {"company", "Company", "The customer's name.", text, false},
    {"company_key", "Company's id", "The customer's id, where companies are a table of their own.", text,
     false},
    {"owner", "Owner", "The name of the person whose deal it is.", text, false},
    {"owner_key", "Owner's id", "The owner's id, where people are a table of their own.", text, false},
    {"owner_email", "Owner's e-mail", "The owner's e-mail address.", text, false},
    {"stage", "Stage", "Where the deal stands. Words such as Won and Lost also give the outcome.", text,
     true},
    {"outcome", "Outcome", "Open, won or lost, where that isn't said by the stage.", outcome, false},
    {"is_closed", "Is closed", "Yes or no, where two columns give the outcome.", boolean, false},
    {"is_won", "Is won", "Yes or no, where two columns give the outcome.", boolean, false},
    {"amount", "Amount", "What the deal is worth.", amount, false},
    {"currency", "Currency", "The amount's currency as three letters: EUR.", currency, false},
    {"close_on", "Close date", "When a closed deal was closed, and when an open one is expected to.", date,
     false},
    {"closed_on", "Closed on", "When the deal was won or lost.", date, false},
    {"expected_close_on", "Expected close", "When the deal is expected to be closed.", date, false},
    {"created_on", "Created on", "When the deal began.", date, false},
    {"stage_since", "In stage since", "When the deal came into its stage.", date, false},
    {"last_activity_on", "Last activity", "When somebody last did something about it.", date, false},
    {"product", "Product", "What is sold.", text, false},
    {"pipeline", "Pipeline", "Which process its stages belong to.", text, false},
    {"probability", "Probability", "From 0 to 1, or with a percent sign.", percent, false},
    {"probability_percent", "Probability in percent", "From 0 to 100, without a sign.", percent_points,
     false},
    {"forecast_category", "Forecast category", "Commit, best case and the like.", text, false},
    {"kind", "Type", "New business, renewal and the like.", text, false},
    {"lead_source", "Lead source", "Where the deal came from.", text, false},
    {"competitor", "Competitor", "Who else wants it.", text, false},
    {"segment", "Segment", "The kind of customer.", text, false},
    {"region", "Region", "Where the customer is.", text, false},
    {"next_step", "Next step", "What is to be done next.", text, false},
    {"stated_reason", "Reason", "Why it was lost or won, in the CRM's own word.", text, false},
    {"fact", "Keep beside the deal", "Kept as it is and shown on the deal's page.", text, false},
});

constexpr auto company_fields = std::to_array<FieldInfo>({
    key_field,
    {"name", "Name", "The company's name.", text, true},
    {"industry", "Industry", "What it does.", text, false},
    {"segment", "Segment", "The kind of customer.", text, false},
    {"country", "Country", "Where it is.", text, false},
    {"region", "Region", "Where it is, in the words of your own sales.", text, false},
    {"employees", "Employees", "How many people work there.", integer, false},
    {"parent", "Parent company", "The name of the company that it belongs to.", text, false},
});

constexpr auto person_fields = std::to_array<FieldInfo>({
    key_field,
    {"name", "Name", "The person's whole name.", text, true},
    {"first_name", "First name", "Put before the last name where no column has the whole.", text, false},
    {"last_name", "Last name", "Put behind the first name where no column has the whole.", text, false},
    {"email", "E-mail", "The person's e-mail address.", text, false},
    {"title", "Title", "What the person is at work.", text, false},
    {"team", "Team", "The team's name; a region or an office will do.", text, false},
    {"manager", "Manager", "The name of the person they report to.", text, false},
    {"manager_key", "Manager's id", "The id of the person they report to.", text, false},
    {"active", "Active", "Whether the person still works here.", boolean, false},
});

constexpr auto product_fields = std::to_array<FieldInfo>({
    {"name", "Name", "The product's name.", text, true},
    {"family", "Family", "The group of products that it belongs to.", text, false},
    {"list_price", "List price", "What it costs before any rebate.", amount, false},
    {"currency", "Currency", "The price's currency as three letters: EUR.", currency, false},
});

constexpr auto activity_fields = std::to_array<FieldInfo>({
    key_field,
    {"happened_on", "Date", "When it happened or is due.", date, true},
    {"kind", "Kind", "Call, meeting, e-mail, task or note.", text, false},
    {"subject", "Subject", "What it was about.", text, false},
    {"deal_key", "Deal's id", "The deal that it belongs to.", text, false},
    {"deal_name", "Deal", "The deal's name, where there is no id.", text, false},
    {"company", "Company", "The company's name.", text, false},
    {"person", "Person", "The name of the one who did it.", text, false},
    {"person_key", "Person's id", "The id of the one who did it.", text, false},
    {"done", "Done", "Whether it has been done.", boolean, false},
});

constexpr auto stage_change_fields = std::to_array<FieldInfo>({
    key_field,
    {"deal_key", "Deal's id", "The deal that moved.", text, true},
    {"to_stage", "To stage", "Where it moved to.", text, true},
    {"from_stage", "From stage", "Where it came from.", text, false},
    {"changed_on", "Changed on", "When it moved.", date, true},
    {"amount", "Amount", "What it was worth then.", amount, false},
    {"expected_close_on", "Expected close", "When it was then expected to be closed.", date, false},
});

constexpr auto target_fields = std::to_array<FieldInfo>({
    key_field,
    {"person", "Person", "The name of the person whose target it is.", text, false},
    {"person_key", "Person's id", "The id of the person whose target it is.", text, false},
    {"person_email", "Person's e-mail", "The e-mail address of the person whose target it is.", text, false},
    {"team", "Team", "The name of the team whose target it is.", text, false},
    {"period", "Period", "A year, half, quarter or month: 2026, H1 2026, Q3 2026, FY26 Q3, July 2026.", text,
     true},
    {"starts_on", "Starts on", "The period's first day, where dates tell it.", date, false},
    {"ends_on", "Ends on", "The period's last day, where dates tell it.", date, false},
    {"period_length", "Length of the period",
     "Year, half, quarter or month, where only its first day is told.", text, false},
    {"fiscal_year_begins", "Month in which the fiscal year begins",
     "From 1 to 12, for periods such as FY26 Q3; January unless told.", integer, false},
    {"amount", "Amount", "What is to be reached.", amount, true},
    {"currency", "Currency", "The amount's currency as three letters: EUR.", currency, false},
    {"measure", "Measure", "What is counted; without it the value of won deals.", text, false},
});

constexpr auto churn_fields = std::to_array<FieldInfo>({
    key_field,
    {"company", "Company", "The name of the customer who left.", text, true},
    {"company_key", "Company's id", "The customer's id, where companies are a table of their own.", text,
     false},
    {"happened_on", "Date", "When the customer left.", date, true},
    {"amount", "Amount lost", "What the customer was worth.", amount, false},
    {"currency", "Currency", "The amount's currency as three letters: EUR.", currency, false},
    {"stated_reason", "Reason", "Why, in the customer's or the system's own word.", text, false},
    {"owner", "Owner", "The name of the person who looked after the customer.", text, false},
    {"owner_key", "Owner's id", "That person's id.", text, false},
    {"owner_email", "Owner's e-mail", "That person's e-mail address.", text, false},
});

constexpr auto service_failure_fields = std::to_array<FieldInfo>({
    key_field,
    {"company", "Company", "The name of the customer.", text, true},
    {"company_key", "Company's id", "The customer's id, where companies are a table of their own.", text,
     false},
    {"happened_on", "Date", "When it happened.", date, true},
    {"what", "What happened", "In a line.", text, true},
    {"stated_reason", "Reason", "Why, as it was written down.", text, false},
    {"owner", "Owner", "The name of the person whose failure it is.", text, false},
    {"owner_key", "Owner's id", "That person's id.", text, false},
    {"owner_email", "Owner's e-mail", "That person's e-mail address.", text, false},
});

constexpr auto competitor_fields = std::to_array<FieldInfo>({
    key_field,
    {"deal_key", "Deal's id", "The deal that they compete for.", text, true},
    {"name", "Competitor", "Who else wants it.", text, true},
    {"strengths", "Strengths", "What speaks for them.", text, false},
    {"weaknesses", "Weaknesses", "What speaks against them.", text, false},
});

constexpr auto stage_fields = std::to_array<FieldInfo>({
    {"stage_key", "Stage's id", "What deals name the stage by.", text, true},
    {"label", "Stage", "What people call the stage.", text, true},
    {"pipeline_key", "Pipeline's id", "What deals name the pipeline by.", text, false},
    {"pipeline", "Pipeline", "What people call the pipeline.", text, false},
    {"probability", "Probability", "From 0 to 1, or with a percent sign.", percent, false},
    {"probability_percent", "Probability in percent", "From 0 to 100, without a sign.", percent_points,
     false},
    {"position", "Order", "Where the stage stands in its pipeline.", integer, false},
});

constexpr auto kinds =
    std::to_array({Kind::deal, Kind::company, Kind::person, Kind::product, Kind::activity, Kind::stage_change,
                   Kind::target, Kind::churn, Kind::service_failure, Kind::competitor, Kind::stage});

} // namespace

std::span<const Kind> all_kinds() {
    return kinds;
}

std::span<const FieldInfo> fields_of(Kind kind) {
    switch (kind) {
    case Kind::deal:
        return deal_fields;
    case Kind::company:
        return company_fields;
    case Kind::person:
        return person_fields;
    case Kind::product:
        return product_fields;
    case Kind::activity:
        return activity_fields;
    case Kind::stage_change:
        return stage_change_fields;
    case Kind::target:
        return target_fields;
    case Kind::churn:
        return churn_fields;
    case Kind::service_failure:
        return service_failure_fields;
    case Kind::competitor:
        return competitor_fields;
    case Kind::stage:
        return stage_fields;
    }
    return {};
}

const FieldInfo* find_field(Kind kind, std::string_view field) {
    const auto fields = fields_of(kind);
    const auto found = std::ranges::find(fields, field, &FieldInfo::field);
    return found == fields.end() ? nullptr : &*found;
}

std::string_view kind_label(Kind kind) {
    switch (kind) {
    case Kind::deal:
        return "Deals";
    case Kind::company:
        return "Companies";
    case Kind::person:
        return "People";
    case Kind::product:
        return "Products";
    case Kind::activity:
        return "Activities";
    case Kind::stage_change:
        return "Stage changes";
    case Kind::target:
        return "Targets";
    case Kind::churn:
        return "Churned customers";
    case Kind::service_failure:
        return "Service failures";
    case Kind::competitor:
        return "Competitors";
    case Kind::stage:
        return "Stages";
    }
    return {};
}

} // namespace buckstop::imports
