// Forgetting a person, and what is old.
#include "features/imports/undo_scene_test.hpp"
#include "features/imports/undo_store.hpp"
#include "features/people/people.hpp"

#include <gmock/gmock.h>

namespace buckstop::imports {
namespace {

constexpr std::string_view people_mapping = R"(kind = "person"
source = "quay"
key = ["Id"]
[columns]
"Name" = "name"
"Mail" = "email"
"Manager" = "manager"
)";
constexpr const char* name = "Nadia Lindqvist";

std::optional<std::string> without_name(std::string_view text) {
    const auto at = text.find(name);
    if (at == text.npos)
        return std::nullopt;
    auto result = std::string(text);
    for (auto place = at; place != result.npos; place = result.find(name))
        result.replace(place, std::string_view(name).size(), "Someone 1");
    return result;
}

class ForgetTest : public UndoTest {
  protected:
    void people(const std::string& rows) {
        import("Id,Name,Mail,Manager\n" + rows, {.mapping = people_mapping});
    }
    std::string journals() {
        return database().read([&](db::Transaction& tx) {
            std::string all;
            for (const auto& text :
                 tx.query<std::string>("select entries from import_journal where org_id = $1", office.org))
                for (const auto& entry : decode(text).entries)
                    all += entry.statement + "\n";
            return all;
        });
    }
    PersonId nadia() {
        return database().read([&](db::Transaction& tx) {
            return tx.value<PersonId>("select id from person where org_id = $1 and name = $2", office.org,
                                      name);
        });
    }
    // As the feature erasure does.
    void forget(PersonId id) {
        database().write([&](db::Transaction& tx) {
            const auto image = people::find_image(tx, office.org, id);
            people::erase_row(tx, office.now, office.org, *image);
            forget_person(office.context, tx, office.org, id, without_name);
        });
    }
};
INSTANTIATE_BOTH_DATABASES(ForgetTest);

TEST_P(ForgetTest, JournalsDontNameThePersonAndUndoingBringsNobodyBack) {
    people("7,Nadia Lindqvist,n@quay.example,\n8,Piet Brandt,p@quay.example,Nadia Lindqvist\n");
    deals("1,Harbor 34,,Nadia Lindqvist,,Quoted,5000,,,\n2,Dock 8,,Piet Brandt,,Quoted,1,,,\n");
    people("7,Nadia Lindqvist,n2@quay.example,\n8,Piet Brandt,p2@quay.example,Nadia Lindqvist\n");
    deals("1,Harbor 34,,Nadia Lindqvist,,Agreed,6000,,,\n");
    ASSERT_THAT(journals(), ::testing::HasSubstr(name)) << "else there would be nothing to forget";
    forget(nadia());
    EXPECT_THAT(journals(), ::testing::Not(::testing::HasSubstr(name)));
    EXPECT_THAT(journals(), ::testing::Not(::testing::HasSubstr("n2@quay.example")));
    for (const auto id : all_imports())
        undo(id);
    EXPECT_THAT(rows("select name from person where org_id = $1 and name like 'Nadia%'"),
                ::testing::IsEmpty());
    EXPECT_THAT(rows("select name from person where org_id = $1 and name like 'Someone%'"),
                ::testing::ElementsAre("Someone 1"));
}

TEST_P(ForgetTest, AnOldImportCantBeUndoneAnyMore) {
    deals("1,Harbor 34,,ana,,Quoted,5000,,,\n2,Dock 8,,ben,,Quoted,1,,,\n");
    const auto old = first();
    office.now += std::chrono::hours(24 * 10);
    deals("1,Harbor 34,,ana,,Agreed,5000,,,\n");
    const auto before = office.now - std::chrono::hours(24);
    Forgotten all;
    for (bool more = true; more;) {
        const auto portion = database().write(
            [&](db::Transaction& tx) { return forget_undo(office.context, tx, office.org, before, 1); });
        all.count += portion.count;
        more = portion.more;
    }
    EXPECT_EQ(all.count, 1);
    EXPECT_THAT(rows("select distinct import_id from import_journal where org_id = $1"),
                ::testing::ElementsAre(all_imports().back().text()));
    const auto undone =
        database().write([&](db::Transaction& tx) { return begin_undo(tx, office.org, old); });
    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().code, ErrorCode::conflict);
    undo_last();
    EXPECT_THAT(rows("select stage from deal where org_id = $1 order by external_key"),
                ::testing::ElementsAre("Quoted", "Quoted"));
}

} // namespace
} // namespace buckstop::imports
