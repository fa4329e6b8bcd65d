#include "features/imports/numbers.hpp"

#include "features/imports/characters.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace buckstop::imports {
namespace {

using namespace std::string_view_literals;

constexpr int most_digits = 18;

// Signs of more than one byte that part groups of digits, as "1 234" does: no-break, narrow, thin;
// apostrophe.
constexpr std::array wide_groupers = {"\xC2\xA0"sv, "\xE2\x80\xAF"sv, "\xE2\x80\x89"sv, "\xE2\x80\x99"sv};
constexpr std::size_t longest_mark = 4;
constexpr std::string_view minus = "\xE2\x88\x92";

bool remove_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}
bool remove_suffix(std::string_view& text, std::string_view suffix) {
    if (!text.ends_with(suffix))
        return false;
    text.remove_suffix(suffix.size());
    return true;
}

void remove_blanks(std::string_view& text) {
    while (remove_prefix(text, " ") || remove_prefix(text, "\xC2\xA0") ||
           remove_prefix(text, "\xE2\x80\xAF")) {
    }
    while (remove_suffix(text, " ") || remove_suffix(text, "\xC2\xA0") ||
           remove_suffix(text, "\xE2\x80\xAF")) {
    }
}

// Takes away what may stand around the digits. False where something stands there that doesn't belong.
class Surroundings {
  public:
    explicit Surroundings(Decimal& decimal) : decimal_(decimal) {}

    bool remove(std::string_view& text) {
        if (text.starts_with('(') && text.ends_with(')')) {
            text = text.substr(1, text.size() - 2);
            signed_ = decimal_.negative = true;
        }
        if (text.ends_with("r.") || text.ends_with("s.")) // "kr.", "Rs."
            text.remove_suffix(1);
        while (!text.empty() && !is_digit(text.front()) && text.front() != '.' && text.front() != ',')
            if (!remove_front(text))
                return false;
        while (!text.empty() && !is_digit(text.back()) && text.back() != '.' && text.back() != ',')
            if (!remove_back(text))
                return false;
        return !text.empty();
    }

  private:
    bool remove_front(std::string_view& text) {
        const auto before = text.size();
        remove_blanks(text);
        if (remove_prefix(text, "-") || remove_prefix(text, minus))
            return sign(true);
        if (remove_prefix(text, "+"))
            return sign(false);
        const auto end = std::min(text.find_first_of("0123456789 .,-+\xC2\xE2"sv, 1), text.size());
        for (auto length = std::min({end + 1, text.size(), longest_mark}); length > 0; --length)
            if (currency(text.substr(0, length))) {
                text.remove_prefix(length);
                return true;
            }
        return text.size() != before;
    }

    bool remove_back(std::string_view& text) {
        const auto before = text.size();
        remove_blanks(text);
        if (remove_suffix(text, "%")) {
            const bool first = !decimal_.percent;
            decimal_.percent = true;
            return first;
        }
        if (remove_suffix(text, "-"))
            return sign(true);
        for (auto length = std::min(longest_mark, text.size()); length > 0; --length)
            if (currency(text.substr(text.size() - length))) {
                text.remove_suffix(length);
                return true;
            }
        return text.size() != before;
    }

    bool sign(bool negative) {
        if (signed_)
            return false;
        signed_ = true;
        decimal_.negative = negative;
        return true;
    }

    bool currency(std::string_view mark) {
        if (!decimal_.currency.empty() || !is_currency_mark(mark))
            return false;
        decimal_.currency = mark;
        return true;
    }

    Decimal& decimal_;
    bool signed_ = false;
};

// The digits themselves, with their groups, decimal mark and exponent.
class Digits {
  public:
    Digits(Decimal& decimal, char mark) : decimal_(decimal), mark_(mark) {}

    bool read(std::string_view text) {
        if (text.empty())
            return false;
        while (!text.empty() && text.front() != mark_ && text.front() != 'E' && text.front() != 'e')
            if (!(is_digit(text.front()) ? take_digit(text) : take_grouper(text)))
                return false;
        if (!whole_is_right())
            return false;
        if (!text.empty() && text.front() == mark_ && !take_fraction(text))
            return false;
        if (!text.empty() && !take_exponent(text))
            return false;
        while (decimal_.scale > 0 && decimal_.digits % 10 == 0) {
            decimal_.digits /= 10;
            --decimal_.scale;
        }
        return true;
    }

  private:
    bool take_digit(std::string_view& text) {
        const auto digit = static_cast<std::uint64_t>(text.front() - '0');
        text.remove_prefix(1);
        if (count_ == 0)
            leads_with_zero_ = digit == 0;
        ++count_;
        ++in_group_;
        if ((decimal_.digits != 0 || digit != 0) && ++significant_ > most_digits)
            return false;
        decimal_.digits = decimal_.digits * 10 + digit;
        return true;
    }

    bool take_grouper(std::string_view& text) {
        const auto before = text;
        for (const auto wide : wide_groupers)
            if (remove_prefix(text, wide))
                return end_group(wide);
        const char c = text.front();
        text.remove_prefix(1);
        return (c == ' ' || c == '\'' || c == '.' || c == ',') && end_group(before.substr(0, 1));
    }

    // The first group has one to three digits, the last three, those between two (in India) or three.
    bool end_group(std::string_view grouper) {
        const bool first = groupers_ == 0;
        if (first ? in_group_ < 1 || in_group_ > 3 || leads_with_zero_ : grouper != grouper_ || in_group_ < 2)
            return false;
        if (!first && in_group_ > 3)
            return false;
        has_pairs_ = has_pairs_ || (!first && in_group_ == 2);
        grouper_ = grouper;
        ++groupers_;
        in_group_ = 0;
        return true;
    }

    [[nodiscard]] bool whole_is_right() const {
        return groupers_ == 0 || (in_group_ == 3 && !(has_pairs_ && grouper_ != ","));
    }

    bool take_fraction(std::string_view& text) {
        text.remove_prefix(1);
        const int whole = count_;
        while (!text.empty() && is_digit(text.front())) {
            if (!take_digit(text))
                return false;
            ++decimal_.scale;
        }
        // "5." is a number; "." is none, and neither is the mark of a group whose digits are missing.
        return count_ > 0 && (count_ > whole || groupers_ == 0);
    }

    bool take_exponent(std::string_view text) {
        if ((text.front() != 'E' && text.front() != 'e') || count_ == 0 || groupers_ > 0)
            return false;
        text.remove_prefix(1);
        const bool negative = text.starts_with('-');
        if (negative || text.starts_with('+'))
            text.remove_prefix(1);
        if (text.empty() || text.size() > 2 || !std::ranges::all_of(text, is_digit))
            return false;
        int exponent = 0;
        for (const char c : text)
            exponent = exponent * 10 + (c - '0');
        if (negative)
            decimal_.scale += exponent;
        for (; !negative && exponent > 0; --exponent)
            if (decimal_.scale > 0)
                --decimal_.scale;
            else if (decimal_.digits != 0 && ++significant_ > most_digits)
                return false;
            else
                decimal_.digits *= 10;
        return true;
    }

    Decimal& decimal_;
    char mark_;
    int count_ = 0;       // of digits
    int significant_ = 0; // of them, behind leading zeros
    int in_group_ = 0;
    int groupers_ = 0;
    bool leads_with_zero_ = false;
    bool has_pairs_ = false;
    std::string_view grouper_;
};

// number / 10^dropped, half to even.
std::uint64_t rounded(std::uint64_t number, int dropped) {
    if (dropped > most_digits) // less than a tenth
        return 0;
    std::uint64_t unit = 1;
    for (int i = 0; i < dropped; ++i)
        unit *= 10;
    const auto whole = number / unit;
    const auto rest = number % unit;
    return whole + (rest * 2 > unit || (rest * 2 == unit && whole % 2 == 1) ? 1 : 0);
}

} // namespace

std::optional<Decimal> read_decimal(std::string_view cell, Format mark) {
    if (cell.empty() || cell.size() > 48)
        return std::nullopt;
    Decimal decimal;
    if (!Surroundings(decimal).remove(cell))
        return std::nullopt;
    if (!Digits(decimal, mark == Format::decimal_comma ? ',' : '.').read(cell))
        return std::nullopt;
    return decimal;
}

std::optional<std::int64_t> to_minor(const Decimal& decimal, int digits, bool round, MinorError& error) {
    error = MinorError::none;
    auto minor = decimal.digits;
    for (int scale = decimal.scale; scale < digits; ++scale) {
        if (minor > std::numeric_limits<std::int64_t>::max() / 10) {
            error = MinorError::too_large;
            return std::nullopt;
        }
        minor *= 10;
    }
    if (const int dropped = decimal.scale - digits; dropped > 0) {
        if (!round) {
            error = MinorError::too_precise;
            return std::nullopt;
        }
        minor = rounded(minor, dropped);
    }
    const auto magnitude = static_cast<std::int64_t>(minor);
    return decimal.negative ? -magnitude : magnitude;
}

} // namespace buckstop::imports
