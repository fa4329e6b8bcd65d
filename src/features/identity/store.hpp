// Identity's SQL. Rules are elsewhere.
#pragma once

#include "access/principal.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/identity/identity.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::identity::store {

// ---- People, as far as signing in needs them (written by features/people)

struct PersonRow {
    PersonId id{};
    std::string name{};
    std::optional<std::string> email{}, title{};
    bool is_active = true;
};
BOOST_DESCRIBE_STRUCT(PersonRow, (), (id, name, email, title, is_active))
std::optional<PersonRow> person(db::Transaction& tx, OrgId org, PersonId person);
std::vector<access::Role> roles(db::Transaction& tx, OrgId org, PersonId person);

struct OrganisationRow {
    OrgId org_id{};
    std::string name{}, currency{}, time_zone{};
    bool is_demonstration = false;
};
BOOST_DESCRIBE_STRUCT(OrganisationRow, (), (org_id, name, currency, time_zone, is_demonstration))
std::optional<OrganisationRow> organisation(db::Transaction& tx, OrgId org);

// ---- Sign-in names and passwords

struct NameRow {
    OrgId org_id{};
    PersonId person_id{};
};
BOOST_DESCRIBE_STRUCT(NameRow, (), (org_id, person_id))
std::optional<NameRow> sign_in_name(db::Transaction& tx, std::string_view email);
bool anybody_can_sign_in(db::Transaction& tx);
// False where the address is somebody else's.
bool set_sign_in_name(db::Transaction& tx, OrgId org, PersonId person, std::string_view email);

std::optional<std::string> password(db::Transaction& tx, OrgId org, PersonId person);
// Whether the person chose the password, knowing the one before it, or whoever holds a link did.
enum class ChosenBy { person, link };
BOOST_DESCRIBE_ENUM(ChosenBy, person, link)
std::optional<ChosenBy> password_chosen_by(db::Transaction& tx, OrgId org, PersonId person);
bool insert_password(db::Transaction& tx, OrgId org, PersonId person, std::string_view stored, Instant now);
void update_password(db::Transaction& tx, OrgId org, PersonId person, std::string_view stored, ChosenBy by,
                     Instant now);
// The same password, derived anew.
void renew_password(db::Transaction& tx, OrgId org, PersonId person, std::string_view stored);

// ---- Draft keys

struct DraftKeyRow {
    access::DraftKeyId id{};
    std::optional<std::string> password_wrap{};
    std::string recovery_wrap{};
};
BOOST_DESCRIBE_STRUCT(DraftKeyRow, (), (id, password_wrap, recovery_wrap))
void insert_draft_key(db::Transaction& tx, OrgId org, PersonId person, const DraftKeyRow& row, Instant now);
// The one that isn't sealed.
std::optional<DraftKeyRow> present_draft_key(db::Transaction& tx, OrgId org, PersonId person);
// Those that wait for their recovery code, oldest first.
std::vector<DraftKeyRow> sealed_draft_keys(db::Transaction& tx, OrgId org, PersonId person);
void set_password_wrap(db::Transaction& tx, OrgId org, access::DraftKeyId key, std::string_view wrap);
void set_recovery_wrap(db::Transaction& tx, OrgId org, access::DraftKeyId key, std::string_view wrap);
void seal_draft_keys(db::Transaction& tx, OrgId org, PersonId person, Instant now);
void open_draft_key(db::Transaction& tx, OrgId org, access::DraftKeyId key, Instant now);

// ---- Links

struct LinkRow {
    OrgId org_id{};
    PersonId person_id{};
    LinkKind kind = LinkKind::invitation;
};
BOOST_DESCRIBE_STRUCT(LinkRow, (), (org_id, person_id, kind))
// Replaces the person's unused links of the kind that the same side made: `by` somebody, or by mail.
void insert_link(db::Transaction& tx, const LinkRow& row, std::string_view token_hash,
                 std::optional<PersonId> by, Instant now, Instant expires_at);
std::optional<LinkRow> find_link(db::Transaction& tx, OrgId org, std::string_view token_hash, Instant now);
// Uses it up: nothing where it is used, expired or replaced.
std::optional<LinkRow> take_link(db::Transaction& tx, OrgId org, std::string_view token_hash, Instant now);
void delete_unused_links(db::Transaction& tx, OrgId org, PersonId person);

// ---- Set-up

void set_setup_token(db::Transaction& tx, std::string_view token_hash, Instant now);
bool delete_setup_token(db::Transaction& tx, std::string_view token_hash);

// ---- Notices

void insert_notice(db::Transaction& tx, OrgId org, PersonId person, std::string_view kind,
                   std::string_view detail, Instant now);
struct NoticeRow {
    Id<struct Notice> id{};
    std::string kind{}, detail{};
    Instant created_at{};
    bool seen = false;
};
BOOST_DESCRIBE_STRUCT(NoticeRow, (), (id, kind, detail, created_at, seen))
std::vector<NoticeRow> notices(db::Transaction& tx, OrgId org, PersonId person, int limit);
bool mark_seen(db::Transaction& tx, OrgId org, PersonId person, Id<struct Notice> notice, Instant now);

// ---- Throttling

struct Failures {
    double failures = 0;
    Instant updated_at{};
};
BOOST_DESCRIBE_STRUCT(Failures, (), (failures, updated_at))
std::optional<Failures> failures(db::Transaction& tx, std::string_view key);
void set_failures(db::Transaction& tx, std::string_view key, double failures, Instant now);
void forget_failures(db::Transaction& tx, Instant before);

// The installation's secret of this name; `otherwise` becomes it where there is none.
std::string server_secret(db::Transaction& tx, std::string_view name, std::string_view otherwise);

} // namespace buckstop::identity::store
