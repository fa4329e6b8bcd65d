#include "features/lessons/store.hpp"

#include "db/lists.hpp"
#include "features/crm/crm.hpp"
#include "features/people/people.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace buckstop::lessons::store {
namespace {

// Of the lesson; $1 is the organisation.
const std::string columns =
    "lesson.id, lesson.debrief_id, lesson.author_id, author.name as author_name, lesson.title, lesson.body,"
    " lesson.serves, lesson.deal_id, deal.name as deal_name, lesson.company_id,"
    " company.name as company_name, lesson.product_id, product.name as product_name, lesson.competitor,"
    " lesson.segment, lesson.stage, lesson.region, lesson.audience, debrief.coach_id, lesson.created_at,"
    " lesson.version";
const std::string joins =
    " join person author on author.org_id = lesson.org_id and author.id = lesson.author_id"
    " left join debrief on debrief.org_id = lesson.org_id and debrief.id = lesson.debrief_id"
    " left join deal on deal.org_id = lesson.org_id and deal.id = lesson.deal_id"
    " left join company on company.org_id = lesson.org_id and company.id = lesson.company_id"
    " left join product on product.org_id = lesson.org_id and product.id = lesson.product_id";

// What of a lesson is searched.
struct Searched {
    std::string title, body;
    std::optional<std::string> serves, competitor, segment, company, product;
};
BOOST_DESCRIBE_STRUCT(Searched, (), (title, body, serves, competitor, segment, company, product))

// Holds for lessons within the reader's reach; $1 is the organisation, $2 the reader. Who only observes reads
// what is published to the organisation, whatever team they stand in.
std::string within_reach(const access::Principal& reader) {
    const bool works_here =
        std::ranges::any_of(reader.roles, [](access::Role role) { return role != access::Role::observer; });
    std::string condition =
        "(lesson.audience = 'organisation' or lesson.author_id = $2 or debrief.coach_id = $2";
    if (works_here)
        condition += " or (lesson.audience = 'team' and author.team_id ="
                     " (select team_id from person reader where reader.org_id = $1 and reader.id = $2))";
    return condition + ")";
}

std::optional<std::string> key_of(const std::optional<std::string>& name) {
    return name ? std::optional(people::name_key(*name)) : std::nullopt;
}

} // namespace

std::optional<LessonRow> find(db::Transaction& tx, const access::Principal& reader, LessonId id) {
    return tx.find<LessonRow>("select " + columns + " from lesson" + joins +
                                  " where lesson.org_id = $1 and lesson.id = $3 and " + within_reach(reader),
                              reader.org, reader.person, id);
}

std::vector<LessonRef> names(db::Transaction& tx, const access::Principal& reader,
                             std::span<const LessonId> ids) {
    if (ids.empty())
        return {};
    return tx.query<LessonRef>(db::in_lists("select lesson.id, lesson.title as name from lesson" + joins +
                                            " where lesson.org_id = $1 and lesson.id in ($3*) and " +
                                            within_reach(reader)),
                               reader.org, reader.person, db::list_of(tx, ids));
}

std::vector<ListedRow> list(db::Transaction& tx, const access::Principal& reader, const SearchWords& asked,
                            const ListFilter& filter) {
    const auto in_title = std::get<int>(filter.after);
    const auto at = std::get<Instant>(filter.after);
    const auto id = std::get<LessonId>(filter.after);
    const std::string filters = " and " + within_reach(reader) +
                                " and (cast($4 as bigint) = 0 or lesson.author_id = $2)"
                                " and ($5 = '' or lesson.competitor_key = $5)"
                                " and ($6 = '' or lesson.segment_key = $6)"
                                " and (cast($7 as bigint) = 0 or lesson.product_id = $7)";
    const auto query = [&](const std::string& sql, const auto&... more) {
        return tx.query<ListedRow>(sql, reader.org, reader.person, filter.limit + 1, filter.mine,
                                   filter.competitor_key.value_or(""), filter.segment_key.value_or(""),
                                   filter.product.value_or(ProductId{}), at, id, more...);
    };
    if (asked.empty())
        return query("select " + columns + ", 0 as in_title from lesson" + joins +
                     " where lesson.org_id = $1" + filters +
                     " and (lesson.created_at, lesson.id) < ($8, $9)"
                     " order by lesson.created_at desc, lesson.id desc limit $3");

    // $11 and $12: the conditions on the whole text and on the title.
    const bool sqlite = tx.dialect() == db::Dialect::sqlite;
    const std::string hits =
        sqlite ? "with hit as (select rowid as lesson_id, case when rowid in (select rowid from lesson_text "
                 "where"
                 " lesson_text match $12 and org_id = $1) then 1 else 0 end as in_title from lesson_text"
                 " where lesson_text match $11 and org_id = $1)"
               : "with hit as (select lesson_id, case when words @@ cast($12 as tsquery) then 1 else 0 end "
                 "as in_title"
                 " from lesson_text where org_id = $1 and words @@ cast($11 as tsquery))";
    return query(hits + " select " + columns + ", hit.in_title as in_title from hit" +
                     " join lesson on lesson.org_id = $1 and lesson.id = hit.lesson_id" + joins +
                     " where lesson.org_id = $1" + filters +
                     " and (hit.in_title, lesson.created_at, lesson.id) < ($10, $8, $9)"
                     " order by hit.in_title desc, lesson.created_at desc, lesson.id desc limit $3",
                 in_title, sqlite ? asked.fts5(false) : asked.tsquery(false),
                 sqlite ? asked.fts5(true) : asked.tsquery(true));
}

std::optional<DealContext> deal_context(db::Transaction& tx, OrgId org, DealId deal) {
    return tx.find<DealContext>(
        fmt::format("select deal.id, deal.company_id, deal.product_id, {} as competitor,"
                    " coalesce(deal.segment, company.segment) as segment, {} as stage,"
                    " coalesce(deal.region, company.region) as region from deal"
                    " left join company on company.org_id = deal.org_id and company.id = deal.company_id"
                    " where deal.org_id = $1 and deal.id = $2",
                    crm::competitor_sql, crm::stage_sql()),
        org, deal);
}

std::optional<DealContext> company_context(db::Transaction& tx, OrgId org, CompanyId company) {
    return tx.find<DealContext>(
        "select cast(0 as bigint) as id, id as company_id, cast(null as bigint) as product_id,"
        " cast(null as text) as competitor, segment, cast(null as text) as stage, region from company"
        " where org_id = $1 and id = $2",
        org, company);
}

bool deal_is_visible(db::Transaction& tx, OrgId org, DealId deal, const std::string& visible) {
    return tx
        .find<std::int64_t>("select 1 from deal where deal.org_id = $1 and deal.id = $2 and " + visible, org,
                            deal)
        .has_value();
}

std::vector<LessonRow> beside(db::Transaction& tx, const access::Principal& reader, const DealContext& deal,
                              int most) {
    // A lesson that was learned in this very deal isn't news to it.
    const std::string sql =
        "select " + columns + " from lesson" + joins +
        " where lesson.org_id = $1 and (lesson.company_id = $3 or lesson.competitor_key = $4"
        " or lesson.product_id = $5 or lesson.segment_key = $6)"
        " and (lesson.deal_id is null or lesson.deal_id <> $7) and " +
        within_reach(reader) +
        " order by case when lesson.company_id = $3 then 4 else 0 end"
        " + case when lesson.competitor_key = $4 then 3 else 0 end"
        " + case when lesson.product_id = $5 then 2 else 0 end"
        " + case when lesson.segment_key = $6 then 1 else 0 end desc, lesson.created_at desc, lesson.id desc"
        " limit $8";
    return tx.query<LessonRow>(sql, reader.org, reader.person, deal.company_id, key_of(deal.competitor),
                               deal.product_id, key_of(deal.segment), deal.id, most);
}

void insert(db::Transaction& tx, OrgId org, LessonId id, Instant at, const NewLesson& lesson,
            const DealContext& learned_in) {
    tx.execute(
        "insert into lesson (org_id, id, debrief_id, author_id, title, body, serves, deal_id, company_id,"
        " product_id, competitor, competitor_key, segment, segment_key, stage, region, audience, created_at,"
        " version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
        "1)",
        org, id, lesson.debrief, lesson.author, lesson.title, lesson.body, lesson.serves, lesson.deal,
        learned_in.company_id, learned_in.product_id, learned_in.competitor, key_of(learned_in.competitor),
        learned_in.segment, key_of(learned_in.segment), learned_in.stage, learned_in.region, lesson.audience,
        at);
}

void update_text(db::Transaction& tx, OrgId org, LessonId id, const std::string& title,
                 const std::string& body, const std::optional<std::string>& serves) {
    tx.execute("update lesson set title = $3, body = $4, serves = $5, version = version + 1"
               " where org_id = $1 and id = $2",
               org, id, title, body, serves);
}

void update_serves(db::Transaction& tx, OrgId org, LessonId id, const std::optional<std::string>& serves) {
    tx.execute("update lesson set serves = $3, version = version + 1 where org_id = $1 and id = $2", org, id,
               serves);
}

void update_audience(db::Transaction& tx, OrgId org, DebriefId debrief, Audience audience) {
    tx.execute("update lesson set audience = $3, version = version + 1 where org_id = $1 and debrief_id = $2",
               org, debrief, audience);
}

bool same_team(db::Transaction& tx, OrgId org, PersonId one, PersonId other) {
    return tx
        .find<std::int64_t>(
            "select 1 from person a join person b on b.org_id = a.org_id and b.team_id = a.team_id"
            " where a.org_id = $1 and a.id = $2 and b.id = $3",
            org, one, other)
        .has_value();
}

std::vector<PersonId> team_of(db::Transaction& tx, OrgId org, PersonId person) {
    return tx.query<PersonId>(
        "select mate.id from person mate where mate.org_id = $1 and (mate.id = $2 or"
        " mate.team_id = (select team_id from person one where one.org_id = $1 and one.id = $2))",
        org, person);
}

std::vector<LessonId> all(db::Transaction& tx, OrgId org) {
    return tx.query<LessonId>("select id from lesson where org_id = $1", org);
}

void index(db::Transaction& tx, OrgId org, LessonId id) {
    const auto lesson = tx.find<Searched>(
        "select lesson.title, lesson.body, lesson.serves, lesson.competitor, lesson.segment,"
        " company.name as company, product.name as product from lesson"
        " left join company on company.org_id = lesson.org_id and company.id = lesson.company_id"
        " left join product on product.org_id = lesson.org_id and product.id = lesson.product_id"
        " where lesson.org_id = $1 and lesson.id = $2",
        org, id);
    if (!lesson) {
        tx.execute({"delete from lesson_text where org_id = $1 and rowid = $2",
                    "delete from lesson_text where org_id = $1 and lesson_id = $2"},
                   org, id);
        return;
    }
    std::vector<std::string_view> further{lesson->body};
    for (const auto* field :
         {&lesson->serves, &lesson->competitor, &lesson->segment, &lesson->company, &lesson->product})
        if (*field)
            further.emplace_back(**field);
    const auto text = index_text(lesson->title, further);
    if (tx.dialect() == db::Dialect::sqlite) {
        tx.execute("delete from lesson_text where org_id = $1 and rowid = $2", org, id);
        tx.execute("insert into lesson_text (org_id, rowid, title_stems, title_words, stems, words)"
                   " values ($1, $2, $3, $4, $5, $6)",
                   org, id, text.title_stems, text.title_words, text.stems, text.words);
    } else {
        tx.execute("insert into lesson_text (org_id, lesson_id, words) values ($1, $2, cast($3 as tsvector))"
                   " on conflict (org_id, lesson_id) do update set words = excluded.words",
                   org, id, text.vector);
    }
}

} // namespace buckstop::lessons::store
