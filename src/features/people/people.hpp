// Organisations, the people in them, their teams and who is above whom. People may exist from the CRM long
// before they sign in.
#pragma once

#include "access/policy.hpp"
#include "access/principal.hpp"
#include "access/ref.hpp"
#include "base/describe.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "features/identity/identity.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::people {

// ---- Organisations --------------------------------------------------------------------------------------

// Which deals somebody may read beside their own and those of the people below them.
enum class DealVisibility { team, everyone };
BOOST_DESCRIBE_ENUM(DealVisibility, team, everyone)

struct Organisation {
    OrgId id{};
    std::string name{};
    std::string time_zone{}; // IANA
    std::string currency{};  // ISO 4217; of amounts that come without one
    DealVisibility deal_visibility = DealVisibility::team;
    bool is_demonstration = false;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Organisation, (),
                      (id, name, time_zone, currency, deal_visibility, is_demonstration, version))

struct NewOrganisation {
    std::string name{};
    std::string time_zone = "UTC";
    std::string currency = "EUR";
    DealVisibility deal_visibility = DealVisibility::team;
    bool is_demonstration = false;
};

// Errors (invalid): no name, an unknown time zone or currency.
[[nodiscard]] Result<OrgId> create_organisation(db::Transaction& tx, Instant now,
                                                const NewOrganisation& wanted);
[[nodiscard]] std::optional<Organisation> find_organisation(db::Transaction& tx, OrgId org);
// All of this database, oldest first: for the command line, which works on the only one.
[[nodiscard]] std::vector<Organisation> organisations(db::Transaction& tx);
// Today's date where the organisation is.
[[nodiscard]] Date today(db::Transaction& tx, OrgId org, Instant now);
// Removes an organisation whole: every row of every table that carries its id, its audit lines last.
void remove_organisation(db::Transaction& tx, OrgId org);

// How long things are kept; nothing: for ever.
struct Retention {
    std::optional<int> import_undo_days = 90;  // how long an import can be undone
    std::optional<int> import_files_days = 90; // uploads, and files of refused rows
    std::optional<int> jobs_days = 30;         // background jobs that ended
    std::optional<int> sessions_days = 30;     // sessions that ended
    std::optional<int> notices_days = 365;     // notices that were seen
    std::optional<int> activities_years{};     // activities of deals that are closed
    std::optional<int> failures_years{};       // failures that nobody has debriefed
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Retention, (),
                      (import_undo_days, import_files_days, jobs_days, sessions_days, notices_days,
                       activities_years, failures_years, version))
[[nodiscard]] Retention retention(db::Transaction& tx, OrgId org);
// The day so many years before.
[[nodiscard]] Date years_before(Date today, int years);
// Failures from before this day aren't kept, and therefore not opened either; nothing: any day.
[[nodiscard]] std::optional<Date> failures_kept_since(db::Transaction& tx, OrgId org, Instant now);

// ---- Who stands how to whom -----------------------------------------------------------------------------

// Whether `upper` is above `lower` in the management tree, at any height. Nobody is above themselves.
[[nodiscard]] bool is_above(db::Transaction& tx, OrgId org, PersonId upper, PersonId lower);

// How the asker stands to what belongs to `owner`: author and self where they are the same person, above,
// team. Add coach, contributor and audience where the thing has them. Without an owner: nothing.
[[nodiscard]] std::vector<access::Relation> relations(db::Transaction& tx, const access::Principal& who,
                                                      std::optional<PersonId> owner);

// The same for a deal's owner, with `team` held by everybody where the organisation shows deals to everyone.
[[nodiscard]] std::vector<access::Relation> deal_relations(db::Transaction& tx, const access::Principal& who,
                                                           std::optional<PersonId> owner);

// A condition on the rows of `deal` that holds for those the asker may read, for queries that name the table:
//   "select … from deal where deal.org_id = $1 and " + people::visible_deals_sql(tx, who)
// It contains no parameters and no text from outside. It says the same as deal_relations and the policy.
[[nodiscard]] std::string visible_deals_sql(db::Transaction& tx, const access::Principal& who);

// A condition that holds where the column is the id of somebody below the asker, such as
// below_sql(who, "commitment.owner_id").
[[nodiscard]] std::string below_sql(const access::Principal& who, std::string_view column);

// Who manages a team, by the team's folded name (name_key): of its own people the one who manages others of
// it and stands highest; else whoever outside manages most of them. Nothing where nobody does.
[[nodiscard]] std::optional<PersonId> manager_of_team(db::Transaction& tx, OrgId org,
                                                      std::string_view team_name_key);

// Who coaches the person unless they ask for somebody else: their manager, if active.
[[nodiscard]] std::optional<PersonId> default_coach(db::Transaction& tx, OrgId org, PersonId person);

// The name of one, for answers; nothing where the organisation has no such person.
[[nodiscard]] std::optional<PersonRef> find_ref(db::Transaction& tx, OrgId org, PersonId person);

// ---- What imports and the demonstration bring ------------------------------------------------------------

// Names and addresses for comparison: Unicode case folding, compatibility forms, runs of space as one.
[[nodiscard]] std::string name_key(std::string_view name);

// What a source says about a person. What it doesn't say is left alone.
struct PersonFacts {
    std::string_view source{}; // the CRM
    std::string_view
        key{}; // its id of the person; empty: it has none, the person is found by address or name
    std::optional<std::string_view> name{}, email{}, title{},
        team{}; // team by name, made where it doesn't exist
    std::optional<std::string_view> manager{},
        manager_key{}; // by name (made where missing) or by the source's id
    std::optional<bool> active{};
    std::vector<access::Role> roles{}; // given to a person that is made; empty: rep
};

enum class Change { created, changed, unchanged };
BOOST_DESCRIBE_ENUM(Change, created, changed, unchanged)

// What a source may say of a person, as it stands.
struct PersonImage {
    PersonId id{};
    std::string name{};
    std::optional<std::string> email{}, title{};
    std::optional<TeamId> team_id{};
    std::optional<PersonId> manager_id{};
    std::optional<std::string> source{}, external_key{};
    bool is_active = true;
    bool operator==(const PersonImage&) const = default;
};
BOOST_DESCRIBE_STRUCT(PersonImage, (),
                      (id, name, email, title, team_id, manager_id, source, external_key, is_active))

struct UpsertedPerson {
    PersonId id{};
    Change change = Change::unchanged;
    std::optional<PersonImage> before{}, after{}; // of one that was changed; after: of a created one too
    std::optional<TeamId> team_created{};         // where the source names them and nobody had
    std::optional<PersonId> manager_created{};
    bool manager_refused = false; // it would have made a circle, or manager_key isn't known
    bool email_refused = false;   // not an address, somebody else's, or the person signs in with another
    bool is_erased = false;       // somebody who was erased: nothing of the facts is taken
};

// Brings people in, each found by the source's id, else by address, else by name among those whom this source
// hasn't named by an id. In the order of `facts`. Somebody who can sign in keeps their address and stays
// active whatever a source says: else a file could take an account over. Running it again changes nothing.
std::vector<UpsertedPerson> upsert_people(db::Transaction& tx, Instant now, OrgId org,
                                          std::span<const PersonFacts> facts);

// Undoes what a source has said: each fact that still reads as `after` reads as `before` again. What anybody
// has said since then stays, and so does the address of somebody who is invited or can sign in.
void take_back(db::Transaction& tx, OrgId org, const PersonImage& before, const PersonImage& after);
// Gives a person who has none the source's id and the address of these facts, so that they are found by them.
void name_again(db::Transaction& tx, OrgId org, PersonId person, const PersonFacts& facts);
// Removes those of them who can't sign in and to whom nothing refers; gives those who stay.
[[nodiscard]] std::vector<PersonId> remove_unused(db::Transaction& tx, OrgId org,
                                                  std::span<const PersonId> people);
void remove_team_if_empty(db::Transaction& tx, OrgId org, TeamId team);

// The people of these names (in their order), made where they don't exist. For a deal's owner by name.
struct FoundPerson {
    PersonId id{};
    bool created = false;
    bool is_erased = false;
};
std::vector<FoundPerson> find_or_create_people(db::Transaction& tx, Instant now, OrgId org,
                                               std::span<const std::string_view> names);
FoundPerson find_or_create_person(db::Transaction& tx, Instant now, OrgId org, std::string_view name);
// By the source's id; nothing where it isn't known.
[[nodiscard]] std::optional<PersonId> find_person_by_key(db::Transaction& tx, OrgId org,
                                                         std::string_view source, std::string_view key);
struct FoundTeam {
    TeamId id{};
    bool created = false;
};
FoundTeam find_or_create_team(db::Transaction& tx, Instant now, OrgId org, std::string_view name);

// ---- Erasure: what the feature `erasure` leaves of a person ---------------------------------------------

// Who was erased stays a row with a name that says nothing, so that what was the organisation's stays whole.
struct Erased {
    PersonId id{};
    std::int64_t number = 0;
    std::string name{}; // "Someone 3"
};
// Empties the person's row, and remembers what an import would find them by as salted hashes. The rows of
// every table that go with a person (foreign keys that cascade) are removed. Who is below them stands below
// whoever is above them.
Erased erase_row(db::Transaction& tx, Instant now, OrgId org, const PersonImage& person);
[[nodiscard]] bool is_erased(db::Transaction& tx, OrgId org, PersonId person);
// The person as a source may speak of them; nothing where there is none.
[[nodiscard]] std::optional<PersonImage> find_image(db::Transaction& tx, OrgId org, PersonId person);
// Whom these facts mean, where they mean somebody who was erased: by the source's id, by address, or by name
// where the source hasn't given the erased person another id.
[[nodiscard]] std::optional<PersonId> find_erased(db::Transaction& tx, OrgId org, const PersonFacts& facts);
// Whether nobody else who can sign in is an administrator.
[[nodiscard]] bool is_last_administrator(db::Transaction& tx, OrgId org, PersonId person);

// ---- For people -----------------------------------------------------------------------------------------

struct Person {
    PersonId id{};
    std::string name{};
    std::optional<std::string> email{}, title{};
    std::optional<TeamRef> team{};
    std::optional<PersonRef> manager{};
    std::vector<access::Role> roles{};
    bool is_active = true;
    identity::SignIn sign_in = identity::SignIn::none;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, name, email, title, team, manager, roles, is_active, sign_in, version))

struct PersonQuery {
    std::optional<std::string> q{}; // part of a name or an address
    std::optional<TeamId> team{};
    std::optional<identity::SignIn> sign_in{};
    std::optional<std::string> cursor{};
    std::optional<int> limit{}; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(PersonQuery, (), (q, team, sign_in, cursor, limit))

struct NewPerson {
    std::string name{};
    std::optional<std::string> email{}, title{};
    std::optional<TeamId> team_id{};
    std::optional<PersonId> manager_id{};
    std::vector<access::Role> roles{};
};
BOOST_DESCRIBE_STRUCT(NewPerson, (), (name, email, title, team_id, manager_id, roles))

// What is left out stays; null clears.
struct PersonChange {
    std::optional<std::string> name{};
    std::optional<std::optional<std::string>> email{}, title{};
    std::optional<std::optional<TeamId>> team_id{};
    std::optional<std::optional<PersonId>> manager_id{};
    std::optional<std::vector<access::Role>> roles{};
    std::optional<bool> is_active{};
};
BOOST_DESCRIBE_STRUCT(PersonChange, (), (name, email, title, team_id, manager_id, roles, is_active))

[[nodiscard]] Result<http::Page<Person>> list(const Context& context, const access::Principal& who,
                                              const PersonQuery& query);
[[nodiscard]] Result<Person> get(const Context& context, const access::Principal& who, PersonId person);
// Errors (invalid, conflict): a name missing, an address that isn't one or is taken, a manager below the
// person, a team or manager of nobody's.
[[nodiscard]] Result<Person> create(const Context& context, const access::Principal& who,
                                    const NewPerson& wanted);
// Also where the last active administrator who can sign in would be none any more (conflict).
[[nodiscard]] Result<Person> change(const Context& context, const access::Principal& who, PersonId person,
                                    std::int64_t version, const PersonChange& wanted);
// Ends the person's sessions.
[[nodiscard]] Result<> sign_out(const Context& context, const access::Principal& who, PersonId person);

struct Team {
    TeamId id{};
    std::string name{};
    std::int64_t people = 0;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Team, (), (id, name, people, version))

[[nodiscard]] Result<std::vector<Team>> list_teams(const Context& context, const access::Principal& who);
[[nodiscard]] Result<Team> create_team(const Context& context, const access::Principal& who,
                                       const std::string& name);
[[nodiscard]] Result<Team> rename_team(const Context& context, const access::Principal& who, TeamId team,
                                       std::optional<std::int64_t> version, const std::string& name);
// Error (conflict): somebody is in it.
[[nodiscard]] Result<> remove_team(const Context& context, const access::Principal& who, TeamId team);

struct OrganisationChange {
    std::optional<std::string> name{}, time_zone{}, currency{};
    std::optional<DealVisibility> deal_visibility{};
};
BOOST_DESCRIBE_STRUCT(OrganisationChange, (), (name, time_zone, currency, deal_visibility))

[[nodiscard]] Result<Organisation> get_organisation(const Context& context, const access::Principal& who);
[[nodiscard]] Result<Organisation> change_organisation(const Context& context, const access::Principal& who,
                                                       std::int64_t version,
                                                       const OrganisationChange& wanted);

// What is left out stays; null: for ever.
struct RetentionChange {
    std::optional<std::optional<int>> import_undo_days{}, import_files_days{}, jobs_days{}, sessions_days{},
        notices_days{}, activities_years{}, failures_years{};
};
BOOST_DESCRIBE_STRUCT(RetentionChange, (),
                      (import_undo_days, import_files_days, jobs_days, sessions_days, notices_days,
                       activities_years, failures_years))
[[nodiscard]] Result<Retention> get_retention(const Context& context, const access::Principal& who);
// Errors: forbidden; invalid (days are 1 to 3650, years 1 to 50); precondition_failed (the version).
[[nodiscard]] Result<Retention> change_retention(const Context& context, const access::Principal& who,
                                                 std::int64_t version, const RetentionChange& wanted);
// The demonstration, with one click. Error (conflict): the organisation isn't one.
[[nodiscard]] Result<> remove_demonstration(const Context& context, const access::Principal& who);

// ---- Set-up ---------------------------------------------------------------------------------------------

struct Setup {
    std::string organisation_name{}, time_zone{}, currency{};
    std::string name{}, email{}, password{}; // of the first administrator
};
BOOST_DESCRIBE_STRUCT(Setup, (), (organisation_name, time_zone, currency, name, email, password))

// The first organisation and its administrator. Where an import has already made the only organisation and
// nobody can sign in to it, that one gets the name and the administrator (who is found among its people by
// name). `token`: nothing from the command line, whose user has the database anyway. Errors: invalid;
// forbidden (the token); conflict (somebody can sign in already).
[[nodiscard]] Result<identity::Account> set_up(const Context& context, const Setup& wanted,
                                               const std::optional<std::string>& token);

// /people, /teams, /organisation, /setup, /demonstration. `hooks`: as identity's.
void add_routes(http::Router& router, const Context& context, identity::Hooks hooks = {});

} // namespace buckstop::people
