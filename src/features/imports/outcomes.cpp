#include "features/imports/cells.hpp"
#include "features/imports/characters.hpp"
#include "features/imports/mapping.hpp"

#include <algorithm>
#include <array>

namespace buckstop::imports {
namespace {

constexpr auto won_words =
    std::to_array<std::string_view>({"won", "closedwon", "closewon", "gewonnen", "gagné", "gagne", "gagnée",
                                     "ganado", "ganada", "vinto", "vinta", "ganho"});
constexpr auto lost_words =
    std::to_array<std::string_view>({"lost", "lose", "closedlost", "closelost", "verloren", "perdu", "perdue",
                                     "perdido", "perdida", "perso", "persa"});
constexpr auto open_words = std::to_array<std::string_view>(
    {"open", "new", "active", "pending", "in progress", "offen", "ouvert", "abierto"});
// Words that say no more than that the others speak of a deal's end.
constexpr auto noise =
    std::to_array<std::string_view>({"closed", "close", "deal", "opportunity", "opp", "sale", "status",
                                     "stage", "is", "was", "c"}); // Bitrix24's C2:WON
// Words that may mean an end, but not which: wherever they stand, and only where nothing else is said.
constexpr auto doubtful_words = std::to_array<std::string_view>(
    {"closed", "dead", "cancelled", "canceled", "abandoned", "disqualified", "unqualified", "rejected",
     "declined", "no", "withdrawn", "archived", "terminated", "dropped"});
constexpr auto doubtful_alone =
    std::to_array<std::string_view>({"close", "inactive", "ended", "complete", "completed", "loss", "win",
                                     "failed", "expired", "omitted", "out"});

template <class Words>
bool holds(const Words& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

// "5 - Closed Won" is {"closed", "won"}: letters count, digits and signs part them.
std::vector<std::string> words_of(std::string_view folded) {
    std::vector<std::string> words(1);
    for (const char c : folded) {
        if (is_letter(c) || !is_ascii(c))
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    }
    std::erase_if(words, [](const auto& word) { return word.empty(); });
    return words;
}

// HubSpot puts the pipeline behind the stage: "closed won (sales pipeline)".
std::string_view without_pipeline(std::string_view folded) {
    return folded.ends_with(" pipeline)") ? folded.substr(0, folded.find('(')) : folded;
}

std::optional<Outcome> by_our_words(const std::string& folded, bool is_stage) {
    const auto words = words_of(without_pipeline(folded));
    std::vector<std::string> telling;
    std::ranges::copy_if(words, std::back_inserter(telling),
                         [](const auto& word) { return !holds(noise, word); });
    if (telling.size() == 1 && holds(won_words, telling[0]))
        return Outcome::won;
    if (telling.size() == 1 && holds(lost_words, telling[0]))
        return Outcome::lost;
    if (holds(open_words, folded))
        return Outcome::open;
    const bool doubtful =
        (words.size() == 1 && holds(doubtful_alone, words[0])) ||
        std::ranges::any_of(words, [](const auto& word) {
            return holds(won_words, word) || holds(lost_words, word) || holds(doubtful_words, word);
        });
    return is_stage && !doubtful && !words.empty() ? std::optional(Outcome::open) : std::nullopt;
}

} // namespace

std::optional<Outcome> read_outcome(const Mapping& mapping, std::string_view word, bool is_stage) {
    const auto folded = fold(word);
    for (const auto& known : mapping.outcomes)
        if (fold(known.word) == folded)
            return known.outcome;
    return by_our_words(folded, is_stage);
}

} // namespace buckstop::imports
