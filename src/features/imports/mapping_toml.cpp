#include "features/imports/cells.hpp"
#include "features/imports/mapping.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <sstream>
#include <toml++/toml.h>

namespace buckstop::imports {
namespace {

bool before(const toml::source_position& a, const toml::source_position& b) {
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

// Reads the nodes of a mapping file, remembering where each part stood for check()'s complaints.
class TomlReader {
  public:
    explicit TomlReader(std::string_view name) : name_(name) {}

    Result<Mapping> read(const toml::table& table) {
        for (const auto& [key, node] : ordered(table))
            entry(key, *node);
        if (errors_.empty())
            if (auto checked = check(mapping_); !checked)
                for (auto& error : checked.error().fields)
                    refuse_at(position_of(error.field), std::move(error.rule), std::move(error.message));
        if (errors_.empty())
            return std::move(mapping_);
        auto message = fmt::format("{}: {}", errors_.front().field, errors_.front().message);
        return fail(
            Error{.code = ErrorCode::invalid, .message = std::move(message), .fields = std::move(errors_)});
    }

  private:
    using Entries = std::vector<std::pair<std::string, const toml::node*>>;

    // In the order of the file: toml++ sorts them by name.
    static Entries ordered(const toml::table& table) {
        Entries entries;
        for (const auto& [key, node] : table)
            entries.emplace_back(key.str(), &node);
        std::ranges::sort(entries, [](const auto& a, const auto& b) {
            return before(a.second->source().begin, b.second->source().begin);
        });
        return entries;
    }

    void entry(const std::string& key, const toml::node& node) {
        places_[key] = node.source().begin;
        if (key == "kind")
            choice(node, mapping_.kind);
        else if (key == "name")
            text(node, mapping_.name);
        else if (key == "source")
            text(node, mapping_.source);
        else if (key == "currency")
            text(node, mapping_.currency.emplace());
        else if (key == "dates")
            format(node, mapping_.dates);
        else if (key == "decimal")
            format(node, mapping_.decimal);
        else if (key == "header")
            flag(node, mapping_.header);
        else if (key == "key")
            texts(node, "key", mapping_.key);
        else if (key == "columns")
            columns(node);
        else if (key == "constants")
            constants(node);
        else if (key == "only")
            only(node);
        else if (key == "outcomes")
            outcomes(node);
        else
            refuse(node, "unknown_entry",
                   fmt::format(
                       "“{}” isn't part of a mapping. There are: name, kind, source, key, currency, dates, "
                       "decimal, header, [columns], [constants], [only], [outcomes].",
                       key));
    }

    void text(const toml::node& node, std::string& into) {
        if (const auto* value = node.as_string())
            into = value->get();
        else
            refuse(node, "not_text", "Write this in quotation marks.");
    }

    void flag(const toml::node& node, std::optional<bool>& into) {
        if (const auto* value = node.as_boolean())
            into = value->get();
        else
            refuse(node, "not_a_boolean", "This is either true or false.");
    }

    template <class E>
    void choice(const toml::node& node, E& into) {
        const auto* value = node.as_string();
        if (const auto found = value ? enum_from_name<E>(value->get()) : std::nullopt)
            into = *found;
        else
            refuse(node, "not_a_choice", "This is one of " + choices<E>() + ".");
    }

    template <class E>
    static std::string choices() {
        std::string list;
        for (const auto name : enum_names<E>())
            list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", name);
        return list;
    }

    void format(const toml::node& node, std::optional<Format>& into) {
        const auto* value = node.as_string();
        into = value ? read_format(value->get()) : std::nullopt;
        if (!into)
            refuse(node, "not_a_format",
                   "This is one of " + choices<Format>() + "; or \".\" or \",\" for numbers.");
    }

    // One text, or a list of them.
    void texts(const toml::node& node, const std::string& at, std::vector<std::string>& into) {
        if (const auto* one = node.as_string())
            into = {one->get()};
        else if (const auto* list = node.as_array())
            for (const auto& item : *list) {
                places_[fmt::format("{}[{}]", at, into.size())] = item.source().begin;
                text(item, into.emplace_back());
            }
        else
            refuse(node, "not_a_list", "Write this as a list: [\"One\", \"Other\"].");
    }

    void only(const toml::node& node) {
        if (const auto* entries = table(node))
            for (const auto& [header, value] : ordered(*entries)) {
                const auto at = fmt::format("only[{}]", mapping_.only.size());
                places_[at] = value->source().begin;
                auto& filter = mapping_.only.emplace_back(RowFilter{.header = header, .values = {}});
                texts(*value, at, filter.values);
            }
    }

    const toml::table* table(const toml::node& node) {
        if (node.as_table() == nullptr)
            refuse(node, "not_a_table",
                   "Write this as a table: a line in square brackets, and entries below it.");
        return node.as_table();
    }

    void columns(const toml::node& node) {
        if (const auto* entries = table(node))
            for (const auto& [header, value] : ordered(*entries)) {
                const auto at = fmt::format("columns[{}]", mapping_.columns.size());
                places_[at] = value->source().begin;
                auto& column = mapping_.columns.emplace_back();
                column.header = header;
                if (const auto* details = value->as_table())
                    for (const auto& [name, detail] : ordered(*details)) {
                        places_[fmt::format("{}.{}", at, name)] = detail->source().begin;
                        column_detail(column, name, *detail);
                    }
                else
                    text(*value, column.field);
            }
    }

    void column_detail(ColumnMapping& column, const std::string& name, const toml::node& node) {
        if (name == "field")
            text(node, column.field);
        else if (name == "format")
            format(node, column.format);
        else if (name == "currency")
            text(node, column.currency.emplace());
        else if (name == "round")
            flag(node, column.round);
        else if (name == "label")
            text(node, column.label.emplace());
        else if (name == "split")
            text(node, column.split.emplace());
        else
            refuse(
                node, "unknown_entry",
                fmt::format("A column has no “{}”. It has field, format, currency, round, label and split.",
                            name));
    }

    void constants(const toml::node& node) {
        if (const auto* entries = table(node))
            for (const auto& [field, value] : ordered(*entries)) {
                places_[fmt::format("constants[{}]", mapping_.constants.size())] = value->source().begin;
                mapping_.constants.push_back({.field = field, .value = plain_text(*value)});
            }
    }

    std::string plain_text(const toml::node& node) {
        if (const auto* value = node.as_string())
            return value->get();
        if (node.is_integer() || node.is_boolean() || node.is_date()) {
            std::ostringstream out;
            node.visit([&](const auto& value) {
                if constexpr (toml::is_value<decltype(value)>)
                    out << value;
            });
            return out.str();
        }
        refuse(node, "not_text", "Write this in quotation marks.");
        return {};
    }

    void outcomes(const toml::node& node) {
        if (const auto* entries = table(node))
            for (const auto& [word, value] : ordered(*entries)) {
                places_[fmt::format("outcomes[{}]", mapping_.outcomes.size())] = value->source().begin;
                auto& outcome = mapping_.outcomes.emplace_back();
                outcome.word = word;
                choice(*value, outcome.outcome);
            }
    }

    // Where "columns[2].field" stands in the file, or what it is part of.
    [[nodiscard]] toml::source_position position_of(std::string path) const {
        for (;;) {
            if (const auto found = places_.find(path); found != places_.end())
                return found->second;
            const auto shorter = path.find_last_of(".[");
            if (shorter == path.npos)
                return {1, 1};
            path.resize(shorter);
        }
    }

    void refuse(const toml::node& node, std::string rule, std::string message) {
        refuse_at(node.source().begin, std::move(rule), std::move(message));
    }
    void refuse_at(const toml::source_position& at, std::string rule, std::string message) {
        errors_.push_back(
            {fmt::format("{}:{}:{}", name_, at.line, at.column), std::move(rule), std::move(message)});
    }

    std::string_view name_;
    Mapping mapping_;
    std::vector<FieldError> errors_;
    std::map<std::string, toml::source_position> places_;
};

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (byte < 0x20 || byte == 0x7F)
            out += fmt::format("\\u{:04X}", byte);
        else
            out += c;
    }
    return out += '"';
}

std::string written(const ColumnMapping& column) {
    std::string details;
    const auto add = [&](std::string_view name, const std::string& value) {
        details += fmt::format(", {} = {}", name, value);
    };
    if (column.format)
        add("format", quoted(enum_name(*column.format)));
    if (column.currency)
        add("currency", quoted(*column.currency));
    if (column.round)
        add("round", *column.round ? "true" : "false");
    if (column.label)
        add("label", quoted(*column.label));
    if (column.split)
        add("split", quoted(*column.split));
    const auto field = quoted(column.field);
    return details.empty() ? field : fmt::format("{{ field = {}{} }}", field, details);
}

std::string listed(const std::vector<std::string>& texts) {
    std::string list;
    for (const auto& text : texts)
        list += (list.empty() ? "" : ", ") + quoted(text);
    return "[" + list + "]";
}

} // namespace

Result<Mapping> parse_mapping(std::string_view toml, std::string_view name) {
    try {
        const auto table = toml::parse(toml, name);
        return TomlReader(name).read(table);
    } catch (const toml::parse_error& error) {
        const auto at = error.source().begin;
        return fail_field(
            fmt::format("{}:{}:{}", name, at.line, at.column), "not_toml",
            fmt::format("{}:{}:{}: {}. Correct the line.", name, at.line, at.column, error.description()));
    }
}

std::string to_toml(const Mapping& mapping) {
    std::string out;
    const auto line = [&](std::string_view key, const std::string& value) {
        out += fmt::format("{} = {}\n", key, value);
    };
    if (!mapping.name.empty())
        line("name", quoted(mapping.name));
    line("kind", quoted(enum_name(mapping.kind)));
    line("source", quoted(mapping.source));
    if (!mapping.key.empty())
        line("key", listed(mapping.key));
    if (mapping.currency)
        line("currency", quoted(*mapping.currency));
    if (mapping.dates)
        line("dates", quoted(enum_name(*mapping.dates)));
    if (mapping.decimal)
        line("decimal", *mapping.decimal == Format::decimal_comma ? "\",\"" : "\".\"");
    if (mapping.header)
        line("header", *mapping.header ? "true" : "false");
    out += "\n[columns]\n";
    for (const auto& column : mapping.columns)
        line(quoted(column.header), written(column));
    if (!mapping.constants.empty())
        out += "\n[constants]\n";
    for (const auto& constant : mapping.constants)
        line(quoted(constant.field), quoted(constant.value));
    if (!mapping.only.empty())
        out += "\n[only]\n";
    for (const auto& filter : mapping.only)
        line(quoted(filter.header), listed(filter.values));
    if (!mapping.outcomes.empty())
        out += "\n[outcomes]\n";
    for (const auto& word : mapping.outcomes)
        line(quoted(word.word), quoted(enum_name(word.outcome)));
    return out;
}

} // namespace buckstop::imports
