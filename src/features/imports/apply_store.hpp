// SQL of what imports write, but for deals (apply_deal_store.hpp). Private to this feature.
#pragma once

#include "features/imports/apply.hpp"

namespace buckstop::imports {

struct Activity; // what their ids are of
struct StageChange;

namespace store {

// ---- Companies --------------------------------------------------------------------------------------------

struct CompanyName {
    CompanyId id;
    std::string name_key, external_key;
};
BOOST_DESCRIBE_STRUCT(CompanyName, (), (id, name_key, external_key))

// For each name the company to take: one of this source before others, then the oldest.
[[nodiscard]] std::vector<CompanyName> companies_by_name(db::Transaction& tx, OrgId org,
                                                         const std::string& source,
                                                         const std::vector<std::string>& name_keys);
[[nodiscard]] std::vector<CompanyName> companies_by_key(db::Transaction& tx, OrgId org,
                                                        const std::string& source,
                                                        const std::vector<std::string>& keys);

struct StoredCompany {
    CompanyId id;
    std::string source, external_key, name, name_key;
    std::optional<std::string> industry, country, region, segment;
    std::optional<std::int64_t> employees;
    std::optional<std::string> parent_name;
    Date as_of{};
    std::int64_t content_hash = 0;
};
BOOST_DESCRIBE_STRUCT(StoredCompany, (),
                      (id, source, external_key, name, name_key, industry, country, region, segment,
                       employees, parent_name, as_of, content_hash))
[[nodiscard]] std::vector<StoredCompany> load_companies(db::Transaction& tx, OrgId org,
                                                        const std::vector<CompanyId>& ids);

struct NewCompany {
    CompanyId id;
    std::string external_key;
    std::string_view name;
    std::string name_key;
    Text industry{}, country{}, region{}, segment{}, parent{};
    std::optional<std::int64_t> employees{};
    std::int64_t content_hash = 0;
};
void insert_companies(db::Transaction& tx, const Scope& scope, const std::vector<NewCompany>& companies);
void update_company(db::Transaction& tx, const Scope& scope, const StoredCompany& company);
// A company that only names spoke of has a key now.
void give_key(db::Transaction& tx, const Scope& scope, CompanyId id, std::string_view key);

// ---- Products ---------------------------------------------------------------------------------------------

struct StoredProduct {
    ProductId id;
    std::string name, name_key;
    std::optional<std::string> family;
    std::optional<std::int64_t> list_price_minor;
    std::optional<std::string> currency;
    Date as_of{};
    std::int64_t content_hash = 0;
};
BOOST_DESCRIBE_STRUCT(StoredProduct, (),
                      (id, name, name_key, family, list_price_minor, currency, as_of, content_hash))
[[nodiscard]] std::vector<StoredProduct> products_by_name(db::Transaction& tx, OrgId org,
                                                          const std::vector<std::string>& name_keys);

struct NewProduct {
    ProductId id;
    std::string_view name;
    std::string name_key;
    Text family{}, currency{};
    std::optional<std::int64_t> list_price_minor{};
    std::int64_t content_hash = 0;
};
void insert_product(db::Transaction& tx, const Scope& scope, const NewProduct& product);
void update_product(db::Transaction& tx, const Scope& scope, const StoredProduct& product);

// ---- People (written by the feature people) ---------------------------------------------------------------

struct PersonName {
    PersonId id;
    std::string name_key;
};
BOOST_DESCRIBE_STRUCT(PersonName, (), (id, name_key))
// Of each name the oldest.
[[nodiscard]] std::vector<PersonName> people_by_name(db::Transaction& tx, OrgId org,
                                                     const std::vector<std::string>& name_keys);
// As people::upsert_people finds them: by the source's id, by address, by name among those without an id.
// Empty texts find nothing.
[[nodiscard]] std::optional<std::int64_t> find_person(db::Transaction& tx, OrgId org,
                                                      const std::string& source, std::string_view key,
                                                      const std::string& email, const std::string& name_key);

struct StoredPerson {
    std::string name;
    std::optional<std::string> email, title, team, manager, manager_key;
    bool is_active = true;
};
BOOST_DESCRIBE_STRUCT(StoredPerson, (), (name, email, title, team, manager, manager_key, is_active))
[[nodiscard]] std::optional<StoredPerson> load_person(db::Transaction& tx, OrgId org, PersonId id);
// The latest day of a finished import that told about people.
[[nodiscard]] std::optional<Date> people_known_on(db::Transaction& tx, OrgId org);

// ---- Activities and stage changes -------------------------------------------------------------------------

struct DealKey {
    DealId id;
    std::string text; // the key, or the name, that was asked for
};
BOOST_DESCRIBE_STRUCT(DealKey, (), (id, text))
[[nodiscard]] std::vector<DealKey> deals_by_key(db::Transaction& tx, OrgId org, const std::string& source,
                                                const std::vector<std::string>& keys);
[[nodiscard]] std::vector<DealKey> deals_by_name(db::Transaction& tx, OrgId org,
                                                 const std::vector<std::string>& names);

struct StoredActivity {
    static constexpr std::string_view table = "activity";
    Id<Activity> id;
    std::string external_key;
    std::optional<DealId> deal_id;
    std::optional<std::string> waits_for_deal;
    std::optional<CompanyId> company_id;
    std::optional<PersonId> person_id;
    std::string kind;
    std::optional<std::string> subject;
    std::optional<Date> happened_on;
    bool is_done = false;
    Date as_of{};
    std::int64_t content_hash = 0;
    std::optional<ImportId> import_id; // that last changed it
    bool operator==(const StoredActivity&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoredActivity, (),
                      (id, external_key, deal_id, waits_for_deal, company_id, person_id, kind, subject,
                       happened_on, is_done, as_of, content_hash, import_id))

struct StoredStageChange {
    static constexpr std::string_view table = "stage_change";
    Id<StageChange> id;
    std::string external_key;
    std::optional<DealId> deal_id;
    std::optional<std::string> waits_for_deal;
    std::optional<std::string> from_stage;
    std::string to_stage;
    Date changed_on{};
    std::optional<std::int64_t> amount_minor;
    std::optional<Date> expected_close_on;
    Date as_of{};
    std::int64_t content_hash = 0;
    std::optional<ImportId> import_id; // that last changed it
    bool operator==(const StoredStageChange&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoredStageChange, (),
                      (id, external_key, deal_id, waits_for_deal, from_stage, to_stage, changed_on,
                       amount_minor, expected_close_on, as_of, content_hash, import_id))

// What stands in the table that is called like its kind (0008); `table` is that.
struct StoredTarget {
    static constexpr std::string_view table = "target";
    Id<struct Target> id;
    std::string external_key;
    std::optional<PersonId> person_id;
    std::optional<std::string> team, team_key;
    std::string period;
    Date starts_on{}, ends_on{};
    std::int64_t amount_minor = 0;
    std::string currency;
    std::optional<std::string> measure;
    Date as_of{};
    std::int64_t content_hash = 0;
    std::optional<ImportId> import_id; // that last changed it
    bool operator==(const StoredTarget&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoredTarget, (),
                      (id, external_key, person_id, team, team_key, period, starts_on, ends_on, amount_minor,
                       currency, measure, as_of, content_hash, import_id))

struct StoredChurn {
    static constexpr std::string_view table = "churn";
    Id<struct Churn> id;
    std::string external_key;
    CompanyId company_id;
    std::optional<PersonId> owner_id;
    Date happened_on{};
    std::optional<std::int64_t> amount_minor;
    std::optional<std::string> currency, stated_reason;
    Date as_of{};
    std::int64_t content_hash = 0;
    std::optional<ImportId> import_id;
    bool operator==(const StoredChurn&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoredChurn, (),
                      (id, external_key, company_id, owner_id, happened_on, amount_minor, currency,
                       stated_reason, as_of, content_hash, import_id))

struct StoredServiceFailure {
    static constexpr std::string_view table = "service_failure";
    Id<struct ServiceFailure> id;
    std::string external_key;
    CompanyId company_id;
    std::optional<PersonId> owner_id;
    Date happened_on{};
    std::string what;
    std::optional<std::string> stated_reason;
    Date as_of{};
    std::int64_t content_hash = 0;
    std::optional<ImportId> import_id;
    bool operator==(const StoredServiceFailure&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoredServiceFailure, (),
                      (id, external_key, company_id, owner_id, happened_on, what, stated_reason, as_of,
                       content_hash, import_id))

struct StoredCompetitor {
    static constexpr std::string_view table = "competitor";
    Id<struct Competitor> id;
    std::string external_key;
    std::optional<DealId> deal_id;
    std::optional<std::string> waits_for_deal;
    std::string name;
    std::optional<std::string> strengths, weaknesses;
    Date as_of{};
    std::int64_t content_hash = 0;
    std::optional<ImportId> import_id;
    bool operator==(const StoredCompetitor&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoredCompetitor, (),
                      (id, external_key, deal_id, waits_for_deal, name, strengths, weaknesses, as_of,
                       content_hash, import_id))

struct StoredStage {
    static constexpr std::string_view table = "stage";
    Id<struct Stage> id;
    std::string external_key, stage_key, label;
    std::optional<std::string> pipeline_key, pipeline;
    std::optional<double> probability;
    std::optional<std::int64_t> position;
    Date as_of{};
    std::int64_t content_hash = 0;
    std::optional<ImportId> import_id;
    bool operator==(const StoredStage&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoredStage, (),
                      (id, external_key, stage_key, label, pipeline_key, pipeline, probability, position,
                       as_of, content_hash, import_id))

// Row is one of those above, from StoredActivity on.
template <class Row>
[[nodiscard]] std::vector<Row> load_by_key(db::Transaction& tx, const Scope& scope,
                                           const std::vector<std::string>& keys);
template <class Row>
void insert_rows(db::Transaction& tx, const Scope& scope, const std::vector<Row>& rows);
template <class Row>
void update_rows(db::Transaction& tx, const Scope& scope, const std::vector<Row>& rows);

// Rows whose deal has come meanwhile.
void join_waiting(db::Transaction& tx, const Scope& scope);

} // namespace store
} // namespace buckstop::imports
