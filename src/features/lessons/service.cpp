#include "access/policy.hpp"
#include "db/page.hpp"
#include "features/audit/audit.hpp"
#include "features/lessons/store.hpp"
#include "features/paging.hpp"
#include "features/people/people.hpp"
#include "features/text_field.hpp"

#include <utility>

namespace buckstop::lessons {
namespace {

using access::Action;
using access::Object;
using access::Relation;

constexpr int most_beside = 10;

tl::unexpected<Error> no_such_lesson() {
    return fail(ErrorCode::not_found, "There is no such lesson.");
}

// How the reader, within whose reach the lesson is, stands to it.
std::vector<Relation> relations(db::Transaction& tx, const access::Principal& who,
                                const store::LessonRow& row) {
    auto held = people::relations(tx, who, row.author_id);
    if (row.coach_id == who.person)
        held.push_back(Relation::coach);
    return held;
}

LessonSummary summary(const store::LessonRow& row, const SearchWords& asked) {
    LessonSummary shown{.id = row.id,
                        .title = row.title,
                        .excerpt = excerpt(row.body, asked),
                        .author = {row.author_id, row.author_name},
                        .created_at = row.created_at,
                        .competitor = row.competitor,
                        .product = std::nullopt,
                        .segment = row.segment,
                        .company = std::nullopt};
    if (row.product_id && row.product_name)
        shown.product = {*row.product_id, *row.product_name};
    if (row.company_id && row.company_name)
        shown.company = {*row.company_id, *row.company_name};
    return shown;
}

Lesson whole(db::Transaction& tx, const access::Principal& who, const store::LessonRow& row) {
    const auto names = summary(row, SearchWords(""));
    Lesson shown{.id = row.id,
                 .title = row.title,
                 .body = row.body,
                 .serves = row.serves,
                 .author = names.author,
                 .debrief_id = std::nullopt,
                 .context = {.deal = std::nullopt,
                             .company = names.company,
                             .product = names.product,
                             .competitor = row.competitor,
                             .segment = row.segment,
                             .stage = row.stage,
                             .region = row.region},
                 .audience = row.audience,
                 .mine = row.author_id == who.person,
                 .created_at = row.created_at,
                 .version = row.version};
    if (row.deal_id && row.deal_name &&
        store::deal_is_visible(tx, who.org, *row.deal_id, people::visible_deals_sql(tx, who)))
        shown.context.deal = {*row.deal_id, *row.deal_name};
    if (row.debrief_id) {
        auto held = relations(tx, who, row);
        if (in_audience(tx, who.org, who.person, row.author_id, row.audience))
            held.push_back(Relation::audience);
        if (access::decide(who.roles, held, Object::debrief, Action::read) != access::Decision::deny)
            shown.debrief_id = row.debrief_id;
    }
    return shown;
}

// Why a lesson stands beside a deal, the weightiest reason first.
std::vector<Why> why(const store::LessonRow& lesson, const store::DealContext& deal) {
    const auto same = [](const std::optional<std::string>& a, const std::optional<std::string>& b) {
        return a && b && people::name_key(*a) == people::name_key(*b);
    };
    std::vector<Why> reasons;
    if (lesson.company_id && lesson.company_id == deal.company_id)
        reasons.push_back({WhyKind::company, "Also with " + lesson.company_name.value_or("this company")});
    if (same(lesson.competitor, deal.competitor))
        reasons.push_back({WhyKind::competitor, "Also against " + *lesson.competitor});
    if (lesson.product_id && lesson.product_id == deal.product_id)
        reasons.push_back({WhyKind::product, "Also about " + lesson.product_name.value_or("this product")});
    if (same(lesson.segment, deal.segment))
        reasons.push_back({WhyKind::segment, "Also in " + *lesson.segment});
    return reasons;
}

std::optional<std::string> key_of(const std::optional<std::string>& name) {
    const auto text = something(name);
    return text ? std::optional(people::name_key(*text)) : std::nullopt;
}

void tell(const Context& context, db::Transaction& tx, OrgId org, const store::LessonRow& lesson) {
    http::Event event{.org = org, .to = {}, .topic = "lesson", .id = lesson.id.text()};
    if (lesson.audience == Audience::coach) {
        event.to.push_back(lesson.author_id);
        if (lesson.coach_id)
            event.to.push_back(*lesson.coach_id);
    } else if (lesson.audience == Audience::team) {
        event.to = store::team_of(tx, org, lesson.author_id);
    }
    tx.after_commit([&context, event = std::move(event)] { context.events.publish(event); });
}

} // namespace

Result<http::Page<LessonSummary>> search(const Context& context, const access::Principal& who,
                                         const LessonQuery& query) {
    if (const auto allowed = access::require(who, {}, Object::lesson, Action::list); !allowed)
        return fail(allowed.error());
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    const auto after = db::read_cursor(query.cursor, std::tuple{2, Instant::max(), LessonId(largest_id)});
    if (!after)
        return fail(after.error());
    const SearchWords asked(query.q.value_or(""));
    return context.database.read([&](db::Transaction& tx) {
        auto rows = store::list(tx, who, asked,
                                {.mine = query.mine.value_or(false),
                                 .competitor_key = key_of(query.competitor),
                                 .segment_key = key_of(query.segment),
                                 .product = query.product,
                                 .after = *after,
                                 .limit = *limit});
        http::Page<LessonSummary> page;
        page.next = db::cut_page(rows, *limit, [](const auto& row) {
            return std::tuple{row.in_title, row.created_at, row.id};
        });
        for (const auto& row : rows)
            page.items.push_back(summary(row, asked));
        return page;
    });
}

Result<Lesson> get(const Context& context, const access::Principal& who, LessonId id) {
    return context.database.read([&](db::Transaction& tx) -> Result<Lesson> {
        auto lesson = find_for(tx, who, id);
        if (!lesson)
            return no_such_lesson();
        return *std::move(lesson);
    });
}

Result<Lesson> edit(const Context& context, const access::Principal& who, LessonId id, std::int64_t version,
                    const LessonEdit& edit) {
    FieldChecks checks;
    if (edit.title)
        checks.text("title", edit.title,
                    {.most = most_title, .required = true, .missing = "A lesson needs a title."});
    if (edit.body)
        checks.text("body", edit.body,
                    {.most = most_text, .required = true, .missing = "What is the lesson?"});
    if (edit.serves)
        checks.text("serves", *edit.serves, {.most = most_text});
    return context.database.write([&](db::Transaction& tx) -> Result<Lesson> {
        const auto row = store::find(tx, who, id);
        if (!row)
            return no_such_lesson();
        if (const auto allowed =
                access::require(who, relations(tx, who, *row), Object::lesson, Action::write);
            !allowed)
            return fail(allowed.error());
        if (!checks.fine())
            return fail(checks.error());
        if (row->version != version)
            return fail(ErrorCode::precondition_failed,
                        "This lesson was changed in between. Look at it again before you change it.");
        store::update_text(tx, who.org, id, edit.title ? std::string(trimmed(*edit.title)) : row->title,
                           edit.body ? std::string(trimmed(*edit.body)) : row->body,
                           edit.serves ? something(*edit.serves) : row->serves);
        store::index(tx, who.org, id);
        tell(context, tx, who.org, *row);
        auto changed = find_for(tx, who, id);
        audit::record(tx, context.now(),
                      {.org = who.org,
                       .actor = who.person,
                       .action = "lesson.change",
                       .object = Object::lesson,
                       .object_id = id.value(),
                       .subject = {}});
        return changed.value();
    });
}

Result<LessonsBeside> beside_deal(const Context& context, const access::Principal& who, DealId deal) {
    return context.database.read([&](db::Transaction& tx) -> Result<LessonsBeside> {
        if (!store::deal_is_visible(tx, who.org, deal, people::visible_deals_sql(tx, who)))
            return fail(ErrorCode::not_found, "There is no such deal.");
        return LessonsBeside{beside(tx, who, deal, most_beside)};
    });
}

LessonId add(db::Transaction& tx, OrgId org, Instant at, const NewLesson& lesson) {
    const auto id = tx.new_id<struct buckstop::Lesson>();
    std::optional<store::DealContext> learned_in;
    if (lesson.deal)
        learned_in = store::deal_context(tx, org, *lesson.deal);
    else if (lesson.company)
        learned_in = store::company_context(tx, org, *lesson.company);
    store::insert(tx, org, id, at, lesson, learned_in.value_or(store::DealContext{}));
    store::index(tx, org, id);
    return id;
}

void announce(const Context& context, db::Transaction& tx, const access::Principal& who, LessonId id) {
    if (const auto row = store::find(tx, who, id))
        tell(context, tx, who.org, *row);
}

std::optional<Lesson> find_for(db::Transaction& tx, const access::Principal& reader, LessonId id) {
    const auto row = store::find(tx, reader, id);
    if (!row || access::decide(reader.roles, relations(tx, reader, *row), Object::lesson, Action::read) ==
                    access::Decision::deny)
        return std::nullopt;
    return whole(tx, reader, *row);
}

std::vector<LessonRef> names_for(db::Transaction& tx, const access::Principal& reader,
                                 std::span<const LessonId> ids) {
    return store::names(tx, reader, ids);
}

void set_serves(db::Transaction& tx, OrgId org, LessonId id, const std::optional<std::string>& serves) {
    store::update_serves(tx, org, id, serves);
    store::index(tx, org, id);
}

void set_audience(db::Transaction& tx, OrgId org, DebriefId debrief, Audience audience) {
    store::update_audience(tx, org, debrief, audience);
}

std::vector<LessonBeside> beside(db::Transaction& tx, const access::Principal& who, DealId deal, int most) {
    const auto context = store::deal_context(tx, who.org, deal);
    if (!context || access::decide(who.roles, {}, Object::lesson, Action::list) == access::Decision::deny)
        return {};
    std::vector<LessonBeside> result;
    for (const auto& row : store::beside(tx, who, *context, std::min(most, most_beside)))
        result.push_back({.lesson = summary(row, SearchWords("")), .why = why(row, *context)});
    return result;
}

void index_again(db::Transaction& tx, OrgId org, std::span<const LessonId> ids) {
    for (const auto id : ids)
        store::index(tx, org, id);
}

void build_search(db::Transaction& tx) {
    for (const auto& organisation : people::organisations(tx))
        for (const auto lesson : store::all(tx, organisation.id))
            store::index(tx, organisation.id, lesson);
}

bool in_audience(db::Transaction& tx, OrgId org, PersonId reader, PersonId author, Audience audience) {
    switch (audience) {
    case Audience::coach:
        return false; // which is a relation of its own
    case Audience::team:
        return store::same_team(tx, org, reader, author);
    case Audience::organisation:
        return true;
    }
    return false;
}

} // namespace buckstop::lessons
