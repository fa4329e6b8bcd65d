#include "features/imports/suggest.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/characters.hpp"
#include "features/imports/synonyms.hpp"

#include <algorithm>
#include <set>

namespace buckstop::imports {
namespace {

constexpr double least_confidence = 0.4;

// "opportunityName (EUR)" is {"opportunity", "name", "eur"}.
std::vector<std::string> words_of(std::string_view header) {
    std::string spaced;
    char before = ' ';
    for (const char c : header) {
        const bool is_upper = is_letter(c) && lower(c) != c;
        const bool is_lower_before = is_letter(before) && lower(before) == before;
        const bool is_part = is_letter(c) || is_digit(c) || !is_ascii(c) || c == '%';
        if (is_upper && is_lower_before)
            spaced += ' ';
        spaced += is_part ? c : ' ';
        before = c;
    }
    std::vector<std::string> words;
    for (const char c : fold(spaced) + ' ')
        if (words.empty() || (c == ' ' && !words.back().empty()))
            words.emplace_back(c == ' ' ? "" : std::string(1, c));
        else if (c != ' ')
            words.back() += c;
    std::erase_if(words, [](const auto& word) { return word.empty(); });
    return words;
}

// Words at the end of a header that don't change what it names.
bool says_little(const std::string& word) {
    static const std::set<std::string> little = {"name", "code", "c",     "eur",   "usd",
                                                 "gbp",  "text", "value", "label", "full"};
    return little.contains(word);
}

// Words that connectors put before the names of a CRM's own fields.
bool is_prefix(const std::string& word) {
    return word == "property" || word == "hs";
}

// How well a header says what the synonym says: wholly, or with words before it.
double likeness(const std::vector<std::string>& header, const std::vector<std::string>& synonym) {
    if (header == synonym)
        return 1;
    const auto begin = std::ranges::find_if_not(header, is_prefix);
    std::vector core(begin == header.end() ? header.begin() : begin, header.end());
    while (core.size() > synonym.size() && says_little(core.back()))
        core.pop_back();
    if (core.size() < synonym.size() || !std::equal(synonym.rbegin(), synonym.rend(), core.rbegin()))
        return 0;
    return core.size() == synonym.size()
               ? 0.9
               : 0.5 + 0.3 * static_cast<double>(synonym.size()) / static_cast<double>(core.size());
}

// "Won" and "Lost" say more than a state of the Union does.
double plausibility_of_outcomes(const ColumnEvidence& column) {
    if (column.words.empty() || column.words.size() > 20)
        return 0.2;
    const bool any = std::ranges::any_of(column.words, [](const ColumnEvidence::Word& word) {
        return read_outcome({}, word.text, false).has_value();
    });
    return any ? 1 : 0.5;
}

// Whether the cells could be that.
double plausibility(const ColumnEvidence& column, FieldType type) {
    if (column.values() == 0)
        return 0.7;
    const auto found = column.type();
    switch (type) {
    case FieldType::text:
        return found == ColumnType::date || found == ColumnType::percent ? 0.5 : 1;
    case FieldType::currency:
        return column.words.empty() || column.words.size() > 20 ? 0.2 : 1;
    case FieldType::outcome:
        return plausibility_of_outcomes(column);
    case FieldType::percent:
        return column.percents == 0 && column.above_one ? 0 : column.share_of(type);
    case FieldType::percent_points:
        return column.percents == 0 && column.above_one ? column.share_of(type) : 0;
    default:
        return column.share_of(type) < 0.5 ? 0 : column.share_of(type);
    }
}

struct Match {
    std::size_t column = 0;
    std::string_view field;
    double confidence = 0;
};

// The best matches first; each column and each field at most once.
std::vector<Match> matches(Kind kind, const std::vector<std::vector<std::string>>& headers,
                           const std::vector<ColumnEvidence>& columns) {
    std::vector<Match> all;
    for (const auto& [field, synonyms] : synonyms_of(kind))
        for (std::size_t i = 0; i < headers.size(); ++i) {
            double best = 0;
            for (const auto& [words, weight] : synonyms)
                best = std::max(best, weight * likeness(headers[i], words));
            const auto confidence = best * plausibility(columns[i], find_field(kind, field)->type);
            if (confidence >= least_confidence)
                all.push_back({i, field, confidence});
        }
    std::ranges::stable_sort(all, std::ranges::greater{}, &Match::confidence);
    std::vector<Match> chosen;
    for (const auto& match : all)
        if (std::ranges::none_of(chosen, [&](const Match& other) {
                return other.column == match.column || other.field == match.field;
            }))
            chosen.push_back(match);
    return chosen;
}

Mapping mapping_of(Kind kind, std::vector<Match> chosen, const std::vector<std::string>& headers) {
    Mapping mapping{.kind = kind};
    std::ranges::sort(chosen, {}, &Match::column);
    for (const auto& match : chosen)
        mapping.columns.push_back({.header = headers[match.column], .field = std::string(match.field)});
    return mapping;
}

// The file's name says that it holds such rows.
bool is_named(Kind kind, const std::vector<std::string>& name) {
    return std::ranges::any_of(file_words_of(kind), [&](const std::string& word) {
        return std::ranges::find(name, word) != name.end();
    });
}

// How much of the table the kind explains; half as much where it lacks what it needs.
double explained(const Mapping& mapping, const std::vector<Match>& chosen) {
    double sum = 0;
    for (const auto& match : chosen)
        sum += match.confidence;
    return check(mapping) ? sum : sum / 2;
}

} // namespace

std::vector<Suggestion> suggest(const std::vector<std::string>& headers,
                                const std::vector<ColumnEvidence>& columns, std::string_view file_name) {
    std::vector<std::vector<std::string>> words;
    for (const auto& header : headers)
        words.push_back(words_of(header));
    const auto name = words_of(file_name);
    struct Scored {
        double score = 0;
        Suggestion suggestion;
    };
    std::vector<Scored> all;
    for (const auto kind : all_kinds()) {
        const auto chosen = matches(kind, words, columns);
        Suggestion one{.mapping = mapping_of(kind, chosen, headers),
                       .confidence = std::vector<double>(headers.size())};
        for (const auto& match : chosen)
            one.confidence[match.column] = match.confidence;
        const auto score = explained(one.mapping, chosen) * (is_named(kind, name) ? 2 : 1);
        all.push_back({.score = score, .suggestion = std::move(one)});
    }
    std::ranges::stable_sort(all, std::ranges::greater{}, &Scored::score);
    std::vector<Suggestion> best;
    for (auto& scored : all)
        best.push_back(std::move(scored.suggestion));
    return best;
}

} // namespace buckstop::imports
