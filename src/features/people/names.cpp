// Names and addresses, for comparison.
#include "features/people/names.hpp"

#include "features/people/people.hpp"

#include <algorithm>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <utility>

namespace buckstop::people {
namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string ascii_key(std::string_view name) {
    std::string key;
    key.reserve(name.size());
    bool space = false;
    for (const char c : name) {
        if (static_cast<unsigned char>(c) <= ' ' || c == 127) {
            space = !key.empty();
            continue;
        }
        if (std::exchange(space, false))
            key += ' ';
        key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return key;
}

} // namespace

std::string name_key(std::string_view name) {
    if (is_ascii(name))
        return ascii_key(name);
    UErrorCode status = U_ZERO_ERROR;
    const auto* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const auto folded = form->normalize(
        icu::UnicodeString::fromUTF8({name.data(), static_cast<std::int32_t>(name.size())}), status);
    icu::UnicodeString key;
    bool space = false;
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const auto c = folded.char32At(i);
        if (u_isUWhiteSpace(c) || u_iscntrl(c)) {
            space = !key.isEmpty();
            continue;
        }
        if (std::exchange(space, false))
            key.append(u' ');
        key.append(c);
    }
    std::string result;
    key.toUTF8String(result);
    return result;
}

std::string tidy(std::string_view text) {
    const auto first = std::ranges::find_if(text, [](char c) { return static_cast<unsigned char>(c) > ' '; });
    auto rest = text.substr(static_cast<std::size_t>(first - text.begin()));
    while (!rest.empty() && static_cast<unsigned char>(rest.back()) <= ' ')
        rest.remove_suffix(1);
    return std::string(rest);
}

std::string tidy_name(std::string_view text) {
    auto name = tidy(text);
    if (name.size() <= most_name_bytes)
        return name;
    auto end = most_name_bytes;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U)
        --end;
    return name.substr(0, end);
}

bool can_be_address(std::string_view address) {
    const auto at = address.find('@');
    if (address.size() > 254 || at == std::string_view::npos || at == 0 || at + 1 == address.size() ||
        address.find('@', at + 1) != std::string_view::npos)
        return false;
    return std::ranges::none_of(address, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 127 ||
               std::string_view("<>\"(),:;\\[]").find(c) != std::string_view::npos;
    });
}

} // namespace buckstop::people
