#include "features/imports/utf8.hpp"

namespace buckstop::imports {
namespace {

struct Lead {
    std::size_t length = 0;
    unsigned char least = 0x80, most = 0xBF; // of the second byte
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80)
        return {.length = 1};
    if (byte >= 0xC2 && byte <= 0xDF)
        return {.length = 2};
    if (byte >= 0xE0 && byte <= 0xEF)
        return {.length = 3,
                .least = byte == 0xE0 ? static_cast<unsigned char>(0xA0) : static_cast<unsigned char>(0x80),
                .most = byte == 0xED ? static_cast<unsigned char>(0x9F) : static_cast<unsigned char>(0xBF)};
    if (byte >= 0xF0 && byte <= 0xF4)
        return {.length = 4,
                .least = byte == 0xF0 ? static_cast<unsigned char>(0x90) : static_cast<unsigned char>(0x80),
                .most = byte == 0xF4 ? static_cast<unsigned char>(0x8F) : static_cast<unsigned char>(0xBF)};
    return {};
}

// How many of the sequence's bytes are there and right.
std::size_t right_bytes(const Lead& lead, const char* at, const char* end) {
    std::size_t right = 1;
    while (right < lead.length && at + right != end) {
        const auto byte = static_cast<unsigned char>(at[right]);
        const bool fits = right == 1 ? byte >= lead.least && byte <= lead.most : (byte & 0xC0) == 0x80;
        if (!fits)
            break;
        ++right;
    }
    return right;
}

} // namespace

std::size_t utf8_length(const char* at, const char* end) {
    const Lead lead = lead_of(static_cast<unsigned char>(*at));
    return lead.length != 0 && right_bytes(lead, at, end) == lead.length ? lead.length : 0;
}

bool may_be_cut(const char* at, const char* end) {
    const Lead lead = lead_of(static_cast<unsigned char>(*at));
    return lead.length > 1 && at + right_bytes(lead, at, end) == end;
}

char* write_utf8(char32_t character, char* into) {
    const auto put = [&](char32_t byte) { *into++ = static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | character >> 6);
        put(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        put(0xE0 | character >> 12);
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    } else {
        put(0xF0 | character >> 18);
        put(0x80 | (character >> 12 & 0x3F));
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    }
    return into;
}

std::string_view cut_utf8(std::string_view text, std::size_t most) {
    if (text.size() <= most)
        return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80)
        --most;
    return text.substr(0, most);
}

} // namespace buckstop::imports
