#include "features/imports/layouts.hpp"

#include <algorithm>
#include <set>

namespace buckstop::imports {
namespace {

using Names = std::set<std::string, std::less<>>;

Names folded(const std::vector<std::string>& headers) {
    Names names;
    for (const auto& header : headers)
        names.insert(fold_header(header));
    return names;
}

// A layout's headers as they are compared: they are asked for many tables, and folding takes its time.
struct Folded {
    const Layout* layout;
    std::vector<std::vector<std::string>> keys;
    std::vector<std::string> columns;
};

const std::vector<Folded>& folded_layouts() {
    static const std::vector<Folded> all = [] {
        std::vector<Folded> list;
        for (const auto& layout : layouts()) {
            auto& one = list.emplace_back(Folded{.layout = &layout, .keys = {}, .columns = {}});
            for (const auto& key : layout.keys)
                std::ranges::transform(key, std::back_inserter(one.keys.emplace_back()), fold_header);
            for (const auto& column : layout.columns)
                one.columns.push_back(fold_header(column.header));
        }
        return list;
    }();
    return all;
}

// How many of the layout's columns the table has; 0 unless a key and all needed ones are there.
std::size_t known_columns(const Folded& layout, const Names& headers) {
    const auto is_there = [&](const std::string& header) { return headers.contains(header); };
    if (!layout.keys.empty() && std::ranges::none_of(layout.keys, [&](const auto& key) {
            return std::ranges::all_of(key, is_there);
        }))
        return 0;
    std::size_t known = 0;
    for (std::size_t i = 0; i < layout.columns.size(); ++i) {
        const bool there = is_there(layout.columns[i]);
        if (layout.layout->columns[i].needed && !there)
            return 0;
        known += there ? 1 : 0;
    }
    return known;
}

// The columns of the key that this table has; nullptr where there is none.
const std::vector<std::string_view>* key_of(const Layout& layout, const std::vector<std::string>& headers) {
    const auto found = std::ranges::find_if(layout.keys, [&](const auto& key) {
        return std::ranges::all_of(
            key, [&](std::string_view header) { return find_header(headers, header).has_value(); });
    });
    return found == layout.keys.end() ? nullptr : &*found;
}

} // namespace

const std::vector<Layout>& layouts() {
    static const std::vector<Layout> all = [] {
        std::vector<Layout> list;
        for (auto&& some :
             {plain_layouts(), salesforce_layouts(), hubspot_layouts(), pipedrive_layouts(), other_layouts()})
            list.insert(list.end(), some.begin(), some.end());
        return list;
    }();
    return all;
}

const Layout* find_layout(std::string_view name) {
    const auto found = std::ranges::find(layouts(), name, &Layout::name);
    return found == layouts().end() ? nullptr : &*found;
}

const Layout* recognise(const std::vector<std::string>& headers) {
    const auto names = folded(headers);
    const Layout* best = nullptr;
    std::size_t most = 0;
    for (const auto& layout : folded_layouts())
        if (const auto known = known_columns(layout, names); known > most) {
            best = layout.layout;
            most = known;
        }
    return best;
}

Mapping mapping_of(const Layout& layout, const std::vector<std::string>& headers) {
    Mapping mapping{
        .name = std::string(layout.name), .kind = layout.kind, .source = std::string(layout.source)};
    if (const auto* key = key_of(layout, headers))
        for (const auto& header : *key)
            mapping.key.push_back(headers[*find_header(headers, header)]);
    std::set<std::size_t> mapped; // two spellings of the layout can meet one column
    for (const auto& column : layout.columns)
        if (const auto at = find_header(headers, column.header);
            at && !column.field.empty() && mapped.insert(*at).second)
            mapping.columns.push_back(
                {.header = headers[*at],
                 .field = std::string(column.field),
                 .split = column.split.empty() ? std::nullopt : std::optional(std::string(column.split))});
    for (const auto& [field, value] : layout.constants)
        mapping.constants.push_back({std::string(field), std::string(value)});
    for (const auto& [header, values] : layout.only)
        if (const auto at = find_header(headers, header))
            mapping.only.push_back({headers[*at], {values.begin(), values.end()}});
    for (const auto& [word, outcome] : layout.outcomes)
        mapping.outcomes.push_back({std::string(word), outcome});
    return mapping;
}

} // namespace buckstop::imports
