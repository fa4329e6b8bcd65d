// HubSpot: what the page exports (labels) and what the API calls the same (v3 properties).
#include "features/imports/layouts.hpp"

namespace buckstop::imports {
namespace {

constexpr bool needed = true;

Layout deals() {
    return {"hubspot_deals",
            "HubSpot, deals",
            "hubspot",
            Kind::deal,
            {{"Record ID"}, {"Deal ID"}},
            {{"Deal Name", "name", needed},
             {"Deal Stage", "stage", needed},
             {"Record ID", ""},
             {"Pipeline", "pipeline"},
             {"Amount", "amount"},
             {"Currency", "currency"},
             {"Deal owner", "owner"},
             {"HubSpot Owner Email", "owner_email"},
             {"Close Date", "close_on"},
             {"Create Date", "created_on"},
             {"Last Activity Date", "last_activity_on"},
             {"Last Contacted", "last_activity_on"},
             {"Associated Company IDs (Primary)", "company_key", false, ";"},
             {"Primary Associated Company ID", "company_key", false, ";"},
             {"Associated Company IDs", "company_key", false, ";"},
             {"Associated Company (Primary)", "company", false, ";"},
             {"Associated Company", "company", false, ";"},
             {"Is Closed Won", "is_won"},
             {"Is Deal Closed?", "is_closed"},
             {"Deal Type", "kind"},
             {"Deal probability", "probability"},
             {"Forecast category", "forecast_category"},
             {"Closed Lost Reason", "stated_reason"},
             {"Closed Won Reason", "stated_reason"},
             {"Next step", "next_step"},
             {"Original Traffic Source", "lead_source"},
             {"Original Source Type", "lead_source"},
             {"Competitor", "competitor"},
             {"Competitors", "competitor", false, ";"},
             {"Product", "product"},
             {"Industry", "segment"},
             {"Region", "region"}}};
}

Layout deal_properties() {
    return {"hubspot_deal_properties",
            "HubSpot, deals by their properties",
            "hubspot",
            Kind::deal,
            {{"hs_object_id"}, {"id"}, {"dealId"}, {"Record ID"}},
            {{"dealname", "name", needed},
             {"dealstage", "stage", needed},
             {"hs_object_id", ""},
             {"pipeline", "pipeline"},
             {"amount", "amount"},
             {"deal_currency_code", "currency"},
             {"hubspot_owner_id", "owner_key"},
             {"closedate", "close_on"},
             {"createdate", "created_on"},
             {"hs_v2_date_entered_current_stage", "stage_since"},
             {"notes_last_updated", "last_activity_on"},
             {"notes_last_contacted", "last_activity_on"},
             {"hs_primary_associated_company", "company_key", false, ";"},
             {"associatedcompanyid", "company_key", false, ";"},
             {"hs_is_closed_won", "is_won"},
             {"hs_is_closed", "is_closed"},
             {"dealtype", "kind"},
             {"hs_deal_stage_probability", "probability"},
             {"hs_manual_forecast_category", "forecast_category"},
             {"hs_forecast_category", "forecast_category"},
             {"closed_lost_reason", "stated_reason"},
             {"hs_closed_lost_reason", "stated_reason"},
             {"closed_won_reason", "stated_reason"},
             {"hs_next_step", "next_step"},
             {"hs_analytics_source", "lead_source"},
             {"hs_lastmodifieddate", ""},
             {"hs_is_closed_lost", ""},
             {"num_associated_contacts", ""}}};
}

// A row for each property that changed: those of the stage are taken.
Layout deal_property_history() {
    return {"hubspot_deal_property_history",
            "HubSpot, history of deals",
            "hubspot",
            Kind::stage_change,
            {{}},
            {{"dealId", "deal_key", needed},
             {"property", "", needed},
             {"value", "to_stage", needed},
             {"timestamp", "changed_on", needed},
             {"sourceType", ""},
             {"sourceId", ""}},
            {},
            {{"property", {"dealstage", "Deal Stage"}}}};
}

// What the ids of dealstage and pipeline are called; one row for each stage, as the API has it.
Layout pipelines() {
    return {"hubspot_pipelines",
            "HubSpot, pipelines",
            "hubspot",
            Kind::stage,
            {},
            {{"Stage ID", "stage_key", needed},
             {"Stage label", "label", needed},
             {"Pipeline ID", "pipeline_key", needed},
             {"Pipeline label", "pipeline"},
             {"Probability", "probability"},
             {"Stage probability", "probability"},
             {"Display order", "position"},
             {"Stage display order", "position"}}};
}

Layout owners() {
    return {"hubspot_owners",
            "HubSpot, owners",
            "hubspot",
            Kind::person,
            {{"id"}, {"ownerId"}},
            {{"email", "email", needed},
             {"firstName", "first_name", needed},
             {"lastName", "last_name", needed},
             {"userId", "", needed},
             {"primaryTeam", "team"},
             {"teams", "team", false, ";"}}};
}

Layout companies() {
    return {"hubspot_companies",
            "HubSpot, companies",
            "hubspot",
            Kind::company,
            {{"Record ID"}},
            {{"Company name", "name", needed},
             {"Record ID", "", needed},
             {"Industry", "industry"},
             {"Country/Region", "country"},
             {"State/Region", "region"},
             {"Number of Employees", "employees"},
             {"Target Account", ""},
             {"Parent Company", "parent"},
             {"Company owner", ""}}};
}

Layout company_properties() {
    return {"hubspot_company_properties",
            "HubSpot, companies by their properties",
            "hubspot",
            Kind::company,
            {{"hs_object_id"}, {"id"}},
            {{"name", "name", needed},
             {"domain", "", needed},
             {"numberofemployees", "employees", needed},
             {"industry", "industry"},
             {"country", "country"},
             {"state", "region"}}};
}

// Calls, meetings, e-mails, tasks and notes by their v3 properties.
Layout engagements() {
    return {"hubspot_engagements",
            "HubSpot, engagements",
            "hubspot",
            Kind::activity,
            {{"hs_object_id"}, {"id"}},
            {{"hs_timestamp", "happened_on", needed},
             {"associated_deal_ids", "deal_key", needed, ";"},
             {"hs_engagement_type", "kind"},
             {"hs_activity_type", "kind"},
             {"hs_call_title", "subject"},
             {"hs_meeting_title", "subject"},
             {"hs_email_subject", "subject"},
             {"hs_task_subject", "subject"},
             {"hubspot_owner_id", "person_key"}}};
}

// The same as the page exports it.
Layout activities() {
    return {"hubspot_activities",
            "HubSpot, activities",
            "hubspot",
            Kind::activity,
            {{"Record ID"}},
            {{"Record ID", "", needed},
             {"Activity date", "happened_on", needed},
             {"Associated Deal IDs", "deal_key", needed, ";"},
             {"Associated Deal", "deal_name", false, ";"},
             {"Activity type", "kind"},
             {"Call title", "subject"},
             {"Meeting name", "subject"},
             {"Email subject", "subject"},
             {"Task title", "subject"},
             {"Activity assigned to", "person"}}};
}

} // namespace

std::vector<Layout> hubspot_layouts() {
    return {deals(),     deal_properties(),    deal_property_history(), pipelines(), owners(),
            companies(), company_properties(), engagements(),           activities()};
}

} // namespace buckstop::imports
