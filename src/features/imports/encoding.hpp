// How a file writes its characters, decided from all of its bytes, and reading it as UTF-8.
#pragma once

#include "base/describe.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace buckstop::imports {

// utf_8         with or without a byte-order mark; pure ASCII too
// windows_1252  also Latin-1, of which it is a superset in print
// mixed         UTF-8 in some places and Windows-1252 in others: what isn't UTF-8 is read as Windows-1252
enum class Encoding { utf_8, utf_16le, utf_16be, windows_1252, mixed };
BOOST_DESCRIBE_ENUM(Encoding, utf_8, utf_16le, utf_16be, windows_1252, mixed)

// Called now and then with the bytes read so far. False: stop.
using ReadProgress = std::function<bool(std::uint64_t bytes)>;

// Reads the whole file once. A file without a character outside ASCII is utf_8. Errors: it can't be read;
// cancelled.
[[nodiscard]] Result<Encoding> detect_encoding(const std::filesystem::path& path,
                                               const ReadProgress& progress = {});

} // namespace buckstop::imports
