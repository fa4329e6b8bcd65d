// Folders packed into the program by tools/pack_folder (migrations, demonstration data, the page).
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace buckstop {

struct EmbeddedFile {
    std::string_view path; // relative to the packed folder, with forward slashes
    std::string_view data; // lives as long as the program
};

// Reads a packed blob; files come sorted by path. Throws std::runtime_error where the blob is cut short,
// which only a broken build can cause.
[[nodiscard]] std::vector<EmbeddedFile> unpack(std::span<const char> blob);

} // namespace buckstop
