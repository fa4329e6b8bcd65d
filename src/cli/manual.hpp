// The pages that `man buckstop` and `man buckstop-import` show.
#pragma once

#include "cli/description.hpp"

#include <string>
#include <utility>
#include <vector>

namespace buckstop::cli {

// Each page's file name ("buckstop-import.1") and its text, in the roff that man reads: the program's page
// first, then one for each subcommand.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
manual_pages(const CommandDescription& program);

} // namespace buckstop::cli
