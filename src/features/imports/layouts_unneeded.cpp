// What vendors export beside what Buckstop reads: known by header, so that nobody is asked to map it.
#include "features/imports/layouts.hpp"

#include <algorithm>
#include <set>

namespace buckstop::imports {
namespace {

const std::vector<Unneeded>& all_unneeded() {
    static const std::vector<Unneeded> all = {
        {"Salesforce", "contacts", {"Id", "AccountId", "LastName", "OwnerId"}},
        {"Salesforce", "leads", {"Id", "LastName", "Company", "Status", "IsConverted"}},
        {"Salesforce", "campaigns", {"Id", "BudgetedCost", "NumberOfLeads"}},
        {"Salesforce", "campaign members", {"Id", "CampaignId", "HasResponded"}},
        {"Salesforce", "quotes", {"Id", "QuoteNumber", "OpportunityId"}},
        {"Salesforce", "quote lines", {"Id", "QuoteId", "PricebookEntryId"}},
        {"Salesforce", "opportunity lines", {"Id", "OpportunityId", "PricebookEntryId"}},
        {"Salesforce", "contacts' roles", {"Id", "OpportunityId", "ContactId", "IsPrimary"}},
        {"Salesforce", "opportunity teams", {"Id", "OpportunityId", "UserId", "TeamMemberRole"}},
        {"Salesforce", "prices", {"Id", "Pricebook2Id", "Product2Id", "UnitPrice"}},
        {"Salesforce", "contracts", {"Id", "AccountId", "ContractNumber"}},
        {"Salesforce", "orders", {"Id", "AccountId", "OrderNumber"}},
        {"Salesforce", "attachments", {"Id", "ParentId", "BodyLength"}},
        {"HubSpot", "contacts", {"First Name", "Last Name", "Lead Status"}},
        {"HubSpot", "contacts", {"firstname", "lastname", "lifecyclestage"}},
        {"HubSpot", "line items", {"hs_product_id", "quantity", "price"}},
        {"HubSpot", "quotes", {"hs_title", "hs_expiration_date", "hs_quote_amount"}},
        {"Pipedrive", "contact people", {"Person - Name", "Person - Organization", "Person - Owner"}},
        {"Pipedrive", "leads", {"Lead - ID", "Lead - Title"}},
        {"Dynamics 365", "contacts", {"(Do Not Modify) Contact"}},
        {"Dynamics 365", "leads", {"(Do Not Modify) Lead"}},
        {"Dynamics 365", "quotes", {"(Do Not Modify) Quote"}},
        {"Dynamics 365", "contacts", {"contactid", "lastname", "parentcustomerid"}},
        {"Dynamics 365", "leads", {"leadid", "lastname", "subject"}},
        {"Dynamics 365", "opportunity lines", {"opportunityproductid", "quantity"}},
        {"Zoho CRM", "contacts", {"Contact Owner", "Last Name"}},
        {"Zoho CRM", "leads", {"Lead Owner", "Last Name", "Company"}},
    };
    return all;
}

} // namespace

std::span<const Unneeded> unneeded_tables() {
    return all_unneeded();
}

const Unneeded* recognise_unneeded(const std::vector<std::string>& headers) {
    // A table of deals may name the contact beside each; a vendor's people and companies look like contacts.
    const auto* layout = recognise(headers);
    if (layout != nullptr &&
        (layout->source == "plain" || (layout->kind != Kind::company && layout->kind != Kind::person)))
        return nullptr;
    std::set<std::string> names;
    for (const auto& header : headers)
        names.insert(fold_header(header));
    const auto& all = all_unneeded();
    const auto found = std::ranges::find_if(all, [&](const Unneeded& table) {
        return std::ranges::all_of(
            table.headers, [&](std::string_view header) { return names.contains(fold_header(header)); });
    });
    return found == all.end() ? nullptr : &*found;
}

} // namespace buckstop::imports
