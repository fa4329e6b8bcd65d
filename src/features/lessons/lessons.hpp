// Lessons: what somebody learned, in which surroundings, found again by search and beside the next deal like
// it.
//
// A lesson goes as far as its author shared it: to the coach, to the author's team, or to the whole
// organisation. Within that reach the access table says what may be done; outside it a lesson doesn't exist.
#pragma once

#include "access/principal.hpp"
#include "access/ref.hpp"
#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace buckstop::lessons {

// How far the author lets something go. Each includes the ones before it.
enum class Audience { coach, team, organisation };
BOOST_DESCRIBE_ENUM(Audience, coach, team, organisation)

using LessonRef = Ref<struct buckstop::Lesson>;

// In characters.
inline constexpr std::size_t most_title = 200;
inline constexpr std::size_t most_text = 20'000;

struct LessonSummary {
    LessonId id;
    std::string title;
    std::string excerpt; // plain text, «marks» around what was searched for
    PersonRef author;
    Instant created_at{};
    std::optional<std::string> competitor;
    std::optional<Ref<struct Product>> product;
    std::optional<std::string> segment;
    std::optional<Ref<struct Company>> company;
};
BOOST_DESCRIBE_STRUCT(LessonSummary, (),
                      (id, title, excerpt, author, created_at, competitor, product, segment, company))

// Where it was learned, as the deal was then.
struct LessonContext {
    std::optional<Ref<struct Deal>> deal; // where the reader may read the deal
    std::optional<Ref<struct Company>> company;
    std::optional<Ref<struct Product>> product;
    std::optional<std::string> competitor, segment, stage, region;
};
BOOST_DESCRIBE_STRUCT(LessonContext, (), (deal, company, product, competitor, segment, stage, region))

struct Lesson {
    LessonId id;
    std::string title;
    std::string body;
    std::optional<std::string> serves; // how it will serve in winning the next deal
    PersonRef author;
    std::optional<DebriefId> debrief_id; // where the reader may open it
    LessonContext context;
    Audience audience = Audience::coach;
    bool mine = false;
    Instant created_at{};
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(Lesson, (),
                      (id, title, body, serves, author, debrief_id, context, audience, mine, created_at,
                       version))

// `q`: words, all of which must occur, in any form of the word; "a phrase" in its order; the last word may be
// unfinished. Nothing that can be typed is an error.
struct LessonQuery {
    std::optional<std::string> q;
    std::optional<bool> mine;
    std::optional<std::string> competitor; // as it is called, in any case
    std::optional<ProductId> product;
    std::optional<std::string> segment;
    std::optional<std::string> cursor;
    std::optional<int> limit; // 1 to 200; 50 unless told
};
BOOST_DESCRIBE_STRUCT(LessonQuery, (), (q, mine, competitor, product, segment, cursor, limit))

struct LessonEdit {
    std::optional<std::string> title, body;
    std::optional<std::optional<std::string>> serves; // null clears it
};
BOOST_DESCRIBE_STRUCT(LessonEdit, (), (title, body, serves))

enum class WhyKind { competitor, product, segment, company };
BOOST_DESCRIBE_ENUM(WhyKind, competitor, product, segment, company)

struct Why {
    WhyKind kind = WhyKind::competitor;
    std::string text; // "Also against Norrvik"
};
BOOST_DESCRIBE_STRUCT(Why, (), (kind, text))

struct LessonBeside {
    LessonSummary lesson;
    std::vector<Why> why;
};
BOOST_DESCRIBE_STRUCT(LessonBeside, (), (lesson, why))

struct LessonsBeside {
    std::vector<LessonBeside> items;
};
BOOST_DESCRIBE_STRUCT(LessonsBeside, (), (items))

// For people: checked against who asks.
[[nodiscard]] Result<http::Page<LessonSummary>> search(const Context& context, const access::Principal& who,
                                                       const LessonQuery& query);
[[nodiscard]] Result<Lesson> get(const Context& context, const access::Principal& who, LessonId id);
[[nodiscard]] Result<Lesson> edit(const Context& context, const access::Principal& who, LessonId id,
                                  std::int64_t version, const LessonEdit& edit);
// The lessons for a deal: those of the same company (4), competitor (3), product (2) or segment (1), the
// largest sum first, then the newest; at most ten.
[[nodiscard]] Result<LessonsBeside> beside_deal(const Context& context, const access::Principal& who,
                                                DealId deal);

// For other features, inside their transactions; they have asked access::require already.

struct NewLesson {
    std::optional<DebriefId> debrief;
    PersonId author;
    std::string title, body;
    std::optional<std::string> serves;
    std::optional<DealId> deal;         // its context is taken from here
    std::optional<CompanyId> company{}; // where there is no deal
    Audience audience = Audience::coach;
};
LessonId add(db::Transaction& tx, OrgId org, Instant at, const NewLesson& lesson);
// Tells the open pages of those whom it reaches, once the transaction commits. `who` is one of them.
void announce(const Context& context, db::Transaction& tx, const access::Principal& who, LessonId id);
// As `reader` may see it; nothing outside its reach.
[[nodiscard]] std::optional<Lesson> find_for(db::Transaction& tx, const access::Principal& reader,
                                             LessonId id);
// The titles of those within the reader's reach, in no particular order.
[[nodiscard]] std::vector<LessonRef> names_for(db::Transaction& tx, const access::Principal& reader,
                                               std::span<const LessonId> ids);
// The lesson that this debrief made goes as far as the debrief now goes.
void set_audience(db::Transaction& tx, OrgId org, DebriefId debrief, Audience audience);
// For a debrief whose author changes how its lesson will serve.
void set_serves(db::Transaction& tx, OrgId org, LessonId id, const std::optional<std::string>& serves);
// The same as beside_deal, for a deal that the asker may read; at most `most`.
[[nodiscard]] std::vector<LessonBeside> beside(db::Transaction& tx, const access::Principal& who, DealId deal,
                                               int most);

// For the erasure of a person: the full text of these says again what their rows say; nothing of one that is
// gone.
void index_again(db::Transaction& tx, OrgId org, std::span<const LessonId> ids);
// Makes the full text of every organisation's lessons anew: it isn't in a backup.
void build_search(db::Transaction& tx);

// Is the reader in the audience that `author` chose? (Relation::audience; being the author or coach is
// another.)
[[nodiscard]] bool in_audience(db::Transaction& tx, OrgId org, PersonId reader, PersonId author,
                               Audience audience);

void add_routes(http::Router& router, const Context& context);

} // namespace buckstop::lessons
