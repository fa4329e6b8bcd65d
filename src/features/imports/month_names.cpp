#include "features/imports/month_names.hpp"

#include "features/imports/cells.hpp"

#include <array>

namespace buckstop::imports {
namespace {

// Folded, in the order of the months. Polish dates have the genitive.
constexpr auto names = std::to_array<std::string_view>({
    "january|januar|janvier|enero|gennaio|janeiro|januari|styczeń|stycznia",
    "february|februar|février|fevrier|febrero|febbraio|fevereiro|februari|luty|lutego",
    "march|märz|maerz|mars|marzo|março|marco|maart|mrt|mrz|marzec|marca",
    "april|avril|abril|aprile|kwiecień|kwietnia",
    "may|mai|mayo|maggio|maio|mei|maj|maja",
    "june|juni|juin|junio|giugno|junho|czerwiec|czerwca",
    "july|juli|juillet|julio|luglio|julho|lipiec|lipca",
    "august|août|aout|agosto|augustus|sierpień|sierpnia",
    "september|septembre|septiembre|settembre|setembro|wrzesień|września",
    "october|oktober|octobre|octubre|ottobre|outubro|październik|października",
    "november|novembre|noviembre|novembro|listopad|listopada",
    "december|dezember|décembre|decembre|diciembre|dicembre|dezembro|grudzień|grudnia",
});

// Whether one of the words, which '|' parts, begins so.
bool begins_one_of(std::string_view words, std::string_view beginning) {
    for (;;) {
        if (words.starts_with(beginning))
            return true;
        const auto bar = words.find('|');
        if (bar == words.npos)
            return false;
        words.remove_prefix(bar + 1);
    }
}

} // namespace

int month_called(std::string_view word) {
    if (word.size() < 3)
        return 0;
    const auto folded = fold(word);
    int found = 0;
    for (std::size_t month = 0; month < names.size(); ++month)
        if (begins_one_of(names.at(month), folded)) {
            if (found != 0)
                return 0;
            found = static_cast<int>(month) + 1;
        }
    return found;
}

} // namespace buckstop::imports
