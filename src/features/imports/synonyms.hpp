// Words by which columns are called, for suggest().
#pragma once

#include "features/imports/records.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

struct Synonym {
    std::vector<std::string> words; // folded, in order
    double weight = 1;              // less for words that mean other things too
};

struct FieldSynonyms {
    std::string_view field;
    std::vector<Synonym> synonyms;
};

[[nodiscard]] const std::vector<FieldSynonyms>& synonyms_of(Kind kind);

// Words in the name of a file that holds such a table ("accounts.csv"), folded.
[[nodiscard]] const std::vector<std::string>& file_words_of(Kind kind);

} // namespace buckstop::imports
