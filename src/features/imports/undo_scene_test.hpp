// What the tests of undoing share.
#pragma once

#include "features/imports/apply_scene_test.hpp"
#include "features/imports/undo.hpp"

#include <memory>

namespace buckstop::imports {

inline constexpr std::string_view companies_mapping = R"(kind = "company"
source = "quay"
key = ["Id"]
[columns]
"Name" = "name"
"Segment" = "segment"
)";
inline constexpr std::string_view activities_mapping = R"(kind = "activity"
source = "quay"
key = ["Id"]
[columns]
"Deal" = "deal_key"
"Who" = "person"
"What" = "subject"
"On" = "happened_on"
)";

class UndoTest : public ApplyTest {
  protected:
    // In the order in which they were begun.
    std::vector<ImportId> all_imports() {
        return database().read([&](db::Transaction& tx) {
            return tx.query<ImportId>("select id from import where org_id = $1 order by id", office.org);
        });
    }
    ImportId first() { return all_imports().front(); }

    Result<Undone> undo_marked(ImportId id) { return imports::undo(office.context, office.org, id, {}); }
    Undone undo(ImportId id) {
        const auto marked =
            database().write([&](db::Transaction& tx) { return begin_undo(tx, office.org, id); });
        EXPECT_TRUE(marked) << (marked ? "" : marked.error().message);
        auto undone = undo_marked(id);
        EXPECT_TRUE(undone) << (undone ? "" : undone.error().message);
        return undone ? *undone : Undone{};
    }
    Undone undo_last() { return undo(all_imports().back()); }

    // Another organisation, in which nothing has been imported.
    void begin_anew() {
        others_.push_back(std::make_unique<test::Office>(database(), "Dock Ltd"));
        office.org = others_.back()->org;
    }

    void give_lesson(const std::string& deal_key) {
        database().write([&](db::Transaction& tx) {
            tx.execute(
                "insert into lesson (org_id, id, author_id, title, body, deal_id, audience, created_at,"
                " version) select deal.org_id, $3, owner_id, 'Ask first', 'Ask', deal.id, 'team', 0, 1"
                " from deal where org_id = $1 and external_key = $2",
                office.org, deal_key, tx.new_id<struct Lesson>());
        });
    }

  private:
    std::vector<std::unique_ptr<test::Office>> others_;
};

} // namespace buckstop::imports
