// Dynamics 365, Zoho CRM and Bitrix24.
#include "features/imports/layouts.hpp"

namespace buckstop::imports {
namespace {

constexpr bool needed = true;

// "Export to Excel" and the CSV of a view: labels, with the record's id under a name that says not to touch
// it.
Layout dynamics_opportunities() {
    return {"dynamics_opportunities",
            "Dynamics 365, opportunities",
            "dynamics",
            Kind::deal,
            {{"(Do Not Modify) Opportunity"}},
            {{"(Do Not Modify) Opportunity", "", needed},
             {"(Do Not Modify) Row Checksum", ""},
             {"(Do Not Modify) Modified On", ""},
             {"Topic", "name", needed},
             {"Status", "outcome"},
             {"Pipeline Phase", "stage"},
             {"Sales Stage", "stage"},
             {"Process Stage", "stage"},
             {"Potential Customer", "company"},
             {"Account", "company"},
             {"Owner", "owner"},
             {"Actual Revenue", "amount"},
             {"Est. Revenue", "amount"},
             {"Currency", "currency"},
             {"Probability", "probability_percent"},
             {"Forecast category", "forecast_category"},
             {"Actual Close Date", "closed_on"},
             {"Est. Close Date", "expected_close_on"},
             {"Created On", "created_on"},
             {"Status Reason", "stated_reason"},
             {"Source Campaign", "lead_source"},
             {"Competitor", "competitor"}}};
}

// The Web API's names. Status reasons are numbers there, which say nothing by themselves.
Layout dynamics_rows() {
    return {"dynamics_rows",
            "Dynamics 365, rows of opportunities",
            "dynamics",
            Kind::deal,
            {{"opportunityid"}},
            {{"opportunityid", "", needed},
             {"name", "name", needed},
             {"statecode", "outcome", needed},
             {"stepname", "stage"},
             {"_parentaccountid_value", "company_key"},
             {"_customerid_value", "company_key"},
             {"_ownerid_value", "owner_key"},
             {"actualvalue", "amount"},
             {"estimatedvalue", "amount"},
             {"closeprobability", "probability_percent"},
             {"actualclosedate", "closed_on"},
             {"estimatedclosedate", "expected_close_on"},
             {"createdon", "created_on"},
             {"statuscode", ""}},
            {},
            {},
            {{"0", Outcome::open}, {"1", Outcome::won}, {"2", Outcome::lost}}};
}

Layout zoho_deals() {
    return {"zoho_deals",
            "Zoho CRM, deals",
            "zoho",
            Kind::deal,
            {{"Record Id"}, {"Deal Id"}, {"Potential Id"}, {"Account Name", "Deal Name"}, {"Deal Name"}},
            {{"Deal Name", "name", needed},
             {"Closing Date", "close_on", needed},
             {"Stage", "stage", needed},
             {"Record Id", ""},
             {"Account Name.id", "company_key"},
             {"Account Name", "company"},
             {"Deal Owner.id", "owner_key"},
             {"Deal Owner", "owner"},
             {"Amount", "amount"},
             {"Currency", "currency"},
             {"Probability (%)", "probability_percent"},
             {"Probability", "probability_percent"},
             {"Pipeline", "pipeline"},
             {"Type", "kind"},
             {"Lead Source", "lead_source"},
             {"Next Step", "next_step"},
             {"Created Time", "created_on"},
             {"Stage Modified Time", "stage_since"},
             {"Last Activity Time", "last_activity_on"},
             {"Reason For Loss", "stated_reason"},
             {"Competitor", "competitor"},
             {"Territory", "region"}},
            {},
            {},
            {{"Closed Lost to Competition", Outcome::lost}, {"Closed-Lost to Competition", Outcome::lost}}};
}

// "C2:WON" is the stage WON of the pipeline 2.
Layout bitrix24_deals() {
    return {"bitrix24_deals",
            "Bitrix24, deals",
            "bitrix24",
            Kind::deal,
            {{"ID"}},
            {{"ID", "", needed},
             {"TITLE", "name", needed},
             {"STAGE_ID", "stage", needed},
             {"STAGE_SEMANTIC_ID", "outcome"},
             {"CATEGORY_ID", "pipeline"},
             {"ASSIGNED_BY_NAME", "owner"},
             {"ASSIGNED_BY_ID", "owner_key"},
             {"COMPANY_NAME", "company"},
             {"OPPORTUNITY", "amount"},
             {"CURRENCY_ID", "currency"},
             {"PROBABILITY", "probability_percent"},
             {"CLOSEDATE", "close_on"},
             {"DATE_CREATE", "created_on"},
             {"BEGINDATE", "created_on"},
             {"MOVED_TIME", "stage_since"},
             {"TYPE_ID", "kind"},
             {"SOURCE_ID", "lead_source"},
             {"CLOSED", ""},
             {"SOURCE_DESCRIPTION", ""}},
            {},
            {},
            {{"S", Outcome::won}, {"F", Outcome::lost}, {"P", Outcome::open}, {"APOLOGY", Outcome::lost}}};
}

// The Web API's goals, of those that are measured in money.
Layout dynamics_goals() {
    return {"dynamics_goals",
            "Dynamics 365, goals",
            "dynamics",
            Kind::target,
            {{"goalid"}},
            {{"goalid", "", needed},
             {"goalstartdate", "starts_on", needed},
             {"goalenddate", "ends_on", needed},
             {"targetmoney", "amount", needed},
             {"_goalownerid_value", "person_key"},
             {"goalownerid", "person_key"},
             {"goalowneridname", "person"},
             {"title", ""}},
            {},
            {{"amountdatatype", {"0", "Money", ""}}}};
}

} // namespace

std::vector<Layout> other_layouts() {
    return {dynamics_opportunities(), dynamics_rows(), dynamics_goals(), zoho_deals(), bitrix24_deals()};
}

} // namespace buckstop::imports
