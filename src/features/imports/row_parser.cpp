#include "features/imports/row_parser.hpp"

#include "features/imports/cell_reader.hpp"
#include "features/imports/cells.hpp"
#include "features/imports/drafts.hpp"
#include "features/imports/fingerprint.hpp"
#include "features/imports/salesforce_id.hpp"
#include "features/imports/text_arena.hpp"
#include "features/imports/utf8.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace buckstop::imports {
namespace {

constexpr char key_separator = '\x1F'; // a blank to trim(), so no cell begins or ends with it

std::vector<std::string> headers_of(const FilePlan& plan) {
    std::vector<std::string> headers;
    for (const auto& column : plan.columns)
        headers.push_back(column.header);
    return headers;
}

bool is_salesforce(const Mapping& mapping) {
    return mapping.source == "salesforce";
}

// The key of a row: some of its cells, or what the whole row says.
class KeyReader {
  public:
    explicit KeyReader(const FilePlan& plan) : is_salesforce_(is_salesforce(plan.mapping)), occurrences_(0) {
        const auto headers = headers_of(plan);
        for (const auto& header : key_columns(plan.mapping)) {
            columns_.push_back(*find_header(headers, header));
            headers_.push_back(headers[columns_.back()]);
        }
        const auto kind = plan.mapping.kind;
        by_row_ =
            columns_.empty() && (kind == Kind::deal || kind == Kind::activity || kind == Kind::stage_change);
        if (by_row_)
            occurrences_ = Occurrences(static_cast<std::uint64_t>(plan.rows));
    }

    void count(const TableRow& row) {
        if (by_row_ && !row.problem)
            (void)occurrences_.count(fingerprint(row));
    }

    // Empty where the record's own name is its key.
    std::string_view read(const TableRow& row, TextArena& arena, std::vector<Problem>& problems) {
        if (by_row_)
            return arena.keep(numbered(fingerprint(row)));
        if (columns_.empty())
            return {};
        text_.clear();
        bool there = false;
        for (const auto column : columns_) {
            const bool is_missing = is_null(row.cells[column], true);
            there = there || !is_missing;
            if (column != columns_.front())
                text_ += key_separator;
            SalesforceId id;
            if (!is_missing)
                text_ += is_salesforce_ ? id.expand(row.cells[column]) : row.cells[column];
        }
        if (!there)
            problems.push_back(
                {headers_.front(), "", "missing_key",
                 fmt::format("Nothing stands in “{}”, so the row could not be found again. Fill it in.",
                             fmt::join(headers_, "”, “"))});
        return arena.keep(text_);
    }

  private:
    Fingerprint::Value fingerprint(const TableRow& row) {
        for (const auto cell : row.cells)
            fingerprint_.add(cell);
        return fingerprint_.finish();
    }

    std::string numbered(const Fingerprint::Value& value) {
        const auto occurrence = occurrences_.count(value);
        return occurrence == 1 ? to_text(value) : fmt::format("{}#{}", to_text(value), occurrence);
    }

    std::vector<std::size_t> columns_;
    std::vector<std::string> headers_;
    bool is_salesforce_;
    bool by_row_ = false;
    Fingerprint fingerprint_;
    Occurrences occurrences_;
    std::string text_;
};

// Which rows the mapping takes.
class Filters {
  public:
    explicit Filters(const FilePlan& plan) {
        for (const auto& [header, values] : plan.mapping.only) {
            auto& filter = filters_.emplace_back(Filter{*find_header(headers_of(plan), header), {}});
            for (const auto& value : values)
                filter.folded.push_back(fold(value));
        }
    }

    // Damaged rows can't be judged: they are refused, not left out.
    [[nodiscard]] bool take(const TableRow& row) const {
        return row.problem || std::ranges::all_of(filters_, [&](const Filter& filter) {
                   const auto cell = row.cells[filter.column];
                   const auto folded = is_null(cell, true) ? std::string() : fold(cell);
                   return std::ranges::find(filter.folded, folded) != filter.folded.end();
               });
    }

  private:
    struct Filter {
        std::size_t column;
        std::vector<std::string> folded;
    };
    std::vector<Filter> filters_;
};

// Columns that a deal keeps as they are.
struct Fact {
    std::size_t column;
    std::string label; // as JSON
};

// The first problem, with the others told behind it.
Refusal refusal_of(const TableRow& row, std::vector<Problem>& problems) {
    auto& first = problems.front();
    Refusal refusal{.line = row.line,
                    .column = std::move(first.column),
                    .value = std::move(first.value),
                    .rule = std::string(first.rule),
                    .reason = std::move(first.reason),
                    .row = without_zero_bytes(row.raw)};
    for (std::size_t i = 1; i < problems.size(); ++i)
        refusal.reason += fmt::format(" Also {}: {}", problems[i].column, problems[i].reason);
    return refusal;
}

template <class Draft>
class Parser final : public RowParser {
  public:
    explicit Parser(const FilePlan& plan)
        : plan_(plan), cells_(plan_.mapping, plan_.default_currency), keys_(plan_), filters_(plan_) {
        const auto headers = headers_of(plan_);
        for (const auto& column : plan_.mapping.columns)
            add_column(column, *find_header(headers, column.header));
        // The amount comes last: its currency may stand in a column behind it.
        std::stable_partition(columns_.begin(), columns_.end(),
                              [](const auto& column) { return column.how.type != FieldType::amount; });
    }

    void begin(Batch& batch) override {
        batch.records = std::vector<Record>{};
        batch.text.clear();
        arena_ = TextArena(batch.text);
        base_ = Draft{};
        for (const auto& constant : plan_.mapping.constants)
            if (const auto* info = find_field(plan_.mapping.kind, constant.field))
                fill(base_, {.how = constant_format(*info), .member = member_of(constant.field)},
                     constant.value);
    }

    void add(const TableRow& row, Batch& batch) override {
        if (!filters_.take(row)) {
            ++batch.left_out;
            return;
        }
        problems_.clear();
        Draft draft = base_;
        if (row.problem) {
            problems_.push_back({"", "", row.problem->rule, row.problem->reason});
        } else {
            draft.line = row.line;
            if constexpr (requires { draft.key; })
                draft.key = keys_.read(row, arena_, problems_);
            filled_.assign(fields_.size(), false);
            for (const auto& column : columns_)
                if (!filled_[column.field])
                    filled_[column.field] = fill(draft, column, row.cells[column.index]);
            if constexpr (requires { draft.facts; })
                draft.facts = facts(row);
            if (problems_.empty())
                Drafting<Draft>::finish(draft, context_);
        }
        if (problems_.empty())
            std::get<std::vector<Record>>(batch.records).push_back(std::move(draft));
        else
            batch.refusals.push_back(refusal_of(row, problems_));
    }

    void skip(const TableRow& row) override {
        if (filters_.take(row))
            keys_.count(row);
    }

  private:
    using Record = typename Drafting<Draft>::Record;

    struct Column {
        std::size_t index = 0;
        std::size_t field = 0; // the same for all that fill it, of which the first that says something counts
        CellFormat how;
        Member<Draft> member;
        std::string split{};     // the first of several values counts
        bool expands_id = false; // a Salesforce id may have lost its last three letters
    };

    static Member<Draft> member_of(std::string_view field) {
        return std::ranges::find(Drafting<Draft>::bindings(), field, &Binding<Draft>::field)->member;
    }

    void add_column(const ColumnMapping& column, std::size_t index) {
        if (column.field == "key")
            return;
        if (column.field == "fact") {
            const boost::json::value label(column.label.value_or(column.header));
            facts_.push_back({index, boost::json::serialize(label)});
            return;
        }
        const auto type = find_field(plan_.mapping.kind, column.field)->type;
        const bool is_date = type == FieldType::date;
        CellFormat how{.header = column.header,
                       .type = type,
                       .format = column.format.value_or(is_date ? Format::ymd : Format::decimal_point),
                       .currency = column.currency.value_or(plan_.mapping.currency.value_or("")),
                       .round = column.round.value_or(false)};
        const auto field = std::ranges::find(fields_, column.field) - fields_.begin();
        if (field == std::ssize(fields_))
            fields_.push_back(column.field);
        columns_.push_back({.index = index,
                            .field = static_cast<std::size_t>(field),
                            .how = std::move(how),
                            .member = member_of(column.field),
                            .split = column.split.value_or(""),
                            .expands_id = is_salesforce(plan_.mapping) && column.field.ends_with("_key")});
    }

    CellFormat constant_format(const FieldInfo& info) const {
        return {.header = "",
                .type = info.type,
                .format = info.type == FieldType::date ? Format::ymd : Format::decimal_point,
                .currency = plan_.mapping.currency.value_or(""),
                .round = false};
    }

    // Whether the cell said anything, be it a mistake.
    bool fill(Draft& draft, const Column& column, std::string_view cell) {
        if (!column.split.empty())
            cell = trim(cell.substr(0, cell.find(column.split)));
        if (cell.empty())
            return false;
        SalesforceId id;
        if (column.expands_id)
            cell = id.expand(cell);
        const auto problems = problems_.size();
        const bool filled = std::visit(
            [&](auto member) { return fill_member(draft, column.how, member, cell); }, column.member);
        return filled || problems_.size() > problems;
    }

    template <class T>
    static bool put(Draft& draft, T Draft::*member, const T& value) {
        if (value)
            draft.*member = value;
        return value.has_value();
    }

    bool fill_member(Draft& draft, const CellFormat& how, Text Draft::*member, std::string_view cell) {
        if (how.type == FieldType::currency)
            return put(draft, member, cells_.currency(cell, how, arena_, problems_));
        const bool said = put(draft, member, cells_.text(cell, arena_));
        if (said && how.type == FieldType::outcome)
            read_outcome_word(draft, how, cell);
        return said;
    }
    bool fill_member(Draft& draft, const CellFormat& how, std::optional<Date> Draft::*member,
                     std::string_view cell) {
        return put(draft, member, cells_.date(cell, how, problems_));
    }
    bool fill_member(Draft& draft, const CellFormat& how, std::optional<double> Draft::*member,
                     std::string_view cell) {
        return put(draft, member, cells_.share(cell, how, problems_));
    }
    bool fill_member(Draft& draft, const CellFormat& how, std::optional<bool> Draft::*member,
                     std::string_view cell) {
        return put(draft, member, cells_.boolean(cell, how, problems_));
    }
    bool fill_member(Draft& draft, const CellFormat& how, std::optional<std::int64_t> Draft::*member,
                     std::string_view cell) {
        Text unsaid;
        Text* currency = &unsaid;
        if constexpr (requires { draft.currency; })
            currency = &draft.currency;
        return put(draft, member,
                   how.type == FieldType::amount ? cells_.amount(cell, how, *currency, arena_, problems_)
                                                 : cells_.integer(cell, how, problems_));
    }

    void read_outcome_word(Draft& draft, const CellFormat& how, std::string_view cell) {
        if constexpr (requires { draft.outcome; }) {
            if (const auto outcome = cells_.outcome(cell, false))
                draft.outcome = enum_name(*outcome);
            else
                problems_.push_back(
                    {how.header, std::string(cut_utf8(cell, 200)), "unknown_outcome",
                     fmt::format("We can't tell whether “{}” means open, won or lost. Say so under "
                                 "[outcomes] in a mapping.",
                                 cut_utf8(cell, 200))});
        }
    }

    Text facts(const TableRow& row) {
        std::string json;
        for (const auto& fact : facts_)
            if (const auto cell = row.cells[fact.column]; !is_null(cell, true)) {
                json += json.empty() ? '{' : ',';
                json += fact.label;
                json += ':';
                json += boost::json::serialize(boost::json::string_view(cell.data(), cell.size()));
            }
        if (json.empty())
            return std::nullopt;
        return arena_.keep(json += '}');
    }

    const FilePlan& plan_;
    CellReader cells_;
    KeyReader keys_;
    Filters filters_;
    std::vector<Column> columns_;
    std::vector<std::string> fields_; // of the columns, once each
    std::vector<bool> filled_;        // by field, of the present row
    std::vector<Fact> facts_;
    std::deque<std::string> no_text_;
    TextArena arena_{no_text_};
    Draft base_;
    std::vector<Problem> problems_;
    FinishContext context_{
        .mapping = plan_.mapping,
        .outcome_of_stage = [this](std::string_view stage) { return cells_.outcome(stage, true); },
        .keep = [this](std::string_view text) { return arena_.keep(text); },
        .problems = problems_};
};

} // namespace

std::unique_ptr<RowParser> make_row_parser(const FilePlan& plan) {
    switch (plan.mapping.kind) {
    case Kind::deal:
        return std::make_unique<Parser<DealDraft>>(plan);
    case Kind::company:
        return std::make_unique<Parser<CompanyRecord>>(plan);
    case Kind::person:
        return std::make_unique<Parser<PersonDraft>>(plan);
    case Kind::product:
        return std::make_unique<Parser<ProductRecord>>(plan);
    case Kind::activity:
        return std::make_unique<Parser<ActivityRecord>>(plan);
    case Kind::stage_change:
        return std::make_unique<Parser<StageChangeRecord>>(plan);
    case Kind::target:
        return std::make_unique<Parser<TargetDraft>>(plan);
    case Kind::churn:
        return std::make_unique<Parser<ChurnRecord>>(plan);
    case Kind::service_failure:
        return std::make_unique<Parser<ServiceFailureRecord>>(plan);
    case Kind::competitor:
        return std::make_unique<Parser<CompetitorRecord>>(plan);
    case Kind::stage:
        return std::make_unique<Parser<StageRecord>>(plan);
    }
    return nullptr;
}

} // namespace buckstop::imports
