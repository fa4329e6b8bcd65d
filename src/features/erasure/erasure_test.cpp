#include "features/audit/audit.hpp"
#include "features/erasure/erasure.hpp"
#include "features/imports/imports.hpp"
#include "features/lessons/lessons.hpp"
#include "features/people/people.hpp"
#include "features/test_office.hpp"

#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>

namespace buckstop::erasure {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view people_mapping = R"(kind = "person"
source = "quay"
key = ["Id"]
[columns]
"Name" = "name"
"Mail" = "email"
"Title" = "title"
"Manager" = "manager"
)";
constexpr std::string_view people_header = "Id,Name,Mail,Title,Manager\n";
constexpr std::string_view deals_mapping = R"(kind = "deal"
source = "quay"
key = ["Id"]
currency = "EUR"
[columns]
"Deal" = "name"
"Owner" = "owner"
"Stage" = "stage"
"Amount" = "amount"
"Note" = "fact"
"Next" = "next_step"
)";
constexpr std::string_view deals_header = "Id,Deal,Owner,Stage,Amount,Note,Next\n";
constexpr std::string_view targets_mapping = R"(kind = "target"
source = "quay"
[columns]
"Who" = "person"
"Period" = "period"
"Target" = "amount"
)";
constexpr const char* name = "Nadia Lindqvist";
constexpr const char* address = "nadia.lindqvist@quay.example";

class ErasureTest : public test::BothDatabases {
  protected:
    test::Office office{database()};

    imports::Report import(std::string_view mapping, std::string_view header, const std::string& rows,
                           bool preview = false) {
        const auto file = folder_.write("table.csv", std::string(header) + rows);
        const auto report = imports::run_files(
            office.context, office.org, {file},
            {.preview = preview,
             .mapping = folder_.write("mapping.toml", std::string(mapping)),
             .as_of = Date{std::chrono::year{2026}, std::chrono::June, std::chrono::day{15}},
             .refused_directory = folder_.path()});
        EXPECT_TRUE(report) << (report ? "" : report.error().message);
        return report.value_or(imports::Report{});
    }
    imports::Report people(const std::string& rows, bool preview = false) {
        return import(people_mapping, people_header, rows, preview);
    }
    imports::Report deals(const std::string& rows) { return import(deals_mapping, deals_header, rows); }

    // Nadia as the CRM brings her, with a deal, and what she and others wrote.
    PersonId nadia() {
        people(fmt::format("7,{},{},Account Executive,max\n8,Piet Brandt,piet@quay.example,,{}\n", name,
                           address, name));
        deals(fmt::format("1,Harbor 34,{},Quoted,5000,call {} back,ask {}\n", name, name, address));
        import(targets_mapping, "Who,Period,Target\n", fmt::format("{},Q2 2026,9000\n", name));
        const auto id = by_name(name);
        write_everything(id);
        return id;
    }
    PersonId by_name(const std::string& wanted) {
        return database().read([&](db::Transaction& tx) {
            return tx.value<PersonId>("select id from person where org_id = $1 and name = $2", office.org,
                                      wanted);
        });
    }
    void write_everything(PersonId id) {
        database().write([&](db::Transaction& tx) {
            const auto org = office.org;
            const auto key = tx.new_id<struct access::DraftKey>();
            tx.execute("insert into sign_in_name (email, org_id, person_id) values ($1, $2, $3)", address,
                       org, id);
            tx.execute("insert into credential (org_id, person_id, password, chosen_by, changed_at)"
                       " values ($1, $2, 'p', 'person', 0)",
                       org, id);
            tx.execute("insert into draft_key (org_id, id, person_id, recovery_wrap, created_at)"
                       " values ($1, $2, $3, 'w', 0)",
                       org, key, id);
            tx.execute("insert into notice (org_id, id, person_id, kind, detail, created_at)"
                       " values ($1, $2, $3, 'k', $4, 0)",
                       org, tx.new_ids(1), office.id("max"),
                       fmt::format(R"({{"text":"{} was here"}})", name));
            tx.execute("insert into idempotency_key (org_id, person_id, key, request_hash, body, created_at)"
                       " values ($1, $2, 'k', 'h', $3, 0)",
                       org, office.id("max"), fmt::format(R"({{"author":{{"name":"{}"}}}})", name));
            failure_ = tx.new_ids(1);
            unshared_ = tx.new_ids(1);
            debrief_ = tx.new_id<struct Debrief>();
            lesson_ = lessons::add(tx, org, office.now,
                                   {.debrief = std::nullopt,
                                    .author = id,
                                    .title = "Two names",
                                    .body = fmt::format("Ask as {} did.", name),
                                    .audience = lessons::Audience::organisation});
            for (const auto failure : {failure_, unshared_})
                tx.execute("insert into failure (org_id, id, kind, owner_id, occurred_on, state, created_at,"
                           " version) values ($1, $2, 'lost_deal', $3, '2026-06-01', $4, 0, 1)",
                           org, failure, id, failure == failure_ ? "shared" : "drafting");
            tx.execute("insert into debrief (org_id, id, failure_id, author_id, coach_id, state, audience,"
                       " my_part, lesson_id, started_at, shared_at, version) values ($1, $2, $3, $4, $5,"
                       " 'shared', 'team', $6, $7, 0, 0, 1)",
                       org, debrief_, failure_, id, office.id("max"),
                       fmt::format("I, {}, didn't ask. <{}>", name, address), lesson_);
            const auto open = tx.new_id<struct Debrief>();
            tx.execute("insert into debrief (org_id, id, failure_id, author_id, state, audience, started_at,"
                       " version) values ($1, $2, $3, $4, 'drafting', 'coach', 0, 1)",
                       org, open, unshared_, id);
            tx.execute("insert into draft (org_id, debrief_id, author_id, draft_key_id, sealed, revision,"
                       " updated_at) values ($1, $2, $3, $4, 's', 1, 0)",
                       org, open, id, key);
            tx.execute("insert into commitment (org_id, id, owner_id, debrief_id, lesson_id, act, due_on,"
                       " original_due_on, state, created_at, version) values ($1, $2, $3, $4, $5, 'Ask',"
                       " '2026-07-01', '2026-07-01', 'open', 0, 1)",
                       org, tx.new_ids(1), id, debrief_, lesson_);
            audit::record(tx, office.now,
                          {.org = org,
                           .actor = office.id("ada"),
                           .action = "debrief.opened",
                           .object = access::Object::debrief,
                           .object_id = 1,
                           .subject = office.id("max"),
                           .reason = fmt::format("{} asked", name)});
            audit::record(tx, office.now,
                          {.org = org, .actor = id, .action = "x", .object = access::Object::own_account});
        });
    }

    Result<Done> erase_as(const std::string& who, PersonId id, Shared shared = Shared::stays,
                          const char* typed = name) {
        return erase(office.context, office[who], id, {.name = typed, .shared = shared});
    }

    // Where any of these stands in any text of any table, journals unpacked.
    std::vector<std::string> where(const std::vector<std::string>& words) {
        return database().read([&](db::Transaction& tx) {
            std::vector<std::pair<std::string, std::string>> columns;
            tx.run(
                {"select t.name, c.name from pragma_table_list t, pragma_table_info(t.name) c"
                 " where t.schema = 'main' and t.type in ('table', 'virtual') and t.name not like 'sqlite%'",
                 "select table_name, column_name from information_schema.columns"
                 " join information_schema.tables using (table_schema, table_name)"
                 " where table_schema = current_schema() and table_type = 'BASE TABLE'"},
                {}, [&](const db::Row& row) { columns.emplace_back(row.text(0), row.text(1)); });
            std::vector<std::string> found;
            for (const auto& [table, column] : columns)
                for (const auto& text : tx.query<std::optional<std::string>>(
                         fmt::format("select cast(\"{}\" as text) from \"{}\"", column, table)))
                    for (const auto& word : words)
                        if (text && people::name_key(*text).find(people::name_key(word)) != std::string::npos)
                            found.push_back(fmt::format("{}.{}: {}", table, column, *text));
            EXPECT_GT(columns.size(), 200U) << "the search must have looked somewhere";
            return found;
        });
    }
    std::vector<std::string> column(const std::string& sql) {
        return database().read([&](db::Transaction& tx) { return tx.query<std::string>(sql, office.org); });
    }
    std::int64_t count(const std::string& table) {
        return database().read([&](db::Transaction& tx) {
            return tx.value<std::int64_t>("select count(*) from " + table + " where org_id = $1", office.org);
        });
    }

    std::int64_t failure_ = 0, unshared_ = 0;
    DebriefId debrief_;
    LessonId lesson_;
    test::TemporaryDirectory folder_;
};
INSTANTIATE_BOTH_DATABASES(ErasureTest);

TEST_P(ErasureTest, NowhereDoesATextSayNameOrAddressAfterwards) {
    const auto id = nadia();
    ASSERT_GT(where({name, address}).size(), 8U) << "else there would be nothing to find";
    const auto done = erase_as("ada", id);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->name, "Someone 1");
    EXPECT_THAT(where({name, address, "Lindqvist, Nadia"}), IsEmpty());
    const auto chain = database().read([&](db::Transaction& tx) { return audit::verify(tx, office.org); });
    EXPECT_TRUE(chain.whole) << chain.problem;
    EXPECT_EQ(chain.erased_reasons, 1);
}

TEST_P(ErasureTest, WhatIsTheOrganisationsStaysAndNamesSomeone) {
    erase_as("ada", nadia());
    EXPECT_THAT(column("select p.name from deal d join person p on p.org_id = d.org_id and p.id = d.owner_id"
                       " where d.org_id = $1"),
                ::testing::ElementsAre("Someone 1"));
    EXPECT_THAT(column("select my_part from debrief where org_id = $1"),
                ::testing::ElementsAre("I, Someone 1, didn't ask. <Someone 1>"));
    EXPECT_THAT(column("select body from lesson where org_id = $1"),
                ::testing::ElementsAre("Ask as Someone 1 did."));
    EXPECT_THAT(column("select state from failure where org_id = $1 order by id"),
                ::testing::ElementsAre("shared", "skipped"));
    EXPECT_THAT(column("select state from commitment where org_id = $1"), ::testing::ElementsAre("dropped"));
    const auto found = lessons::search(office.context, office["max"], {.q = "Someone"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->items.size(), 1U) << "the full text says what the row says";
    EXPECT_THAT(lessons::search(office.context, office["max"], {.q = "Lindqvist"})->items, IsEmpty());
}

TEST_P(ErasureTest, AccountDraftsAndKeysGoAndReportsMoveUp) {
    const auto id = nadia();
    erase_as("ada", id);
    database().read([&](db::Transaction& tx) {
        for (const auto* table : {"credential", "draft_key", "session", "notice", "person_role", "invitation",
                                  "known_device", "sign_in_name"})
            EXPECT_EQ(tx.value<std::int64_t>(fmt::format("select count(*) from {} where org_id = $1 and"
                                                         " person_id = $2",
                                                         table),
                                             office.org, id),
                      0)
                << table;
        EXPECT_EQ(tx.value<std::int64_t>("select count(*) from draft where org_id = $1", office.org), 0);
    });
    EXPECT_THAT(column("select m.name from person p join person m on m.org_id = p.org_id"
                       " and m.id = p.manager_id where p.org_id = $1 and p.name = 'Piet Brandt'"),
                ::testing::ElementsAre("max"));
}

TEST_P(ErasureTest, SharedWorkGoesWhereThePersonAsksForIt) {
    const auto id = nadia();
    database().write([&](db::Transaction& tx) { // somebody else learned from her lesson
        tx.execute("insert into commitment (org_id, id, owner_id, lesson_id, act, due_on, original_due_on,"
                   " state, created_at, version) values ($1, $2, $3, $4, 'Ask', '2026-07-01', '2026-07-01',"
                   " 'open', 0, 1)",
                   office.org, tx.new_ids(1), office.id("ben"), lesson_);
    });
    ASSERT_TRUE(erase_as("ada", id, Shared::goes));
    EXPECT_EQ(count("debrief"), 0);
    EXPECT_EQ(count("lesson"), 0);
    EXPECT_EQ(count("lesson_text"), 0);
    EXPECT_EQ(count("commitment"), 1) << "that of somebody else";
    EXPECT_EQ(count("deal"), 1);
    EXPECT_THAT(column("select state from failure where org_id = $1"),
                ::testing::ElementsAre("skipped", "skipped"));
}

TEST_P(ErasureTest, TheNextImportLeadsToTheSameSomeone) {
    erase_as("ada", nadia());
    const auto before = count("person");
    const auto row = fmt::format("7,{},{},Account Executive,max\n", name, address);
    const auto preview = people(row, true);
    EXPECT_EQ(preview.kinds.person->created, 0);
    EXPECT_EQ(preview.kinds.person->changed, 0);
    people(row);
    people(fmt::format("9,Nadia L.,{},,\n", address)); // by address
    people("7,N. Lindqvist,,,\n");                     // by the CRM's id
    deals(fmt::format("2,Dock 8,{},Quoted,100,,\n3,Dock 9,\"Lindqvist, Nadia\",Quoted,100,,\n", name));
    people(fmt::format("8,Piet Brandt,piet@quay.example,,{}\n", name)); // as a manager
    EXPECT_EQ(count("person"), before);
    EXPECT_THAT(column("select p.name from deal d join person p on p.org_id = d.org_id and p.id = d.owner_id"
                       " where d.org_id = $1 order by d.external_key"),
                ::testing::ElementsAre("Someone 1", "Someone 1", "Someone 1"));
    EXPECT_THAT(column("select m.name from person p join person m on m.org_id = p.org_id"
                       " and m.id = p.manager_id where p.org_id = $1 and p.name = 'Piet Brandt'"),
                ::testing::ElementsAre("max"));
    auto found = where({address});
    std::erase_if(found, [](const std::string& text) { // examples of what the new file holds
        return text.starts_with("import_file.plan");
    });
    EXPECT_THAT(found, IsEmpty()) << "nothing of a row about her is taken";
}

TEST_P(ErasureTest, SomebodyElseOfTheSameNameIsSomebodyElse) {
    erase_as("ada", nadia());
    people(fmt::format("70,{},other@quay.example,,\n", name)); // the CRM says it is another person
    EXPECT_EQ(column("select email from person where org_id = $1 and email is not null").size(), 2U);
}

TEST_P(ErasureTest, EverybodyWhoIsNoAdministratorIsRefused) {
    const auto id = nadia();
    for (const auto& [who, principal] : office.people())
        if (who != "ada") {
            EXPECT_EQ(erase_as(who, id).error().code, ErrorCode::forbidden) << who;
            EXPECT_EQ(preview(office.context, principal, id).error().code, ErrorCode::forbidden) << who;
        }
    test::Office other(database(), "Dock Ltd");
    EXPECT_EQ(erase(other.context, other["ada"], id, {.name = name}).error().code, ErrorCode::not_found);
    EXPECT_EQ(erase_as("ada", id, Shared::stays, "Nadia").error().code, ErrorCode::invalid);
    EXPECT_EQ(erase_as("ada", office.id("ada"), Shared::stays, "ada").error().code, ErrorCode::conflict);
    EXPECT_EQ(by_name(name), id) << "nothing has changed";
    ASSERT_TRUE(erase_as("ada", id));
    EXPECT_EQ(erase_as("ada", id, Shared::stays, "Someone 1").error().code, ErrorCode::conflict);
    const auto version = people::get(office.context, office["ada"], id)->version;
    EXPECT_EQ(people::change(office.context, office["ada"], id, version, {.name = name}).error().code,
              ErrorCode::conflict)
        << "nobody is made of them again by hand";
}

TEST_P(ErasureTest, ThePreviewCountsNothingThatIsPrivate) {
    const auto shown = preview(office.context, office["ada"], nadia());
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->person.name, name);
    EXPECT_EQ(shown->refused, std::nullopt);
    for (const auto& item : shown->goes)
        EXPECT_EQ(item.count, std::nullopt) << item.what;
    for (const auto& item : shown->remains)
        EXPECT_EQ(item.count.has_value(), item.what == "Deals" || item.what == "People below") << item.what;
}

TEST_P(ErasureTest, TwoWhoWereErasedAreToldApart) {
    const auto id = nadia();
    const auto piet = by_name("Piet Brandt");
    erase_as("ada", id);
    EXPECT_EQ(erase_as("ada", piet, Shared::stays, "Piet Brandt")->name, "Someone 2");
}

} // namespace
} // namespace buckstop::erasure
