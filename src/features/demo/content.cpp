#include "features/demo/content.hpp"

#include "features/imports/imports.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <stdexcept>
#include <toml++/toml.h>

extern "C" const char buckstop_embedded_demo_begin[];
extern "C" const char buckstop_embedded_demo_end[];

namespace buckstop::demo {
namespace {

std::string_view file_named(std::span<const EmbeddedFile> files, std::string_view path) {
    const auto found = std::ranges::find(files, path, &EmbeddedFile::path);
    if (found == files.end())
        throw std::runtime_error(fmt::format("the demonstration has no file {}", path));
    return found->data;
}

toml::table read_toml(std::span<const EmbeddedFile> files, std::string_view path) {
    try {
        return toml::parse(file_named(files, path), path);
    } catch (const toml::parse_error& error) {
        throw std::runtime_error(fmt::format("{}: {}", path, error.description()));
    }
}

// One line break at the end belongs to TOML's notation of long texts.
std::string text_of(const toml::table& table, std::string_view key) {
    auto text = table[key].value_or(std::string());
    if (text.ends_with('\n'))
        text.pop_back();
    return text;
}

int number_of(const toml::table& table, std::string_view key, int otherwise = 0) {
    return static_cast<int>(table[key].value_or(std::int64_t{otherwise}));
}

std::vector<std::string> texts_of(const toml::node_view<const toml::node>& node) {
    std::vector<std::string> texts;
    if (const auto* array = node.as_array())
        for (const auto& entry : *array)
            texts.push_back(entry.value_or(std::string()));
    return texts;
}

// Calls visit(table) for each [[key]].
template <class Visit>
void each_table(const toml::table& table, std::string_view key, Visit&& visit) {
    if (const auto* array = table[key].as_array())
        for (const auto& entry : *array)
            if (const auto* inner = entry.as_table())
                visit(*inner);
}

// A row of a CSV file by the names of its header.
class NamedRow {
  public:
    NamedRow(const std::vector<std::string>& header, const std::vector<std::string>& cells)
        : header_(header), cells_(cells) {}

    [[nodiscard]] const std::string& text(std::string_view column) const {
        const auto at = std::ranges::find(header_, column) - header_.begin();
        return cells_.at(static_cast<std::size_t>(at));
    }
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view column) const {
        const std::string& cell = text(column);
        std::int64_t value = 0;
        if (cell.empty() || std::from_chars(cell.data(), cell.data() + cell.size(), value).ec != std::errc{})
            return std::nullopt;
        return value;
    }
    [[nodiscard]] std::optional<int> days(std::string_view column) const {
        const auto value = number(column);
        return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
    }

  private:
    const std::vector<std::string>& header_;
    const std::vector<std::string>& cells_;
};

template <class Visit>
void each_row(std::span<const EmbeddedFile> files, std::string_view path, Visit&& visit) {
    const auto rows = imports::read_small_table(file_named(files, path));
    for (std::size_t i = 1; i < rows.size(); ++i)
        visit(NamedRow(rows.front(), rows[i]));
}

void read_organisation(const toml::table& table, Content& content) {
    content.name = text_of(table, "name");
    content.time_zone = text_of(table, "time_zone");
    content.currency = text_of(table, "currency");
    content.stages = texts_of(table["stages"]);
    content.segments = texts_of(table["segments"]);
    each_table(table, "team", [&](const toml::table& team) {
        content.teams.push_back({text_of(team, "key"), text_of(team, "name")});
    });
    each_table(table, "person", [&](const toml::table& person) {
        DemoPerson& read = content.people.emplace_back();
        read.key = text_of(person, "key");
        read.name = text_of(person, "name");
        read.email = text_of(person, "email");
        read.title = text_of(person, "title");
        read.team = text_of(person, "team");
        read.manager = text_of(person, "manager");
        read.signs_in = person["signs_in"].value_or(true);
        for (const std::string& role : texts_of(person["roles"]))
            if (const auto known = enum_from_name<access::Role>(role))
                read.roles.push_back(*known);
    });
}

void read_words(const toml::table& table, Words& words) {
    words.places = texts_of(table["names"]["places"]);
    words.phases = texts_of(table["names"]["phases"]);
    words.patterns = texts_of(table["names"]["patterns"]);
    words.calls = texts_of(table["activities"]["calls"]);
    words.emails = texts_of(table["activities"]["emails"]);
    words.meetings = texts_of(table["activities"]["meetings"]);
    words.notes = texts_of(table["activities"]["notes"]);
    const auto by_name = [](const toml::node_view<const toml::node>& node, auto&& visit) {
        if (const auto* inner = node.as_table())
            for (const auto& [key, value] : *inner)
                visit(std::string(key.str()), toml::node_view<const toml::node>(value));
    };
    by_name(table["names"]["works"],
            [&](const std::string& key, auto value) { words.works[key] = texts_of(value); });
    by_name(table["names"]["short"], [&](const std::string& key, auto value) {
        words.short_names[key] = value.value_or(std::string());
    });
    by_name(table["next_steps"],
            [&](const std::string& key, auto value) { words.next_steps[key] = texts_of(value); });
    each_table(table, "loss_reason", [&](const toml::table& reason) {
        words.loss_reasons.push_back({text_of(reason, "reason"), number_of(reason, "weight", 1)});
    });
    each_table(table, "lead_source", [&](const toml::table& source) {
        words.lead_sources.push_back({text_of(source, "name"), number_of(source, "weight", 1)});
    });
}

void read_debriefs(const toml::table& table, Content& content) {
    each_table(table, "debrief", [&](const toml::table& debrief) {
        content.debriefs.push_back({.deal = text_of(debrief, "deal"),
                                    .author = text_of(debrief, "author"),
                                    .state = text_of(debrief, "state"),
                                    .days_ago = number_of(debrief, "days_ago"),
                                    .my_part = text_of(debrief, "my_part"),
                                    .outside = text_of(debrief, "outside"),
                                    .needed = text_of(debrief, "needed"),
                                    .lesson_title = text_of(debrief, "lesson_title"),
                                    .lesson = text_of(debrief, "lesson"),
                                    .serves = text_of(debrief, "serves"),
                                    .act = text_of(debrief, "act"),
                                    .act_due_days = number_of(debrief, "act_due_days", 7),
                                    .act_state = text_of(debrief, "act_state"),
                                    .audience = text_of(debrief, "audience")});
    });
}

void read_tables(std::span<const EmbeddedFile> files, Content& content) {
    each_row(files, "products.csv", [&](const NamedRow& row) {
        content.products.push_back(
            {row.text("name"), row.text("family"), row.number("list_price").value_or(0)});
    });
    each_row(files, "companies.csv", [&](const NamedRow& row) {
        content.companies.push_back({row.text("name"), row.text("industry"), row.text("country"),
                                     row.text("region"), row.number("employees").value_or(0)});
    });
    each_row(files, "competitors.csv",
             [&](const NamedRow& row) { content.competitors.push_back(row.text("name")); });
    each_row(files, "deals.csv", [&](const NamedRow& row) {
        content.deals.push_back({.key = row.text("key"),
                                 .name = row.text("name"),
                                 .company = row.text("company"),
                                 .owner = row.text("owner"),
                                 .product = row.text("product"),
                                 .competitor = row.text("competitor"),
                                 .segment = row.text("segment"),
                                 .stage = row.text("stage"),
                                 .outcome = row.text("outcome"),
                                 .amount = row.number("amount").value_or(0),
                                 .created_days_ago = row.days("created_days_ago").value_or(0),
                                 .closed_days_ago = row.days("closed_days_ago"),
                                 .expected_close_days_ago = row.days("expected_close_days_ago"),
                                 .stated_reason = row.text("stated_reason"),
                                 .next_step = row.text("next_step")});
    });
}

} // namespace

Content load_content(std::span<const EmbeddedFile> files) {
    Content content;
    read_organisation(read_toml(files, "organisation.toml"), content);
    read_words(read_toml(files, "words.toml"), content.words);
    read_debriefs(read_toml(files, "debriefs.toml"), content);
    read_tables(files, content);
    return content;
}

Content built_in_content() {
    const auto files = unpack({buckstop_embedded_demo_begin, buckstop_embedded_demo_end});
    return load_content(files);
}

} // namespace buckstop::demo
