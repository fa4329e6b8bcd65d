#include "features/audit/audit.hpp"

#include "features/audit/chain.hpp"
#include "support/databases.hpp"

#include <gmock/gmock.h>
#include <thread>

namespace buckstop::audit {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr OrgId org{7};
constexpr OrgId other_org{8};
constexpr PersonId ana{11};
constexpr PersonId ben{12};
constexpr access::Object debrief = access::Object::debrief;

class AuditTest : public test::BothDatabases {
  protected:
    AuditTest() {
        database().write([](db::Transaction& tx) {
            for (const OrgId each : {org, other_org})
                tx.execute("insert into organisation (org_id, name, time_zone, currency, deal_visibility,"
                           " is_demonstration, created_at, version) values ($1, 'Org', 'UTC', 'EUR', 'team', "
                           "$2, 0, 1)",
                           each, false);
            add_person(tx, ana, "Ana");
            add_person(tx, ben, "Ben");
        });
    }

    static void add_person(db::Transaction& tx, PersonId id, std::string_view name) {
        tx.execute("insert into person (org_id, id, name, name_key, is_active, created_at, version)"
                   " values ($1, $2, $3, $3, $4, 0, 1)",
                   org, id, name, true);
    }

    void write_down(Event event) {
        database().write([&](db::Transaction& tx) { record(tx, system_now(), event); });
    }
    // Three lines: Ana did, Ben looked, the program did.
    void write_three() {
        write_down({.org = org,
                    .actor = ana,
                    .action = "debrief.shared",
                    .object = debrief,
                    .object_id = 5,
                    .subject = ana});
        write_down({.org = org,
                    .actor = ben,
                    .action = "debrief.read",
                    .object = debrief,
                    .object_id = 5,
                    .subject = ana,
                    .reason = "Ana asked me to"});
        write_down({.org = org,
                    .action = "import.done",
                    .object = access::Object::import,
                    .detail = {{"deals", 3}, {"state", "done"}}});
    }
    Verification verified(OrgId of = org, const std::optional<Head>& noted = std::nullopt) {
        return database().read([&](db::Transaction& tx) { return verify(tx, of, noted); });
    }
    // What somebody with the database's own password can do: the triggers away, then the change.
    void tamper(const std::string& sql) {
        database().write([&](db::Transaction& tx) {
            if (GetParam() == db::Dialect::sqlite) {
                tx.execute("drop trigger if exists audit_entry_update");
                tx.execute("drop trigger if exists audit_entry_delete");
            } else {
                tx.execute("alter table audit_entry disable trigger all");
            }
            tx.execute(sql);
        });
    }
};
INSTANTIATE_BOTH_DATABASES(AuditTest);

TEST_P(AuditTest, AnEmptyLogIsWhole) {
    const auto found = verified();
    EXPECT_TRUE(found.whole);
    EXPECT_EQ(found.lines, 0);
    EXPECT_EQ(found.head, Head{});
}

TEST_P(AuditTest, ChainsLinesWithinAnOrganisation) {
    write_three();
    write_down({.org = other_org, .action = "import.done", .object = access::Object::import});
    const auto found = verified();
    EXPECT_TRUE(found.whole) << found.problem;
    EXPECT_EQ(found.lines, 3);
    EXPECT_EQ(found.head.sequence, 3);
    EXPECT_EQ(verified(other_org).head.sequence, 1);
}

TEST_P(AuditTest, TheDatabaseRefusesToChangeOrDeleteALine) {
    write_three();
    for (const char* sql :
         {"update audit_entry set action = 'nothing' where org_id = 7 and sequence = 2",
          "delete from audit_entry where org_id = 7 and sequence = 3", "delete from audit_entry"})
        EXPECT_THROW(database().write([&](db::Transaction& tx) { tx.execute(sql); }), db::Failure) << sql;
    if (GetParam() == db::Dialect::postgres) {
        EXPECT_THROW(database().write([](db::Transaction& tx) { tx.execute("truncate audit_entry"); }),
                     db::Failure);
    }
    EXPECT_TRUE(verified().whole);
}

TEST_P(AuditTest, LinesGoWithTheirOrganisation) {
    write_three();
    database().write([](db::Transaction& tx) {
        tx.execute("delete from person where org_id = $1", org);
        tx.execute("delete from organisation where org_id = $1", org);
        EXPECT_EQ(tx.execute("delete from audit_entry where org_id = $1", org), 3);
    });
}

struct Tampering {
    const char* sql;
    const char* found;
};
class TamperingTest : public AuditTest {};
INSTANTIATE_BOTH_DATABASES(TamperingTest);

TEST_P(TamperingTest, IsFoundOut) {
    // In one test, on a fresh chain each time: a database takes longer to make than a chain.
    const Tampering all[] = {
        {"update audit_entry set action = 'debrief.other' where org_id = 7 and sequence = 2",
         "isn't as it was written"},
        {"update audit_entry set at = at + 1 where org_id = 7 and sequence = 1", "isn't as it was written"},
        {"update audit_entry set actor = subject where org_id = 7 and sequence = 2",
         "isn't as it was written"},
        {"update audit_entry set actor = null where org_id = 7 and sequence = 2", "isn't as it was written"},
        {"update audit_entry set detail = null where org_id = 7 and sequence = 3", "isn't as it was written"},
        {"update audit_entry set object_id = 6 where org_id = 7 and sequence = 1", "isn't as it was written"},
        {"update audit_entry set reason_digest = null where org_id = 7 and sequence = 2",
         "isn't as it was written"},
        {"update audit_reason set reason = 'No reason' where org_id = 7", "The reason in line 2"},
        {"delete from audit_entry where org_id = 7 and sequence = 1", "lines between them are missing"},
        {"delete from audit_entry where org_id = 7 and sequence = 2", "lines between them are missing"},
        {"delete from audit_entry where org_id = 7 and sequence = 3", "missing at the end"},
        {"delete from audit_entry where org_id = 7", "missing at the end"},
        {"update audit_entry set hash = 'x' where org_id = 7 and sequence = 1", "isn't as it was written"},
        {"insert into audit_entry select org_id, 4, at, actor, action, object_kind, object_id, subject, "
         "reason_digest,"
         " detail, hash, hash from audit_entry where org_id = 7 and sequence = 3",
         "isn't as it was written"},
    };
    for (const auto& tampering : all) {
        write_three();
        ASSERT_TRUE(verified().whole);
        tamper(tampering.sql);
        const auto found = verified();
        EXPECT_FALSE(found.whole) << tampering.sql;
        EXPECT_THAT(found.problem, HasSubstr(tampering.found)) << tampering.sql;
        tamper("delete from audit_entry where org_id = 7");
        tamper("delete from audit_reason where org_id = 7");
        tamper("delete from audit_head where org_id = 7");
    }
}

// Who rewrites the chain from its beginning makes a whole one; a head that was noted elsewhere tells.
TEST_P(TamperingTest, ARewrittenChainIsFoundByANotedHead) {
    write_three();
    const Head noted = verified().head;
    tamper("delete from audit_entry where org_id = 7");
    tamper("delete from audit_reason where org_id = 7");
    tamper("delete from audit_head where org_id = 7");
    write_three();
    EXPECT_TRUE(verified().whole);
    EXPECT_FALSE(verified(org, noted).whole);
    EXPECT_FALSE(verified(org, Head{.sequence = 9, .hash = "beyond the end"}).whole);
    EXPECT_TRUE(verified(org, verified().head).whole);
}

TEST_P(AuditTest, ForgettingAPersonLeavesAWholeChainAboutNobody) {
    write_three();
    database().write([](db::Transaction& tx) { forget(tx, org, ben); });
    const auto found = verified();
    EXPECT_TRUE(found.whole) << found.problem;
    EXPECT_EQ(found.erased_reasons, 1);
    const auto rows = database().read([](db::Transaction& tx) {
        return tx.query<std::string>("select pseudonym from audit_pseudonym where org_id = $1", org);
    });
    EXPECT_THAT(rows, SizeIs(1)); // Ana's
    EXPECT_THAT(
        database().read([](db::Transaction& tx) { return looks(tx, org, "debrief.read", debrief, 5); }),
        IsEmpty());
}

TEST_P(AuditTest, TheChainNamesNobody) {
    write_three();
    const auto rows = database().read([](db::Transaction& tx) {
        return tx.query<std::string>(
            "select coalesce(actor, '') || coalesce(subject, '') from audit_entry where org_id = $1"
            " order by sequence",
            org);
    });
    for (const auto& row : rows)
        EXPECT_THAT(row, ::testing::MatchesRegex("[0-9a-f]*"));
    EXPECT_THAT(rows[1], SizeIs(64)); // two different people
    EXPECT_NE(rows[1].substr(0, 32), rows[1].substr(32));
}

TEST_P(AuditTest, RefusesPersonalText) {
    const auto refused = [&](Event event) {
        EXPECT_THROW(database().write([&](db::Transaction& tx) { record(tx, system_now(), event); }),
                     std::logic_error);
    };
    refused({.org = org, .action = "Ana shared it", .object = debrief});
    refused({.org = org, .action = "debrief.shared", .object = debrief, .detail = {{"by", "Ana Ruiz"}}});
    refused(
        {.org = org, .action = "debrief.shared", .object = debrief, .detail = {{"mail", "ana@example.org"}}});
    refused({.org = org,
             .action = "debrief.shared",
             .object = debrief,
             .detail = {{"deep", {{"er", {"Ana Ruiz"}}}}}});
    refused({.org = org, .action = "debrief.shared", .object = debrief, .detail = {{"Ana Ruiz", 1}}});
    refused({.org = org, .action = "", .object = debrief});
    EXPECT_EQ(verified().lines, 0);
}

TEST_P(AuditTest, SaysWhoLookedLatestFirst) {
    write_three();
    write_down({.org = org,
                .actor = ben,
                .action = "debrief.read",
                .object = debrief,
                .object_id = 5,
                .subject = ana});
    write_down({.org = org,
                .actor = ben,
                .action = "debrief.read",
                .object = debrief,
                .object_id = 6,
                .subject = ana});
    write_down({.org = other_org, .actor = ben, .action = "debrief.read", .object = debrief, .object_id = 5});
    const auto seen =
        database().read([](db::Transaction& tx) { return looks(tx, org, "debrief.read", debrief, 5); });
    ASSERT_THAT(seen, SizeIs(1));
    EXPECT_EQ(seen[0].reader, (PersonRef{ben, "Ben"}));
}

TEST_P(AuditTest, ConcurrentWritersKeepTheChain) {
    constexpr int writers = 6;
    constexpr int lines = 20;
    const auto pool = test_database().open(writers);
    const auto all_at_once = [&](auto write) {
        std::vector<std::jthread> threads;
        for (int i = 0; i < writers; ++i)
            threads.emplace_back([&write, i] {
                for (int k = 0; k < lines; ++k)
                    write([&](db::Transaction& tx) {
                        record(tx, system_now(),
                               {.org = org,
                                .actor = k % 2 == 0 ? ana : ben,
                                .action = "debrief.read",
                                .object = debrief,
                                .object_id = i + 1,
                                .subject = ana});
                    });
            });
    };
    all_at_once([&](auto work) { pool->write(work); });
    all_at_once([&](auto work) { pool->write_committed(work); });
    const auto found = verified();
    EXPECT_TRUE(found.whole) << found.problem;
    EXPECT_EQ(found.lines, 2 * writers * lines);
}

TEST_P(AuditTest, ALineIsThereExactlyWhenItsTransactionIs) {
    const Result<> refused = database().write([](db::Transaction& tx) -> Result<> {
        record(tx, system_now(), {.org = org, .action = "import.done", .object = access::Object::import});
        return fail(ErrorCode::conflict, "No.");
    });
    EXPECT_FALSE(refused);
    EXPECT_EQ(verified().lines, 0);
    write_three();
    EXPECT_TRUE(verified().whole);
}

TEST(Chain, TheHashCoversEveryField) {
    const Entry plain{.org_id = org, .sequence = 1, .at = 5, .action = "a", .object_kind = "deal"};
    const auto differs = [&](auto change) {
        Entry changed = plain;
        change(changed);
        EXPECT_NE(hash_of(changed), hash_of(plain));
    };
    differs([](Entry& e) { e.org_id = other_org; });
    differs([](Entry& e) { e.sequence = 2; });
    differs([](Entry& e) { e.at = 6; });
    differs([](Entry& e) { e.actor = "p"; });
    differs([](Entry& e) { e.actor = ""; });
    differs([](Entry& e) { e.action = "b"; });
    differs([](Entry& e) { e.object_kind = "lesson"; });
    differs([](Entry& e) { e.object_id = 1; });
    differs([](Entry& e) { e.subject = "p"; });
    differs([](Entry& e) { e.reason_digest = "r"; });
    differs([](Entry& e) { e.detail = "{}"; });
    differs([](Entry& e) { e.previous_hash = "h"; });
}

// The form of a line is kept for ever: chains that exist must still verify.
TEST(Chain, TheHashOfAKnownLineStays) {
    const Entry line{.org_id = OrgId(1),
                     .sequence = 1,
                     .at = 1'700'000'000'000'000,
                     .actor = "00ff",
                     .action = "person.created",
                     .object_kind = "person",
                     .object_id = 42};
    EXPECT_EQ(hash_of(line), "48b6d161bc98bdbad98cbab49b338d696aae230b45cf468868d713d5534e7081");
}

} // namespace
} // namespace buckstop::audit
