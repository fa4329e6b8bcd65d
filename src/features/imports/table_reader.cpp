#include "features/imports/table_reader.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/characters.hpp"
#include "features/imports/numbers.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace buckstop::imports {
namespace {

constexpr auto total_words = std::to_array<std::string_view>(
    {"total", "totals", "grand total", "grand totals", "sub total", "sub-total", "subtotal", "subtotals",
     "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt", "totale", "total général",
     "sous-total"});

constexpr std::string_view totals_rule = "totals_row";
constexpr std::string_view missing_rule = "cells_missing";
constexpr std::size_t longest_footer = 50; // rows

bool speaks_of_totals(std::string_view cell) {
    if (cell.size() > 60 || cell.empty() ||
        std::string_view("tTgGsSzZiI").find(cell[0]) == std::string_view::npos)
        return false;
    const auto folded = fold(cell);
    return std::ranges::any_of(total_words, [&](std::string_view word) {
        if (!folded.starts_with(word))
            return false;
        const auto behind = folded.substr(word.size());
        const auto letter = std::ranges::find_if(behind, is_letter);
        return letter == behind.end() || behind.find('(') < static_cast<std::size_t>(letter - behind.begin());
    });
}

bool is_number(std::string_view cell) {
    return read_decimal(cell, Format::decimal_point) || read_decimal(cell, Format::decimal_comma);
}

std::string count_of_cells(std::size_t count) {
    return fmt::format("{} {}", count, count == 1 ? "cell" : "cells");
}

RowProblem describe(CsvDamage damage) {
    switch (damage) {
    case CsvDamage::unclosed_quote:
        return {"unclosed_quote", "A quotation mark begins a cell in this line and nothing closes it where "
                                  "the cell should end. Close "
                                  "it, double it (\"\") if it is part of the text, or remove it."};
    case CsvDamage::after_quote:
        return {"text_after_quote", "Text follows a closing quotation mark. Double the quotation marks "
                                    "(\"\") that are part of the text."};
    case CsvDamage::too_long:
        return {"line_too_long",
                "This line is longer than 4 MiB. Shorten it, or look for a missing line break."};
    case CsvDamage::too_many_cells:
        return {"too_many_cells", "This line has more than 16384 cells. Look for a missing line break."};
    case CsvDamage::none:
        break;
    }
    return {};
}

} // namespace

bool is_totals_row(std::span<const std::string_view> cells) {
    const auto first = std::ranges::find_if(cells, [](auto cell) { return !cell.empty(); });
    if (first == cells.end() || !speaks_of_totals(*first))
        return false;
    return std::all_of(first + 1, cells.end(), [](auto cell) {
        return is_null(cell, false) || is_number(cell) || speaks_of_totals(cell);
    });
}

Result<TableReader> TableReader::open(const std::filesystem::path& path, TableShape shape) {
    auto source = open_text(path, shape.encoding);
    if (!source)
        return fail(std::move(source.error()));
    return TableReader(std::move(*source), shape);
}

TableReader::TableReader(std::unique_ptr<TextSource> source, TableShape shape)
    : source_(std::move(source)), shape_(shape),
      csv_(std::make_unique<CsvReader>(
          *source_, CsvOptions{.separator = shape_.separator, .most_bytes = shape_.most_bytes})) {
    if (shape_.first_line <= 1)
        csv_->expect_cells(shape_.columns);
}

bool TableReader::next(TableRow& row) {
    if (give_back(row))
        return true;
    while (next_row(row)) {
        if (!may_be_footer(row) || held_.size() == longest_footer) {
            if (held_.empty())
                return true;
            behind_ = row;
            return give_back(row);
        }
        held_.push_back({row.line, std::string(row.raw), std::move(*row.problem)});
    }
    if (is_footer())
        held_.clear();
    return give_back(row);
}

// What was held back, then the row that came behind it.
bool TableReader::give_back(TableRow& row) {
    if (!held_.empty()) {
        given_ = std::move(held_.front());
        held_.pop_front();
        row = {.line = given_.line, .cells = {}, .raw = given_.raw, .problem = given_.problem};
        return true;
    }
    if (!behind_)
        return false;
    row = std::move(*std::exchange(behind_, std::nullopt));
    return true;
}

bool TableReader::may_be_footer(const TableRow& row) const {
    return row.problem &&
           (row.problem->rule == totals_rule || (row.problem->rule == missing_rule && cells_of_row_ == 1));
}

// A single line of one cell may as well be a row that was cut off.
bool TableReader::is_footer() const {
    return held_.size() > 1 || (held_.size() == 1 && held_.front().problem.rule == totals_rule);
}

bool TableReader::next_row(TableRow& row) {
    CsvRow raw;
    while (csv_->next(raw)) {
        if (raw.line < shape_.first_line) {
            if (raw.line == shape_.header_line)
                begin_table(raw);
            continue;
        }
        cells_.clear();
        for (const auto cell : raw.cells)
            cells_.push_back(trim(cell));
        if (raw.damage == CsvDamage::none && (is_blank() || is_header()))
            continue;
        row.line = raw.line;
        row.raw = raw.raw;
        row.problem = problem(raw);
        cells_of_row_ =
            cells_.size() - static_cast<std::size_t>(std::ranges::count(cells_, std::string_view()));
        cells_.resize(row.problem ? 0 : shape_.columns);
        row.cells = cells_;
        return true;
    }
    return false;
}

void TableReader::begin_table(const CsvRow& header) {
    csv_->expect_cells(shape_.columns);
    for (const auto cell : header.cells.first(std::min(shape_.columns, header.cells.size())))
        header_.emplace_back(trim(cell));
}

bool TableReader::is_blank() const {
    return std::ranges::all_of(cells_, [](auto cell) { return cell.empty(); });
}

bool TableReader::is_header() const {
    return !header_.empty() && cells_.size() >= header_.size() &&
           std::equal(header_.begin(), header_.end(), cells_.begin());
}

std::optional<RowProblem> TableReader::problem(const CsvRow& row) const {
    if (row.damage != CsvDamage::none)
        return describe(row.damage);
    if (is_totals_row(cells_))
        return RowProblem{totals_rule, "This row sums others up, so it is no record. Nothing is to be done."};
    const auto wanted = shape_.columns;
    if (cells_.size() < wanted)
        return RowProblem{missing_rule,
                          fmt::format("The row has {} where the table has {} columns. Look for a line break "
                                      "inside a cell without quotation marks, or for a line that is no row.",
                                      count_of_cells(cells_.size()), wanted)};
    if (std::any_of(cells_.begin() + static_cast<std::ptrdiff_t>(wanted), cells_.end(),
                    [](auto cell) { return !cell.empty(); }))
        return RowProblem{
            "cells_too_many",
            fmt::format("The row has {} where the table has {} columns. Put quotation marks around "
                        "a cell that has a separator in it.",
                        count_of_cells(cells_.size()), wanted)};
    if (row.raw.find('\0') != std::string_view::npos &&
        std::ranges::any_of(cells_, [](auto cell) { return cell.find('\0') != std::string_view::npos; }))
        return RowProblem{"zero_byte",
                          "A cell has a zero byte inside, so the file was damaged here. Type it anew."};
    return std::nullopt;
}

} // namespace buckstop::imports
