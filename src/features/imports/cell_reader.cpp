#include "features/imports/cell_reader.hpp"

#include "base/money.hpp"
#include "features/imports/cells.hpp"
#include "features/imports/dates.hpp"
#include "features/imports/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace buckstop::imports {
namespace {

constexpr std::size_t longest_shown = 200;
constexpr std::size_t most_words = 10'000; // remembered

std::string shown(std::string_view cell) {
    return std::string(cut_utf8(cell, longest_shown));
}

void refuse(std::vector<Problem>& problems, const CellFormat& how, std::string_view cell,
            std::string_view rule, std::string reason) {
    problems.push_back({how.header, shown(cell), rule, std::move(reason)});
}

std::string_view way_of(Format format) {
    switch (format) {
    case Format::ymd:
        return "like 2026-12-31";
    case Format::dmy:
        return "with the day first, like 31/12/2026";
    case Format::mdy:
        return "with the month first, like 12/31/2026";
    case Format::yymd:
        return "with the year first, like 26-12-31";
    case Format::decimal_point:
        return "with a decimal point, like 1234.50";
    case Format::decimal_comma:
        return "with a decimal comma, like 1234,50";
    }
    return {};
}

double as_double(const Decimal& decimal) {
    const double value = static_cast<double>(decimal.digits) / std::pow(10.0, decimal.scale);
    return decimal.negative ? -value : value;
}

} // namespace

CellReader::CellReader(const Mapping& mapping, std::string default_currency)
    : mapping_(mapping), default_currency_(std::move(default_currency)) {}

Text CellReader::text(std::string_view cell, TextArena& arena) const {
    if (is_null(cell, true))
        return std::nullopt;
    return arena.keep(cell);
}

std::optional<Date> CellReader::date(std::string_view cell, const CellFormat& how,
                                     std::vector<Problem>& problems) const {
    if (is_null(cell, false))
        return std::nullopt;
    const auto date = read_date(cell, how.format);
    if (!date)
        refuse(problems, how, cell, "not_a_date",
               fmt::format("“{}” is no date {}. Correct it, or empty the cell.", shown(cell),
                           way_of(how.format)));
    return date;
}

std::optional<Decimal> CellReader::number(std::string_view cell, const CellFormat& how,
                                          std::vector<Problem>& problems) const {
    if (is_null(cell, false))
        return std::nullopt;
    const auto number = read_decimal(cell, how.format);
    if (!number)
        refuse(problems, how, cell, "not_a_number",
               fmt::format("“{}” is no number {}. Correct it, or empty the cell.", shown(cell),
                           way_of(how.format)));
    return number;
}

std::optional<std::int64_t> CellReader::integer(std::string_view cell, const CellFormat& how,
                                                std::vector<Problem>& problems) const {
    const auto value = number(cell, how, problems);
    if (!value)
        return std::nullopt;
    auto error = MinorError::none;
    const auto whole = to_minor(*value, 0, false, error);
    if (!whole || *whole < 0 || value->percent || !value->currency.empty()) {
        refuse(problems, how, cell, "not_a_count",
               fmt::format("“{}” is no whole number. Correct it, or empty the cell.", shown(cell)));
        return std::nullopt;
    }
    return whole;
}

std::optional<double> CellReader::share(std::string_view cell, const CellFormat& how,
                                        std::vector<Problem>& problems) const {
    const auto value = number(cell, how, problems);
    if (!value)
        return std::nullopt;
    const bool of_hundred = value->percent || how.type == FieldType::percent_points;
    const double share = as_double(*value) / (of_hundred ? 100 : 1);
    if (share < 0 || share > 1) {
        refuse(problems, how, cell, "out_of_range",
               fmt::format("“{}” isn't between {}. Correct it; or map the column to {}.", shown(cell),
                           of_hundred ? "0 and 100 percent" : "0 and 1",
                           of_hundred ? "probability, if it goes from 0 to 1"
                                      : "probability_percent, if it goes from 0 to 100"));
        return std::nullopt;
    }
    return share;
}

std::optional<bool> CellReader::boolean(std::string_view cell, const CellFormat& how,
                                        std::vector<Problem>& problems) const {
    if (is_null(cell, false))
        return std::nullopt;
    const auto value = read_boolean(cell);
    if (!value)
        refuse(
            problems, how, cell, "not_yes_or_no",
            fmt::format("“{}” is neither yes nor no. Write true or false, or empty the cell.", shown(cell)));
    return value;
}

Text CellReader::currency(std::string_view cell, const CellFormat& how, TextArena& arena,
                          std::vector<Problem>& problems) const {
    if (is_null(cell, false))
        return std::nullopt;
    std::string code(cut_utf8(cell, longest_shown));
    std::ranges::transform(code, code.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    if (const auto known = currency_of(code, default_currency_))
        return arena.keep(*known);
    if (const auto known = currency_of(cell, default_currency_)) // "kr", which has no capitals
        return arena.keep(*known);
    refuse(problems, how, cell, "not_a_currency",
           fmt::format("“{}” is no currency. Write three letters, such as EUR.", shown(cell)));
    return std::nullopt;
}

std::optional<std::int64_t> CellReader::amount(std::string_view cell, const CellFormat& how,
                                               Text& row_currency, TextArena& arena,
                                               std::vector<Problem>& problems) {
    const auto value = number(cell, how, problems);
    if (!value)
        return std::nullopt;
    const std::string_view likely = row_currency           ? *row_currency
                                    : how.currency.empty() ? default_currency_
                                                           : how.currency;
    std::string_view currency = likely;
    if (!value->currency.empty()) {
        const auto marked = currency_of(value->currency, likely);
        if (!marked)
            refuse(
                problems, how, cell, "unclear_currency",
                fmt::format("“{}” stands for several currencies. Write three letters instead, such as EUR.",
                            value->currency));
        else if (row_currency && *marked != *row_currency)
            refuse(problems, how, cell, "unclear_currency",
                   fmt::format("“{}” is in {}, but its row says {}. Correct one of them.", shown(cell),
                               *marked, *row_currency));
        if (!marked || (row_currency && *marked != *row_currency))
            return std::nullopt;
        currency = *marked;
    }
    auto error = MinorError::none;
    const auto minor =
        value->percent ? std::nullopt : to_minor(*value, digits_of(currency), how.round, error);
    if (value->percent)
        refuse(problems, how, cell, "not_an_amount",
               fmt::format("“{}” is a percentage and no amount.", shown(cell)));
    else if (error == MinorError::too_precise)
        refuse(problems, how, cell, "too_precise",
               fmt::format(
                   "“{}” has more decimals than {} has. Round it, or say round = true for the column in a "
                   "mapping.",
                   shown(cell), currency));
    else if (!minor)
        refuse(problems, how, cell, "too_large", fmt::format("“{}” is too large. Correct it.", shown(cell)));
    const bool said = !value->currency.empty() || !how.currency.empty();
    if (minor && !row_currency && said)
        row_currency = arena.keep(currency);
    return minor;
}

int CellReader::digits_of(std::string_view currency) {
    if (const auto found = digits_.find(currency); found != digits_.end())
        return found->second;
    return digits_.emplace(currency, minor_digits(currency)).first->second;
}

std::optional<Outcome> CellReader::outcome(std::string_view word, bool is_stage) {
    auto& known = is_stage ? stage_outcomes_ : outcomes_;
    if (const auto found = known.find(word); found != known.end())
        return found->second;
    if (known.size() >= most_words)
        known.clear();
    return known.emplace(word, read_outcome(mapping_, word, is_stage)).first->second;
}

} // namespace buckstop::imports
