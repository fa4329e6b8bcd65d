#include "features/imports/settle.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/dates.hpp"
#include "features/imports/numbers.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace buckstop::imports {
namespace {

constexpr std::size_t most_word_questions = 20;

std::string label_of(Format format) {
    switch (format) {
    case Format::ymd:
        return "Year first, with four digits (2026-12-31)";
    case Format::dmy:
        return "Day first (31/12/2026)";
    case Format::mdy:
        return "Month first (12/31/2026)";
    case Format::yymd:
        return "Year first, with two digits (26-12-31)";
    case Format::decimal_point:
        return "Decimal point (1,234.50)";
    case Format::decimal_comma:
        return "Decimal comma (1.234,50)";
    }
    return {};
}

std::string shown(const Decimal& decimal) {
    auto digits = std::to_string(decimal.digits);
    const auto scale = static_cast<std::size_t>(decimal.scale);
    if (digits.size() <= scale)
        digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0)
        digits.insert(digits.size() - scale, ".");
    return (decimal.negative ? "-" : "") + digits;
}

std::string long_date(Date date) {
    static constexpr std::array<const char*, 12> months = {"January",   "February", "March",    "April",
                                                           "May",       "June",     "July",     "August",
                                                           "September", "October",  "November", "December"};
    return fmt::format("{} {} {}", static_cast<unsigned>(date.day()),
                       months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()));
}

// "01/02/2026 → 1 February 2026", for each of the values.
std::string reading(const std::string& value, Format format) {
    if (suits(format, FieldType::date)) {
        const auto date = read_date(value, format);
        return date ? fmt::format("{} → {}", value, long_date(*date))
                    : fmt::format("{} → no date: refused", value);
    }
    const auto number = read_decimal(value, format);
    return number ? fmt::format("{} → {}", value, shown(*number))
                  : fmt::format("{} → no number: refused", value);
}

FileChoice choice_of(Format format, const std::vector<std::string>& values) {
    FileChoice choice{.value = std::string(enum_name(format)), .label = label_of(format), .examples = {}};
    for (const auto& value : values)
        choice.examples.push_back(reading(value, format));
    return choice;
}

// What shows the difference best: what reads differently, then what only one of them reads.
std::vector<std::string> telling_values(const TwoReadings& readings) {
    std::vector<std::string> values = readings.differing_examples;
    for (const auto* examples : {&readings.first_examples, &readings.second_examples})
        values.insert(values.end(), examples->begin(), examples->end());
    if (values.size() > 5)
        values.resize(5);
    return values;
}

std::vector<std::string> headers_of(const FilePlan& plan) {
    std::vector<std::string> headers;
    for (const auto& column : plan.columns)
        headers.push_back(column.header);
    return headers;
}

// Whether rows in which the column says this are taken, as far as this column decides.
bool is_taken(const Mapping& mapping, const ColumnMapping& column, const std::string& word) {
    return std::ranges::all_of(mapping.only, [&](const RowFilter& filter) {
        return fold_header(filter.header) != fold_header(column.header) ||
               std::ranges::find(filter.values, fold(word), fold) != filter.values.end();
    });
}

std::string quoted(const std::vector<std::string>& values) {
    std::string list;
    for (const auto& value : values)
        list += fmt::format("{}“{}”", list.empty() ? "" : ", ", value);
    return list;
}

} // namespace

std::optional<std::string> Settling::ask(FileQuestion question) {
    for (const auto& answer : answers_) {
        if (fold_header(answer.column) != fold_header(question.column))
            continue;
        if (std::ranges::find(question.choices, answer.value, &FileChoice::value) != question.choices.end())
            return answer.value;
    }
    plan_.questions.push_back(std::move(question));
    return std::nullopt;
}

void Settling::run() {
    auto& mapping = plan_.mapping;
    // First the columns that speak for themselves, so that they can hint at the others.
    for (const bool asking : {false, true})
        for (auto& column : mapping.columns) {
            const auto* field = find_field(mapping.kind, column.field);
            const auto* evidence = evidence_of(column);
            if (field == nullptr || evidence == nullptr)
                continue;
            const bool is_date = field->type == FieldType::date;
            const auto& readings = is_date ? evidence->day_or_month : evidence->point_or_comma;
            if ((readings.settled() && !(is_date && evidence->year_first > 0)) == asking)
                continue;
            if (is_date)
                settle_date(column, *evidence);
            else if (suits(Format::decimal_point, field->type))
                settle_number(column, *evidence, field->type);
        }
    for (auto& column : mapping.columns)
        if (const auto* evidence = evidence_of(column))
            settle_currency(column, *evidence);
    if (mapping.kind == Kind::deal)
        settle_outcomes();
    note_formats();
}

void Settling::settle_date(ColumnMapping& column, const ColumnEvidence& evidence) {
    if (!column.format)
        column.format = plan_.mapping.dates;
    if (column.format)
        return;
    const auto& readings = evidence.day_or_month;
    const bool decided = readings.first_only > 0 || readings.second_only > 0;
    if (readings.settled() && (evidence.year_first == 0 || decided)) {
        column.format = !readings.matters()        ? Format::ymd
                        : readings.second_only > 0 ? Format::mdy
                                                   : Format::dmy;
        return;
    }
    auto values = telling_values(readings);
    values.insert(values.end(), evidence.year_first_examples.begin(), evidence.year_first_examples.end());
    FileQuestion question{.column = column.header,
                          .question =
                              fmt::format("How are the dates in “{}” written, such as {}?", column.header,
                                          quoted({values.begin(), values.begin() + 1})),
                          .choices = {choice_of(Format::dmy, values), choice_of(Format::mdy, values)}};
    if (evidence.year_first > 0)
        question.choices.push_back(choice_of(Format::yymd, values));
    hint(question, {Format::dmy, Format::mdy});
    if (const auto answer = ask(std::move(question)))
        column.format = enum_from_name<Format>(*answer);
}

void Settling::settle_number(ColumnMapping& column, const ColumnEvidence& evidence, FieldType type) {
    if (!column.format)
        column.format = plan_.mapping.decimal;
    if (column.format)
        return;
    const auto& readings = evidence.point_or_comma;
    if (readings.settled()) {
        column.format = readings.second_only > 0 ? Format::decimal_comma : Format::decimal_point;
        return;
    }
    const bool contradictory = readings.first_only > 0 && readings.second_only > 0;
    if (type == FieldType::integer && !contradictory) { // then the sign parts groups of digits
        const bool comma = readings.differing_examples.front().find(',') != std::string::npos;
        column.format = comma ? Format::decimal_point : Format::decimal_comma;
        return;
    }
    const auto values = telling_values(readings);
    FileQuestion question{
        .column = column.header,
        .question = fmt::format("How are the numbers in “{}” written, such as {}?", column.header,
                                quoted({values.begin(), values.begin() + 1})),
        .choices = {choice_of(Format::decimal_point, values), choice_of(Format::decimal_comma, values)}};
    hint(question, {Format::decimal_point, Format::decimal_comma});
    if (const auto answer = ask(std::move(question)))
        column.format = enum_from_name<Format>(*answer);
}

// Adds what other columns of the file do, and puts their way first.
void Settling::hint(FileQuestion& question, const std::vector<Format>& formats) const {
    for (const auto& other : plan_.mapping.columns) {
        if (!other.format || std::ranges::find(formats, *other.format) == formats.end())
            continue;
        question.question +=
            fmt::format(" In the same file “{}” is written so: {}.", other.header, label_of(*other.format));
        std::stable_partition(
            question.choices.begin(), question.choices.end(),
            [&](const FileChoice& choice) { return choice.value == enum_name(*other.format); });
        return;
    }
}

void Settling::settle_currency(ColumnMapping& column, const ColumnEvidence& evidence) {
    const auto* field = find_field(plan_.mapping.kind, column.field);
    if (field == nullptr || field->type != FieldType::amount ||
        find_column(plan_.mapping, "currency") != nullptr)
        return;
    const auto likely = column.currency.value_or(plan_.mapping.currency.value_or(plan_.default_currency));
    for (const auto& mark : evidence.marks) {
        if (currency_of(mark, likely))
            continue;
        FileQuestion question{
            .column = column.header,
            .question = fmt::format("Which currency does “{}” stand for in “{}”?", mark, column.header),
            .choices = {}};
        const auto shared = currencies_sharing(mark);
        for (std::size_t at = 0; at < shared.size(); at += 4) {
            const std::string code(shared.substr(at, 3));
            question.choices.push_back({.value = "currency " + code, .label = code, .examples = {}});
        }
        if (const auto answer = ask(std::move(question)))
            column.currency = answer->substr(answer->size() - 3);
    }
}

void Settling::settle_outcomes() {
    auto& mapping = plan_.mapping;
    const auto* column = find_column(mapping, "outcome");
    const bool is_stage = column == nullptr;
    if (is_stage && find_column(mapping, "is_won") == nullptr)
        column = find_column(mapping, "stage");
    const auto* evidence = column == nullptr ? nullptr : evidence_of(*column);
    if (evidence == nullptr)
        return;
    std::vector<const ColumnEvidence::Word*> unknown;
    for (const auto& word : evidence->words)
        if (!is_null(word.text, true) && is_taken(mapping, *column, word.text) &&
            !read_outcome(mapping, word.text, is_stage))
            unknown.push_back(&word);
    const auto header = column->header;
    if (unknown.size() > most_word_questions) {
        plan_.questions.push_back(
            {.column = header,
             .question = fmt::format(
                 "“{}” has {} words of which we can't tell whether they mean open, won or lost. Is it "
                 "the right column? If so, list them in a mapping.",
                 header, unknown.size()),
             .choices = {}});
        return;
    }
    for (const auto* word : unknown) {
        FileQuestion question{.column = header,
                              .question =
                                  fmt::format("What does “{}” in “{}” say of a deal ({} {})?", word->text,
                                              header, word->count, word->count == 1 ? "row" : "rows"),
                              .choices = {}};
        for (const auto outcome : {Outcome::open, Outcome::won, Outcome::lost})
            question.choices.push_back({.value = fmt::format("{} = {}", word->text, enum_name(outcome)),
                                        .label = fmt::format("It is {}", enum_name(outcome)),
                                        .examples = {}});
        if (const auto answer = ask(std::move(question)))
            mapping.outcomes.push_back(
                {.word = word->text,
                 .outcome = *enum_from_name<Outcome>(answer->substr(word->text.size() + 3))});
    }
}

void Settling::note_formats() {
    for (const auto& mapped : plan_.mapping.columns)
        if (const auto at = find_header(headers_of(plan_), mapped.header)) {
            plan_.columns[*at].field = mapped.field;
            plan_.columns[*at].format = mapped.format;
        }
    for (const auto& header : plan_.mapping.key)
        if (const auto at = find_header(headers_of(plan_), header); at && !plan_.columns[*at].field)
            plan_.columns[*at].field = "key";
}

const ColumnEvidence* Settling::evidence_of(const ColumnMapping& column) const {
    const auto at = find_header(headers_of(plan_), column.header);
    return at && plan_.evidence && *at < plan_.evidence->size() ? &(*plan_.evidence)[*at] : nullptr;
}

} // namespace buckstop::imports
