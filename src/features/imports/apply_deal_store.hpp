// Rows of `deal` and its history, as imports read and write them. Private to this feature.
#pragma once

#include "features/imports/apply.hpp"
#include "features/imports/apply_history.hpp"

namespace buckstop::imports {

// A deal but for its key. String is std::string for rows that are read and changed, std::string_view for new
// ones, whose texts stand in the batch.
template <class String>
struct DealRow {
    DealId id{};
    String name{};
    std::optional<CompanyId> company_id{};
    std::optional<PersonId> owner_id{};
    std::optional<ProductId> product_id{};
    std::optional<String> pipeline{};
    String stage{};
    crm::Outcome outcome = crm::Outcome::open;
    std::optional<std::int64_t> amount_minor{}, amount_at_close_minor{};
    String currency{};
    std::optional<double> probability{};
    std::optional<String> forecast_category{}, kind{}, lead_source{}, competitor{}, segment{}, region{};
    std::optional<Date> created_on{}, expected_close_on{}, closed_on{}, stage_since{}, last_activity_on{};
    std::optional<String> next_step{}, stated_reason{}, facts{};
    int pushes = 0;
    Date as_of{};
    std::optional<Date> read_on{}, gone_on{};
    std::int64_t content_hash = 0;
    std::optional<ImportId> import_id{}; // that last changed it
    BOOST_DESCRIBE_CLASS(DealRow, (),
                         (id, name, company_id, owner_id, product_id, pipeline, stage, outcome, amount_minor,
                          amount_at_close_minor, currency, probability, forecast_category, kind, lead_source,
                          competitor, segment, region, created_on, expected_close_on, closed_on, stage_since,
                          last_activity_on, next_step, stated_reason, facts, pushes, as_of, read_on, gone_on,
                          content_hash, import_id),
                         (), ())
};
using StoredDeal = DealRow<std::string>;

struct NewDeal {
    std::string_view external_key{};
    DealRow<std::string_view> row{};
};

namespace store {

[[nodiscard]] bool has_deals(db::Transaction& tx, OrgId org, const std::string& source);
[[nodiscard]] std::int64_t count_deals(db::Transaction& tx, OrgId org, const std::string& source);

struct KnownDeal {
    DealId id;
    std::string external_key;
    Date as_of{};
    std::optional<Date> read_on{}, gone_on{};
    std::int64_t content_hash = 0;
};
BOOST_DESCRIBE_STRUCT(KnownDeal, (), (id, external_key, as_of, read_on, gone_on, content_hash))
[[nodiscard]] std::vector<KnownDeal> find_deals(db::Transaction& tx, const Scope& scope,
                                                std::span<const std::string_view> keys);

[[nodiscard]] std::vector<StoredDeal> load_deals(db::Transaction& tx, OrgId org,
                                                 const std::vector<DealId>& ids);

// The deals of a source of which nothing newer is known than this day.
struct PresentDeal {
    DealId id;
    std::string external_key;
    crm::Outcome outcome = crm::Outcome::open;
    std::optional<Date> gone_on;
};
BOOST_DESCRIBE_STRUCT(PresentDeal, (), (id, external_key, outcome, gone_on))
void each_present(db::Transaction& tx, OrgId org, const std::string& source, Date as_of,
                  const std::function<void(const PresentDeal&)>& visit);

// New deals on their way into the table. A column that no field of the file fills isn't named at all, and
// what all of them have in common (the source, the day, the import) is told once.
class DealInsert {
  public:
    DealInsert(db::Transaction& tx, const Scope& scope);
    void add(const NewDeal& deal); // whose views need to last only as long as the call
    void finish();

  private:
    enum class Column { fixed, written, empty };
    std::vector<Column> columns_; // of DealRow, in their order
    std::vector<db::Param> params_;
    std::unique_ptr<db::BulkInsert> bulk_;
};

// How they are marked by now.
[[nodiscard]] std::vector<ReadMark> read_marks(db::Transaction& tx, OrgId org,
                                               const std::vector<DealId>& deals);
// They read on that day as they do.
void note_read(db::Transaction& tx, OrgId org, const std::vector<DealId>& deals, Date on);
void update_deals(db::Transaction& tx, OrgId org, std::span<const StoredDeal> deals);

struct Version : Reading {
    DealId deal_id;
};
BOOST_DESCRIBE_STRUCT(Version, (Reading), (deal_id))
// In the order of their days.
[[nodiscard]] std::vector<Version> load_versions(db::Transaction& tx, OrgId org,
                                                 const std::vector<DealId>& deals);
void remove_history(db::Transaction& tx, OrgId org, const std::vector<DealId>& deals);

// Of one deal, all its readings or the last ones of them; the last is the row in `deal` and isn't written.
struct History {
    DealId deal;
    std::vector<Reading> readings;
};
void insert_history(db::Transaction& tx, OrgId org, std::span<const History> histories);

} // namespace store
} // namespace buckstop::imports
