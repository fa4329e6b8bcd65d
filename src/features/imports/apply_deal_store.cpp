#include "features/imports/apply_deal_store.hpp"

#include "db/lists.hpp"
#include "features/imports/apply_store.hpp"
#include "features/imports/apply_take.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace buckstop::imports::store {

using db::in_lists;
using db::list_of;

namespace {

// As db::to_param, but for dates, of which an import writes millions.
template <class T>
db::Param param(const T& value) {
    return db::to_param(value);
}
db::Param param(Date date) {
    std::string text = "0000-00-00";
    const auto write = [&](std::size_t at, unsigned value, std::size_t digits) {
        for (; digits > 0; --digits, value /= 10)
            text[at + digits - 1] = static_cast<char>('0' + value % 10);
    };
    write(0, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    write(5, static_cast<unsigned>(date.month()), 2);
    write(8, static_cast<unsigned>(date.day()), 2);
    return text;
}
template <class T>
db::Param param(const std::optional<T>& value) {
    return value ? param(*value) : db::Param{};
}

// "id, name, …", each as make(name).
template <class Row, class Make>
std::string list_members(Make&& make) {
    std::string list;
    boost::mp11::mp_for_each<Members<Row>>(
        [&](auto member) { list += (list.empty() ? "" : ", ") + make(std::string(member.name)); });
    return list;
}

// Columns that stay empty unless the file fills one of these fields. The others are always written.
struct FilledBy {
    std::string_view column;
    std::array<std::string_view, 3> fields;
};
constexpr auto filled_by = std::to_array<FilledBy>({
    {"company_id", {"company", "company_key"}},
    {"owner_id", {"owner", "owner_key", "owner_email"}},
    {"product_id", {"product"}},
    {"pipeline", {"pipeline"}},
    {"probability", {"probability", "probability_percent"}},
    {"forecast_category", {"forecast_category"}},
    {"kind", {"kind"}},
    {"lead_source", {"lead_source"}},
    {"competitor", {"competitor"}},
    {"segment", {"segment"}},
    {"region", {"region"}},
    {"created_on", {"created_on"}},
    {"stage_since", {"stage_since"}},
    {"last_activity_on", {"last_activity_on"}},
    {"next_step", {"next_step"}},
    {"stated_reason", {"stated_reason"}},
    {"facts", {"fact"}},
    {"read_on", {}}, // this and the next: of a new deal, never
    {"gone_on", {}},
});

bool is_filled(std::string_view column, const Scope& scope) {
    const auto* known = std::ranges::find(filled_by, column, &FilledBy::column);
    return known == filled_by.end() || !scope.fields ||
           std::ranges::any_of(known->fields,
                               [&](std::string_view field) { return scope.fields->contains(field); });
}

std::string observed_key(DealId deal, Date as_of) {
    return deal.text() + "/" + to_text(as_of);
}

int day_number(Date date) {
    return static_cast<int>(std::chrono::sys_days{date}.time_since_epoch().count());
}

} // namespace

bool has_deals(db::Transaction& tx, OrgId org, const std::string& source) {
    return tx.find<std::int64_t>("select 1 from deal where org_id = $1 and source = $2 limit 1", org, source)
        .has_value();
}

std::int64_t count_deals(db::Transaction& tx, OrgId org, const std::string& source) {
    return tx.value<std::int64_t>("select count(*) from deal where org_id = $1 and source = $2", org, source);
}

std::vector<KnownDeal> find_deals(db::Transaction& tx, const Scope& scope,
                                  std::span<const std::string_view> keys) {
    if (keys.empty())
        return {};
    return tx.query<KnownDeal>(
        in_lists("select id, external_key, as_of, read_on, gone_on, content_hash from deal"
                 " where org_id = $1 and source = $2 and external_key in ($3*)"),
        scope.org, scope.source, list_of(tx, keys));
}

std::vector<StoredDeal> load_deals(db::Transaction& tx, OrgId org, const std::vector<DealId>& ids) {
    static const std::string columns = list_members<StoredDeal>([](const std::string& name) { return name; });
    return tx.query<StoredDeal>(
        in_lists(fmt::format("select {} from deal where org_id = $1 and id in ($2*)", columns)), org,
        list_of(tx, ids));
}

DealInsert::DealInsert(db::Transaction& tx, const Scope& scope) {
    std::vector<std::string_view> columns;
    std::vector<db::FixedColumn> fixed{{"org_id", param(scope.org)},
                                       {"source", param(scope.source)},
                                       {"created_at", param(scope.now)},
                                       {"version", param(1)},
                                       {"as_of", param(scope.as_of)},
                                       {"pushes", param(0)},
                                       {"import_id", param(unless_none(scope.import))}};
    boost::mp11::mp_for_each<Members<DealRow<std::string_view>>>([&](auto member) {
        const std::string_view name = member.name;
        const bool is_fixed = std::ranges::find(fixed, name, &db::FixedColumn::name) != fixed.end();
        columns_.push_back(is_fixed                 ? Column::fixed
                           : is_filled(name, scope) ? Column::written
                                                    : Column::empty);
        if (columns_.back() == Column::written)
            columns.push_back(name);
    });
    columns.emplace_back("external_key");
    params_.resize(columns.size());
    bulk_ = tx.bulk_insert("deal", columns, fixed);
}

void DealInsert::add(const NewDeal& deal) {
    std::size_t place = 0;
    auto column = columns_.begin();
    for_each_member(deal.row, [&](std::string_view name, const auto& value) {
        if (*column == Column::written)
            params_[place++] = param(value);
        else if (*column == Column::empty && !std::holds_alternative<std::monostate>(param(value)))
            throw std::logic_error(fmt::format("{} is filled by a field that isn't named", name));
        ++column;
    });
    params_[place] = param(deal.external_key);
    bulk_->add(params_);
}

void DealInsert::finish() {
    bulk_->finish();
}

void each_present(db::Transaction& tx, OrgId org, const std::string& source, Date as_of,
                  const std::function<void(const PresentDeal&)>& visit) {
    tx.each<PresentDeal>(
        "select id, external_key, outcome, gone_on from deal where org_id = $1 and source = $2"
        " and as_of <= $3 and coalesce(read_on, as_of) <= $3 order by id",
        [&](const PresentDeal& deal) { visit(deal); }, org, source, as_of);
}

std::vector<ReadMark> read_marks(db::Transaction& tx, OrgId org, const std::vector<DealId>& deals) {
    return tx.query<ReadMark>(
        in_lists("select id, read_on as before from deal where org_id = $1 and id in ($2*)"), org,
        list_of(tx, deals));
}

void note_read(db::Transaction& tx, OrgId org, const std::vector<DealId>& deals, Date on) {
    if (!deals.empty())
        tx.execute(in_lists("update deal set read_on = $2 where org_id = $1 and id in ($3*)"), org, on,
                   list_of(tx, deals));
}

void update_deals(db::Transaction& tx, OrgId org, std::span<const StoredDeal> deals) {
    int place = 1;
    static const std::string assignments = list_members<StoredDeal>(
        [&](const std::string& name) { return fmt::format("{} = ${}", name, ++place); });
    const auto sql =
        fmt::format("update deal set {}, version = version + 1 where org_id = $1 and id = $2", assignments);
    std::vector<db::Param> params;
    for (const auto& deal : deals) {
        params = {param(org)};
        for_each_member(deal, [&](std::string_view, const auto& value) { params.push_back(param(value)); });
        tx.run(sql, params, {});
    }
}

std::vector<Version> load_versions(db::Transaction& tx, OrgId org, const std::vector<DealId>& deals) {
    static const std::string columns = list_members<Version>([](const std::string& name) { return name; });
    return tx.query<Version>(in_lists(fmt::format("select {} from deal_version where org_id = $1"
                                                  " and deal_id in ($2*) order by deal_id, sequence",
                                                  columns)),
                             org, list_of(tx, deals));
}

void remove_history(db::Transaction& tx, OrgId org, const std::vector<DealId>& deals) {
    const auto list = list_of(tx, deals);
    tx.execute(in_lists("delete from deal_version where org_id = $1 and deal_id in ($2*)"), org, list);
    tx.execute(
        in_lists("delete from stage_change where org_id = $1 and deal_id in ($2*) and source = 'observed'"),
        org, list);
}

void insert_history(db::Transaction& tx, OrgId org, std::span<const History> histories) {
    std::vector<std::string_view> columns{"org_id", "deal_id", "until", "sequence"};
    boost::mp11::mp_for_each<Members<Reading>>([&](auto member) { columns.push_back(member.name); });
    const auto versions = tx.bulk_insert("deal_version", columns);
    std::vector<db::Param> params;
    for (const auto& [deal, readings] : histories)
        for (std::size_t i = 0; i + 1 < readings.size(); ++i) {
            params = {param(org), param(deal), param(readings[i + 1].as_of),
                      param(day_number(readings[i].as_of))};
            for_each_member(readings[i],
                            [&](std::string_view, const auto& value) { params.push_back(param(value)); });
            versions->add(params);
        }
    versions->finish();

    constexpr std::array<std::string_view, 13> change_columns{
        "org_id",     "id",           "source",     "external_key", "deal_id",
        "from_stage", "to_stage",     "changed_on", "amount_minor", "expected_close_on",
        "as_of",      "content_hash", "import_id"};
    const auto changes = tx.bulk_insert("stage_change", change_columns);
    for (const auto& [deal, readings] : histories)
        for (const auto& change : observed_changes(readings)) {
            const std::array<db::Param, change_columns.size()> row{param(org),
                                                                   param(tx.new_id<StageChange>()),
                                                                   param("observed"),
                                                                   observed_key(deal, change.as_of),
                                                                   param(deal),
                                                                   param(change.from_stage),
                                                                   param(change.to_stage),
                                                                   param(change.changed_on),
                                                                   param(change.amount_minor),
                                                                   param(change.expected_close_on),
                                                                   param(change.as_of),
                                                                   param(0),
                                                                   param(change.import_id)};
            changes->add(row);
        }
    changes->finish();
}

} // namespace buckstop::imports::store
