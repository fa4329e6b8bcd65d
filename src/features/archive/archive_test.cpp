#include "features/archive/archive.hpp"
#include "features/archive/rows_store.hpp"
#include "features/archive/scope.hpp"
#include "features/archive/zip_file.hpp"
#include "features/audit/audit.hpp"
#include "features/debriefs/debriefs.hpp"
#include "features/identity/identity.hpp"
#include "features/people/people.hpp"
#include "features/test_office.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>

namespace buckstop::archive {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

db::Dialect other(db::Dialect dialect) {
    return dialect == db::Dialect::sqlite ? db::Dialect::postgres : db::Dialect::sqlite;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The archive's files, unpacked; lines in an order of their own, since databases order texts differently.
std::map<std::string, std::vector<std::string>> unpacked(const std::filesystem::path& path) {
    std::map<std::string, std::vector<std::string>> files;
    const auto zip = ZipReader::open(path);
    EXPECT_TRUE(zip);
    for (const auto& name : zip->names()) {
        std::string text;
        EXPECT_TRUE(zip->read(name, [&](std::string_view piece) -> Result<> {
            text += piece;
            return {};
        }));
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            files[name].push_back(line);
        std::ranges::sort(files[name]);
        files[name];
    }
    return files;
}
std::string all_text(const std::filesystem::path& path) {
    std::string text;
    for (const auto& [name, lines] : unpacked(path))
        for (const auto& line : lines)
            text += line + "\n";
    return text;
}

class ArchiveTest : public test::BothDatabases {
  protected:
    test::Office office{database()};

    // A bit of everything that people share and don't share.
    void fill() {
        for (const auto& [name, audience] : std::map<std::string, lessons::Audience>{
                 {"ana", lessons::Audience::coach}, {"ben", lessons::Audience::organisation}})
            share(name, audience);
        const auto draft = begin("cleo");
        const debriefs::DraftInput unshared{{.my_part = "the unshared words of cleo"}, 0};
        ASSERT_TRUE(debriefs::save_draft(office.context, office["cleo"], draft, unshared));
        database().write([&](db::Transaction& tx) {
            audit::record(tx, office.now,
                          {.org = office.org,
                           .actor = office.id("ada"),
                           .action = "x",
                           .object = access::Object::person,
                           .reason = "what somebody typed for the log"});
            identity::notify(office.context, tx, office.org, office.id("ana"), "k", "told to ana alone");
            tx.execute("insert into credential (org_id, person_id, password, chosen_by, changed_at)"
                       " values ($1, $2, 'a password''s verifier', 'person', 0)",
                       office.org, office.id("ana"));
            tx.execute("insert into server_secret (org_id, name, secret) values ($1, 'n', 'a secret')",
                       office.org);
            for (const auto* state : {"done", "running"})
                tx.execute(
                    "insert into import (org_id, id, state, as_of, created_at, touched_at, finished_at,"
                    " version) values ($1, $2, $3, '2026-06-01', 1, 2, 3, 1)",
                    office.org, tx.new_ids(1), state);
        });
    }
    DebriefId begin(const std::string& name) {
        const auto failure = database().write([&](db::Transaction& tx) {
            const auto deal = office.add_deal(tx, {.owner = office.id(name),
                                                   .amount_minor = 9'007'199'254'740'993,
                                                   .competitor = "Nórrvik \"&\""});
            return failures::open(tx, office.org, office.now, failures::Kind::lost_deal, deal,
                                  office.id(name), test::Office::lost_on);
        });
        return debriefs::start(office.context, office[name], failure).value().id;
    }
    void share(const std::string& name, lessons::Audience audience) {
        const auto id = begin(name);
        const debriefs::DraftInput text{{.my_part = "the shared words of " + name,
                                         .lesson_title = "Two names",
                                         .lesson = "Ask.",
                                         .act = "Ask twice.",
                                         .audience = audience},
                                        0};
        ASSERT_TRUE(debriefs::save_draft(office.context, office[name], id, text));
        ASSERT_TRUE(debriefs::share(office.context, office[name], id, {.revision = 1}));
    }
    std::filesystem::path exported(const std::string& name = "export.zip") {
        auto path = folder_.path() / name;
        const auto written = write(database(), office.org, path);
        EXPECT_TRUE(written) << (written ? "" : written.error().message);
        return path;
    }
    std::filesystem::path save(const std::string& name, const std::string& bytes) {
        return folder_.write(name, bytes);
    }

    test::TemporaryDirectory folder_;
};
INSTANTIATE_BOTH_DATABASES(ArchiveTest);

TEST_P(ArchiveTest, EveryTableAndColumnIsDecidedAbout) {
    const auto columns = database().read([](db::Transaction& tx) { return store::columns(tx); });
    std::set<std::string> decided;
    for (const auto& table : tables())
        for (const auto& column : table.columns)
            decided.insert(fmt::format("{}.{}", table.name, column.name));
    for (const auto& [column, why] : left_out_columns())
        EXPECT_TRUE(decided.insert(std::string(column)).second) << column << " is in and left out";
    for (const auto& column : columns)
        if (!left_out_tables().contains(column.substr(0, column.find('.')))) {
            EXPECT_TRUE(decided.contains(column)) << column << ": in scope.cpp, is it exported or left out?";
        }
    for (const auto& column : decided)
        EXPECT_TRUE(columns.contains(column)) << column << " is in scope.cpp, but not in the database";
}

TEST_P(ArchiveTest, ComesBackWholeInTheOtherKindOfDatabase) {
    fill();
    const auto file = exported();
    const test::TestDatabase fresh(other(GetParam()), test::Schema::none);
    const auto target = fresh.open();
    ASSERT_TRUE(check(file));
    const auto restored = restore(*target, file);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->organisation, "Quay & Sons");
    const auto again = folder_.path() / "again.zip";
    ASSERT_TRUE(write(*target, office.org, again));
    auto before = unpacked(file);
    auto after = unpacked(again);
    before.erase("manifest.json");
    after.erase("manifest.json");
    EXPECT_GT(before.at("debrief.jsonl").size(), 1U);
    EXPECT_EQ(before, after);
    target->read([&](db::Transaction& tx) {
        const auto chain = audit::verify(tx, office.org);
        EXPECT_TRUE(chain.whole);
        EXPECT_EQ(chain.lines, 1);
        EXPECT_FALSE(identity::anybody_can_sign_in(tx));
    });
    const auto found = lessons::search({.database = *target,
                                        .config = office.context.config,
                                        .jobs = office.context.jobs,
                                        .events = office.context.events,
                                        .now = office.context.now},
                                       office["ben"], {.q = "names"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->items.size(), 1U) << "its full text is made anew";
}

TEST_P(ArchiveTest, WhatIsSharedIsInItAndNothingElse) {
    fill();
    const auto text = all_text(exported());
    EXPECT_THAT(text, HasSubstr("the shared words of ana"));
    EXPECT_THAT(text, HasSubstr("the shared words of ben"));
    for (const auto* secret : {"unshared", "what somebody typed for the log", "told to ana alone", "verifier",
                               "a secret", "running"})
        EXPECT_THAT(text, Not(HasSubstr(secret)));
    const auto files = unpacked(folder_.path() / "export.zip");
    EXPECT_EQ(files.at("debrief.jsonl").size(), 2U);
    EXPECT_THAT(files.at("failure.jsonl"), ::testing::Contains(HasSubstr("\"waiting\"")))
        << "of the draft only that there was a failure";
    EXPECT_EQ(files.at("import.jsonl").size(), 1U);
}

TEST_P(ArchiveTest, AnotherOrganisationIsntInIt) {
    test::Office dock(database(), "Dock Ltd");
    fill();
    EXPECT_THAT(all_text(exported()), Not(HasSubstr(dock.org.text())));
}

TEST_P(ArchiveTest, IsToldFromABackupByItsContent) {
    EXPECT_TRUE(is_archive(exported()));
    EXPECT_FALSE(is_archive(save("a.zip", "buckstop backup\n")));
    EXPECT_FALSE(is_archive(save("empty.zip", "")));
}

TEST_P(ArchiveTest, OneThatWasCutOffIsRefused) {
    fill();
    const auto whole = content(exported());
    for (const auto part : {std::size_t{1}, std::size_t{10}, std::size_t{500}, whole.size() / 2})
        EXPECT_EQ(check(save("cut.zip", whole.substr(0, whole.size() - part))).error().code,
                  ErrorCode::invalid)
            << part;
}

TEST_P(ArchiveTest, OneThatWasAlteredIsRefusedBeforeAnythingChanges) {
    fill();
    const auto whole = content(exported());
    int refused = 0;
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 97 + 1) {
        auto altered = whole;
        altered[at] = static_cast<char>(altered[at] ^ 0x15);
        const auto file = save("altered.zip", altered);
        const auto checked = check(file);
        if (!checked) {
            ++refused;
            continue;
        }
        // What a zip archive says twice or not at all, such as a date, changes nothing of what is in it.
        EXPECT_TRUE(all_text(file) == all_text(folder_.path() / "export.zip")) << at;
    }
    EXPECT_GT(refused, 50);
}

// An archive that was unpacked, changed and packed again by somebody who left the manifest alone.
TEST_P(ArchiveTest, OneWhoseRowsWereChangedIsRefused) {
    fill();
    const auto files = unpacked(exported());
    const auto pack = [&](const std::string& changed, const std::function<void(std::string&)>& change) {
        auto path = folder_.path() / "packed.zip";
        std::filesystem::remove(path);
        auto zip = ZipWriter::create(path);
        for (const auto& [name, unused] : files) {
            std::string text;
            EXPECT_TRUE(ZipReader::open(folder_.path() / "export.zip")
                            ->read(name, [&](std::string_view piece) -> Result<> {
                                text += piece;
                                return {};
                            }));
            if (name == changed)
                change(text);
            if (text.empty() && name == changed)
                continue;
            EXPECT_TRUE(zip->add_text(name, text));
        }
        EXPECT_TRUE(zip->finish());
        return path;
    };
    EXPECT_TRUE(check(pack("", [](std::string&) {})));
    EXPECT_EQ(check(pack("person.jsonl", [](std::string& text) { text.replace(text.find("ana"), 3, "eva"); }))
                  .error()
                  .code,
              ErrorCode::invalid);
    EXPECT_EQ(check(pack("person.jsonl", [](std::string& text) { text.clear(); })).error().code,
              ErrorCode::invalid);
    EXPECT_EQ(check(pack("manifest.json", [](std::string& text) { text = "{}"; })).error().code,
              ErrorCode::invalid);
    const auto newer = check(pack("manifest.json", [](std::string& text) {
        const std::string version = "\"format_version\":1";
        text.replace(text.find(version), version.size(), "\"format_version\":2");
    }));
    EXPECT_EQ(newer.error().code, ErrorCode::conflict);
    const auto file = pack("person.jsonl", [](std::string& text) { text.resize(text.size() / 2); });
    const test::TestDatabase fresh(GetParam(), test::Schema::none);
    const auto target = fresh.open();
    EXPECT_FALSE(restore(*target, file));
    EXPECT_FALSE(target->read([](db::Transaction& tx) { return store::has_tables(tx); }));
}

TEST_P(ArchiveTest, AnOrganisationThatIsThereIsntWrittenOver) {
    const auto file = exported();
    EXPECT_EQ(restore(database(), file).error().code, ErrorCode::conflict);
    EXPECT_EQ(write(database(), office.org, file).error().code, ErrorCode::conflict);
    database().write([&](db::Transaction& tx) { people::remove_organisation(tx, office.org); });
    test::Office dock(database(), "Dock Ltd");
    EXPECT_TRUE(restore(database(), file)) << "beside another organisation";
}

TEST_P(ArchiveTest, LeavesNothingBehindWhereItIsStopped) {
    fill();
    database().write([&](db::Transaction& tx) {
        for (int i = 0; i < 2000; ++i)
            office.add_deal(tx, {});
    });
    const auto path = folder_.path() / "stopped.zip";
    EXPECT_EQ(write(database(), office.org, path, {.should_stop = [] { return true; }}).error().code,
              ErrorCode::cancelled);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_P(ArchiveTest, AnExportIsWrittenDownAndToldToWhomItConcerns) {
    fill();
    for (const auto& [name, who] : office.people())
        if (name != "ada") {
            EXPECT_EQ(request_export(office.context, who, {"curious"}).error().code, ErrorCode::forbidden)
                << name;
            EXPECT_EQ(list_exports(office.context, who).error().code, ErrorCode::forbidden) << name;
        }
    EXPECT_EQ(request_export(office.context, office["ada"], {" "}).error().code, ErrorCode::invalid);
    const auto wanted = request_export(office.context, office["ada"], {"we move house"});
    ASSERT_TRUE(wanted) << wanted.error().message;
    EXPECT_EQ(request_export(office.context, office["ada"], {"twice"}).error().code, ErrorCode::conflict);
    const auto told = database().read(
        [&](db::Transaction& tx) { return identity::notices(tx, office.org, office.id("ana")); });
    EXPECT_THAT(told,
                ::testing::Contains(::testing::Field(&identity::Notice::kind, "organisation_exported")));
    const auto lines = audit::list(office.context, office["ada"], {});
    EXPECT_EQ(lines->items.front().action, "organisation.exported");
    EXPECT_EQ(lines->items.front().reason, "we move house");
}

TEST_P(ArchiveTest, OnesOwnExportHoldsOnesDraftsAndIsWrittenDown) {
    fill();
    database().write([&](db::Transaction& tx) {
        tx.execute("insert into target (org_id, id, source, external_key, person_id, period, starts_on,"
                   " ends_on, amount_minor, currency, as_of, content_hash) values ($1, 1, 'test', 'k', $2,"
                   " 'Q2 2026', '2026-04-01', '2026-06-30', 900050, 'EUR', '2026-04-01', 0)",
                   office.org, office.id("cleo"));
    });
    const auto own = own_export(office.context, office["cleo"]);
    ASSERT_TRUE(own) << own.error().message;
    const auto text = all_text(save("own.zip", *own));
    EXPECT_THAT(text, HasSubstr("the unshared words of cleo"));
    EXPECT_THAT(text, HasSubstr("- Won value, 2026-04-01 to 2026-06-30: 9000.50 EUR"));
    EXPECT_THAT(text, Not(HasSubstr("the shared words of ana")));
    EXPECT_THAT(text, Not(HasSubstr("the shared words of ben")));
    const auto lines = audit::list_mine(office.context, office["cleo"], {});
    EXPECT_EQ(lines->items.front().action, "account.exported");
}

TEST_P(ArchiveTest, NobodyElseGetsSomebodysOwnExport) {
    fill();
    for (const auto& [name, who] : office.people()) {
        const auto own = own_export(office.context, who);
        ASSERT_TRUE(own) << name << ": " << own.error().message;
        const auto text = all_text(save("own.zip", *own));
        EXPECT_EQ(text.find("the unshared words of cleo") != text.npos, name == "cleo") << name;
        EXPECT_EQ(text.find("the shared words of ana") != text.npos, name == "ana") << name;
    }
    const access::Principal program{.org = office.org, .roles = {access::Role::administrator}};
    EXPECT_EQ(own_export(office.context, program).error().code, ErrorCode::forbidden)
        << "not from the command line either";
}

TEST_P(ArchiveTest, ADraftThatStaysSealedSaysSo) {
    fill();
    const auto own = own_export(office.context, office.with_new_key("cleo"));
    ASSERT_TRUE(own);
    const auto text = all_text(save("own.zip", *own));
    EXPECT_THAT(text, HasSubstr("This draft stays sealed"));
    EXPECT_THAT(text, Not(HasSubstr("the unshared words of cleo")));
}

} // namespace
} // namespace buckstop::archive
