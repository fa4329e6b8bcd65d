// Pipedrive: "Deal - Title" as the data export writes it, in two generations, and "Title" as a list's export
// does.
#include "features/imports/layouts.hpp"

namespace buckstop::imports {
namespace {

constexpr bool needed = true;

LayoutFilter not_deleted(std::string_view status) {
    return {status, {"open", "won", "lost"}};
}

Layout deals() {
    return {"pipedrive_deals",
            "Pipedrive, deals",
            "pipedrive",
            Kind::deal,
            {{"Deal - ID"}, {"Deal - Pipedrive System ID"}},
            {{"Deal - Title", "name", needed},
             {"Deal - Status", "outcome", needed},
             {"Deal - ID", ""},
             {"Deal - Stage", "stage"},
             {"Deal - Stage (pipeline)", "stage"},
             {"Deal - Pipeline", "pipeline"},
             {"Deal - Owner", "owner"},
             {"Deal - Organization ID", "company_key"},
             {"Deal - Organization", "company"},
             {"Organization", "company"},
             {"Deal - Value", "amount"},
             {"Deal - Currency of Value", "currency"},
             {"Deal - Probability", "probability_percent"},
             {"Deal - Deal created", "created_on"},
             {"Deal - Creation date", "created_on"},
             {"Deal - Last stage change", "stage_since"},
             {"Deal - Deal closed on", "closed_on"},
             {"Deal - Closed on", "closed_on"},
             {"Deal - Won time", "closed_on"},
             {"Deal - Lost time", "closed_on"},
             {"Deal - Expected close date", "expected_close_on"},
             {"Deal - Last activity date", "last_activity_on"},
             {"Deal - Lost reason", "stated_reason"},
             {"Deal - Label", "kind"},
             {"Deal - Lead Source", "lead_source"},
             {"Deal - Source channel", "lead_source"},
             {"Deal - Source origin", "lead_source"},
             {"Deal - Competitor", "competitor"},
             {"Deal - Product name", "product"},
             {"Deal - Region", "region"},
             {"Deal - Update time", ""}},
            {},
            {not_deleted("Deal - Status")}};
}

Layout deal_list() {
    return {"pipedrive_deal_list",
            "Pipedrive, list of deals",
            "pipedrive",
            Kind::deal,
            {{"ID"}},
            {{"Title", "name", needed},
             {"Status", "outcome", needed},
             {"Currency of Value", "currency", needed},
             {"Deal created", "created_on", needed},
             {"Stage", "stage"},
             {"Pipeline", "pipeline"},
             {"Owner", "owner"},
             {"Organization ID", "company_key"},
             {"Organization", "company"},
             {"Value", "amount"},
             {"Probability", "probability_percent"},
             {"Last stage change", "stage_since"},
             {"Deal closed on", "closed_on"},
             {"Won time", "closed_on"},
             {"Lost time", "closed_on"},
             {"Expected close date", "expected_close_on"},
             {"Last activity date", "last_activity_on"},
             {"Lost reason", "stated_reason"},
             {"Label", "kind"},
             {"Source channel", "lead_source"},
             {"Source origin", "lead_source"},
             {"Update time", ""}},
            {},
            {not_deleted("Status")}};
}

Layout activities() {
    return {"pipedrive_activities",
            "Pipedrive, activities",
            "pipedrive",
            Kind::activity,
            {{"Activity - ID"}, {"Activity - Pipedrive System ID"}},
            {{"Activity - Subject", "subject", needed},
             {"Activity - Due date", "happened_on", needed},
             {"Activity - Marked as done time", "happened_on"},
             {"Activity - Creation date", "happened_on"},
             {"Activity - Type", "kind"},
             {"Activity - Done", "done"},
             {"Activity - Deal ID", "deal_key"},
             {"Activity - Deal", "deal_name"},
             {"Deal", "deal_name"},
             {"Activity - Organization", "company"},
             {"Organization", "company"},
             {"Activity - Assigned to user", "person"},
             {"Activity - Owner", "person"}}};
}

Layout organisations() {
    return {"pipedrive_organizations",
            "Pipedrive, organizations",
            "pipedrive",
            Kind::company,
            {{"Organization - ID"}, {"Organization - Pipedrive System ID"}},
            {{"Organization - Name", "name", needed},
             {"Organization - Industry", "industry"},
             {"Organization - Country of Address", "country"},
             {"Organization - Address - Country of Address", "country"},
             {"Organization - Region of Address", "region"},
             {"Organization - Address - Region of Address", "region"},
             {"Organization - Label", "segment"},
             {"Organization - Labels", "segment"},
             {"Organization - Number of employees", "employees"},
             {"Organization - Owner", ""}}};
}

} // namespace

std::vector<Layout> pipedrive_layouts() {
    return {deals(), deal_list(), activities(), organisations()};
}

} // namespace buckstop::imports
