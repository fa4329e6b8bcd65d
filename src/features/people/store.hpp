// The SQL of people, teams and organisations. Rules are elsewhere.
#pragma once

#include "base/time.hpp"
#include "db/db.hpp"
#include "features/people/people.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::people::store {

// ---- Organisations

void insert_organisation(db::Transaction& tx, OrgId org, Instant now, const NewOrganisation& wanted);
std::optional<Organisation> organisation(db::Transaction& tx, OrgId org);
std::vector<OrgId> organisation_ids(db::Transaction& tx);
// False where the version isn't the present one any more.
bool update_organisation(db::Transaction& tx, const Organisation& changed);
// removal_store.cpp, as the next ones: every row of every table that carries the organisation's id.
void delete_organisation(db::Transaction& tx, OrgId org);
// Those of them who may sign in, or to whom a row of any table refers.
std::vector<PersonId> people_in_use(db::Transaction& tx, OrgId org, std::span<const PersonId> people);
void delete_people(db::Transaction& tx, OrgId org, const std::vector<PersonId>& people);

// Nothing where the organisation has the defaults.
std::optional<Retention> retention(db::Transaction& tx, OrgId org);
// False where the version isn't the present one any more.
bool put_retention(db::Transaction& tx, OrgId org, const Retention& retention);

// ---- People

// A row of `person`, as far as rules need it.
struct PersonRow {
    PersonId id{};
    std::string name{};
    std::optional<std::string> email{}, title{};
    std::optional<TeamId> team_id{};
    std::optional<PersonId> manager_id{};
    std::optional<std::string> source{}, external_key{};
    bool is_active = true;
    std::int64_t version = 1;
    bool operator==(const PersonRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(PersonRow, (),
                      (id, name, email, title, team_id, manager_id, source, external_key, is_active, version))

std::optional<PersonRow> find(db::Transaction& tx, OrgId org, PersonId person);
std::optional<PersonRow> find_by_key(db::Transaction& tx, OrgId org, std::string_view source,
                                     std::string_view key);
std::optional<PersonRow> find_by_email(db::Transaction& tx, OrgId org, std::string_view email);
// Of several with the name those without an id from a CRM come first, then the oldest.
std::optional<PersonRow> find_by_name(db::Transaction& tx, OrgId org, std::string_view name_key);
std::int64_t count_by_name(db::Transaction& tx, OrgId org, std::string_view name_key);
void insert(db::Transaction& tx, OrgId org, const PersonRow& row, Instant now);
// All columns by the row, but `version`, which must be the row's and grows by one. False where it isn't.
bool update(db::Transaction& tx, OrgId org, const PersonRow& row);

std::vector<access::Role> roles(db::Transaction& tx, OrgId org, PersonId person);
void set_roles(db::Transaction& tx, OrgId org, PersonId person, const std::vector<access::Role>& roles);
bool can_sign_in(db::Transaction& tx, OrgId org, PersonId person);
// Can, or has been invited to.
bool has_sign_in_name(db::Transaction& tx, OrgId org, PersonId person);
// Active administrators who can sign in.
std::int64_t count_administrators(db::Transaction& tx, OrgId org);

// ---- People who were erased (erased_store.cpp)

std::optional<std::string> erasure_salt(db::Transaction& tx, OrgId org);
// Made where there is none.
std::string erasure_salt(db::Transaction& tx, OrgId org, const std::string& unless_there);
std::int64_t next_erased_number(db::Transaction& tx, OrgId org);
void insert_erased(db::Transaction& tx, OrgId org, const Erased& erased, Instant at);
struct ErasedName {
    std::string kind; // key | email | name
    std::optional<std::string> source;
    std::string hash;
};
void insert_erased_name(db::Transaction& tx, OrgId org, PersonId person, const ErasedName& name);
// Who has a name of this kind and hash: the first of them who was erased.
std::optional<PersonId> erased_by(db::Transaction& tx, OrgId org, std::string_view kind,
                                  const std::string& hash);
// As erased_by "name", but for those of whom this source has given an id.
std::optional<PersonId> erased_by_name(db::Transaction& tx, OrgId org, const std::string& hash,
                                       const std::optional<std::string_view>& but_known_to);
bool is_erased(db::Transaction& tx, OrgId org, PersonId person);
void give_reports_to(db::Transaction& tx, OrgId org, PersonId from, std::optional<PersonId> to);
// removal_store.cpp: the rows of every table that would go with the person's row.
void remove_what_goes_with(db::Transaction& tx, OrgId org, PersonId person);

bool is_above(db::Transaction& tx, OrgId org, PersonId upper, PersonId lower);
[[nodiscard]] std::optional<PersonId> manager_of_team(db::Transaction& tx, OrgId org,
                                                      std::string_view team_name_key);

// A person as shown.
struct ShownRow {
    PersonId id{};
    std::string name{};
    std::optional<std::string> email{}, title{};
    std::optional<TeamId> team_id{};
    std::optional<std::string> team_name{};
    std::optional<PersonId> manager_id{};
    std::optional<std::string> manager_name{};
    std::optional<std::string> roles{}; // separated by commas
    bool is_active = true;
    identity::SignIn sign_in = identity::SignIn::none;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(ShownRow, (),
                      (id, name, email, title, team_id, team_name, manager_id, manager_name, roles, is_active,
                       sign_in, version))
std::optional<ShownRow> shown(db::Transaction& tx, OrgId org, PersonId person);
struct Filter {
    std::optional<std::string> like{}; // a pattern for names and addresses, folded
    std::optional<TeamId> team{};
    std::optional<identity::SignIn> sign_in{};
    std::optional<PersonId> after{};
};
// By name.
std::vector<ShownRow> list(db::Transaction& tx, OrgId org, const Filter& filter, int limit);

// ---- Teams

struct TeamRow {
    TeamId id{};
    std::string name{};
    std::int64_t people = 0;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(TeamRow, (), (id, name, people, version))
std::vector<TeamRow> teams(db::Transaction& tx, OrgId org);
std::optional<TeamRow> team(db::Transaction& tx, OrgId org, TeamId team);
std::optional<TeamId> team_by_name(db::Transaction& tx, OrgId org, std::string_view name_key);
// Nothing where there is one of that name.
std::optional<TeamId> insert_team(db::Transaction& tx, OrgId org, std::string_view name,
                                  std::string_view name_key, Instant now);
void rename_team(db::Transaction& tx, OrgId org, TeamId team, std::string_view name,
                 std::string_view name_key);
void delete_team(db::Transaction& tx, OrgId org, TeamId team);

} // namespace buckstop::people::store
