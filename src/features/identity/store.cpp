#include "features/identity/store.hpp"

namespace buckstop::identity::store {

std::optional<PersonRow> person(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.find<PersonRow>(
        "select id, name, email, title, is_active from person where org_id = $1 and id = $2", org, person);
}

std::vector<access::Role> roles(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.query<access::Role>(
        "select role from person_role where org_id = $1 and person_id = $2 order by role", org, person);
}

std::optional<OrganisationRow> organisation(db::Transaction& tx, OrgId org) {
    return tx.find<OrganisationRow>(
        "select org_id, name, currency, time_zone, is_demonstration from organisation where org_id = $1",
        org);
}

std::optional<NameRow> sign_in_name(db::Transaction& tx, std::string_view email) {
    return tx.find<NameRow>("select org_id, person_id from sign_in_name where email = $1", email);
}

bool anybody_can_sign_in(db::Transaction& tx) {
    return tx.find<std::string>("select email from sign_in_name limit 1").has_value();
}

bool set_sign_in_name(db::Transaction& tx, OrgId org, PersonId person, std::string_view email) {
    tx.execute("delete from sign_in_name where org_id = $1 and person_id = $2 and email <> $3", org, person,
               email);
    tx.execute("insert into sign_in_name (email, org_id, person_id) values ($1, $2, $3) on conflict (email) "
               "do nothing",
               email, org, person);
    const auto holder = sign_in_name(tx, email);
    return holder && holder->org_id == org && holder->person_id == person;
}

std::optional<std::string> password(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.find<std::string>("select password from credential where org_id = $1 and person_id = $2", org,
                                person);
}

std::optional<ChosenBy> password_chosen_by(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.find<ChosenBy>("select chosen_by from credential where org_id = $1 and person_id = $2", org,
                             person);
}

bool insert_password(db::Transaction& tx, OrgId org, PersonId person, std::string_view stored, Instant now) {
    return tx.execute("insert into credential (org_id, person_id, password, chosen_by, changed_at)"
                      " values ($1, $2, $3, $4, $5) on conflict (org_id, person_id) do nothing",
                      org, person, stored, ChosenBy::person, now) == 1;
}

void update_password(db::Transaction& tx, OrgId org, PersonId person, std::string_view stored, ChosenBy by,
                     Instant now) {
    tx.execute("update credential set password = $3, chosen_by = $4, changed_at = $5"
               " where org_id = $1 and person_id = $2",
               org, person, stored, by, now);
}

void renew_password(db::Transaction& tx, OrgId org, PersonId person, std::string_view stored) {
    tx.execute("update credential set password = $3 where org_id = $1 and person_id = $2", org, person,
               stored);
}

void insert_draft_key(db::Transaction& tx, OrgId org, PersonId person, const DraftKeyRow& row, Instant now) {
    tx.execute("insert into draft_key (org_id, id, person_id, password_wrap, recovery_wrap, created_at)"
               " values ($1, $2, $3, $4, $5, $6)",
               org, row.id, person, row.password_wrap, row.recovery_wrap, now);
}

std::optional<DraftKeyRow> present_draft_key(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.find<DraftKeyRow>("select id, password_wrap, recovery_wrap from draft_key"
                                " where org_id = $1 and person_id = $2 and sealed_at is null",
                                org, person);
}

std::vector<DraftKeyRow> sealed_draft_keys(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.query<DraftKeyRow>(
        "select id, password_wrap, recovery_wrap from draft_key"
        " where org_id = $1 and person_id = $2 and sealed_at is not null and opened_at is null"
        " order by id",
        org, person);
}

void set_password_wrap(db::Transaction& tx, OrgId org, access::DraftKeyId key, std::string_view wrap) {
    tx.execute("update draft_key set password_wrap = $3 where org_id = $1 and id = $2", org, key, wrap);
}

void set_recovery_wrap(db::Transaction& tx, OrgId org, access::DraftKeyId key, std::string_view wrap) {
    tx.execute("update draft_key set recovery_wrap = $3 where org_id = $1 and id = $2", org, key, wrap);
}

void seal_draft_keys(db::Transaction& tx, OrgId org, PersonId person, Instant now) {
    tx.execute("update draft_key set password_wrap = null, sealed_at = $3"
               " where org_id = $1 and person_id = $2 and sealed_at is null",
               org, person, now);
}

void open_draft_key(db::Transaction& tx, OrgId org, access::DraftKeyId key, Instant now) {
    tx.execute("update draft_key set opened_at = $3 where org_id = $1 and id = $2", org, key, now);
}

void insert_link(db::Transaction& tx, const LinkRow& row, std::string_view token_hash,
                 std::optional<PersonId> by, Instant now, Instant expires_at) {
    tx.execute("delete from invitation where org_id = $1 and person_id = $2 and kind = $3 and used_at is null"
               " and (created_by is null) = $4",
               row.org_id, row.person_id, row.kind, !by);
    tx.execute(
        "insert into invitation (org_id, id, person_id, kind, token_hash, created_by, created_at, expires_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        row.org_id, tx.new_id<LinkRow>(), row.person_id, row.kind, token_hash, by, now, expires_at);
}

std::optional<LinkRow> find_link(db::Transaction& tx, OrgId org, std::string_view token_hash, Instant now) {
    return tx.find<LinkRow>("select org_id, person_id, kind from invitation"
                            " where org_id = $1 and token_hash = $2 and used_at is null and expires_at > $3",
                            org, token_hash, now);
}

std::optional<LinkRow> take_link(db::Transaction& tx, OrgId org, std::string_view token_hash, Instant now) {
    return tx.find<LinkRow>("update invitation set used_at = $3"
                            " where org_id = $1 and token_hash = $2 and used_at is null and expires_at > $3"
                            " returning org_id, person_id, kind",
                            org, token_hash, now);
}

void delete_unused_links(db::Transaction& tx, OrgId org, PersonId person) {
    tx.execute("delete from invitation where org_id = $1 and person_id = $2 and used_at is null", org,
               person);
}

// org_id 0 is the organisation that is still to come.
void set_setup_token(db::Transaction& tx, std::string_view token_hash, Instant now) {
    tx.execute("insert into setup_token (org_id, token_hash, created_at) values (0, $1, $2)"
               " on conflict (org_id) do update set token_hash = excluded.token_hash, created_at = "
               "excluded.created_at",
               token_hash, now);
}

bool delete_setup_token(db::Transaction& tx, std::string_view token_hash) {
    return tx.execute("delete from setup_token where org_id = 0 and token_hash = $1", token_hash) == 1;
}

void insert_notice(db::Transaction& tx, OrgId org, PersonId person, std::string_view kind,
                   std::string_view detail, Instant now) {
    tx.execute("insert into notice (org_id, id, person_id, kind, detail, created_at) values ($1, $2, $3, $4, "
               "$5, $6)",
               org, tx.new_id<Notice>(), person, kind, detail, now);
}

std::vector<NoticeRow> notices(db::Transaction& tx, OrgId org, PersonId person, int limit) {
    return tx.query<NoticeRow>("select id, kind, detail, created_at, seen_at is not null as seen from notice"
                               " where org_id = $1 and person_id = $2"
                               " order by seen_at is not null, created_at desc, id desc limit $3",
                               org, person, limit);
}

bool mark_seen(db::Transaction& tx, OrgId org, PersonId person, Id<struct Notice> notice, Instant now) {
    return tx.execute("update notice set seen_at = coalesce(seen_at, $4)"
                      " where org_id = $1 and person_id = $2 and id = $3",
                      org, person, notice, now) == 1;
}

std::optional<Failures> failures(db::Transaction& tx, std::string_view key) {
    return tx.find<Failures>("select failures, updated_at from sign_in_throttle where key = $1", key);
}

void set_failures(db::Transaction& tx, std::string_view key, double failures, Instant now) {
    tx.execute(
        "insert into sign_in_throttle (key, failures, updated_at) values ($1, $2, $3)"
        " on conflict (key) do update set failures = excluded.failures, updated_at = excluded.updated_at",
        key, failures, now);
}

void forget_failures(db::Transaction& tx, Instant before) {
    tx.execute("delete from sign_in_throttle where updated_at < $1", before);
}

std::string server_secret(db::Transaction& tx, std::string_view name, std::string_view otherwise) {
    const auto find = [&] {
        return tx.find<std::string>("select secret from server_secret where org_id = 0 and name = $1", name);
    };
    if (auto secret = find())
        return *secret;
    tx.execute("insert into server_secret (org_id, name, secret) values (0, $1, $2) on conflict (org_id, "
               "name) do nothing",
               name, otherwise);
    return find().value_or(std::string(otherwise));
}

} // namespace buckstop::identity::store
