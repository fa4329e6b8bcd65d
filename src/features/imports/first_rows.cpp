#include "features/imports/first_rows.hpp"

#include "features/imports/record_reader.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>

namespace buckstop::imports {
namespace {

constexpr std::int64_t most_rows = 200;
constexpr std::uint64_t most_bytes = 4 << 20;
constexpr std::size_t rows_to_show = 5;
constexpr std::size_t refused_to_show = 3; // beside those
constexpr std::size_t most_choices = 3;    // of a question, such as open, won and lost

struct Cell {
    ReadField field;
    ReadValue value;
};

struct Row {
    std::vector<Cell> cells;
    std::optional<RowRefusal> refused;
};

// What one way to answer the questions makes of the rows, by line.
struct Reading {
    std::map<std::int64_t, Row> rows;
    std::int64_t left_out = 0;
};

// A record of any kind as cells, for people.
class Cells {
  public:
    explicit Cells(const FilePlan& plan) : plan_(plan), shows_key_(!key_columns(plan.mapping).empty()) {
        currency_ = plan.mapping.currency.value_or(plan.default_currency);
        for (const auto& column : plan.mapping.columns)
            if (column.currency)
                currency_ = *column.currency;
    }

    template <class Record>
    std::vector<Cell> of(const Record& record) const {
        std::vector<Cell> cells;
        if constexpr (requires { record.key; })
            if (shows_key_)
                add(cells, "key", {.text = joined_by_dots(record.key)});
        for_each_member(record, [&](std::string_view name, const auto& value) {
            if (value)
                add_member(cells, record, name, *value);
        });
        return cells;
    }

  private:
    template <class Record, class Value>
    void add_member(std::vector<Cell>& cells, const Record& record, std::string_view name,
                    const Value& value) const {
        if constexpr (std::is_same_v<Value, std::string_view>) {
            if (name == "facts")
                add_facts(cells, value);
            else if (name != "currency" || !has_amount(record)) // which says it
                add(cells, name, {.text = std::string(value)});
        } else if constexpr (std::is_same_v<Value, Date>) {
            add(cells, name, {.date = value});
        } else if constexpr (std::is_same_v<Value, double>) {
            add(cells, name, {.share = value});
        } else if constexpr (std::is_same_v<Value, bool>) {
            add(cells, name, {.yes = value});
        } else if (name.ends_with(minor)) {
            name.remove_suffix(minor.size());
            add(cells, name, {.money = Money{.minor = value, .currency = currency_of_record(record)}});
        } else {
            add(cells, name, {.number = value});
        }
    }

    template <class Record>
    static bool has_amount(const Record& record) {
        if constexpr (requires { record.amount_minor; })
            return record.amount_minor.has_value();
        else if constexpr (requires { record.list_price_minor; })
            return record.list_price_minor.has_value();
        else
            return false;
    }

    template <class Record>
    std::string currency_of_record(const Record& record) const {
        if constexpr (requires { record.currency; })
            return std::string(record.currency.value_or(plan_.default_currency));
        else
            return currency_;
    }

    void add(std::vector<Cell>& cells, std::string_view field, ReadValue value) const {
        if (const auto* info = find_field(plan_.mapping.kind, field))
            cells.push_back({.field = {.field = std::string(field), .label = std::string(info->label)},
                             .value = std::move(value)});
    }

    // Facts come as the JSON in which they will be stored.
    static void add_facts(std::vector<Cell>& cells, std::string_view facts) {
        const auto parsed = boost::json::parse(facts);
        for (const auto& [label, value] : parsed.as_object())
            cells.push_back({.field = {.field = "fact", .label = std::string(label)},
                             .value = {.text = std::string(value.as_string())}});
    }

    // A key of several columns.
    static std::string joined_by_dots(std::string_view key) {
        std::string text;
        for (const char c : key)
            text += c == '\x1F' ? " · " : std::string(1, c);
        return text;
    }

    static constexpr std::string_view minor = "_minor";
    const FilePlan& plan_;
    bool shows_key_;
    std::string currency_; // of amounts in a table without a currency of its own
};

RowRefusal shown(const Refusal& refusal) {
    const auto if_any = [](const std::string& text) {
        return text.empty() ? std::nullopt : std::optional(text);
    };
    return {.column = if_any(refusal.column),
            .value = if_any(refusal.value),
            .rule = refusal.rule,
            .reason = refusal.reason};
}

Result<Reading> read(const FilePlan& plan) {
    auto reader = RecordReader::open(plan, {.batch_rows = static_cast<std::size_t>(most_rows),
                                            .batch_bytes = most_bytes,
                                            .most_bytes = most_bytes});
    if (!reader)
        return fail(std::move(reader.error()));
    Batch batch;
    (void)reader->next(batch); // without rows the batch is empty
    Reading reading{.rows = {}, .left_out = static_cast<std::int64_t>(batch.left_out)};
    const Cells cells(plan);
    std::visit(
        [&](const auto& records) {
            for (const auto& record : records)
                reading.rows[static_cast<std::int64_t>(record.line)].cells = cells.of(record);
        },
        batch.records);
    for (const auto& refusal : batch.refusals)
        reading.rows[static_cast<std::int64_t>(refusal.line)].refused = shown(refusal);
    return reading;
}

// The words of the first rows, which a plan doesn't keep, so that those are asked about which one sees.
Result<> fill_in_words(FilePlan& plan) {
    auto shape = shape_of(plan);
    shape.most_bytes = most_bytes;
    auto table = TableReader::open(plan.path, shape);
    if (!table)
        return fail(std::move(table.error()));
    std::vector<ColumnScanner> scanners(plan.columns.size());
    TableRow row;
    for (std::int64_t rows = 0; rows < most_rows && table->next(row); ++rows)
        for (std::size_t i = 0; i < row.cells.size(); ++i)
            scanners[i].add(row.cells[i]);
    auto& evidence = plan.evidence ? *plan.evidence : plan.evidence.emplace();
    evidence.resize(scanners.size());
    for (std::size_t i = 0; i < scanners.size(); ++i)
        evidence[i].words = scanners[i].finish().words;
    return {};
}

// What a word means, and not how a column is written.
bool is_about_word(const FileQuestion& question) {
    return question.choices.front().value.find(" = ") != std::string::npos;
}

// The ways to answer: each outcome of words with each way to write. Words are tried together, since a row has
// one of them, and so are the columns, of which each fills fields of its own.
struct Ways {
    std::size_t of_words = 1, of_columns = 1;

    explicit Ways(const std::vector<FileQuestion>& questions) {
        for (const auto& question : questions) {
            auto& ways = is_about_word(question) ? of_words : of_columns;
            ways = std::clamp(question.choices.size(), ways, most_choices);
        }
    }
    [[nodiscard]] std::size_t count() const { return of_words * of_columns; }
    [[nodiscard]] std::vector<FileAnswer> answers(const std::vector<FileQuestion>& questions,
                                                  std::size_t way) const {
        std::vector<FileAnswer> answers;
        for (const auto& question : questions) {
            const auto choice = is_about_word(question) ? way % of_words : way / of_words;
            const auto& chosen = question.choices[std::min(choice, question.choices.size() - 1)];
            answers.push_back({.column = question.column, .value = chosen.value});
        }
        return answers;
    }
};

// One reading for each way to answer; none where a question has no choices, so that nothing can be assumed.
Result<std::vector<Reading>> read_every_way(const FilePlan& plan) {
    std::vector<Reading> readings;
    if (std::ranges::any_of(plan.questions, [](const auto& question) { return question.choices.empty(); }))
        return readings;
    const Ways ways(plan.questions);
    for (std::size_t way = 0; way < ways.count(); ++way) {
        auto reading = read(with_mapping(plan, plan.mapping, ways.answers(plan.questions, way)));
        if (!reading)
            return fail(std::move(reading.error()));
        readings.push_back(std::move(*reading));
    }
    return readings;
}

// Lays readings of the same rows over each other.
class Overlay {
  public:
    Overlay(const std::vector<Reading>& readings, FirstRows& result) : readings_(readings), result_(result) {}

    void run(Kind kind) {
        for (const auto& [line, row] : readings_.front().rows) {
            const auto refused = refusal_of(line);
            ++(refused ? result_.refused : result_.readable);
            if (result_.shown.size() < rows_to_show || (refused && further_refused_++ < refused_to_show))
                result_.shown.push_back({.line = line, .values = {}, .refused = refused});
        }
        result_.left_out = readings_.front().left_out;
        result_.rows = result_.readable + result_.refused + result_.left_out;
        find_fields(kind);
        for (auto& row : result_.shown)
            for (const auto& field : result_.fields)
                row.values.push_back(row.refused ? std::vector<ReadValue>{} : values(row.line, field));
    }

  private:
    // Of the first reading that refuses the row.
    [[nodiscard]] std::optional<RowRefusal> refusal_of(std::int64_t line) const {
        for (const auto& reading : readings_)
            if (const auto& refused = reading.rows.at(line).refused)
                return refused;
        return std::nullopt;
    }

    // All that a row shows, in the order of the kind's fields; facts in the order of the mapping.
    void find_fields(Kind kind) {
        for (const auto& row : result_.shown)
            if (!row.refused)
                for (const auto& reading : readings_)
                    for (const auto& cell : reading.rows.at(row.line).cells)
                        if (std::ranges::find(result_.fields, cell.field) == result_.fields.end())
                            result_.fields.push_back(cell.field);
        std::ranges::stable_sort(result_.fields, {}, [&](const ReadField& field) {
            return std::ranges::find(fields_of(kind), field.field, &FieldInfo::field) -
                   fields_of(kind).begin();
        });
    }

    [[nodiscard]] std::vector<ReadValue> values(std::int64_t line, const ReadField& field) const {
        std::vector<ReadValue> values;
        for (const auto& reading : readings_) {
            const auto& cells = reading.rows.at(line).cells;
            const auto cell = std::ranges::find(cells, field, &Cell::field);
            const auto value = cell == cells.end() ? ReadValue{} : cell->value;
            if (std::ranges::find(values, value) == values.end())
                values.push_back(value);
        }
        if (const auto nothing = std::ranges::find(values, ReadValue{}); nothing != values.end())
            std::rotate(nothing, nothing + 1, values.end());
        return values == std::vector{ReadValue{}} ? std::vector<ReadValue>{} : values;
    }

    const std::vector<Reading>& readings_;
    FirstRows& result_;
    std::size_t further_refused_ = 0;
};

bool is_known_by_row(const Mapping& mapping) {
    const bool has_own_name =
        mapping.kind != Kind::deal && mapping.kind != Kind::activity && mapping.kind != Kind::stage_change;
    return !has_own_name && key_columns(mapping).empty();
}

// What is wrong with a mapping, but for fields that nobody has chosen a column for yet.
Result<> check_what_is_said(const Mapping& mapping, const FilePlan& plan) {
    std::vector<std::string> headers;
    for (const auto& column : plan.columns)
        headers.push_back(column.header);
    auto checked = check(mapping, headers);
    if (checked || std::ranges::all_of(checked.error().fields, [](const FieldError& error) {
            return error.field == "columns" && error.rule == "required";
        }))
        return {};
    return checked;
}

} // namespace

Result<FirstRows> read_first_rows(const FilePlan& plan, const Mapping& mapping) {
    if (const auto fine = check_what_is_said(mapping, plan); !fine)
        return fail(fine.error());
    FirstRows result{
        .of_rows = plan.rows, .known_by_row = is_known_by_row(mapping), .needed = needed_fields(mapping)};
    if (!result.needed.empty() || mapping.columns.empty())
        return result;
    auto known = plan;
    known.rows = std::min(known.rows, most_rows); // rows without a key are counted in memory for so many
    if (const auto filled = fill_in_words(known); !filled)
        return fail(filled.error());
    known = with_mapping(std::move(known), mapping);
    result.questions = known.questions;
    const auto readings = read_every_way(known);
    if (!readings)
        return fail(readings.error());
    if (!readings->empty())
        Overlay(*readings, result).run(mapping.kind);
    return result;
}

} // namespace buckstop::imports
