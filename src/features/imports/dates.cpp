#include "features/imports/dates.hpp"

#include "features/imports/characters.hpp"
#include "features/imports/month_names.hpp"

#include <algorithm>

namespace buckstop::imports {
namespace {

using namespace std::string_view_literals;

constexpr auto weekdays = std::to_array<std::string_view>(
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"});

// Also of another script than ASCII's: "März".
constexpr bool is_in_word(char c) {
    return is_letter(c) || !is_ascii(c);
}

// Reads a cell from left to right; each function takes what it names, or nothing.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() const { return rest_.empty(); }
    [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_[0]; }

    bool take(char c) {
        if (rest_.empty() || rest_[0] != c)
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::size_t take_all(std::string_view any_of) {
        const auto count = std::min(rest_.find_first_not_of(any_of), rest_.size());
        rest_.remove_prefix(count);
        return count;
    }
    // At most eight digits; -1 where there are none or more.
    int take_number(int& digits) {
        int number = 0;
        for (digits = 0; is_digit(peek()) && digits <= 8; ++digits) {
            number = number * 10 + (rest_[0] - '0');
            rest_.remove_prefix(1);
            if (digits == 8)
                return -1;
        }
        return digits == 0 ? -1 : number;
    }
    [[nodiscard]] bool take_digits(std::size_t least, std::size_t most) {
        std::size_t count = 0;
        while (count < rest_.size() && is_digit(rest_[count]))
            ++count;
        rest_.remove_prefix(count);
        return count >= least && count <= most;
    }
    std::string_view take_word() {
        std::size_t count = 0;
        while (count < rest_.size() && is_in_word(rest_[count]))
            ++count;
        const auto word = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return word;
    }

  private:
    std::string_view rest_;
};

// A day of the week, or one that is cut off behind three letters or more.
bool is_weekday(std::string_view word) {
    return word.size() >= 3 && std::ranges::any_of(weekdays, [&](std::string_view name) {
               return word.size() <= name.size() &&
                      std::ranges::equal(word, name.substr(0, word.size()), {}, lower);
           });
}

bool take_part(Cursor& cursor, DateParts& parts, std::size_t index) {
    if (is_digit(cursor.peek())) {
        parts.number[index] = cursor.take_number(parts.digits[index]);
        if (is_letter(cursor.peek()) && parts.digits[index] <= 2) { // 1st, 22nd, 1er
            Cursor ahead = cursor;
            const auto suffix = ahead.take_word();
            if (suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th" || suffix == "er")
                cursor = ahead;
        }
        return parts.number[index] >= 0;
    }
    parts.number[index] = month_called(cursor.take_word());
    parts.digits[index] = 0;
    if (parts.number[index] != 0)
        cursor.take('.');
    return parts.number[index] != 0;
}

// Whether what stands between the parts is one of the signs in use: the same between numbers, looser at
// names.
bool take_separator(Cursor& cursor, char& sign, bool by_name) {
    const char first = cursor.peek();
    if (by_name) {
        const bool parted = cursor.take_all(" ,-/."sv) > 0;
        Cursor ahead = cursor;
        if (const auto word = ahead.take_word(); (word == "de" || word == "of") && ahead.take_all(" "sv) > 0)
            cursor = ahead; // 15 de abril de 2026
        return parted || is_digit(first) || is_in_word(first);
    }
    if ((first != '-' && first != '/' && first != '.') || (sign != '\0' && sign != first))
        return false;
    sign = first;
    cursor.take(first);
    if (first == '.')
        cursor.take_all(" "sv);
    return true;
}

// " 10:32", "T10:32:05.123Z", ", 10:32 PM +0100": anything that is no time makes the cell no date.
bool is_time(Cursor cursor) {
    if (cursor.done())
        return true;
    const bool parted = cursor.take_all(", "sv) > 0;
    const bool marked = cursor.take('T') || cursor.take('t');
    if (cursor.done())
        return !marked;
    if ((!parted && !marked) || !is_digit(cursor.peek()))
        return false;
    if (!cursor.take_digits(1, 6)) // the compact 101500 too
        return false;
    for (int i = 0; i < 2 && cursor.take(':'); ++i)
        if (!cursor.take_digits(2, 2))
            return false;
    if ((cursor.take('.') || cursor.take(',')) && !cursor.take_digits(1, 9))
        return false;
    cursor.take_all(" "sv);
    const auto half = cursor.take_word(); // AM, PM, Z, UTC, CET
    if (half.size() > 5)
        return false;
    cursor.take_all(" "sv);
    (void)cursor.take_word();
    if (cursor.take('+') || cursor.take('-')) {
        if (!cursor.take_digits(1, 4))
            return false;
        if (cursor.take(':') && !cursor.take_digits(2, 2))
            return false;
    }
    return cursor.done();
}

void skip_weekday(Cursor& cursor) {
    Cursor ahead = cursor;
    if (is_weekday(ahead.take_word()) && ahead.take_all(",. "sv) > 0)
        cursor = ahead;
}

// 20261123, and 20261123T012205Z.
std::optional<DateParts> compact(int number, Cursor cursor) {
    if (!is_time(cursor))
        return std::nullopt;
    return DateParts{.number = {number / 10000, number / 100 % 100, number % 100}, .digits = {4, 2, 2}};
}

std::optional<Date> checked(int year, int month, int day) {
    if (year < 1 || month < 1 || day < 1)
        return std::nullopt;
    const Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                    std::chrono::day{static_cast<unsigned>(day)}};
    return date.ok() ? std::optional(date) : std::nullopt;
}

constexpr int full_year(int year, int digits) {
    return digits == 4 ? year : year + (year >= 69 ? 1900 : 2000);
}

std::optional<Date> with_named_month(const DateParts& parts, std::size_t month, Format format) {
    const std::size_t one = month == 0 ? 1 : 0;
    const std::size_t two = month == 2 ? 1 : 2;
    const bool year_first = parts.digits[one] == 4 || (format == Format::yymd && parts.digits[two] != 4);
    const auto year = year_first ? one : two;
    const auto day = year_first ? two : one;
    if ((parts.digits[year] != 4 && parts.digits[year] != 2) || parts.digits[day] > 2)
        return std::nullopt;
    return checked(full_year(parts.number[year], parts.digits[year]), parts.number[month], parts.number[day]);
}

} // namespace

std::optional<DateParts> split_date(std::string_view cell) {
    if (cell.size() < 6 || cell.size() > 48)
        return std::nullopt;
    Cursor cursor(cell);
    if (is_letter(cell[0]))
        skip_weekday(cursor);
    DateParts parts;
    if (!take_part(cursor, parts, 0))
        return std::nullopt;
    if (parts.digits[0] == 8)
        return compact(parts.number[0], cursor);
    char sign = '\0';
    bool by_name = parts.digits[0] == 0 || is_in_word(cursor.peek());
    for (std::size_t i = 1; i < 3; ++i) {
        Cursor ahead = cursor;
        ahead.take_all(" ,-/."sv);
        by_name = by_name || is_in_word(ahead.peek());
        if (!take_separator(cursor, sign, by_name) || !take_part(cursor, parts, i) || parts.digits[i] > 4)
            return std::nullopt;
    }
    if (std::ranges::count(parts.digits, 0) > 1 || !is_time(cursor))
        return std::nullopt;
    return parts;
}

std::optional<Date> date_of(const DateParts& parts, Format format) {
    const auto& [number, digits] = parts;
    if (const auto name = std::ranges::find(digits, 0); name != digits.end())
        return with_named_month(parts, static_cast<std::size_t>(name - digits.begin()), format);
    if (digits[1] > 2)
        return std::nullopt;
    if (digits[0] == 4)
        return digits[2] > 2 ? std::nullopt : checked(number[0], number[1], number[2]);
    if (digits[0] > 2)
        return std::nullopt;
    if (format == Format::yymd)
        return digits[0] == 2 && digits[2] <= 2 ? checked(full_year(number[0], 2), number[1], number[2])
                                                : std::nullopt;
    if (digits[2] != 4 && digits[2] != 2)
        return std::nullopt;
    const int year = full_year(number[2], digits[2]);
    if (format == Format::dmy)
        return checked(year, number[1], number[0]);
    return format == Format::mdy ? checked(year, number[0], number[1]) : std::nullopt;
}

std::optional<Date> serial_date(std::string_view cell) {
    const auto whole = cell.substr(0, cell.find('.'));
    const auto fraction = whole.size() == cell.size() ? std::string_view("0") : cell.substr(whole.size() + 1);
    if (whole.size() != 5 || fraction.empty() || !std::ranges::all_of(whole, is_digit) ||
        !std::ranges::all_of(fraction, is_digit))
        return std::nullopt;
    int days = 0;
    for (const char c : whole)
        days = days * 10 + (c - '0');
    const Date date =
        add_days(Date{std::chrono::year{1899}, std::chrono::December, std::chrono::day{30}}, days);
    const auto year = static_cast<int>(date.year());
    return year >= 1990 && year <= 2099 ? std::optional(date) : std::nullopt;
}

} // namespace buckstop::imports
