// The target of a request line, "/buckstop/api/v1/lessons?q=a%20b", taken apart.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buckstop::http {

struct Target {
    std::string path; // decoded, begins with '/', without the base path
    std::vector<std::pair<std::string, std::string>> query;
};

// Reads "/path?query" or "http://host/path?query". Refuses (invalid) broken percent-encoding, text that isn't
// UTF-8, control characters, an encoded slash, backslashes, and "." or ".." as a segment, so that what comes
// out of here means what it looks like. The base path is taken off where it is there: proxies may have done
// so.
[[nodiscard]] Result<Target> parse_target(std::string_view target, std::string_view base_path);

[[nodiscard]] bool is_utf8(std::string_view text);

} // namespace buckstop::http
