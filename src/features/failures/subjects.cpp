#include "features/failures/subjects.hpp"

#include "features/people/people.hpp"

#include <algorithm>
#include <array>

namespace buckstop::failures {

bool is_about_deal(Kind kind) {
    return kind == Kind::lost_deal || kind == Kind::pushed_deal || kind == Kind::sampled_win;
}

bool is_won_value(const std::optional<std::string>& measure) {
    constexpr auto names = std::to_array<std::string_view>(
        {"won value", "won", "value", "amount", "revenue", "sales", "sales revenue", "bookings", "closed won",
         "turnover", "quota", "order intake"});
    return !measure || std::ranges::find(names, people::name_key(*measure)) != names.end();
}

namespace {

bool is_missed(const Question& question, const SubjectFacts& target, const Knowledge& knowledge) {
    const bool has_ended = target.occurred_on < knowledge.today &&
                           (!knowledge.told_on || target.occurred_on < *knowledge.told_on);
    const auto wanted = target.value_minor.value_or(0);
    const auto missing = wanted - target.won_minor;
    return has_ended && is_won_value(target.measure) && missing > 0 &&
           static_cast<double>(missing) > question.share.value_or(0) * static_cast<double>(wanted);
}

} // namespace

bool asks_about(const Question& question, const SubjectFacts& subject, const Knowledge& knowledge,
                std::string_view currency) {
    if (subject.occurred_on < question.starts_on)
        return false;
    if (question.kind == Kind::missed_target)
        return is_missed(question, subject, knowledge);
    const bool comparable = question.threshold_minor && subject.value_minor && subject.currency == currency;
    return !comparable || *subject.value_minor >= *question.threshold_minor;
}

} // namespace buckstop::failures
