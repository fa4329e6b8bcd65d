#include "features/imports/column_types.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/characters.hpp"
#include "features/imports/dates.hpp"
#include "features/imports/numbers.hpp"
#include "features/imports/utf8.hpp"

#include <algorithm>

namespace buckstop::imports {
namespace {

constexpr std::size_t most_words = 256;
constexpr std::size_t longest_word = 64;
constexpr std::size_t most_samples = 5;
constexpr std::size_t most_examples = 3;
constexpr std::size_t most_marks = 8;
constexpr std::size_t longest_sample = 100;
constexpr double enough = 0.9; // of the values, to give a column its type

void add_example(std::vector<std::string>& examples, std::string_view value,
                 std::size_t most = most_examples) {
    if (examples.size() < most && std::ranges::find(examples, value) == examples.end())
        examples.emplace_back(value);
}

std::string sample_of(std::string_view value) {
    if (value.size() <= longest_sample)
        return std::string(value);
    return std::string(cut_utf8(value, longest_sample)) + "…";
}

void weigh_readings(TwoReadings& readings, bool first, bool second, bool same, std::string_view value,
                    std::int64_t times) {
    if (first && second && same) {
        readings.same += times;
        return;
    }
    auto& count = !second ? readings.first_only : !first ? readings.second_only : readings.differ;
    auto& examples = !second  ? readings.first_examples
                     : !first ? readings.second_examples
                              : readings.differing_examples;
    count += times;
    add_example(examples, value);
}

// Cheaply: at most a sign and a currency stand before the digits.
bool may_be_number(std::string_view value) {
    const auto letters = std::ranges::find_if_not(value, is_letter) - value.begin();
    return letters <= 4 && std::ranges::any_of(value.substr(0, 8), is_digit);
}

bool has_mark(std::string_view value) {
    return std::ranges::any_of(value, [](char c) { return c == '.' || c == ','; });
}

bool is_above_one(const Decimal& number) {
    std::uint64_t one = 1;
    for (int i = 0; i < number.scale && one <= number.digits; ++i)
        one *= 10;
    return number.digits > one;
}

// Whether the cell doesn't say by itself which number is the month.
bool needs_order(const DateParts& parts) {
    return parts.digits[0] != 4 && std::ranges::count(parts.digits, 0) == 0;
}

} // namespace

bool TwoReadings::settled() const {
    return (first_only == 0 || second_only == 0) && (differ == 0 || first_only + second_only > 0);
}

void ColumnScanner::add(std::string_view cell) {
    ++evidence_.cells;
    if (!counts_words_) {
        weigh(cell, 1);
        return;
    }
    auto& words = evidence_.words;
    if (!words.empty() && words[last_].text == cell) {
        ++words[last_].count;
        return;
    }
    if (const auto found = known_.find(cell); found != known_.end()) {
        last_ = found->second;
        ++words[last_].count;
    } else if (words.size() < most_words && cell.size() <= longest_word) {
        last_ = words.size();
        known_.emplace(cell, last_);
        words.push_back({std::string(cell), 1});
    } else {
        give_up_words();
        weigh(cell, 1);
    }
}

ColumnEvidence ColumnScanner::finish() {
    if (counts_words_) {
        auto words = std::move(evidence_.words);
        evidence_.words.clear();
        for (auto& word : words) {
            weigh(word.text, word.count);
            if (!is_null(word.text, true))
                evidence_.words.push_back(std::move(word));
        }
    }
    return std::move(evidence_);
}

void ColumnScanner::give_up_words() {
    for (const auto& word : evidence_.words)
        weigh(word.text, word.count);
    evidence_.words = {};
    known_ = {};
    counts_words_ = false;
}

void ColumnScanner::weigh(std::string_view value, std::int64_t times) {
    if (is_null(value, false)) {
        evidence_.nulls += times;
        return;
    }
    if (evidence_.samples.size() < most_samples)
        add_example(evidence_.samples, sample_of(value), most_samples);
    if (read_boolean(value))
        evidence_.booleans += times;
    weigh_number(value, times);
    if (value.size() >= 6)
        weigh_date(value, times);
}

void ColumnScanner::weigh_number(std::string_view value, std::int64_t times) {
    if (!may_be_number(value))
        return;
    const bool marked = has_mark(value);
    const auto by_point = read_decimal(value, Format::decimal_point);
    const auto by_comma = marked ? read_decimal(value, Format::decimal_comma) : by_point;
    if (!by_point && !by_comma)
        return;
    const auto& number = by_point ? *by_point : *by_comma;
    const bool same =
        by_point && by_comma && by_point->digits == by_comma->digits && by_point->scale == by_comma->scale;
    if (marked)
        weigh_readings(evidence_.point_or_comma, by_point.has_value(), by_comma.has_value(), same, value,
                       times);
    evidence_.numbers += times;
    evidence_.percents += number.percent ? times : 0;
    if ((by_point && by_point->scale == 0) || (by_comma && by_comma->scale == 0))
        evidence_.integers += times;
    evidence_.above_one = evidence_.above_one || is_above_one(number);
    if (!number.currency.empty())
        add_example(evidence_.marks, number.currency, most_marks);
}

void ColumnScanner::weigh_date(std::string_view value, std::int64_t times) {
    const auto parts = split_date(value);
    if (!parts)
        return;
    const bool compact = std::ranges::all_of(value, is_digit);
    const auto by_day = date_of(*parts, Format::dmy);
    const auto by_month = date_of(*parts, Format::mdy);
    if (compact) {
        evidence_.compact += by_day ? times : 0;
        return;
    }
    if (by_day || by_month) {
        evidence_.dates += times;
        if (!needs_order(*parts))
            return;
        weigh_readings(evidence_.day_or_month, by_day.has_value(), by_month.has_value(), by_day == by_month,
                       value, times);
    } else if (date_of(*parts, Format::yymd)) {
        evidence_.year_first += times;
        add_example(evidence_.year_first_examples, value);
    }
}

ColumnType ColumnEvidence::type() const {
    if (values() == 0)
        return ColumnType::empty;
    const auto mostly = [&](std::int64_t count) {
        return static_cast<double>(count) >= enough * static_cast<double>(values());
    };
    if (mostly(dates + year_first))
        return ColumnType::date;
    if (mostly(percents))
        return ColumnType::percent;
    if (mostly(integers) && !(booleans == values() && words.size() == 2))
        return ColumnType::integer;
    if (mostly(numbers) && booleans != values())
        return ColumnType::number;
    if (mostly(booleans))
        return ColumnType::boolean;
    return words.empty() || static_cast<std::int64_t>(words.size()) * 2 > values() ? ColumnType::text
                                                                                   : ColumnType::words;
}

double ColumnEvidence::share_of(FieldType field) const {
    if (values() == 0)
        return 0;
    std::int64_t fitting = values();
    if (field == FieldType::date)
        fitting = dates + compact + year_first;
    else if (field == FieldType::amount || field == FieldType::percent || field == FieldType::percent_points)
        fitting = numbers;
    else if (field == FieldType::integer)
        fitting = integers;
    else if (field == FieldType::boolean)
        fitting = booleans;
    return static_cast<double>(std::min(fitting, values())) / static_cast<double>(values());
}

} // namespace buckstop::imports
