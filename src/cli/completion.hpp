// How an unfinished command line can go on: what a shell offers when one presses the tabulator key.
#pragma once

#include "cli/description.hpp"

#include <string>
#include <vector>

namespace buckstop::cli {

struct Completions {
    struct Choice {
        std::string text;
        std::string help;
    };
    std::vector<Choice> choices;
    bool files = false; // names of files can stand here, too
};

// `words` as they stand behind the program's name; the last one is being typed and may be empty. Where a
// value belongs that nobody can guess, such as a name, there is nothing to choose from.
[[nodiscard]] Completions complete(const CommandDescription& program, const std::vector<std::string>& words);

} // namespace buckstop::cli
