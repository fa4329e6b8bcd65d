#include "features/imports/apply_hash.hpp"

namespace buckstop::imports {

std::int64_t content_hash(const DealRecord& r) {
    ContentHash hash;
    hash.add_all(r.name, r.company, r.owner, r.product, r.pipeline, r.stage, r.kind, r.lead_source,
                 r.competitor, r.segment, r.region, r.next_step, r.stated_reason, r.forecast_category,
                 r.currency, r.company_key, r.owner_key, r.owner_email, r.outcome, r.amount_minor,
                 r.probability, r.created_on, r.expected_close_on, r.closed_on, r.stage_since,
                 r.last_activity_on, r.facts);
    return hash.value();
}

std::int64_t content_hash(const CompanyRecord& r) {
    ContentHash hash;
    hash.add_all(r.name, r.industry, r.country, r.region, r.segment, r.parent, r.employees);
    return hash.value();
}

std::int64_t content_hash(const PersonRecord& r) {
    ContentHash hash;
    hash.add_all(r.name, r.email, r.title, r.team, r.manager, r.manager_key, r.active);
    return hash.value();
}

std::int64_t content_hash(const ProductRecord& r) {
    ContentHash hash;
    hash.add_all(r.name, r.family, r.currency, r.list_price_minor);
    return hash.value();
}

std::int64_t content_hash(const ActivityRecord& r) {
    ContentHash hash;
    hash.add_all(r.deal_key, r.deal_name, r.company, r.person, r.person_key, r.kind, r.subject, r.happened_on,
                 r.done);
    return hash.value();
}

std::int64_t content_hash(const StageChangeRecord& r) {
    ContentHash hash;
    hash.add_all(r.deal_key, r.from_stage, r.to_stage, r.changed_on, r.expected_close_on, r.amount_minor);
    return hash.value();
}

void add_hashes(std::vector<DealRecord>& records) {
    for (auto& record : records) {
        record.key_hash = short_hash(record.key);
        record.content_hash = content_hash(record);
    }
}

std::uint64_t short_hash(std::string_view text) {
    ContentHash hash;
    hash.add(text);
    return static_cast<std::uint64_t>(hash.value());
}

} // namespace buckstop::imports
