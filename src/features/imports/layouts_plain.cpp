#include "features/imports/layouts.hpp"

#include <algorithm>

namespace buckstop::imports {
namespace {

constexpr bool needed = true;

// Maven Analytics' teaching set of a CRM's sales: four tables that join by names.
std::vector<Layout> maven() {
    return {
        {"maven_pipeline",
         "maven",
         Kind::deal,
         {{"opportunity_id"}},
         {{"opportunity_id", "", needed},
          {"sales_agent", "owner", needed},
          {"deal_stage", "stage", needed},
          {"close_date", "close_on", needed},
          {"close_value", "amount", needed},
          {"product", "product"},
          {"account", "company"},
          {"engage_date", "created_on"}}},
        {"maven_accounts",
         "maven",
         Kind::company,
         {{"account"}},
         {{"account", "name", needed},
          {"sector", "industry", needed},
          {"office_location", "country", needed},
          {"employees", "employees"},
          {"subsidiary_of", "parent"},
          {"year_established", ""},
          {"revenue", ""}}},
        {"maven_products",
         "maven",
         Kind::product,
         {},
         {{"product", "name", needed}, {"series", "family", needed}, {"sales_price", "list_price", needed}}},
        {"maven_teams",
         "maven",
         Kind::person,
         {{"sales_agent"}},
         {{"sales_agent", "name", needed},
          {"manager", "manager", needed},
          {"regional_office", "team", needed}}},
    };
}

// Buckstop's own: the fields' names, with the kind before the words that would not say it by themselves.
std::vector<Layout> plain() {
    return {
        {"plain_deals",
         "plain",
         Kind::deal,
         {{"deal_id"}},
         {{"deal_id", "", needed},
          {"stage", "stage", needed},
          {"deal_name", "name"},
          {"outcome", "outcome"},
          {"company", "company"},
          {"company_id", "company_key"},
          {"owner", "owner"},
          {"owner_id", "owner_key"},
          {"owner_email", "owner_email"},
          {"amount", "amount"},
          {"currency", "currency"},
          {"close_on", "close_on"},
          {"closed_on", "closed_on"},
          {"expected_close_on", "expected_close_on"},
          {"created_on", "created_on"},
          {"stage_since", "stage_since"},
          {"last_activity_on", "last_activity_on"},
          {"product", "product"},
          {"pipeline", "pipeline"},
          {"probability", "probability"},
          {"forecast_category", "forecast_category"},
          {"deal_type", "kind"},
          {"lead_source", "lead_source"},
          {"competitor", "competitor"},
          {"segment", "segment"},
          {"region", "region"},
          {"next_step", "next_step"},
          {"stated_reason", "stated_reason"}}},
        {"plain_companies",
         "plain",
         Kind::company,
         {{"company_id"}},
         {{"company_id", "", needed},
          {"company_name", "name", needed},
          {"industry", "industry"},
          {"segment", "segment"},
          {"country", "country"},
          {"region", "region"},
          {"employees", "employees"},
          {"parent", "parent"}}},
        {"plain_people",
         "plain",
         Kind::person,
         {{"person_id"}},
         {{"person_id", "", needed},
          {"person_name", "name", needed},
          {"email", "email"},
          {"title", "title"},
          {"team", "team"},
          {"manager", "manager"},
          {"manager_id", "manager_key"},
          {"active", "active"}}},
        {"plain_products",
         "plain",
         Kind::product,
         {},
         {{"product_name", "name", needed},
          {"list_price", "list_price", needed},
          {"family", "family"},
          {"currency", "currency"}}},
        {"plain_activities",
         "plain",
         Kind::activity,
         {{"activity_id"}},
         {{"activity_id", "", needed},
          {"happened_on", "happened_on", needed},
          {"activity_kind", "kind"},
          {"subject", "subject"},
          {"deal_id", "deal_key"},
          {"deal_name", "deal_name"},
          {"company", "company"},
          {"person", "person"},
          {"person_id", "person_key"},
          {"done", "done"}}},
        {"plain_stage_changes",
         "plain",
         Kind::stage_change,
         {{}},
         {{"deal_id", "deal_key", needed},
          {"to_stage", "to_stage", needed},
          {"changed_on", "changed_on", needed},
          {"from_stage", "from_stage"},
          {"amount", "amount"},
          {"expected_close_on", "expected_close_on"}}},
    };
}

} // namespace

std::vector<Layout> plain_layouts() {
    auto all = maven();
    std::ranges::move(plain(), std::back_inserter(all));
    return all;
}

} // namespace buckstop::imports
