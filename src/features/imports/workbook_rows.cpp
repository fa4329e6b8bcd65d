#include "features/imports/workbook_rows.hpp"

#include "base/time.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace buckstop::imports {
namespace {

constexpr std::size_t most_columns = 16'384; // of a sheet
constexpr std::size_t most_rows = 1'048'576;
constexpr std::size_t enough_to_write = std::size_t{256} << 10;
constexpr int seconds_of_a_day = 86'400;

template <class Number>
Number read(std::string_view text) {
    Number number{};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// "BC12" is column 54, counted from 0.
std::size_t column_of(std::string_view reference) {
    std::size_t column = 0;
    for (const char c : reference) {
        if (c < 'A' || c > 'Z' || column > most_columns)
            break;
        column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
    }
    return column == 0 ? 0 : column - 1;
}

// Days since the turn of 1899 to 1900, where a 29 February 1900 counts that never was; or since 1904.
std::string date_text(double serial, bool since_1904, bool has_time) {
    const auto day = std::floor(serial);
    constexpr Date first{std::chrono::year{1899}, std::chrono::December, std::chrono::day{30}};
    constexpr Date first_1904{std::chrono::year{1904}, std::chrono::January, std::chrono::day{1}};
    const bool before_the_leap = !since_1904 && day < 60;
    // A second before midnight stays on its day.
    const auto seconds =
        std::min(static_cast<int>(std::lround((serial - day) * seconds_of_a_day)), seconds_of_a_day - 1);
    auto time = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (has_time && day == 0 && !since_1904)
        return time;
    const auto date =
        to_text(add_days(since_1904 ? first_1904 : first, static_cast<int>(day) + (before_the_leap ? 1 : 0)));
    return has_time && seconds > 0 ? date + " " + time : date;
}

std::string number_text(double number) {
    return fmt::format("{:.15g}", number);
}

void append_quoted(std::string& line, std::string_view cell) {
    if (cell.find_first_of(",\"") == cell.npos) {
        line += cell;
        return;
    }
    line += '"';
    for (const char c : cell) {
        if (c == '"')
            line += c;
        line += c;
    }
    line += '"';
}

} // namespace

std::string SheetCells::text(std::string_view type, std::size_t style, std::string_view value) const {
    if (type == "s") {
        const auto index = read<std::size_t>(value);
        if (index >= shared_end.size())
            return {};
        const auto begin = index == 0 ? 0 : shared_end[index - 1];
        return shared.substr(begin, shared_end[index] - begin);
    }
    if (type == "b")
        return value == "0" ? "FALSE" : "TRUE";
    if (!type.empty() && type != "n")
        return std::string(value);
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size())
        return std::string(value);
    constexpr double last_day = 2'958'466; // behind 9999-12-31
    const auto shown = style < styles.size() ? styles[style] : CellStyle{};
    if (shown.is_date && number >= 0 && number < last_day)
        return date_text(number, since_1904, shown.has_time);
    if (shown.is_percent)
        return number_text(number * 100) + "%";
    return shown.currency.empty() ? number_text(number) : number_text(number) + " " + shown.currency;
}

XmlEvents SheetReader::events() {
    return {.begin = [this](std::string_view element,
                            const XmlAttributes& attributes) { begin(element, attributes); },
            .end = [this](std::string_view element) { end(element); },
            .text =
                [this](std::string_view text) {
                    if (in_value_)
                        value_ += text;
                }};
}

void SheetReader::begin(std::string_view element, const XmlAttributes& attributes) {
    if (element == "row") {
        const auto row = attributes.find("r");
        row_ = row ? read<std::size_t>(*row) : row_ + 1;
        column_ = 0;
        texts_.clear();
    } else if (element == "c") {
        if (const auto reference = attributes.find("r"))
            column_ = column_of(*reference);
        type_ = attributes.find("t").value_or("");
        style_ = read<std::size_t>(attributes.find("s").value_or("0"));
        value_.clear();
    } else if (element == "rPh") {
        in_phonetic_ = true;
    }
    in_value_ = (element == "v" || element == "t") && !in_phonetic_;
}

void SheetReader::end(std::string_view element) {
    in_value_ = false;
    if (element == "rPh")
        in_phonetic_ = false;
    if (element == "c") {
        if (auto text = cells_.text(type_, style_, value_); !text.empty() && column_ < most_columns) {
            std::ranges::replace_if(
                text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
            texts_.resize(std::max(texts_.size(), column_ + 1));
            texts_[column_] = std::move(text);
        }
        ++column_;
    } else if (element == "row" && !texts_.empty() && wrong_ && row_ <= most_rows) {
        wrong_ = sink_(row_, texts_);
    }
}

Result<> CsvWriter::add(std::size_t row, const std::vector<std::string>& cells) {
    if (row <= lines_)
        return fail(ErrorCode::invalid, "The workbook is damaged: its rows are out of order.");
    text_.append(row - lines_ - 1, '\n');
    lines_ = row;
    const auto filled = std::ranges::count_if(cells, [](const auto& cell) { return !cell.empty(); });
    const auto width = filled == 1 && width_ > 2 ? cells.size() : width_;
    for (std::size_t i = 0; i < width; ++i) {
        if (i > 0)
            text_ += ',';
        if (i < cells.size())
            append_quoted(text_, cells[i]);
    }
    text_ += '\n';
    return text_.size() < enough_to_write ? Result<>{} : finish();
}

Result<> CsvWriter::finish() {
    auto written = sink_(text_);
    text_.clear();
    return written;
}

} // namespace buckstop::imports
