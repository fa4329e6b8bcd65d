#include "features/quality/names.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <numeric>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace buckstop::quality {
namespace {

using Words = std::vector<std::u32string>;

// Sorted, for binary_search.
constexpr std::array<std::u32string_view, 5> fillers{U"and", U"et", U"the", U"und", U"y"};
constexpr std::array<std::u32string_view, 57> legal_forms{
    U"ab",           U"ag",      U"aps",  U"as",           U"asa", U"bv",   U"bvba",    U"co",
    U"comp",         U"company", U"corp", U"corporation",  U"doo", U"ek",   U"eg",      U"ev",
    U"gesellschaft", U"gmbh",    U"inc",  U"incorporated", U"kft", U"kg",   U"kgaa",    U"kk",
    U"lda",          U"limited", U"llc",  U"llp",          U"lp",  U"ltd",  U"ltda",    U"mbh",
    U"nv",           U"ohg",     U"ooo",  U"oy",           U"oyj", U"plc",  U"private", U"pte",
    U"pty",          U"public",  U"pvt",  U"rt",           U"sa",  U"sarl", U"sas",     U"sasu",
    U"se",           U"sl",      U"slu",  U"spa",          U"spj", U"srl",  U"sro",     U"ug",
    U"zoo"};

template <std::size_t N>
bool is_one_of(const std::array<std::u32string_view, N>& words, const std::u32string& word) {
    return std::ranges::find(words, std::u32string_view(word)) != words.end();
}

// Letters that no accent was put on, as they are typed where a keyboard lacks them.
void append_plain(std::u32string& word, char32_t c) {
    switch (c) {
    case U'ø':
        word += U'o';
        break;
    case U'ł':
        word += U'l';
        break;
    case U'đ':
        word += U'd';
        break;
    case U'æ':
        word += U"ae";
        break;
    case U'œ':
        word += U"oe";
        break;
    default:
        word += c;
    }
}

// Case folded, compatibility forms alike, letters apart from their accents.
icu::UnicodeString folded(std::string_view name) {
    UErrorCode error = U_ZERO_ERROR;
    auto text = icu::UnicodeString::fromUTF8({name.data(), static_cast<std::int32_t>(name.size())});
    const auto* const folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
    if (U_SUCCESS(error))
        text = folding->normalize(text, error);
    const auto* const decomposing = icu::Normalizer2::getNFDInstance(error);
    if (U_SUCCESS(error))
        text = decomposing->normalize(text, error);
    return text;
}

// In the order of the name. An apostrophe stands inside a word, an accent isn't part of one, all else that is
// neither letter nor digit divides; "&" and "+" are the word that they are read as.
Words words_of(std::string_view name) {
    const auto text = folded(name);
    Words words(1);
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const auto c = static_cast<char32_t>(text.char32At(i));
        if (c == U'\'' || c == U'’' || (c >= 0x300 && c <= 0x36F))
            continue;
        if (u_isalnum(static_cast<UChar32>(c)) || u_getCombiningClass(static_cast<UChar32>(c)) != 0)
            append_plain(words.back(), c);
        else if (c == U'&' || c == U'+')
            words.insert(words.end(), {U"and", U""});
        else if (!words.back().empty())
            words.emplace_back();
    }
    std::erase_if(words, [](const auto& word) { return word.empty(); });
    return words;
}

// "s", "a" of "S.A." are one word.
Words with_joined_letters(const Words& words) {
    Words joined;
    bool after_letter = false;
    for (const auto& word : words) {
        const bool letter = word.size() == 1 && !u_isdigit(static_cast<UChar32>(word.front()));
        if (letter && after_letter)
            joined.back() += word;
        else
            joined.push_back(word);
        after_letter = letter;
    }
    return joined;
}

// A legal form stands behind the name: "AG Insurance" is called so.
Words telling(const Words& words) {
    Words kept;
    for (const auto& word : words)
        if (!is_one_of(fillers, word) && (kept.empty() || !is_one_of(legal_forms, word)))
            kept.push_back(word);
    return kept.empty() ? words : kept;
}

std::u32string in_one(const Words& words) {
    return std::accumulate(words.begin(), words.end(), std::u32string());
}

int errors_allowed(const std::u32string& one, const std::u32string& other) {
    const auto has_digit = [](const std::u32string& word) {
        return std::ranges::any_of(word, [](char32_t c) { return u_isdigit(static_cast<UChar32>(c)); });
    };
    const auto letters = std::min(one.size(), other.size());
    if (letters < 6 || has_digit(one) || has_digit(other))
        return 0;
    return letters < 10 ? 1 : 2;
}

// The one word that only this name has; nothing where there are none or several.
const std::u32string* only_word_not_in(const Words& words, const Words& other) {
    const std::u32string* only = nullptr;
    auto theirs = other.begin();
    for (const auto& word : words) {
        theirs = std::lower_bound(theirs, other.end(), word);
        if (theirs != other.end() && *theirs == word) {
            ++theirs;
        } else if (only == nullptr) {
            only = &word;
        } else {
            return nullptr;
        }
    }
    return only;
}

// Which letters there are, of 64 sorts.
std::uint64_t letters_of(std::u32string_view word) {
    std::uint64_t letters = 0;
    for (const char32_t c : word)
        letters |= std::uint64_t{1} << (c % 64U);
    return letters;
}

// For sure, seen without aligning them: an error changes which letters there are by two at most.
bool are_far_apart(std::u32string_view one, std::u32string_view other, int most) {
    return std::popcount(letters_of(one) ^ letters_of(other)) > 2 * most;
}

} // namespace

Name compared_name(std::string_view name) {
    Name result{.words = telling(with_joined_letters(words_of(name))), .sorted = {}, .written = {}};
    result.written = in_one(result.words);
    std::ranges::sort(result.words);
    result.sorted = in_one(result.words);
    return result;
}

double likeness(const Name& one, const Name& other) {
    if (one.words.empty() || other.words.empty())
        return 0;
    if (one.words == other.words || one.written == other.written)
        return 1;
    if (one.words.size() != other.words.size())
        return 0;
    const auto* const mine = only_word_not_in(one.words, other.words);
    const auto* const theirs = mine == nullptr ? nullptr : only_word_not_in(other.words, one.words);
    if (theirs == nullptr)
        return 0;
    const int allowed = errors_allowed(*mine, *theirs);
    const int errors = typing_errors(*mine, *theirs, allowed);
    if (errors > allowed)
        return 0;
    return 1 - static_cast<double>(errors) /
                   static_cast<double>(std::max(one.sorted.size(), other.sorted.size()));
}

// Damerau and Levenshtein's distance where no part is edited twice ("optimal string alignment"): three rows
// of its table are enough.
int typing_errors(std::u32string_view one, std::u32string_view other, int most) {
    const auto difference = one.size() > other.size() ? one.size() - other.size() : other.size() - one.size();
    if (difference > static_cast<std::size_t>(most) || are_far_apart(one, other, most))
        return most + 1;
    const auto columns = other.size() + 1;
    std::vector<int> rows(3 * columns);
    int *before_last = rows.data(), *last = before_last + columns, *row = last + columns;
    std::iota(last, row, 0);
    for (std::size_t i = 1; i <= one.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const int replaced = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        if (*std::min_element(row, row + columns) > most)
            return most + 1;
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return std::min(last[columns - 1], most + 1);
}

} // namespace buckstop::quality
