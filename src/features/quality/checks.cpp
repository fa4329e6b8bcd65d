#include "features/quality/checks.hpp"

#include <algorithm>
#include <limits>

namespace buckstop::quality {
namespace {

using crm::Outcome;

constexpr Date first_day{std::chrono::year{1990}, std::chrono::January, std::chrono::day{1}};
constexpr std::size_t most_pairs = 20; // of one deal with its neighbours

bool cannot_be(const std::optional<Date>& date, Date today) {
    // Not a certain day: 29 February has no tenth anniversary.
    return date &&
           (*date < first_day || days_between(today, *date) > static_cast<int>(years_ahead * 365.2425) + 1);
}

bool cannot_be(const std::optional<std::int64_t>& amount, const DealFacts& deal, const Measure& measure) {
    if (!amount)
        return false;
    const auto most = measure.most.find(deal.currency);
    return *amount < 0 || (most != measure.most.end() && *amount > most->second);
}

// When something last happened to an open deal. Where nothing tells, since when it reads as it does.
Date last_sign(const DealFacts& deal) {
    const auto last = std::max({deal.last_activity_on, deal.stage_since, deal.last_activity,
                                deal.last_stage_change, deal.created_on});
    return last.value_or(deal.as_of);
}

} // namespace

std::optional<std::int64_t> most_that_can_be(std::vector<std::int64_t>& amounts) {
    if (amounts.size() < amounts_to_judge_by)
        return std::nullopt;
    const auto place = amounts.begin() + static_cast<std::ptrdiff_t>(amounts.size() * 99 / 100);
    std::ranges::nth_element(amounts, place);
    if (*place <= 0)
        return std::nullopt;
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    return *place > largest / 100 ? largest : *place * 100;
}

std::vector<Kind> check(const DealFacts& deal, const Measure& measure) {
    const bool open = deal.outcome == Outcome::open;
    std::vector<Kind> kinds;
    const auto note = [&](bool holds, Kind kind) {
        if (holds)
            kinds.push_back(kind);
    };
    note(!deal.owner_id, Kind::deal_without_owner);
    note(open && deal.owner_id && !deal.owner_is_active, Kind::deal_of_inactive_owner);
    note(!deal.value_minor, Kind::deal_without_amount);
    note(!deal.company_id, Kind::deal_without_company);
    note(open && deal.expected_close_on && *deal.expected_close_on < measure.today,
         Kind::open_deal_past_its_date);
    note(!open && !deal.closed_on, Kind::ended_deal_without_date);
    note(!open && deal.created_on && deal.closed_on && *deal.created_on > *deal.closed_on,
         Kind::deal_made_after_it_ended);
    note(cannot_be(deal.created_on, measure.today) || cannot_be(deal.expected_close_on, measure.today) ||
             cannot_be(deal.closed_on, measure.today),
         Kind::impossible_date);
    note(cannot_be(deal.amount_minor, deal, measure) || cannot_be(deal.amount_at_close_minor, deal, measure),
         Kind::impossible_amount);
    note(open && days_between(last_sign(deal), measure.today) > quiet_days, Kind::quiet_deal);
    return kinds;
}

std::optional<DealMark> mark_of(const DealFacts& deal) {
    const auto day = deal.closed_on ? deal.closed_on : deal.expected_close_on;
    if (!deal.company_id || !deal.value_minor || !day)
        return std::nullopt;
    DealMark mark{.company = *deal.company_id, .amount_minor = *deal.value_minor, .day = *day, .id = deal.id};
    for (const char c : deal.currency)
        mark.currency = mark.currency << 8U | static_cast<unsigned char>(c);
    return mark;
}

std::vector<DealPair> pairs_of(std::vector<DealMark>& marks) {
    std::ranges::sort(marks);
    const auto alike = [](const DealMark& one, const DealMark& other) {
        return one.company == other.company && one.amount_minor == other.amount_minor &&
               one.currency == other.currency && other.day - one.day <= std::chrono::days{7};
    };
    std::vector<DealPair> pairs;
    for (std::size_t i = 0; i < marks.size(); ++i)
        for (std::size_t j = i + 1; j < marks.size() && j <= i + most_pairs && alike(marks[i], marks[j]); ++j)
            pairs.push_back(
                {.earlier = std::min(marks[i].id, marks[j].id), .later = std::max(marks[i].id, marks[j].id)});
    return pairs;
}

} // namespace buckstop::quality
