// Where a table begins in its file and what parts its cells, found from the file's first 64 KiB.
#pragma once

#include "features/imports/table_reader.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

struct TableHead {
    TableShape shape;                   // all but the encoding
    std::vector<std::string> headers;   // distinct, one for each column
    std::vector<std::string> first_row; // of the table as it stands, header or not
    bool header_is_doubtful = false;    // the line taken for the header may be data as well
};

// Comma, semicolon, tab or pipe: the one by which the lines have the same number of cells, and most of them.
[[nodiscard]] char find_separator(std::string_view text);

struct HeadHints {
    std::optional<bool> has_header; // said by a mapping or an answer
    // Whether this is a header that is known; then there is nothing to doubt.
    std::function<bool(const std::vector<std::string>&)> is_known;
};

// `text` is the beginning of the file, and all of it where `is_whole`. Nothing where there is no row at all.
[[nodiscard]] std::optional<TableHead> find_head(std::string_view text, bool is_whole,
                                                 const HeadHints& hints);

// Every column gets a header of its own: an empty one becomes "Column 3", a doubled one's second "Name (2)".
[[nodiscard]] std::vector<std::string> distinct_headers(const std::vector<std::string>& header);

} // namespace buckstop::imports
