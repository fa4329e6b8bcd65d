#include "features/lessons/words.hpp"

#include <libstemmer.h>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>

namespace buckstop::lessons {
namespace {

constexpr std::size_t longest_word = 64;              // UTF-16 units; the rest of it doesn't count
constexpr std::size_t most_words = 16'000;            // of a text: PostgreSQL counts places up to 16,383
constexpr std::string_view boundary = "\xEE\x80\x80"; // U+E000 between fields: no phrase reaches across

void check(UErrorCode status, const char* what) {
    if (U_FAILURE(status))
        throw std::runtime_error(std::string("ICU: ") + what + ": " + u_errorName(status));
}

// Neither is safe to share between threads, and both take long to make.
icu::BreakIterator& breaker() {
    thread_local const std::unique_ptr<icu::BreakIterator> iterator = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::BreakIterator> made(
            icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        check(status, "word breaks");
        return made;
    }();
    return *iterator;
}

sb_stemmer* stemmer() {
    struct Delete {
        void operator()(sb_stemmer* made) const { sb_stemmer_delete(made); }
    };
    thread_local const std::unique_ptr<sb_stemmer, Delete> made(sb_stemmer_new("english", "UTF_8"));
    if (!made)
        throw std::runtime_error("the stemmer has no English");
    return made.get();
}

// Case and compatibility forms folded, accents removed; apostrophes as '.
std::string fold(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* casefold = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const auto* decompose = icu::Normalizer2::getNFDInstance(status);
    const auto* compose = icu::Normalizer2::getNFCInstance(status);
    check(status, "normalisation");
    const auto decomposed = decompose->normalize(
        casefold->normalize(
            icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())}), status),
        status);
    icu::UnicodeString bare;
    for (std::int32_t i = 0; i < decomposed.length(); ++i) {
        const char16_t unit = decomposed[i];
        if (unit == 0x2019)
            bare.append(u'\'');
        else if (unit < 0x0300 || unit > 0x036F) // combining accents
            bare.append(unit);
    }
    auto folded = compose->normalize(bare, status);
    check(status, "folding");
    if (static_cast<std::size_t>(folded.length()) > longest_word)
        folded.truncate(folded.getChar32Start(static_cast<std::int32_t>(longest_word)));
    std::string utf8;
    folded.toUTF8String(utf8);
    return utf8;
}

// Without apostrophes; other ASCII punctuation and controls inside a word (3.5, foo_bar) as a middle dot, so
// that no database's own tokenizer or query syntax sees any.
std::string plain(std::string_view word) {
    std::string result;
    for (const char byte : word) {
        const auto c = static_cast<unsigned char>(byte);
        const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 0x80;
        if (alphanumeric)
            result += byte;
        else if (byte != '\'')
            result += "\xC2\xB7";
    }
    return result;
}

std::string stem(const std::string& folded) {
    const auto* result = sb_stemmer_stem(stemmer(), reinterpret_cast<const sb_symbol*>(folded.data()),
                                         static_cast<int>(folded.size()));
    if (result == nullptr)
        throw std::bad_alloc();
    return {reinterpret_cast<const char*>(result), static_cast<std::size_t>(sb_stemmer_length(stemmer()))};
}

} // namespace

std::vector<Word> words_of(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    UText utext = UTEXT_INITIALIZER;
    utext_openUTF8(&utext, text.data(), static_cast<std::int64_t>(text.size()), &status);
    auto& breaks = breaker();
    breaks.setText(&utext, status);
    check(status, "text");
    std::vector<Word> words;
    std::int32_t begin = breaks.first();
    for (std::int32_t end = breaks.next(); end != icu::BreakIterator::DONE && words.size() < most_words;
         begin = end, end = breaks.next()) {
        if (breaks.getRuleStatus() < UBRK_WORD_NONE_LIMIT)
            continue; // blanks and punctuation
        const std::string folded =
            fold(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
        Word word{.folded = plain(folded),
                  .stem = plain(stem(folded)),
                  .begin = static_cast<std::size_t>(begin),
                  .end = static_cast<std::size_t>(end)};
        if (word.stem.empty())
            word.stem = word.folded;
        if (!word.folded.empty())
            words.push_back(std::move(word));
    }
    utext_close(&utext);
    return words;
}

IndexText index_text(std::string_view title, const std::vector<std::string_view>& further) {
    IndexText text;
    std::map<std::string, std::string> lexemes; // PostgreSQL's, with their places
    std::size_t place = 0;
    const auto add = [](std::string& list, std::string_view word) {
        list += list.empty() ? "" : " ";
        list += word;
    };
    const auto add_lexeme = [&](const std::string& lexeme, std::string_view weight) {
        auto& places = lexemes[lexeme];
        places += (places.empty() ? ":" : ",") + std::to_string(place);
        places += weight;
    };
    const auto add_field = [&](std::string_view field, bool is_title) {
        if (place > 0) {
            ++place;
            add(text.stems, boundary);
            add(text.words, boundary);
        }
        for (const auto& word : words_of(field)) {
            if (place >= most_words)
                return;
            ++place;
            add(text.stems, word.stem);
            add(text.words, word.folded);
            add_lexeme("'s" + word.stem + "'", is_title ? "A" : "");
            add_lexeme("'w" + word.folded + "'", is_title ? "A" : "");
            if (is_title) {
                add(text.title_stems, word.stem);
                add(text.title_words, word.folded);
            }
        }
    };
    add_field(title, true);
    for (const auto field : further)
        add_field(field, false);
    for (const auto& [lexeme, places] : lexemes)
        add(text.vector, lexeme + places);
    return text;
}

} // namespace buckstop::lessons
