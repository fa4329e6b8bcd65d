// The rows of findings, and what they are about. Private to this feature.
#pragma once

#include "features/quality/checks.hpp"
#include "features/quality/quality.hpp"

#include <compare>
#include <tuple>

namespace buckstop::quality::store {

// ---- Findings ---------------------------------------------------------------------------------------------

// What makes a finding that one and no other.
struct What {
    Kind kind = Kind::deal_without_owner;
    std::int64_t subject_id = 0, other_id = 0;
    std::string subject;
    auto
    operator<=>(const What&) const = default; // NOLINT(modernize-use-nullptr): clang-tidy 14 misreads <=>
};
BOOST_DESCRIBE_STRUCT(What, (), (kind, subject_id, other_id, subject))

struct Seen : What { // by a look
    std::optional<std::int64_t> number;
};
struct Known : Seen { // in the database
    FindingId id;
};
BOOST_DESCRIBE_STRUCT(Seen, (What), (number))
BOOST_DESCRIBE_STRUCT(Known, (Seen), (id))

[[nodiscard]] std::vector<Known> known(db::Transaction& tx, OrgId org, std::span<const Kind> kinds);
// Those about deals from behind `after` to `last`.
[[nodiscard]] std::vector<Known> known_of_deals(db::Transaction& tx, OrgId org, DealId after, DealId last);
// Leaves out those that another look has noted in the meantime; gives how many it wrote of each kind.
std::map<Kind, std::int64_t> insert(db::Transaction& tx, OrgId org, Instant at, std::span<const Seen> seen);
// Gives how many it removed of each kind.
std::map<Kind, std::int64_t> remove(db::Transaction& tx, OrgId org, std::span<const Known> gone);
void update_number(db::Transaction& tx, OrgId org, FindingId id, std::optional<std::int64_t> number);

struct FindingRow : Known {
    Instant found_at{};
    bool is_set_aside = false;
    std::optional<std::string> set_aside_because;
    std::optional<PersonId> set_aside_by;
    std::optional<std::string> set_aside_by_name;
    std::optional<Instant> set_aside_at;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(FindingRow, (Known),
                      (found_at, is_set_aside, set_aside_because, set_aside_by, set_aside_by_name,
                       set_aside_at, version))

struct ListFilter {
    std::optional<Kind> kind;
    bool is_set_aside = false;
    std::optional<TeamId> team;
    std::tuple<std::string, FindingId> after; // kind and id of the last one of the page before
    std::size_t limit = 50;
};
// One more than `limit` where there is more.
[[nodiscard]] std::vector<FindingRow> list(db::Transaction& tx, OrgId org, const ListFilter& filter);
[[nodiscard]] std::optional<FindingRow> find(db::Transaction& tx, OrgId org, FindingId id);
void set_aside(db::Transaction& tx, OrgId org, FindingId id, const std::string& because, PersonId by,
               Instant at);
void bring_back(db::Transaction& tx, OrgId org, FindingId id);

struct CountRow {
    Kind kind = Kind::deal_without_owner;
    bool is_set_aside = false;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(CountRow, (), (kind, is_set_aside, count))
[[nodiscard]] std::vector<CountRow> counts(db::Transaction& tx, OrgId org);

// ---- Looks ------------------------------------------------------------------------------------------------

[[nodiscard]] LookId begin_look(db::Transaction& tx, OrgId org, std::optional<ImportId> import, Instant at);
void note_changes(db::Transaction& tx, OrgId org, LookId look, const std::map<Kind, std::int64_t>& found,
                  const std::map<Kind, std::int64_t>& mended);
void end_look(db::Transaction& tx, OrgId org, LookId look, Instant at);
// When a look last came to its end.
[[nodiscard]] std::optional<Instant> looked_at(db::Transaction& tx, OrgId org);
// A look that runs or is due; a day's own, which waits for its hour, isn't.
[[nodiscard]] bool is_looking(db::Transaction& tx, OrgId org, Instant now);

struct ChangeRow {
    Kind kind = Kind::deal_without_owner;
    std::int64_t found = 0, mended = 0;
};
BOOST_DESCRIBE_STRUCT(ChangeRow, (), (kind, found, mended))
// The first look after the last import, where there was one before it.
[[nodiscard]] std::optional<LookId> first_look_of_last_import(db::Transaction& tx, OrgId org);
[[nodiscard]] std::vector<ChangeRow> changes_since(db::Transaction& tx, OrgId org, LookId first);

// ---- What looks look at
// ------------------------------------------------------------------------------------

struct AmountRow {
    std::string currency;
    std::int64_t amount_minor = 0;
};
BOOST_DESCRIBE_STRUCT(AmountRow, (), (currency, amount_minor))
void each_amount(db::Transaction& tx, OrgId org, const std::function<void(AmountRow)>& visit);
// In the order of their ids, at most `limit` after `after`.
[[nodiscard]] std::vector<DealFacts> deals(db::Transaction& tx, OrgId org, DealId after, int limit);

struct NameRow {
    std::int64_t id = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(NameRow, (), (id, name))
[[nodiscard]] std::vector<NameRow> deal_names(db::Transaction& tx, OrgId org, std::span<const DealId> ids);
[[nodiscard]] std::vector<NameRow> company_names(db::Transaction& tx, OrgId org); // in the order of their ids
// People of one name, each but the first with the first.
struct SameName {
    PersonId id, first_id;
};
BOOST_DESCRIBE_STRUCT(SameName, (), (id, first_id))
[[nodiscard]] std::vector<SameName> people_of_one_name(db::Transaction& tx, OrgId org);
// Active people who sell or manage, have no manager, and to whom nobody reports.
[[nodiscard]] std::vector<PersonId> people_without_manager(db::Transaction& tx, OrgId org);

struct WaitingRow {
    std::string source, waits_for_deal;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(WaitingRow, (), (source, waits_for_deal, count))
// By source and key, the first `limit` of them.
[[nodiscard]] std::vector<WaitingRow> waiting_activities(db::Transaction& tx, OrgId org, int limit);
[[nodiscard]] std::vector<WaitingRow> waiting_stage_changes(db::Transaction& tx, OrgId org, int limit);

// ---- What findings show
// ------------------------------------------------------------------------------------

struct ShownDeal {
    DealId id;
    std::string name, currency;
    std::optional<std::string> company, team;
    std::optional<std::int64_t> amount_minor;
    std::optional<Date> created_on, expected_close_on, closed_on;
};
BOOST_DESCRIBE_STRUCT(ShownDeal, (),
                      (id, name, currency, company, team, amount_minor, created_on, expected_close_on,
                       closed_on))
struct ShownCompany {
    CompanyId id;
    std::string name;
    std::optional<std::string> country, region;
};
BOOST_DESCRIBE_STRUCT(ShownCompany, (), (id, name, country, region))
struct ShownPerson {
    PersonId id;
    std::string name;
    std::optional<std::string> email, team;
};
BOOST_DESCRIBE_STRUCT(ShownPerson, (), (id, name, email, team))
[[nodiscard]] std::vector<ShownDeal> shown_deals(db::Transaction& tx, OrgId org,
                                                 std::span<const std::int64_t> ids);
[[nodiscard]] std::vector<ShownCompany> shown_companies(db::Transaction& tx, OrgId org,
                                                        std::span<const std::int64_t> ids);
[[nodiscard]] std::vector<ShownPerson> shown_people(db::Transaction& tx, OrgId org,
                                                    std::span<const std::int64_t> ids);

} // namespace buckstop::quality::store
