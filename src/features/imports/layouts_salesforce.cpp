// Salesforce: objects as Data Loader, the weekly export and Bulk API 2.0 write them, and the CSV of a report.
// The loss reason and the competitor are fields that each organisation adds by itself; the usual names are
// here.
#include "features/imports/layouts.hpp"

namespace buckstop::imports {
namespace {

constexpr bool needed = true;

LayoutFilter not_deleted() {
    return {"IsDeleted", {"0", "false", ""}};
}

Layout opportunities() {
    return {"salesforce_opportunity",
            "Salesforce, opportunities",
            "salesforce",
            Kind::deal,
            {{"Id"}},
            {{"Id", "", needed},
             {"StageName", "stage", needed},
             {"CloseDate", "close_on", needed},
             {"Name", "name"},
             {"AccountId", "company_key"},
             {"Account.Name", "company"},
             {"OwnerId", "owner_key"},
             {"Owner.Name", "owner"},
             {"Owner.Email", "owner_email"},
             {"Amount", "amount"},
             {"CurrencyIsoCode", "currency"},
             {"IsClosed", "is_closed"},
             {"IsWon", "is_won"},
             {"Probability", "probability_percent"},
             {"ForecastCategoryName", "forecast_category"},
             {"ForecastCategory", "forecast_category"},
             {"Type", "kind"},
             {"LeadSource", "lead_source"},
             {"NextStep", "next_step"},
             {"CreatedDate", "created_on"},
             {"LastStageChangeDate", "stage_since"},
             {"LastActivityDate", "last_activity_on"},
             {"Loss_Reason__c", "stated_reason"},
             {"LossReason__c", "stated_reason"},
             {"Lost_Reason__c", "stated_reason"},
             {"Closed_Lost_Reason__c", "stated_reason"},
             {"Reason_Lost__c", "stated_reason"},
             {"MainCompetitors__c", "competitor"},
             {"Main_Competitor__c", "competitor"},
             {"Competitor__c", "competitor"},
             {"Segment__c", "segment"},
             {"Account.Industry", "segment"},
             {"Region__c", "region"}},
            {},
            {not_deleted()}};
}

// One row for each change of stage, amount, probability or close date.
Layout opportunity_history() {
    return {"salesforce_opportunity_history",
            "Salesforce, history of opportunities",
            "salesforce",
            Kind::stage_change,
            {{"Id"}},
            {{"Id", "", needed},
             {"OpportunityId", "deal_key", needed},
             {"StageName", "to_stage", needed},
             {"CreatedDate", "changed_on", needed},
             {"FromOpportunityStageName", "from_stage"},
             {"Amount", "amount"},
             {"CloseDate", "expected_close_on"},
             {"Probability", ""},
             {"ForecastCategory", ""},
             {"PrevCloseDate", ""}},
            {},
            {not_deleted()}};
}

// One row for each change of any field: those of the stage are taken.
Layout opportunity_field_history() {
    return {"salesforce_opportunity_field_history",
            "Salesforce, history of fields",
            "salesforce",
            Kind::stage_change,
            {{"Id"}},
            {{"Id", "", needed},
             {"OpportunityId", "deal_key", needed},
             {"Field", "", needed},
             {"NewValue", "to_stage", needed},
             {"OldValue", "from_stage", needed},
             {"CreatedDate", "changed_on", needed}},
            {},
            {{"Field", {"StageName", "Stage"}}, not_deleted()}};
}

// All who compete for an opportunity; Main_Competitor__c and the like name only one.
Layout opportunity_competitors() {
    return {"salesforce_opportunity_competitor",
            "Salesforce, competitors",
            "salesforce",
            Kind::competitor,
            {{"Id"}, {}},
            {{"OpportunityId", "deal_key", needed},
             {"CompetitorName", "name", needed},
             {"Id", ""},
             {"Strengths", "strengths"},
             {"Weaknesses", "weaknesses"}},
            {},
            {not_deleted()}};
}

Layout tasks() {
    return {"salesforce_task",
            "Salesforce, tasks",
            "salesforce",
            Kind::activity,
            {{"Id"}},
            {{"Id", "", needed},
             {"WhatId", "deal_key", needed},
             {"Subject", "subject", needed},
             {"Status", "", needed},
             {"ActivityDate", "happened_on", needed},
             {"CompletedDateTime", "happened_on"},
             {"CreatedDate", "happened_on"},
             {"TaskSubtype", "kind"},
             {"Type", "kind"},
             {"OwnerId", "person_key"},
             {"Owner.Name", "person"},
             {"IsClosed", "done"},
             {"WhoId", ""},
             {"Priority", ""}},
            {{"kind", "Task"}},
            {not_deleted()}};
}

Layout events() {
    return {"salesforce_event",
            "Salesforce, events",
            "salesforce",
            Kind::activity,
            {{"Id"}},
            {{"Id", "", needed},
             {"WhatId", "deal_key", needed},
             {"Subject", "subject", needed},
             {"DurationInMinutes", "", needed},
             {"ActivityDateTime", "happened_on"},
             {"ActivityDate", "happened_on"},
             {"StartDateTime", "happened_on"},
             {"EventSubtype", "kind"},
             {"Type", "kind"},
             {"OwnerId", "person_key"},
             {"Owner.Name", "person"},
             {"WhoId", ""}},
            {{"kind", "Meeting"}},
            {not_deleted()}};
}

Layout users() {
    return {"salesforce_user",
            "Salesforce, users",
            "salesforce",
            Kind::person,
            {{"Id"}},
            {{"Id", "", needed},
             {"Username", "", needed},
             {"Name", "name"},
             {"FirstName", "first_name"},
             {"LastName", "last_name", needed},
             {"Email", "email"},
             {"Title", "title"},
             {"Department", "team"},
             {"Division", "team"},
             {"ManagerId", "manager_key"},
             {"IsActive", "active"}},
            {},
            // Integrations and customers' own sign-ins are no colleagues.
            {{"UserType", {"Standard", ""}}}};
}

Layout accounts() {
    return {"salesforce_account",
            "Salesforce, accounts",
            "salesforce",
            Kind::company,
            {{"Id"}},
            {{"Id", "", needed},
             {"Name", "name", needed},
             {"Industry", "industry", needed},
             {"OwnerId", "", needed},
             {"BillingCountry", "country"},
             {"ShippingCountry", "country"},
             {"BillingState", "region"},
             {"Segment__c", "segment"},
             {"Type", "segment"},
             {"NumberOfEmployees", "employees"},
             {"Parent.Name", "parent"}},
            {},
            {not_deleted()}};
}

// A report of opportunities has labels for headers, and often no id.
Layout opportunity_report() {
    return {"salesforce_report",
            "Salesforce, report of opportunities",
            "salesforce",
            Kind::deal,
            {{"Opportunity ID"},
             {"Account Name", "Opportunity Name", "Created Date"},
             {"Account Name", "Opportunity Name"},
             {"Opportunity Name"}},
            {{"Opportunity Name", "name", needed},
             {"Stage", "stage", needed},
             {"Close Date", "close_on", needed},
             {"Opportunity ID", ""},
             {"Account ID", "company_key"},
             {"Account Name", "company"},
             {"Opportunity Owner", "owner"},
             {"Opportunity Owner: Full Name", "owner"},
             {"Opportunity Owner Email", "owner_email"},
             {"Amount", "amount"},
             {"Amount Currency", "currency"},
             {"Opportunity Currency", "currency"},
             {"Closed", "is_closed"},
             {"Won", "is_won"},
             {"Probability (%)", "probability_percent"},
             {"Forecast Category", "forecast_category"},
             {"Type", "kind"},
             {"Lead Source", "lead_source"},
             {"Next Step", "next_step"},
             {"Created Date", "created_on"},
             {"Last Stage Change Date", "stage_since"},
             {"Last Activity", "last_activity_on"},
             {"Loss Reason", "stated_reason"},
             {"Lost Reason", "stated_reason"},
             {"Closed Lost Reason", "stated_reason"},
             {"Main Competitor(s)", "competitor"},
             {"Competitor Name", "competitor"},
             {"Primary Competitor", "competitor"},
             {"Product Name", "product"},
             {"Segment", "segment"},
             {"Industry", "segment"},
             {"Region", "region"},
             {"Fiscal Period", ""},
             {"Age", ""},
             {"Stage Duration", ""}}};
}

// The report type "Opportunity History".
Layout history_report() {
    return {"salesforce_history_report",
            "Salesforce, report of stage changes",
            "salesforce",
            Kind::stage_change,
            {{}},
            {{"Opportunity ID", "deal_key", needed},
             {"From Stage", "from_stage", needed},
             {"To Stage", "to_stage", needed},
             {"Last Modified", "changed_on"},
             {"Last Modified Date", "changed_on"},
             {"Stage Change Date", "changed_on"},
             {"Edit Date", "changed_on"},
             {"Amount", "amount"},
             {"Close Date", "expected_close_on"},
             {"Stage Duration", ""}}};
}

} // namespace

std::vector<Layout> salesforce_layouts() {
    return {opportunities(),
            opportunity_history(),
            opportunity_field_history(),
            opportunity_competitors(),
            tasks(),
            events(),
            users(),
            accounts(),
            opportunity_report(),
            history_report()};
}

} // namespace buckstop::imports
