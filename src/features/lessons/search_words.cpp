#include "features/lessons/words.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace buckstop::lessons {
namespace {

constexpr std::size_t longest_query = 1000; // bytes; what is typed beyond doesn't count
constexpr std::size_t most_terms = 16;

// Words that say nothing about what somebody looks for.
constexpr std::array stop_words = std::to_array<std::string_view>(
    {"a",    "an",    "and",   "are",   "as",    "at",   "be",   "but",  "by",  "did",  "do",
     "for",  "from",  "had",   "has",   "have",  "how",  "i",    "if",   "in",  "is",   "it",
     "its",  "me",    "my",    "not",   "of",    "on",   "or",   "our",  "so",  "than", "that",
     "the",  "their", "them",  "then",  "there", "they", "this", "to",   "was", "we",   "were",
     "what", "when",  "where", "which", "who",   "why",  "will", "with", "you", "your"});

bool is_stop_word(const std::string& folded) {
    return std::ranges::find(stop_words, std::string_view(folded)) != stop_words.end();
}

// A part of what was typed: between quotes or not.
struct Part {
    std::string_view text;
    bool quoted = false;
    bool last = false; // nothing follows, and no quote closes it
};

std::vector<Part> parts_of(std::string_view typed) {
    std::vector<Part> parts;
    bool quoted = false;
    for (std::size_t at = 0; at <= typed.size();) {
        const auto quote = std::min(typed.find('"', at), typed.size());
        const bool last = quote == typed.size(); // a quote that is still open doesn't make a phrase yet
        parts.push_back({.text = typed.substr(at, quote - at), .quoted = quoted && !last, .last = last});
        quoted = !quoted;
        at = quote + 1;
    }
    return parts;
}

// The longest beginning of at most `most` bytes that doesn't cut a character in two.
std::string_view beginning(std::string_view text, std::size_t most) {
    if (text.size() <= most)
        return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
        --most;
    return text.substr(0, most);
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const auto& word : words) {
        text += text.empty() ? std::string_view() : between;
        text += word;
    }
    return text;
}

// Adds a piece of a text on one line, without marks of its own, and cut where it goes on without end.
void append_plain(std::string& result, std::string_view piece) {
    constexpr std::size_t longest_piece = 400;
    constexpr std::string_view open = "«";
    constexpr std::string_view close = "»";
    const auto kept = beginning(piece, longest_piece);
    bool blank = false;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const auto rest = kept.substr(i);
        const bool space = static_cast<unsigned char>(kept[i]) <= ' ';
        if (rest.starts_with(open) || rest.starts_with(close)) {
            result += rest.starts_with(open) ? "‹" : "›";
            ++i;
        } else if (!space) {
            result += kept[i];
        } else if (!blank) {
            result += ' ';
        }
        blank = space;
    }
    if (kept.size() < piece.size())
        result += "…";
}

} // namespace

SearchWords::SearchWords(std::string_view typed) {
    std::vector<Term> stopped; // what counts where there is nothing else
    for (const Part& part : parts_of(beginning(typed, longest_query))) {
        const auto words = words_of(part.text);
        if (part.quoted && words.size() > 1) {
            Term phrase;
            for (const auto& word : words)
                phrase.stems.push_back(word.stem);
            terms_.push_back(std::move(phrase));
            continue;
        }
        for (const auto& word : words) {
            const bool unfinished = part.last && &word == &words.back() && word.end == part.text.size();
            Term term{.stems = {word.stem}, .start = std::nullopt};
            if (unfinished)
                term.start = word.folded;
            (is_stop_word(word.folded) && !part.quoted ? stopped : terms_).push_back(std::move(term));
        }
    }
    if (terms_.empty())
        terms_ = std::move(stopped);
    if (terms_.size() > most_terms)
        terms_.resize(most_terms);
}

std::string SearchWords::fts5(bool in_title) const {
    const std::string stems = in_title ? "{title_stems} : \"" : "{stems} : \"";
    const std::string words = in_title ? "{title_words} : \"" : "{words} : \"";
    std::vector<std::string> conditions;
    for (const Term& term : terms_) {
        std::string condition = "(" + stems + joined(term.stems, " ") + "\"";
        if (term.start)
            condition += " OR " + words + *term.start + "\" *";
        conditions.push_back(condition + ")");
    }
    return joined(conditions, " AND ");
}

std::string SearchWords::tsquery(bool in_title) const {
    const std::string weight = in_title ? ":A" : "";
    std::vector<std::string> conditions;
    for (const Term& term : terms_) {
        std::vector<std::string> lexemes;
        for (const auto& stem : term.stems)
            lexemes.push_back("'s" + stem + "'" + weight);
        std::string condition = "(" + joined(lexemes, " <-> ");
        if (term.start)
            condition += " | 'w" + *term.start + "':*" + (in_title ? "A" : "");
        conditions.push_back(condition + ")");
    }
    return joined(conditions, " & ");
}

bool SearchWords::hits(const Word& word) const {
    return std::ranges::any_of(terms_, [&](const Term& term) {
        return std::ranges::find(term.stems, word.stem) != term.stems.end() ||
               (term.start && word.folded.starts_with(*term.start));
    });
}

std::string excerpt(std::string_view text, const SearchWords& asked) {
    constexpr std::size_t window = 36; // words
    constexpr std::size_t lead = 6;    // words before the first hit
    const auto words = words_of(text);
    std::vector<std::size_t> hits;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (asked.hits(words[i]))
            hits.push_back(i);

    // The first window with the most different words that were asked for.
    std::size_t from = 0;
    std::size_t most = 0;
    for (const auto first : hits) {
        std::set<std::string_view> different;
        for (const auto hit : hits)
            if (hit >= first && hit < first + window - lead)
                different.insert(words[hit].stem);
        if (different.size() > most) {
            most = different.size();
            from = first < window - lead ? 0 : first - lead;
        }
    }
    const std::size_t to = std::min(from + window, words.size());

    std::string result = from > 0 ? "…" : "";
    const auto copy = [&](std::size_t begin, std::size_t end) {
        append_plain(result, text.substr(begin, end - begin));
    };
    std::size_t at = from > 0 ? words[from].begin : 0;
    for (std::size_t i = from; i < to; ++i) {
        if (!asked.hits(words[i]))
            continue;
        copy(at, words[i].begin);
        result += "«";
        copy(words[i].begin, words[i].end);
        result += "»";
        at = words[i].end;
    }
    const bool cut = to < words.size();
    copy(at, cut ? words[to - 1].end : text.size());
    if (cut)
        result += "…";
    return result;
}

} // namespace buckstop::lessons
