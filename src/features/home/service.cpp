#include "features/home/service.hpp"

#include "features/home/store.hpp"

namespace buckstop::home {
namespace {

constexpr int most_failures = 10;
constexpr int most_drafts = 10;
constexpr int most_waiting = 10;
constexpr int most_commitments = 10;
constexpr std::size_t most_deals = 5;
constexpr int most_lessons = 3;    // for each deal
constexpr int most_looked_at = 20; // open deals, the next to close first, until enough have lessons
constexpr int most_notices = 20;

// My open deals that there are lessons for.
std::vector<DealWithLessons> deals_with_lessons(db::Transaction& tx, const access::Principal& who,
                                                Date today) {
    std::vector<DealId> ids;
    std::vector<std::vector<lessons::LessonBeside>> found;
    for (const auto id : store::open_deals(tx, who.org, who.person, today, most_looked_at)) {
        auto beside = lessons::beside(tx, who, id, most_lessons);
        if (beside.empty())
            continue;
        ids.push_back(id);
        found.push_back(std::move(beside));
        if (ids.size() == most_deals)
            break;
    }
    std::vector<DealWithLessons> result;
    auto deals = crm::summaries(tx, who.org, ids);
    for (std::size_t i = 0; i < deals.size(); ++i)
        result.push_back({.deal = std::move(deals[i]), .lessons = std::move(found[i])});
    return result;
}

} // namespace

Home home(const Context& context, const access::Principal& who) {
    return context.database.read([&](db::Transaction& tx) {
        auto waiting = failures::waiting_for(tx, who.org, who.person, most_failures);
        Home home;
        home.failures_more = waiting.all - static_cast<std::int64_t>(waiting.items.size());
        home.failures = std::move(waiting.items);
        home.drafts = debriefs::drafts_of(tx, who, most_drafts);
        home.coaching = debriefs::waiting_for_coach(tx, who, most_waiting);
        home.commitments = commitments::due_for(tx, context, who, most_commitments);
        home.deals = deals_with_lessons(tx, who, people::today(tx, who.org, context.now()));
        home.notices = identity::notices(tx, who.org, who.person, most_notices);
        return home;
    });
}

} // namespace buckstop::home
