#include "features/imports/cells.hpp"

#include "features/imports/characters.hpp"

#include <algorithm>
#include <array>
#include <unicode/unistr.h>

namespace buckstop::imports {
namespace {

using namespace std::string_view_literals;

// Blanks of more than one byte: no-break space, figure space, narrow no-break space, zero-width space and
// joiner, ideographic space, byte-order mark.
constexpr std::array wide_blanks = {"\xC2\xA0"sv,     "\xE2\x80\x87"sv, "\xE2\x80\xAF"sv, "\xE2\x80\x8B"sv,
                                    "\xE2\x80\x8D"sv, "\xE3\x80\x80"sv, "\xEF\xBB\xBF"sv};

constexpr auto null_words = std::to_array<std::string_view>(
    {"-", "--", "---", "\xE2\x80\x93", "\xE2\x80\x94", "null", "(null)", "<null>", "\\n", "n/a", "#n/a",
     "(blank)", "(none)", "none", "-none-", "--none--", "select", "000000000000000aaa"});
constexpr auto more_null_words = std::to_array<std::string_view>(
    {"na", "nil", "nan", "nat", "n.a.", "?", "tbd", "unknown", "#value!", "#ref!", "#name?", "#div/0!",
     "#null!", "#num!", "0000-00-00", "0000-00-00 00:00:00"});
constexpr std::size_t longest_null_word = 19;

constexpr auto true_words =
    std::to_array<std::string_view>({"1", "t", "true", "y", "yes", "x", "active", "done", "completed"});
constexpr auto false_words =
    std::to_array<std::string_view>({"0", "f", "false", "n", "no", "inactive", "undone", "to do"});

constexpr bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

// `words` are in lower case.
template <class Words>
bool is_one_of(std::string_view cell, const Words& words) {
    return std::ranges::any_of(words, [&](std::string_view word) {
        return word.size() == cell.size() && std::ranges::equal(word, cell, {}, {}, lower);
    });
}

constexpr auto null_beginnings = [] {
    std::array<bool, 256> first{};
    const auto note = [&](const auto& words) {
        for (const std::string_view word : words) {
            const char c = word[0];
            first[static_cast<unsigned char>(c)] = true;
            if (c >= 'a' && c <= 'z')
                first[static_cast<unsigned char>(c - 'a' + 'A')] = true;
        }
    };
    note(null_words);
    note(more_null_words);
    return first;
}();

} // namespace

std::string_view trim(std::string_view cell) {
    for (bool changed = true; changed;) {
        while (!cell.empty() && is_blank(cell.front()))
            cell.remove_prefix(1);
        while (!cell.empty() && is_blank(cell.back()))
            cell.remove_suffix(1);
        changed = false;
        const auto at_an_end = [&] {
            return !cell.empty() && !(is_ascii(cell.front()) && is_ascii(cell.back()));
        };
        for (auto blank = wide_blanks.begin(); at_an_end() && blank != wide_blanks.end(); ++blank) {
            if (cell.starts_with(*blank)) {
                cell.remove_prefix(blank->size());
                changed = true;
            }
            if (cell.ends_with(*blank)) {
                cell.remove_suffix(blank->size());
                changed = true;
            }
        }
    }
    return cell;
}

std::string squeeze(std::string_view text) {
    std::string squeezed;
    for (std::size_t i = 0; i < text.size();) {
        const auto rest = text.substr(i);
        const auto wide =
            std::ranges::find_if(wide_blanks, [&](auto blank) { return rest.starts_with(blank); });
        const bool blank = wide != wide_blanks.end() || is_blank(rest[0]);
        if (!blank)
            squeezed += rest[0];
        else if (!squeezed.empty() && squeezed.back() != ' ')
            squeezed += ' ';
        i += wide != wide_blanks.end() ? wide->size() : 1;
    }
    if (squeezed.ends_with(' '))
        squeezed.pop_back();
    return squeezed;
}

std::string without_zero_bytes(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text)
        if (c == '\0')
            out += "\xEF\xBF\xBD";
        else
            out += c;
    return out;
}

std::string fold(std::string_view text) {
    std::string squeezed = squeeze(text);
    if (std::ranges::all_of(squeezed, is_ascii)) {
        std::ranges::transform(squeezed, squeezed.begin(), lower);
        return squeezed;
    }
    std::string folded;
    icu::UnicodeString::fromUTF8(squeezed).foldCase().toUTF8String(folded);
    return folded;
}

bool is_null(std::string_view cell, bool as_text) {
    if (cell.empty())
        return true;
    if (cell.size() > longest_null_word || !null_beginnings[static_cast<unsigned char>(cell.front())])
        return false;
    return is_one_of(cell, null_words) || (!as_text && is_one_of(cell, more_null_words));
}

std::optional<bool> read_boolean(std::string_view cell) {
    if (cell.size() > 9)
        return std::nullopt;
    if (is_one_of(cell, true_words))
        return true;
    if (is_one_of(cell, false_words))
        return false;
    return std::nullopt;
}

} // namespace buckstop::imports
