// A person's name and address in texts, and what stands there instead. Pure: no database.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::erasure {

class Redaction {
  public:
    // `instead`: "Someone 3".
    Redaction(std::string_view name, const std::optional<std::string>& email, std::string instead);

    // The text without them; nothing where it doesn't hold them. Small and capital letters of ASCII are the
    // same. The address, and a name of several words ("Ada Okafor", "Okafor, Ada"), are found wherever no
    // letter or digit touches them. A name of one word may be a word of the language, so it counts only where
    // it is the whole text, or a whole text within JSON.
    [[nodiscard]] std::optional<std::string> apply(std::string_view text) const;

    // What a text that holds one of them contains, in small letters and only ASCII: for finding candidates by
    // SQL. As patterns for "like … escape '!'".
    [[nodiscard]] std::vector<std::string> patterns() const;

    [[nodiscard]] bool finds_name_in_sentences() const { return in_sentences_; }

  private:
    struct Term {
        std::string text; // ASCII letters small
        bool whole = false;
    };
    void add(std::string_view text, bool whole);
    [[nodiscard]] const Term* at(std::string_view text, std::string_view folded, std::size_t place) const;

    std::vector<Term> terms_; // longer ones first
    std::string instead_;
    bool in_sentences_ = false;
};

} // namespace buckstop::erasure
