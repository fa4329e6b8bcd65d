// Looking at UTF-8 byte by byte.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace buckstop::imports {

// The first byte at or behind `at` that isn't ASCII.
[[nodiscard]] inline const char* skip_ascii(const char* at, const char* end) {
    while (end - at >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, 8);
        if ((word & 0x8080808080808080ULL) != 0)
            break;
        at += 8;
    }
    while (at != end && static_cast<unsigned char>(*at) < 0x80)
        ++at;
    return at;
}

// How many bytes the sequence at `at` has, 1 to 4; 0 if it isn't one (overlong, a surrogate, cut).
[[nodiscard]] std::size_t utf8_length(const char* at, const char* end);
// Whether [at, end), which is no sequence, could be the beginning of one.
[[nodiscard]] bool may_be_cut(const char* at, const char* end);

// At most four bytes; returns behind them.
char* write_utf8(char32_t character, char* into);

// At most `most` bytes, not ending inside a character.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t most);

} // namespace buckstop::imports
