#include "features/erasure/redaction.hpp"

#include "features/people/people.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace buckstop::erasure {
namespace {

std::string small_letters(std::string_view text) {
    std::string folded(text);
    for (char& c : folded)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return folded;
}

// A letter or digit, also of another script than Latin: every byte of UTF-8 beyond ASCII.
bool is_part_of_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// As it stands within JSON, without the quotation marks.
std::string within_json(std::string_view text) {
    const auto quoted = boost::json::serialize(boost::json::string(text));
    return quoted.substr(1, quoted.size() - 2);
}

// "Okafor, Ada"
std::string turned(std::string_view name) {
    const auto blank = name.find_last_of(' ');
    std::string text(name.substr(blank + 1));
    return text.append(", ").append(name.substr(0, blank));
}

// The longest run of ASCII, which is the same in both databases whatever they know of letters.
std::string_view ascii_run(std::string_view text) {
    std::string_view longest;
    for (std::size_t begin = 0; begin < text.size();) {
        auto end = begin;
        while (end < text.size() && static_cast<unsigned char>(text[end]) < 0x80)
            ++end;
        if (end - begin > longest.size())
            longest = text.substr(begin, end - begin);
        begin = end + 1;
    }
    return longest;
}

} // namespace

Redaction::Redaction(std::string_view name, const std::optional<std::string>& email, std::string instead)
    : instead_(std::move(instead)), in_sentences_(name.find(' ') != name.npos) {
    add(name, !in_sentences_);
    add(people::name_key(name), !in_sentences_);
    if (in_sentences_) {
        add(turned(name), false);
        add(turned(people::name_key(name)), false);
    }
    if (email)
        add(*email, false);
    std::ranges::stable_sort(terms_, std::ranges::greater{},
                             [](const Term& term) { return term.text.size(); });
}

void Redaction::add(std::string_view text, bool whole) {
    for (auto& form : {small_letters(text), small_letters(within_json(text))})
        if (!form.empty() && std::ranges::find(terms_, form, &Term::text) == terms_.end())
            terms_.push_back({.text = form, .whole = whole});
}

const Redaction::Term* Redaction::at(std::string_view text, std::string_view folded,
                                     std::size_t place) const {
    for (const auto& term : terms_) {
        if (!folded.substr(place).starts_with(term.text))
            continue;
        const auto end = place + term.text.size();
        const char before = place == 0 ? '\0' : text[place - 1];
        const char after = end == text.size() ? '\0' : text[end];
        const auto is_edge = [](char c) { return c == '\0' || c == '"'; };
        const bool fits = term.whole ? is_edge(before) && is_edge(after)
                                     : !is_part_of_word(before) && !is_part_of_word(after);
        if (fits)
            return &term;
    }
    return nullptr;
}

std::optional<std::string> Redaction::apply(std::string_view text) const {
    const auto folded = small_letters(text);
    if (std::ranges::none_of(terms_, [&](const Term& term) { return folded.find(term.text) != folded.npos; }))
        return std::nullopt;
    std::string result;
    bool found = false;
    for (std::size_t place = 0; place < text.size();)
        if (const auto* term = at(text, folded, place)) {
            result += instead_;
            place += term->text.size();
            found = true;
        } else {
            result += text[place++];
        }
    return found ? std::optional(std::move(result)) : std::nullopt;
}

std::vector<std::string> Redaction::patterns() const {
    std::vector<std::string> patterns;
    for (const auto& term : terms_) {
        std::string pattern = "%";
        for (const char c : ascii_run(term.text)) {
            if (c == '%' || c == '_' || c == '!')
                pattern += '!';
            pattern += c;
        }
        pattern += '%';
        if (std::ranges::find(patterns, pattern) == patterns.end())
            patterns.push_back(std::move(pattern));
    }
    return patterns;
}

} // namespace buckstop::erasure
