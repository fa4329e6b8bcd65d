// When two names may mean the same. Names are taken apart into words, without what tells nothing; of two
// names all words but one must be the same, and that one may hold a typing error. Private to this feature.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::quality {

// A name as it is compared: folded, without accents and punctuation; "The", "and" and legal forms ("GmbH &
// Co. KG", "S.A.") left out unless nothing else is there.
struct Name {
    std::vector<std::u32string> words; // sorted, so that their order tells nothing
    std::u32string sorted;             // the words in one
    std::u32string written;            // the same in the order of the name: "Blue Acre" is "BlueAcre"
};
[[nodiscard]] Name compared_name(std::string_view name);

// From 0, two names, to 1, the same one. In between: but for a typing error in one word (one of 6 letters or
// more; two where it has 10). A word with a digit has no typing errors: "Area 51" isn't "Area 52".
[[nodiscard]] double likeness(const Name& one, const Name& other);

// How many letters must be put in, left out, replaced or swapped with their neighbour to make one of the
// other, as far as that is at most `most`; else most + 1.
[[nodiscard]] int typing_errors(std::u32string_view one, std::u32string_view other, int most);

} // namespace buckstop::quality
