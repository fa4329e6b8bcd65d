// An organisation for tests, small enough to hold in mind:
//
//   vera (leader)
//   ├── max (manager of North) ── ana, ben (reps of North)
//   └── mia (manager of South) ── cleo (rep of South)
//   beside the tree: ada (administrator), otto (operations), olga (observer, who sits with North)
//
// Everybody holds a draft key, as after signing in. Deals, rules and the like are made as a test needs them.
#pragma once

#include "features/context.hpp"
#include "support/databases.hpp"

#include <map>
#include <optional>
#include <random>
#include <sodium.h>
#include <string>

namespace buckstop::test {

// What a deal of a test says; the rest is usual.
struct OfficeDeal {
    std::optional<PersonId> owner{};
    std::string outcome = "lost";
    std::optional<std::int64_t> amount_minor{};
    std::string currency = "EUR";
    int pushes = 0;
    std::optional<Date> closed_on{}, expected_close_on{};
    std::optional<std::string> competitor{}, segment{};
    std::optional<CompanyId> company{};
    std::optional<ProductId> product{};
    std::optional<ImportId> import{};
    std::string name = "Harbor 34";
};

class Office {
  public:
    // 2026-06-15 12:00 UTC, unless a test moves it.
    Instant now = std::chrono::sys_days{std::chrono::year{2026} / 6 / 15} + std::chrono::hours{12};

    explicit Office(db::Database& database, const std::string& name = "Quay & Sons")
        : database_(database), context{.database = database,
                                       .config = config_,
                                       .jobs = jobs_,
                                       .events = events_,
                                       .now = [this] { return now; }} {
        if (sodium_init() < 0)
            throw std::runtime_error("libsodium");
        database.write([&](db::Transaction& tx) {
            org = tx.new_id<Organisation>();
            tx.execute("insert into organisation (org_id, name, time_zone, currency, deal_visibility, "
                       "is_demonstration,"
                       " created_at, version) values ($1, $2, 'Europe/Berlin', 'EUR', 'team', false, $3, 1)",
                       org, name, now);
            north = add_team(tx, "North");
            south = add_team(tx, "South");
            using enum access::Role;
            add_person(tx, "vera", {leader}, {}, {});
            add_person(tx, "max", {manager}, north, "vera");
            add_person(tx, "mia", {manager}, south, "vera");
            add_person(tx, "ana", {rep}, north, "max");
            add_person(tx, "ben", {rep}, north, "max");
            add_person(tx, "cleo", {rep}, south, "mia");
            add_person(tx, "ada", {administrator}, {}, {});
            add_person(tx, "otto", {operations}, {}, {});
            add_person(tx, "olga", {observer}, north, {});
        });
    }

    [[nodiscard]] const access::Principal& operator[](const std::string& name) const {
        return people_.at(name);
    }
    [[nodiscard]] PersonId id(const std::string& name) const { return people_.at(name).person; }
    [[nodiscard]] const std::map<std::string, access::Principal>& people() const { return people_; }

    DealId deal(const OfficeDeal& deal) {
        return database_.write([&](db::Transaction& tx) { return add_deal(tx, deal); });
    }

    DealId add_deal(db::Transaction& tx, const OfficeDeal& deal) {
        const auto id = tx.new_id<Deal>();
        tx.execute(
            "insert into deal (org_id, id, source, external_key, name, company_id, owner_id, product_id, "
            "stage,"
            " outcome, amount_minor, currency, competitor, segment, expected_close_on, closed_on, pushes, "
            "as_of,"
            " content_hash, import_id, created_at, version) values ($1, $2, 'test', $3, $4, $5, $6, $7,"
            " 'Quoted', $8, $9, $10, $11, $12, $13, $14, $15, '2026-05-01', 0, $16, $17, 1)",
            org, id, id.text(), deal.name, deal.company, deal.owner, deal.product, deal.outcome,
            deal.amount_minor, deal.currency, deal.competitor, deal.segment, deal.expected_close_on,
            deal.outcome == "open" ? std::nullopt : std::optional(deal.closed_on.value_or(lost_on)),
            deal.pushes, deal.import, now);
        return id;
    }

    // What a later import says of a deal.
    void change_deal(DealId id, const std::string& outcome, std::optional<PersonId> owner,
                     std::optional<ImportId> import = {}) {
        database_.write([&](db::Transaction& tx) {
            const Date closed{std::chrono::year{2026}, std::chrono::June, std::chrono::day{1}};
            tx.execute("update deal set outcome = $3, owner_id = $4, import_id = $5, closed_on = $6"
                       " where org_id = $1 and id = $2",
                       org, id, outcome, owner, import,
                       outcome == "open" ? std::nullopt : std::optional(closed));
        });
    }

    CompanyId company(const std::string& name, std::optional<std::string> segment = {}) {
        return database_.write([&](db::Transaction& tx) {
            const auto id = tx.new_id<Company>();
            tx.execute(
                "insert into company (org_id, id, source, external_key, name, name_key, segment, as_of,"
                " content_hash, created_at, version) values ($1, $2, 'test', $3, $4, $4, $5, '2026-05-01', 0,"
                " $6, 1)",
                org, id, id.text(), name, segment, now);
            return id;
        });
    }

    ProductId product(const std::string& name) {
        return database_.write([&](db::Transaction& tx) {
            const auto id = tx.new_id<Product>();
            tx.execute(
                "insert into product (org_id, id, name, name_key, as_of, content_hash, created_at, version)"
                " values ($1, $2, $3, $3, '2026-05-01', 0, $4, 1)",
                org, id, name, now);
            return id;
        });
    }

    // Somebody's password is replaced: a new key, which doesn't open what was written before.
    access::Principal with_new_key(const std::string& name) {
        auto person = people_.at(name);
        database_.write([&](db::Transaction& tx) { give_key(tx, person); });
        return person;
    }

    OrgId org;
    TeamId north, south;
    static constexpr Date lost_on{std::chrono::year{2026}, std::chrono::May, std::chrono::day{20}};

  private:
    TeamId add_team(db::Transaction& tx, const std::string& name) {
        const auto id = tx.new_id<Team>();
        tx.execute("insert into team (org_id, id, name, name_key, created_at, version) values ($1, $2, $3, "
                   "$3, $4, 1)",
                   org, id, name, now);
        return id;
    }

    void add_person(db::Transaction& tx, const std::string& name, std::vector<access::Role> roles,
                    std::optional<TeamId> team, const std::string& manager) {
        const auto id = tx.new_id<Person>();
        tx.execute(
            "insert into person (org_id, id, name, name_key, team_id, manager_id, is_active, created_at,"
            " version) values ($1, $2, $3, $3, $4, $5, true, $6, 1)",
            org, id, name, team, manager.empty() ? std::nullopt : std::optional(people_.at(manager).person),
            now);
        for (const auto role : roles)
            tx.execute("insert into person_role (org_id, person_id, role) values ($1, $2, $3)", org, id,
                       role);
        access::Principal person{.org = org, .person = id, .roles = std::move(roles)};
        give_key(tx, person);
        people_.insert_or_assign(name, person);
    }

    void give_key(db::Transaction& tx, access::Principal& person) {
        person.draft_key_id = tx.new_id<struct access::DraftKey>();
        person.draft_key.assign(crypto_aead_xchacha20poly1305_ietf_KEYBYTES, '\0');
        randombytes_buf(person.draft_key.data(), person.draft_key.size());
        tx.execute("insert into draft_key (org_id, id, person_id, recovery_wrap, created_at)"
                   " values ($1, $2, $3, 'not in this test', $4)",
                   org, person.draft_key_id, person.person, now);
    }

    db::Database& database_;
    Config config_;
    work::Jobs jobs_;
    http::Events events_;
    std::map<std::string, access::Principal> people_;

  public:
    const Context context; // last: it refers to what stands above
};

} // namespace buckstop::test
