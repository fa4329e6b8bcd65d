#include "features/imports/table_head.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/dates.hpp"
#include "features/imports/mapping.hpp"
#include "features/imports/numbers.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace buckstop::imports {
namespace {

constexpr std::array separators = {',', ';', '\t', '|'};
constexpr std::size_t rows_to_look_at = 100;

struct Row {
    std::uint64_t line = 0;
    std::vector<std::string> cells; // trimmed
};

// Undamaged rows that aren't blank; without the last, which may be cut.
std::vector<Row> rows_of(std::string_view text, char separator, bool is_whole) {
    MemorySource source(text);
    // All of it at once; a source asks for room for four bytes to say that it has ended.
    CsvReader csv(source, {.separator = separator, .buffer = text.size() + 4});
    std::vector<Row> rows;
    CsvRow row;
    while (rows.size() <= rows_to_look_at && csv.next(row)) {
        if (row.damage != CsvDamage::none)
            continue;
        Row kept{.line = row.line, .cells = {}};
        for (const auto cell : row.cells)
            kept.cells.push_back(without_zero_bytes(trim(cell)));
        if (!std::ranges::all_of(kept.cells, &std::string::empty))
            rows.push_back(std::move(kept));
    }
    if (!is_whole && rows.size() > 1)
        rows.pop_back();
    return rows;
}

// How many cells most rows have; of two equally frequent numbers the larger one. And how many rows those are.
std::pair<std::size_t, std::size_t> usual_cells(const std::vector<Row>& rows) {
    std::map<std::size_t, std::size_t> frequency;
    for (const auto& row : rows)
        ++frequency[row.cells.size()];
    std::pair<std::size_t, std::size_t> usual{0, 0};
    for (const auto& [cells, count] : frequency)
        if (count >= usual.second)
            usual = {cells, count};
    return usual;
}

bool is_value(const std::string& cell) {
    if (cell.find('@') != cell.npos)
        return true;
    if (read_decimal(cell, Format::decimal_point) || read_decimal(cell, Format::decimal_comma))
        return true;
    const auto parts = split_date(cell);
    return parts && (date_of(*parts, Format::dmy) || date_of(*parts, Format::mdy));
}

// A header names every column once, and no row below says the same in the same column.
bool looks_like_header(const std::vector<std::string>& cells, const std::vector<Row>& rows,
                       std::size_t index) {
    std::set<std::string> names;
    std::size_t blanks = 0;
    for (const auto& cell : cells) {
        if (is_value(cell))
            return false;
        blanks += cell.empty() ? 1 : 0;
        names.insert(cell);
    }
    if (blanks * 2 > cells.size() || names.size() * 2 <= cells.size())
        return false;
    for (std::size_t below = index + 1; below < rows.size(); ++below)
        for (std::size_t i = 0; i < std::min(cells.size(), rows[below].cells.size()); ++i)
            if (!cells[i].empty() && cells[i] == rows[below].cells[i] && rows[below].cells != cells)
                return false;
    return true;
}

// The first row with as many cells as usual; or one above it with nearly as many that looks like a header.
std::size_t first_of_table(const std::vector<Row>& rows, std::size_t usual) {
    std::size_t first = 0;
    while (rows[first].cells.size() < usual)
        ++first;
    for (std::size_t i = 0; i < first; ++i)
        if (rows[i].cells.size() * 3 >= usual * 2 && looks_like_header(rows[i].cells, rows, i))
            return i;
    return first;
}

// "sep=;", by which spreadsheets are told.
std::optional<char> declared_separator(std::string_view text) {
    if (text.size() > 5 && fold(text.substr(0, 4)) == "sep=" && (text[5] == '\r' || text[5] == '\n') &&
        std::ranges::find(separators, text[4]) != separators.end())
        return text[4];
    return std::nullopt;
}

// Where a table begins, read with this separator.
struct Place {
    char separator = ',';
    std::vector<Row> rows;
    std::size_t index = 0;
    bool is_known = false;
};

Place place_by(char separator, std::string_view text, bool is_whole, const HeadHints& hints,
               bool is_declared) {
    Place place{.separator = separator, .rows = rows_of(text, separator, is_whole)};
    if (is_declared && !place.rows.empty())
        place.rows.erase(place.rows.begin());
    if (place.rows.empty())
        return place;
    place.index = first_of_table(place.rows, usual_cells(place.rows).first);
    if (!hints.is_known || hints.has_header == false)
        return place;
    constexpr std::size_t most_lines_above = 20;
    const auto known = [&](const Row& row) { return hints.is_known(distinct_headers(row.cells)); };
    if ((place.is_known = known(place.rows[place.index])))
        return place;
    for (std::size_t i = 0; i < std::min(place.rows.size(), most_lines_above); ++i)
        if (known(place.rows[i]))
            return {.separator = separator, .rows = std::move(place.rows), .index = i, .is_known = true};
    return place;
}

// A header that is known tells more than the rows below it, which may be damaged: where another separator
// than the likely one finds such a header, that one it is.
Place find_place(std::string_view text, bool is_whole, const HeadHints& hints) {
    const auto declared = declared_separator(text);
    if (declared)
        return place_by(*declared, text, is_whole, hints, true);
    auto likely = place_by(find_separator(text), text, is_whole, hints, false);
    if (likely.is_known || !hints.is_known)
        return likely;
    bool has_been_whole = false;
    for (const char separator : separators) {
        if (separator == likely.separator)
            continue;
        // By those that the text doesn't have, it reads the same.
        if (text.find(separator) == text.npos && std::exchange(has_been_whole, true))
            continue;
        if (auto place = place_by(separator, text, is_whole, hints, false); place.is_known)
            return place;
    }
    return likely;
}

} // namespace

char find_separator(std::string_view text) {
    char best = separators[0];
    double best_score = 0;
    for (const char separator : separators) {
        const auto rows = rows_of(text, separator, false);
        const auto [cells, count] = usual_cells(rows);
        if (cells < 2)
            continue;
        // Agreement of the rows counts most; more cells decide between those that agree about as well.
        const double agreement = static_cast<double>(count) / static_cast<double>(rows.size());
        const double score = agreement * agreement * (1.0 - 1.0 / static_cast<double>(cells + 1));
        if (score > best_score) {
            best_score = score;
            best = separator;
        }
    }
    return best;
}

std::optional<TableHead> find_head(std::string_view text, bool is_whole, const HeadHints& hints) {
    const auto [separator, rows, index, is_known] = find_place(text, is_whole, hints);
    if (rows.empty())
        return std::nullopt;
    const auto usual = usual_cells(rows).first;
    TableHead head;
    head.shape.separator = separator;
    head.first_row = rows[index].cells;
    const bool has_header = hints.has_header.value_or(true);
    if (!hints.has_header && !is_known)
        head.header_is_doubtful = !looks_like_header(head.first_row, rows, index);
    auto header = has_header ? head.first_row : std::vector<std::string>(usual);
    while (header.size() > usual && header.back().empty())
        header.pop_back();
    head.headers = distinct_headers(header);
    head.shape.columns = header.size();
    head.shape.header_line = has_header ? rows[index].line : 0;
    head.shape.first_line = rows[index].line + (has_header ? 1 : 0);
    return head;
}

std::vector<std::string> distinct_headers(const std::vector<std::string>& header) {
    std::vector<std::string> distinct;
    std::set<std::string> taken;
    for (const auto& cell : header) {
        const auto name = cell.empty() ? fmt::format("Column {}", distinct.size() + 1) : squeeze(cell);
        auto unique = name;
        for (int i = 2; !taken.insert(unique).second; ++i)
            unique = fmt::format("{} ({})", name, i);
        distinct.push_back(std::move(unique));
    }
    return distinct;
}

} // namespace buckstop::imports
