// What a single cell says, one question at a time. Cells come trimmed from here on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace buckstop::imports {

// Without blanks around it: spaces, no-break spaces, tabs, line breaks, byte-order marks, and the zero bytes
// that some programs fill their fields up with.
[[nodiscard]] std::string_view trim(std::string_view cell);

// Trimmed, and each run of blanks inside it, of whatever kind, made one space.
[[nodiscard]] std::string squeeze(std::string_view text);

// With U+FFFD for each zero byte, which no database can hold.
[[nodiscard]] std::string without_zero_bytes(std::string_view text);

// Lower case by Unicode, runs of blanks made one space, none around: for comparing words and headers.
[[nodiscard]] std::string fold(std::string_view text);

// Whether the cell says "nothing is here". In a column that should hold text, fewer words mean that: "NA" may
// be North America.
[[nodiscard]] bool is_null(std::string_view cell, bool as_text);

[[nodiscard]] std::optional<bool> read_boolean(std::string_view cell);

} // namespace buckstop::imports
