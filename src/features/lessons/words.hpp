// How texts and what people type in a search become words: divided by Unicode's rules (ICU), folded (case,
// compatibility forms, accents), stemmed (Snowball, English). The program does it once for both databases, so
// that what is found doesn't depend on which one is behind. Pure. Private to this feature.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::lessons {

// One word of a text. `folded` and `stem` hold no blanks, quotes or other ASCII punctuation.
struct Word {
    std::string folded;             // "negotiations", "cafe", "3·5"
    std::string stem;               // "negoti"
    std::size_t begin = 0, end = 0; // its place in the text, in bytes
};
[[nodiscard]] std::vector<Word> words_of(std::string_view text);

// Everything of a lesson that is searched, in the form that each database indexes.
struct IndexText {
    std::string title_stems, title_words, stems, words; // FTS5: words with blanks between them
    std::string vector;                                 // PostgreSQL: a tsvector literal
};
[[nodiscard]] IndexText index_text(std::string_view title, const std::vector<std::string_view>& further);

// What somebody typed. All words and phrases must occur; words that every text has ("the") don't count unless
// there is nothing else.
class SearchWords {
  public:
    explicit SearchWords(std::string_view typed);

    [[nodiscard]] bool empty() const { return terms_.empty(); }
    // The conditions in the databases' own syntax; only where not empty(). `in_title`: all in the title.
    [[nodiscard]] std::string fts5(bool in_title) const;
    [[nodiscard]] std::string tsquery(bool in_title) const;
    // Whether this word of a text is one that was asked for.
    [[nodiscard]] bool hits(const Word& word) const;

  private:
    struct Term {
        std::vector<std::string> stems;   // one, or a phrase's in their order
        std::optional<std::string> start; // of the last word, which may be unfinished
    };
    std::vector<Term> terms_;
};

// The part of the text with the most of what was asked for, with «marks»; its beginning where there is
// nothing to mark. Plain text of about 200 characters.
[[nodiscard]] std::string excerpt(std::string_view text, const SearchWords& asked);

} // namespace buckstop::lessons
