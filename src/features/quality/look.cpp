// A look at all the data, which makes the findings equal to it: in portions, so that no other writer waits
// long, and each portion writes only what changed.
#include "features/people/people.hpp"
#include "features/quality/store.hpp"
#include "features/quality/twins.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace buckstop::quality {
namespace {

constexpr int deals_at_once = 2'000;
constexpr std::size_t written_at_once = 2'000;
constexpr int most_missing_deals =
    10'000; // of each kind of row that waits; the rest comes up as these are mended

using store::Known;
using store::Seen;
using store::What;

// The work of one look and what it has gathered on its way over the deals.
class Round {
  public:
    Round(const Context& context, OrgId org, std::optional<ImportId> import,
          const std::function<bool(const Looked&)>& go_on)
        : context_(context), org_(org), import_(import), go_on_(go_on) {}

    // False where it was told to stop.
    bool run();
    [[nodiscard]] const Looked& looked() const { return looked_; }

  private:
    struct Stage {
        std::int64_t deals = 0;
        DealId first;
    };

    void begin();
    bool look_at_deals();
    void gather(const DealFacts& deal);
    [[nodiscard]] std::vector<Seen> stages() const;
    [[nodiscard]] std::vector<Seen> currencies() const;
    [[nodiscard]] std::vector<Seen> deals_twice();
    [[nodiscard]] std::vector<Seen> companies_twice();
    [[nodiscard]] std::vector<Seen> people();
    [[nodiscard]] std::vector<Seen> waiting();

    bool make_equal(std::vector<Seen> seen, std::span<const Kind> kinds);
    bool write(std::vector<Seen> seen, std::vector<Known> known);

    const Context& context_;
    OrgId org_;
    std::optional<ImportId> import_;
    const std::function<bool(const Looked&)>& go_on_;
    Looked looked_;
    LookId id_;
    std::string own_currency_;
    Measure measure_;
    std::map<std::string, Stage> stages_;
    std::map<std::string, std::int64_t> currencies_;
    std::vector<DealMark> marks_;
};

// What to write so that what is known is what was seen.
struct Difference {
    std::vector<Seen> added;
    std::vector<Known> gone, renumbered;
};
Difference difference(std::vector<Seen> seen, std::vector<Known> known) {
    constexpr auto what = [](const What& each) -> const What& { return each; };
    std::ranges::sort(seen, {}, what);
    std::ranges::sort(known, {}, what);
    Difference result;
    auto before = known.begin();
    for (auto& each : seen) {
        while (before != known.end() && what(*before) < what(each))
            result.gone.push_back(std::move(*before++));
        if (before == known.end() || what(*before) != what(each)) {
            result.added.push_back(std::move(each));
        } else {
            if (std::exchange(before->number, each.number) != each.number)
                result.renumbered.push_back(std::move(*before));
            ++before;
        }
    }
    std::move(before, known.end(), std::back_inserter(result.gone));
    return result;
}

// "How alike" in percent: 100 only for the same.
std::int64_t percent(double likeness) {
    return static_cast<std::int64_t>(std::floor(likeness * 100));
}

void Round::begin() {
    std::map<std::string, std::vector<std::int64_t>> amounts;
    context_.database.read([&](db::Transaction& tx) {
        amounts.clear();
        measure_.today = people::today(tx, org_, context_.now());
        const auto organisation = people::find_organisation(tx, org_);
        own_currency_ = organisation ? organisation->currency : std::string();
        store::each_amount(tx, org_, [&](const store::AmountRow& row) {
            amounts[row.currency].push_back(row.amount_minor);
        });
    });
    for (auto& [currency, of_currency] : amounts)
        if (const auto most = most_that_can_be(of_currency))
            measure_.most.emplace(currency, *most);
    id_ = context_.database.write(
        [&](db::Transaction& tx) { return store::begin_look(tx, org_, import_, context_.now()); });
}

void Round::gather(const DealFacts& deal) {
    auto& stage = stages_[deal.stage];
    if (stage.deals++ == 0)
        stage.first = deal.id;
    if (deal.value_minor && deal.currency != own_currency_)
        ++currencies_[deal.currency];
    if (const auto mark = mark_of(deal))
        marks_.push_back(*mark);
}

bool Round::look_at_deals() {
    DealId after;
    for (bool more = true; more;) {
        std::vector<DealFacts> deals;
        std::vector<Known> known;
        context_.database.read([&](db::Transaction& tx) {
            deals = store::deals(tx, org_, after, deals_at_once);
            more = deals.size() == static_cast<std::size_t>(deals_at_once);
            // Behind the last deal too: those whose deal is gone.
            known = store::known_of_deals(tx, org_, after, more ? deals.back().id : DealId(INT64_MAX));
        });
        std::vector<Seen> seen;
        for (const auto& deal : deals) {
            gather(deal);
            for (const auto kind : check(deal, measure_))
                seen.push_back({What{.kind = kind, .subject_id = deal.id.value()}, {}});
        }
        looked_.deals += static_cast<std::int64_t>(deals.size());
        if (!deals.empty())
            after = deals.back().id;
        if (!write(std::move(seen), std::move(known)))
            return false;
    }
    return true;
}

std::vector<Seen> Round::stages() const {
    std::vector<Seen> seen;
    for (const auto& [name, stage] : stages_)
        if (stage.deals == 1)
            seen.push_back(
                {What{.kind = Kind::stage_of_one_deal, .subject_id = stage.first.value(), .subject = name},
                 {}});
    return seen;
}

std::vector<Seen> Round::currencies() const {
    std::vector<Seen> seen;
    for (const auto& [currency, deals] : currencies_)
        seen.push_back({What{.kind = Kind::currency_without_rate, .subject = currency}, deals});
    return seen;
}

std::vector<Seen> Round::deals_twice() {
    const auto pairs = pairs_of(marks_);
    std::vector<Seen> seen;
    constexpr std::size_t pairs_at_once = 1'000;
    for (std::size_t from = 0; from < pairs.size(); from += pairs_at_once) {
        const auto some = std::span(pairs).subspan(from, std::min(pairs_at_once, pairs.size() - from));
        std::vector<DealId> ids;
        for (const auto& pair : some)
            ids.insert(ids.end(), {pair.earlier, pair.later});
        std::map<std::int64_t, Name> names;
        context_.database.read([&](db::Transaction& tx) {
            for (const auto& row : store::deal_names(tx, org_, ids))
                names.emplace(row.id, compared_name(row.name));
        });
        for (const auto& [earlier, later] : some)
            if (const double alike = likeness(names[earlier.value()], names[later.value()]); alike > 0)
                seen.push_back(
                    {What{.kind = Kind::deal_twice, .subject_id = later.value(), .other_id = earlier.value()},
                     percent(alike)});
    }
    return seen;
}

std::vector<Seen> Round::companies_twice() {
    const auto rows =
        context_.database.read([&](db::Transaction& tx) { return store::company_names(tx, org_); });
    std::vector<Name> names;
    names.reserve(rows.size());
    for (const auto& row : rows)
        names.push_back(compared_name(row.name));
    std::vector<Seen> seen;
    for (const auto& twin : find_twins(names))
        seen.push_back({What{.kind = Kind::company_twice,
                             .subject_id = rows[twin.later].id,
                             .other_id = rows[twin.earlier].id},
                        percent(twin.likeness)});
    return seen;
}

std::vector<Seen> Round::people() {
    return context_.database.read([&](db::Transaction& tx) {
        std::vector<Seen> seen;
        for (const auto& person : store::people_of_one_name(tx, org_))
            seen.push_back({What{.kind = Kind::person_twice,
                                 .subject_id = person.id.value(),
                                 .other_id = person.first_id.value()},
                            {}});
        for (const auto& person : store::people_without_manager(tx, org_))
            seen.push_back({What{.kind = Kind::person_without_manager, .subject_id = person.value()}, {}});
        return seen;
    });
}

std::vector<Seen> Round::waiting() {
    return context_.database.read([&](db::Transaction& tx) {
        std::vector<Seen> seen;
        const auto add = [&](Kind kind, const std::vector<store::WaitingRow>& rows) {
            for (const auto& row : rows)
                seen.push_back(
                    {What{.kind = kind, .subject = row.source + '\n' + row.waits_for_deal}, row.count});
        };
        add(Kind::activities_without_deal, store::waiting_activities(tx, org_, most_missing_deals));
        add(Kind::stage_changes_without_deal, store::waiting_stage_changes(tx, org_, most_missing_deals));
        return seen;
    });
}

// All findings of these kinds at once.
bool Round::make_equal(std::vector<Seen> seen, std::span<const Kind> kinds) {
    auto known = context_.database.read([&](db::Transaction& tx) { return store::known(tx, org_, kinds); });
    return write(std::move(seen), std::move(known));
}

bool Round::write(std::vector<Seen> seen, std::vector<Known> known) {
    const auto differing = difference(std::move(seen), std::move(known));
    const auto part = []<class T>(const std::vector<T>& all, std::size_t from) {
        const auto begin = std::min(from, all.size());
        return std::span(all).subspan(begin, std::min(written_at_once, all.size() - begin));
    };
    for (std::size_t from = 0;
         from < std::max({differing.added.size(), differing.gone.size(), differing.renumbered.size()});
         from += written_at_once) {
        const auto [found, mended] = context_.database.write([&](db::Transaction& tx) {
            auto written = store::insert(tx, org_, context_.now(), part(differing.added, from));
            auto removed = store::remove(tx, org_, part(differing.gone, from));
            for (const auto& each : part(differing.renumbered, from))
                store::update_number(tx, org_, each.id, each.number);
            store::note_changes(tx, org_, id_, written, removed);
            return std::pair{std::move(written), std::move(removed)};
        });
        for (const auto& [kind, count] : found)
            looked_.found += count;
        for (const auto& [kind, count] : mended)
            looked_.mended += count;
    }
    return !go_on_ || go_on_(looked_);
}

bool Round::run() {
    begin();
    const bool whole =
        look_at_deals() && make_equal(stages(), std::array{Kind::stage_of_one_deal}) &&
        make_equal(currencies(), std::array{Kind::currency_without_rate}) &&
        make_equal(deals_twice(), std::array{Kind::deal_twice}) &&
        make_equal(companies_twice(), std::array{Kind::company_twice}) &&
        make_equal(people(), std::array{Kind::person_twice, Kind::person_without_manager}) &&
        make_equal(waiting(), std::array{Kind::activities_without_deal, Kind::stage_changes_without_deal});
    if (whole)
        context_.database.write([&](db::Transaction& tx) {
            store::end_look(tx, org_, id_, context_.now());
            tx.after_commit(
                [this] { context_.events.publish({.org = org_, .to = {}, .topic = "quality", .id = {}}); });
        });
    return whole;
}

} // namespace

std::optional<Looked> look(const Context& context, OrgId org, std::optional<ImportId> import,
                           const std::function<bool(const Looked&)>& go_on) {
    Round round(context, org, import, go_on);
    if (!round.run())
        return std::nullopt;
    return round.looked();
}

} // namespace buckstop::quality
