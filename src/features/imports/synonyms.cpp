#include "features/imports/synonyms.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace buckstop::imports {
namespace {

// What a table of words says: alternatives part by '|', and '?' before one says that it means other things
// too.
struct Row {
    std::string_view field, words;
};

constexpr double weak = 0.6;

constexpr auto deal_words = std::to_array<Row>({
    {"key", "deal id|opportunity id|record id|id|key|deal key|opportunity key|deal number|deal "
            "no|opportunity number|opportunity no|bid id|?number"},
    {"name",
     "deal name|opportunity name|deal title|opportunity|deal|title|subject|project|?name|?description"},
    {"company",
     "company|account|account name|customer|client|organization|organisation|company name|associated "
     "company|buyer|?account id"},
    {"company_key", "account id|company id|customer id|organization id|associated company ids"},
    {"owner", "owner|deal owner|opportunity owner|sales agent|sales rep|rep|salesperson|sales person|account "
              "executive|seller|responsible|assigned to|representative|?manager|?account manager|?user"},
    {"owner_key", "owner id|user id|hubspot owner id|assigned by id"},
    {"owner_email", "owner email|rep email|?email"},
    {"stage", "stage|deal stage|sales stage|stage name|pipeline stage|phase|?step|?status"},
    {"outcome", "outcome|result|status|deal status|won lost|win loss|deal result|state|?stage"},
    {"is_closed", "is closed|closed|hs is closed"},
    {"is_won", "is won|won|is closed won|hs is closed won"},
    {"amount",
     "amount|value|deal value|deal amount|close value|contract value|deal size|revenue|price|opportunity "
     "amount|estimated value|bid value|deal cost|tcv|acv|arr|mrr|?cost|?total|?sum|?budget"},
    {"currency", "currency|currency code|currency iso code|deal currency"},
    {"close_on",
     "close date|closing date|close on|closed date|decision date|?deal date|?bid date|?date|?end date"},
    {"closed_on", "actual close date|closed on|won lost date|actual closing date|?closed at"},
    {"expected_close_on",
     "expected close date|estimated close date|expected close|expected closing date|forecast close "
     "date"},
    {"created_on", "created on|create date|created date|created|created at|date created|creation date|engage "
                   "date|opened|open date|start date|?begin date"},
    {"stage_since", "stage since|last stage change date|last stage change|stage entered|stage changed on"},
    {"last_activity_on", "last activity date|last activity|last contacted|last contact"},
    {"product",
     "product|product name|solution|service|offering|solution type|product line|service line|item"},
    {"pipeline", "pipeline|pipeline name|sales process"},
    {"probability", "probability|win probability|chance|likelihood|confidence"},
    {"probability_percent",
     "probability %|probability|win probability|probability percent|chance|likelihood"},
    {"forecast_category", "forecast category|forecast"},
    {"kind", "deal type|opportunity type|type|business type"},
    {"lead_source", "lead source|source|origin|channel|?campaign"},
    {"competitor", "competitor|competition|main competitor|lost to"},
    {"segment",
     "segment|industry|sector|vertical|client category|customer segment|customer type|client type|?category"},
    {"region", "region|territory|location|country|office|area|market|?city"},
    {"next_step", "next step|next steps|next action"},
    {"stated_reason",
     "loss reason|lost reason|reason|close reason|closed lost reason|reason lost|win reason|stated reason"},
});

constexpr auto company_words = std::to_array<Row>({
    {"key", "company id|account id|customer id|record id|id|key"},
    {"name", "company|company name|account|account name|customer|customer "
             "name|organization|organisation|name|client"},
    {"industry", "industry|sector|vertical|branch"},
    {"segment", "segment|customer segment|tier|?category"},
    {"country", "country|office location|billing country|location|headquarters"},
    {"region", "region|territory|?state|?city"},
    {"employees", "employees|number of employees|employee count|headcount|staff"},
    {"parent", "parent|parent company|parent account|subsidiary of|parent name"},
});

constexpr auto person_words = std::to_array<Row>({
    {"key", "user id|person id|employee id|record id|owner id|id|key"},
    {"name", "name|full name|person|sales agent|rep|employee|user|sales rep|salesperson"},
    {"first_name", "first name|given name|firstname"},
    {"last_name", "last name|surname|family name|lastname"},
    {"email", "email|e mail|email address|mail"},
    {"title", "title|job title|position|?role"},
    {"team", "team|department|office|regional office|group|division|?region|?territory"},
    {"manager", "manager|manager name|reports to|supervisor|boss|line manager"},
    {"manager_key", "manager id|reports to id"},
    {"active", "active|is active|enabled|?status"},
});

constexpr auto product_words = std::to_array<Row>({
    {"name", "product|product name|item|name|sku"},
    {"family", "family|series|product family|category|product line|group"},
    {"list_price", "list price|price|sales price|unit price|standard price"},
    {"currency", "currency|currency code"},
});

constexpr auto activity_words = std::to_array<Row>({
    {"key", "activity id|task id|event id|call id|meeting id|engagement id|record id|id|key"},
    {"happened_on",
     "activity date|due date|date|happened on|start date|start time|completed on|timestamp|activity date "
     "time"},
    {"kind", "activity type|type|activity|kind|task type|task subtype"},
    {"subject", "subject|activity subject|title|?description|?note"},
    {"deal_key", "deal id|opportunity id|what id|related to id"},
    {"deal_name", "deal|opportunity|deal name|opportunity name|related to"},
    {"company", "company|account|customer|organization|account name|company name"},
    {"person", "owner|assigned to|person|user|sales agent|rep|author"},
    {"person_key", "owner id|user id|person id"},
    {"done", "done|completed|is closed|is done|?status"},
});

constexpr auto stage_change_words = std::to_array<Row>({
    {"key", "history id|record id|id"},
    {"deal_key", "deal id|opportunity id"},
    {"to_stage", "to stage|new stage|new value|stage name|stage"},
    {"from_stage", "from stage|old stage|old value|previous stage"},
    {"changed_on",
     "changed on|change date|created date|date entered|timestamp|date|last modified date|moved on"},
    {"amount", "amount|value"},
    {"expected_close_on", "close date|expected close date"},
});

constexpr auto target_words = std::to_array<Row>({
    {"key", "target id|quota id|goal id|id|key"},
    {"person", "person|owner|sales rep|rep|salesperson|sales person|sales agent|account executive|user|user "
               "name|quota owner|goal owner|assigned to|?name|?employee"},
    {"person_key", "person id|owner id|user id|quota owner id|goal owner id|employee id"},
    {"person_email", "person email|owner email|rep email|user email|?email"},
    {"team", "team|group|department|?region|?territory"},
    {"period", "period|quarter|month|fiscal period|fiscal quarter|year|time period|?date"},
    {"starts_on", "start date|period start|starts on|from|begin|start"},
    {"ends_on", "end date|period end|ends on|until|to|end"},
    {"period_length", "period length|period type|duration|frequency|goal duration"},
    {"amount",
     "target|quota|quota amount|target amount|goal|goal amount|sales target|sales quota|budget|plan|"
     "?amount|?value"},
    {"currency", "currency|currency code|currency iso code"},
    {"measure", "measure|metric|kpi|goal type|forecasting type"},
});

constexpr auto churn_words = std::to_array<Row>({
    {"key", "churn id|cancellation id|?id"},
    {"company", "company|account|account name|customer|customer name|client|company name"},
    {"company_key", "account id|company id|customer id"},
    {"happened_on",
     "churn date|churned on|cancellation date|cancelled on|left on|end of contract|termination "
     "date|lost on"},
    {"amount",
     "amount lost|churned amount|lost amount|churned arr|lost arr|churned mrr|lost mrr|lost revenue"},
    {"currency", "currency|currency code|currency iso code"},
    {"stated_reason", "churn reason|cancellation reason|termination reason"},
    {"owner", "owner|account owner|account manager|customer success manager|csm"},
    {"owner_key", "owner id|csm id"},
    {"owner_email", "owner email|csm email"},
});

constexpr auto service_failure_words = std::to_array<Row>({
    {"key", "incident id|case number|case id|ticket id|complaint id|?id"},
    {"company", "company|account|account name|customer|customer name|client|company name"},
    {"company_key", "account id|company id|customer id"},
    {"happened_on", "incident date|happened on|occurred on|complaint date|date of incident"},
    {"what", "what happened|incident|complaint|issue|problem"},
    {"stated_reason", "root cause|cause"},
    {"owner", "owner|responsible|case owner|account manager"},
    {"owner_key", "owner id"},
    {"owner_email", "owner email"},
});

constexpr auto competitor_words = std::to_array<Row>({
    {"key", "?id"},
    {"deal_key", "deal id|opportunity id"},
    {"name", "competitor|competitor name"},
    {"strengths", "strengths"},
    {"weaknesses", "weaknesses"},
});

constexpr auto stage_words = std::to_array<Row>({
    {"stage_key", "stage id|stage key"},
    {"label", "stage label|stage name|stage|label"},
    {"pipeline_key", "pipeline id|pipeline key"},
    {"pipeline", "pipeline label|pipeline name|pipeline"},
    {"probability", "probability|win probability"},
    {"probability_percent", "probability %|probability|win probability"},
    {"position", "display order|order|position|sort order|order nr"},
});

std::vector<std::string> parted(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text)
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

template <class Rows>
std::vector<FieldSynonyms> read(const Rows& rows) {
    std::vector<FieldSynonyms> fields;
    for (const auto& row : rows) {
        auto& field = fields.emplace_back(FieldSynonyms{.field = row.field, .synonyms = {}});
        for (std::string_view words : parted(row.words, '|')) {
            const bool is_weak = words.starts_with('?');
            words.remove_prefix(is_weak ? 1 : 0);
            field.synonyms.push_back({.words = parted(words, ' '), .weight = is_weak ? weak : 1});
        }
    }
    return fields;
}

// The words of every kind's table, in the order of Kind.
constexpr auto file_words = std::to_array<std::string_view>({
    "deal deals opportunity opportunities bid bids pipeline sales",
    "company companies account accounts organisation organisations organization organizations customer "
    "customers client clients",
    "person people user users owner owners rep reps team teams employee employees staff agents",
    "product products item items pricebook catalog catalogue",
    "activity activities task tasks event events call calls meeting meetings email emails note notes "
    "engagement engagements",
    "history histories changes",
    "target targets quota quotas goal goals",
    "churn churned cancellations lapsed",
    "failure failures incident incidents complaint complaints outage outages ticket tickets case cases",
    "competitor competitors",
    "stage stages pipelines",
});
static_assert(file_words.size() == static_cast<std::size_t>(Kind::stage) + 1);

} // namespace

const std::vector<FieldSynonyms>& synonyms_of(Kind kind) {
    static const std::map<Kind, std::vector<FieldSynonyms>> all = {
        {Kind::deal, read(deal_words)},
        {Kind::company, read(company_words)},
        {Kind::person, read(person_words)},
        {Kind::product, read(product_words)},
        {Kind::activity, read(activity_words)},
        {Kind::stage_change, read(stage_change_words)},
        {Kind::target, read(target_words)},
        {Kind::churn, read(churn_words)},
        {Kind::service_failure, read(service_failure_words)},
        {Kind::competitor, read(competitor_words)},
        {Kind::stage, read(stage_words)},
    };
    return all.at(kind);
}

const std::vector<std::string>& file_words_of(Kind kind) {
    static const auto all = [] {
        std::vector<std::vector<std::string>> each;
        for (const auto words : file_words)
            each.push_back(parted(words, ' '));
        return each;
    }();
    return all.at(static_cast<std::size_t>(kind));
}

} // namespace buckstop::imports
