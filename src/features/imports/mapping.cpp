#include "features/imports/mapping.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/dates.hpp"
#include "features/imports/fingerprint.hpp"
#include "features/imports/numbers.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace buckstop::imports {
namespace {

constexpr std::size_t longest_name = 200;

// Gathers what is wrong with a mapping.
class Check {
  public:
    explicit Check(const Mapping& mapping) : mapping_(mapping) {}

    void all() {
        general();
        for (std::size_t i = 0; i < mapping_.columns.size(); ++i)
            column(mapping_.columns[i], fmt::format("columns[{}]", i));
        for (std::size_t i = 0; i < mapping_.constants.size(); ++i)
            constant(mapping_.constants[i], fmt::format("constants[{}]", i));
        for (std::size_t i = 0; i < mapping_.only.size(); ++i)
            filter(mapping_.only[i], fmt::format("only[{}]", i));
        outcomes();
        required();
    }

    void columns_exist(const std::vector<std::string>& headers) {
        const auto exists = [&](const std::string& header, std::string field) {
            if (!find_header(headers, header))
                refuse(std::move(field), "unknown_column",
                       fmt::format("The file has no column “{}”. It has: {}.", header,
                                   fmt::join(headers, ", ")));
        };
        std::map<std::size_t, std::string> mapped; // two ways to write the header of one column
        for (std::size_t i = 0; i < mapping_.columns.size(); ++i) {
            const auto& header = mapping_.columns[i].header;
            exists(header, fmt::format("columns[{}].header", i));
            if (const auto at = find_header(headers, header))
                if (const auto [first, is_new] = mapped.emplace(*at, header);
                    !is_new && first->second != header)
                    refuse_second(fmt::format("columns[{}].header", i), header);
        }
        for (std::size_t i = 0; i < mapping_.key.size(); ++i)
            exists(mapping_.key[i], fmt::format("key[{}]", i));
        for (std::size_t i = 0; i < mapping_.only.size(); ++i)
            exists(mapping_.only[i].header, fmt::format("only[{}]", i));
    }

    Result<> result() && {
        if (errors_.empty())
            return {};
        auto message = errors_.front().message;
        return fail(
            Error{.code = ErrorCode::invalid, .message = std::move(message), .fields = std::move(errors_)});
    }

  private:
    void refuse(std::string field, std::string rule, std::string message) {
        errors_.push_back({std::move(field), std::move(rule), std::move(message)});
    }

    void general() {
        if (mapping_.source.empty() || mapping_.source.size() > longest_name)
            refuse("source", "required", "Say where the table comes from, such as source = \"crm\".");
        if (mapping_.columns.empty())
            refuse("columns", "required", "Map at least one column to a field.");
        if (mapping_.currency && !is_known_currency(*mapping_.currency))
            refuse_currency("currency", *mapping_.currency);
        if (mapping_.dates && !suits(*mapping_.dates, FieldType::date))
            refuse("dates", "not_a_format", "Dates are written ymd, dmy, mdy or yymd.");
        if (mapping_.decimal && !suits(*mapping_.decimal, FieldType::amount))
            refuse("decimal", "not_a_format", "The decimal mark is \".\" or \",\".");
    }

    void column(const ColumnMapping& column, const std::string& at) {
        if (column.header.empty())
            refuse(at + ".header", "required", "A column needs its header.");
        else if (!headers_.insert(column.header).second)
            refuse_second(at + ".header", column.header);
        const auto* field = check_field(column.field, at + ".field");
        if (field == nullptr)
            return;
        if (column.format && !suits(*column.format, field->type))
            refuse(at + ".format", "not_a_format",
                   fmt::format("“{}” can't be written {}.", field->label, enum_name(*column.format)));
        if (column.currency && !is_known_currency(*column.currency))
            refuse_currency(at + ".currency", *column.currency);
        if ((column.currency || column.round) && field->type != FieldType::amount)
            refuse(at, "not_an_amount",
                   fmt::format("“{}” is no amount: leave out currency and round.", field->label));
        if (column.label && column.field != "fact")
            refuse(at + ".label", "not_a_fact", "Only a column that is kept as a fact has a label.");
        if (column.split && (column.split->empty() || field->type != FieldType::text))
            refuse(at + ".split", "not_a_separator",
                   "A column of text can have a split, such as \";\", that parts its values.");
    }

    const FieldInfo* check_field(const std::string& name, const std::string& at) {
        const auto* field = find_field(mapping_.kind, name);
        if (field == nullptr) {
            std::vector<std::string_view> names;
            for (const auto& one : fields_of(mapping_.kind))
                names.push_back(one.field);
            refuse(at, "unknown_field",
                   fmt::format("There is no field “{}” of {}. There are: {}.", name,
                               fold(kind_label(mapping_.kind)), fmt::join(names, ", ")));
        }
        return field;
    }

    void filter(const RowFilter& filter, const std::string& at) {
        if (filter.header.empty() || filter.values.empty())
            refuse(at, "required", "Say of which column, and at least one value that a row must have there.");
    }

    void constant(const Constant& constant, const std::string& at) {
        const auto* field = check_field(constant.field, at);
        if (field == nullptr)
            return;
        if (!constants_.insert(constant.field).second)
            refuse(at, "twice", fmt::format("The field “{}” is filled twice. Keep one.", constant.field));
        if (constant.field == "key" || constant.field == "fact")
            refuse(at, "not_constant", fmt::format("“{}” has to come from a column.", constant.field));
        else if (!fits(constant.value, field->type))
            refuse(at, "not_a_value",
                   fmt::format("“{}” is no value for “{}”. Write dates as 2026-11-23 and numbers "
                               "with a decimal point.",
                               constant.value, field->label));
    }

    [[nodiscard]] bool fits(const std::string& value, FieldType type) const {
        switch (type) {
        case FieldType::text:
            return !trim(value).empty();
        case FieldType::date:
            return parse_date(value).has_value();
        case FieldType::amount:
        case FieldType::integer:
        case FieldType::percent:
        case FieldType::percent_points:
            return read_decimal(value, Format::decimal_point).has_value();
        case FieldType::currency:
            return is_known_currency(value);
        case FieldType::boolean:
            return read_boolean(value).has_value();
        case FieldType::outcome:
            return read_outcome(mapping_, value, false).has_value();
        }
        return false;
    }

    void outcomes() {
        std::set<std::string> words;
        for (std::size_t i = 0; i < mapping_.outcomes.size(); ++i)
            if (const auto word = fold(mapping_.outcomes[i].word); word.empty() || !words.insert(word).second)
                refuse(fmt::format("outcomes[{}]", i), "twice",
                       "Each word has one outcome; an empty word has none.");
    }

    void required() {
        for (const auto& needed : needed_fields(mapping_))
            if (mapping_.kind == Kind::target && needed.field == "person")
                refuse("columns", "required",
                       "Targets need whose they are: map a column to “person”, “person_key”, “person_email” "
                       "or “team”.");
            else
                refuse("columns", "required",
                       fmt::format("{} need “{}”: map a column to “{}”{}.", kind_label(mapping_.kind),
                                   needed.label, needed.field,
                                   needed.field == "stage" ? " or to “outcome”" : ""));
    }

    void refuse_second(std::string at, const std::string& header) {
        refuse(std::move(at), "twice", fmt::format("The column “{}” is mapped twice. Keep one.", header));
    }

    void refuse_currency(std::string at, const std::string& code) {
        refuse(std::move(at), "not_a_currency",
               fmt::format("“{}” is no currency. Write three letters, such as EUR.", code));
    }

    const Mapping& mapping_;
    std::vector<FieldError> errors_;
    std::set<std::string> headers_;
    std::set<std::string> constants_;
};

// What may stand in a field's place.
struct Alternative {
    Kind kind;
    std::string_view field;
    std::vector<std::string_view> instead; // all of these together
};
const std::vector<Alternative>& alternatives() {
    static const std::vector<Alternative> all = {
        {Kind::deal, "stage", {"outcome"}},
        {Kind::deal, "stage", {"is_won"}},
        {Kind::person, "name", {"first_name"}},
        {Kind::person, "name", {"last_name"}},
        {Kind::target, "period", {"starts_on", "ends_on"}},
        {Kind::target, "period", {"starts_on", "period_length"}},
        {Kind::target, "person", {"team"}},
        {Kind::target, "person", {"person_key"}},
        {Kind::target, "person", {"person_email"}},
        {Kind::churn, "company", {"company_key"}},
        {Kind::service_failure, "company", {"company_key"}},
    };
    return all;
}

// A target is somebody's, though no field of it alone has to be there.
bool is_needed(Kind kind, const FieldInfo& field) {
    return field.required || (kind == Kind::target && field.field == "person");
}

std::string labels_of(Kind kind, const std::vector<std::string_view>& fields) {
    std::vector<std::string_view> labels;
    for (const auto field : fields)
        labels.push_back(find_field(kind, field)->label);
    return fmt::format("{}", fmt::join(labels, " + "));
}

} // namespace

std::vector<NeededField> needed_fields(const Mapping& mapping) {
    const auto has = [&](std::string_view field) {
        return find_column(mapping, field) != nullptr ||
               std::ranges::find(mapping.constants, field, &Constant::field) != mapping.constants.end();
    };
    std::vector<NeededField> needed;
    for (const auto& field : fields_of(mapping.kind)) {
        if (!is_needed(mapping.kind, field) || has(field.field))
            continue;
        NeededField one{.field = std::string(field.field), .label = std::string(field.label), .instead = {}};
        bool is_filled = false;
        for (const auto& other : alternatives())
            if (other.kind == mapping.kind && other.field == field.field) {
                one.instead.push_back(labels_of(mapping.kind, other.instead));
                is_filled = is_filled || std::ranges::all_of(other.instead, has);
            }
        if (!is_filled)
            needed.push_back(std::move(one));
    }
    return needed;
}

Result<> check(const Mapping& mapping) {
    Check check(mapping);
    check.all();
    return std::move(check).result();
}

Result<> check(const Mapping& mapping, const std::vector<std::string>& headers) {
    Check check(mapping);
    check.all();
    check.columns_exist(headers);
    return std::move(check).result();
}

std::optional<Format> read_format(std::string_view text) {
    if (text == ".")
        return Format::decimal_point;
    if (text == ",")
        return Format::decimal_comma;
    return enum_from_name<Format>(text);
}

bool suits(Format format, FieldType type) {
    const bool for_numbers = format == Format::decimal_point || format == Format::decimal_comma;
    switch (type) {
    case FieldType::date:
        return !for_numbers;
    case FieldType::amount:
    case FieldType::integer:
    case FieldType::percent:
    case FieldType::percent_points:
        return for_numbers;
    default:
        return false;
    }
}

std::optional<std::size_t> find_header(const std::vector<std::string>& headers, std::string_view header) {
    auto found = std::ranges::find(headers, header);
    if (found == headers.end())
        found = std::ranges::find(headers, fold_header(header), fold_header);
    if (found == headers.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - headers.begin());
}

std::vector<std::string> key_columns(const Mapping& mapping) {
    auto headers = mapping.key;
    for (const auto& column : mapping.columns)
        if (column.field == "key")
            headers.push_back(column.header);
    return headers;
}

const ColumnMapping* find_column(const Mapping& mapping, std::string_view field) {
    const auto found = std::ranges::find(mapping.columns, field, &ColumnMapping::field);
    return found == mapping.columns.end() ? nullptr : &*found;
}

std::string fold_header(std::string_view header) {
    const auto folded = icu::UnicodeString::fromUTF8(fold(header));
    icu::UnicodeString kept;
    for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1))
        if (const auto c = folded.char32At(i); u_isalnum(c) || c == '%' || c == '#')
            kept.append(c);
    std::string text;
    kept.toUTF8String(text);
    return text;
}

std::string header_key(const std::vector<std::string>& headers) {
    std::vector<std::string> folded(headers.size());
    std::ranges::transform(headers, folded.begin(), fold_header);
    std::ranges::sort(folded);
    return fingerprint_of(folded);
}

} // namespace buckstop::imports
