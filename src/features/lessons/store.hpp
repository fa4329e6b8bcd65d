// The rows of lessons and their full text. Private to this feature.
#pragma once

#include "features/lessons/lessons.hpp"
#include "features/lessons/words.hpp"

#include <tuple>

namespace buckstop::lessons::store {

// A lesson as it is stored, with the names that it refers to.
struct LessonRow {
    LessonId id;
    std::optional<DebriefId> debrief_id;
    PersonId author_id;
    std::string author_name;
    std::string title, body;
    std::optional<std::string> serves;
    std::optional<DealId> deal_id;
    std::optional<std::string> deal_name;
    std::optional<CompanyId> company_id;
    std::optional<std::string> company_name;
    std::optional<ProductId> product_id;
    std::optional<std::string> product_name;
    std::optional<std::string> competitor, segment, stage, region;
    Audience audience = Audience::coach;
    std::optional<PersonId> coach_id; // of its debrief
    Instant created_at{};
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(LessonRow, (),
                      (id, debrief_id, author_id, author_name, title, body, serves, deal_id, deal_name,
                       company_id, company_name, product_id, product_name, competitor, segment, stage, region,
                       audience, coach_id, created_at, version))

// Nothing where it is outside the reader's reach.
std::optional<LessonRow> find(db::Transaction& tx, const access::Principal& reader, LessonId id);

std::vector<LessonRef> names(db::Transaction& tx, const access::Principal& reader,
                             std::span<const LessonId> ids);

struct ListFilter {
    bool mine = false;
    std::optional<std::string> competitor_key, segment_key;
    std::optional<ProductId> product;
    std::tuple<int, Instant, LessonId> after; // where the page before ended: 1 for a hit in the title, else 0
    std::size_t limit = 50;
};
struct ListedRow : LessonRow {
    int in_title = 0;
};
BOOST_DESCRIBE_STRUCT(ListedRow, (LessonRow), (in_title))
// Those within the reader's reach: with everything in the title first, then the newest. One more than `limit`
// where there is more.
std::vector<ListedRow> list(db::Transaction& tx, const access::Principal& reader, const SearchWords& asked,
                            const ListFilter& filter);

// What a lesson is found by beside a deal.
struct DealContext {
    DealId id;
    std::optional<CompanyId> company_id;
    std::optional<ProductId> product_id;
    std::optional<std::string> competitor, segment, stage, region;
};
BOOST_DESCRIBE_STRUCT(DealContext, (), (id, company_id, product_id, competitor, segment, stage, region))
std::optional<DealContext> deal_context(db::Transaction& tx, OrgId org, DealId deal);
// Of a lesson that was learned about a customer and no deal.
std::optional<DealContext> company_context(db::Transaction& tx, OrgId org, CompanyId company);
// Nothing where the condition (people::visible_deals_sql) doesn't hold for the deal.
bool deal_is_visible(db::Transaction& tx, OrgId org, DealId deal, const std::string& visible);

std::vector<LessonRow> beside(db::Transaction& tx, const access::Principal& reader, const DealContext& deal,
                              int most);

void insert(db::Transaction& tx, OrgId org, LessonId id, Instant at, const NewLesson& lesson,
            const DealContext& learned_in);
void update_text(db::Transaction& tx, OrgId org, LessonId id, const std::string& title,
                 const std::string& body, const std::optional<std::string>& serves);
void update_serves(db::Transaction& tx, OrgId org, LessonId id, const std::optional<std::string>& serves);
void update_audience(db::Transaction& tx, OrgId org, DebriefId debrief, Audience audience);
std::vector<LessonId> all(db::Transaction& tx, OrgId org);
// Makes the full text say what the row says; nothing where there is no row.
void index(db::Transaction& tx, OrgId org, LessonId id);

bool same_team(db::Transaction& tx, OrgId org, PersonId one, PersonId other);
// Everybody in the person's team; the person alone where they have none.
std::vector<PersonId> team_of(db::Transaction& tx, OrgId org, PersonId person);

} // namespace buckstop::lessons::store
