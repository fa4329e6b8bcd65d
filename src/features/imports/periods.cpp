#include "features/imports/periods.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/characters.hpp"
#include "features/imports/month_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace buckstop::imports {
namespace {

using namespace std::chrono;

constexpr auto month_names =
    std::to_array<std::string_view>({"January", "February", "March", "April", "May", "June", "July", "August",
                                     "September", "October", "November", "December"});

// "2026-Q3" is {"2026", "q", "3"}.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    char before = ' ';
    for (const char c : text) {
        const auto is_in_word = [](char each) { return is_letter(each) || !is_ascii(each); };
        const bool begins = is_digit(c) != is_digit(before) || is_in_word(c) != is_in_word(before);
        if (is_digit(c) || is_in_word(c)) {
            if (begins)
                words.emplace_back();
            words.back() += lower(c);
        }
        before = c;
    }
    return words;
}

std::optional<unsigned> number_of(const std::string& word) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool whole = error == std::errc() && end == word.data() + word.size() && word.size() <= 4;
    return whole ? std::optional(number) : std::nullopt;
}

// What a text says of a period, part by part.
struct Parts {
    std::optional<unsigned> year, quarter, half, month;
    bool is_fiscal = false;

    // False for a second one of the same part.
    static bool put(std::optional<unsigned>& part, unsigned value, unsigned most) {
        if (part || value < 1 || value > most)
            return false;
        part = value;
        return true;
    }
};

bool is_any(std::string_view word, std::initializer_list<std::string_view> of) {
    return std::ranges::find(of, word) != of.end();
}

// The number that a "q" or an "h" belongs to stands behind it, or where there is none before it ("2H26").
class Reader {
  public:
    explicit Reader(const std::vector<std::string>& words) : words_(words) {}

    std::optional<Parts> read() {
        while (at_ < words_.size())
            if (!take())
                return std::nullopt;
        if (loose_ && !take_loose())
            return std::nullopt;
        return parts_.year ? std::optional(parts_) : std::nullopt;
    }

  private:
    bool take() {
        const auto& word = words_[at_++];
        if (const auto number = number_of(word))
            return take_number(word, *number);
        if (is_any(word, {"fy", "fiscal"})) {
            parts_.is_fiscal = true;
            return true;
        }
        if (is_any(word, {"year", "st", "nd", "rd", "th", "of", "de"}))
            return true;
        if (is_any(word, {"q", "qtr", "quarter"}))
            return take_counted(parts_.quarter, 4);
        if (is_any(word, {"h", "half"}))
            return take_counted(parts_.half, 2);
        if (word == "m")
            return take_counted(parts_.month, 12);
        return Parts::put(parts_.month, static_cast<unsigned>(month_called(word)), 12);
    }

    bool take_number(const std::string& word, unsigned number) {
        if (word.size() == 4)
            return Parts::put(parts_.year, number, 9998);
        if (word.size() > 2)
            return false;
        if (parts_.is_fiscal && !parts_.year) { // "FY26"
            parts_.year = 2000 + number;
            return true;
        }
        if (loose_) // "07/26" might be a day
            return false;
        loose_ = number;
        return true;
    }

    bool take_counted(std::optional<unsigned>& part, unsigned most) {
        if (loose_)
            return Parts::put(part, *std::exchange(loose_, std::nullopt), most);
        if (at_ == words_.size())
            return false;
        const auto number = number_of(words_[at_]);
        if (!number || words_[at_++].size() > 2)
            return false;
        return Parts::put(part, *number, most);
    }

    bool take_year(unsigned number) {
        parts_.year = 2000 + number;
        return true;
    }

    // A number of two digits that nothing says more about: the year beside a quarter, a half or a month by
    // name; else the month beside a year.
    bool take_loose() {
        if (parts_.year)
            return !parts_.quarter && !parts_.half && Parts::put(parts_.month, *loose_, 12);
        return (parts_.quarter || parts_.half || parts_.month) && take_year(*loose_);
    }

    const std::vector<std::string>& words_;
    std::size_t at_ = 0;
    Parts parts_;
    std::optional<unsigned> loose_;
};

Date last_day(year_month from, int months_long) {
    const auto last = from + months{months_long - 1};
    return Date{last / std::chrono::last};
}

Period months_from(year_month from, int months_long, std::string label) {
    return {.from = from / 1, .to = last_day(from, months_long), .label = std::move(label)};
}

std::string calendar_label(year_month from, int months_long) {
    const auto in_year = static_cast<int>(from.year());
    const auto month = static_cast<unsigned>(from.month());
    if (months_long == 12 && month == 1)
        return fmt::format("{}", in_year);
    if (months_long == 6 && month % 6 == 1)
        return fmt::format("H{} {}", month / 6 + 1, in_year);
    if (months_long == 3 && month % 3 == 1)
        return fmt::format("Q{} {}", month / 3 + 1, in_year);
    if (months_long == 1)
        return fmt::format("{} {}", month_names.at(month - 1), in_year);
    return {};
}

std::optional<Period> period_of_parts(const Parts& parts, unsigned fiscal_year_begins) {
    const int given = (parts.quarter ? 1 : 0) + (parts.half ? 1 : 0) + (parts.month ? 1 : 0);
    if (given > 1 || (parts.is_fiscal && parts.month))
        return std::nullopt;
    const int length = parts.quarter ? 3 : parts.half ? 6 : parts.month ? 1 : 12;
    const int ahead = parts.quarter ? static_cast<int>(*parts.quarter - 1) * 3
                      : parts.half  ? static_cast<int>(*parts.half - 1) * 6
                      : parts.month ? static_cast<int>(*parts.month) - 1
                                    : 0;
    auto begins = year{static_cast<int>(*parts.year)} / January;
    if (!parts.is_fiscal) {
        const auto from = begins + months{ahead};
        return months_from(from, length, calendar_label(from, length));
    }
    if (fiscal_year_begins > 1)
        begins = begins - years{1} + months{static_cast<int>(fiscal_year_begins) - 1};
    auto label = fmt::format("FY{:02}", *parts.year % 100);
    if (parts.quarter)
        label += fmt::format(" Q{}", *parts.quarter);
    if (parts.half)
        label += fmt::format(" H{}", *parts.half);
    return months_from(begins + months{ahead}, length, std::move(label));
}

// "2026-07-01 to 2026-09-30", "2026-07-01/2026-09-30".
std::optional<Period> two_dates(std::string_view text) {
    for (const std::string_view between : {" to ", " until ", "–", " - ", "/", ".."}) {
        const auto at = text.find(between);
        if (at == text.npos)
            continue;
        const auto from = parse_date(trim(text.substr(0, at)));
        const auto to = parse_date(trim(text.substr(at + between.size())));
        if (from && to)
            return period_of(*from, *to);
    }
    return std::nullopt;
}

} // namespace

std::optional<Period> read_period(std::string_view text, unsigned fiscal_year_begins) {
    if (auto period = two_dates(text))
        return period;
    const auto words = words_of(text);
    const auto parts = Reader(words).read();
    return parts ? period_of_parts(*parts, fiscal_year_begins) : std::nullopt;
}

std::optional<Period> period_of(Date from, Date to) {
    if (to < from)
        return std::nullopt;
    const auto begin = from.year() / from.month();
    if (from.day() == day{1})
        for (const int length : {12, 6, 3, 1})
            if (to == last_day(begin, length))
                if (auto label = calendar_label(begin, length); !label.empty())
                    return Period{.from = from, .to = to, .label = std::move(label)};
    return Period{.from = from, .to = to, .label = fmt::format("{} to {}", to_text(from), to_text(to))};
}

std::optional<Period> period_from(Date from, std::string_view length) {
    struct Length {
        std::string_view begins;
        int months;
    };
    constexpr auto lengths = std::to_array<Length>(
        {{"year", 12}, {"annual", 12}, {"half", 6}, {"semi", 6}, {"quarter", 3}, {"month", 1}});
    const auto word = fold(length);
    for (const auto& [begins, count] : lengths)
        if (word.starts_with(begins)) {
            const auto next = from + months{count};
            const auto end = next.ok() ? sys_days{next} : sys_days{next.year() / next.month() / last};
            return period_of(from, Date{end - days{1}});
        }
    return std::nullopt;
}

} // namespace buckstop::imports
