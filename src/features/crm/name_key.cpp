#include "features/crm/crm.hpp"

#include <algorithm>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace buckstop::crm {
namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string ascii_key(std::string_view name) {
    std::string key;
    key.reserve(name.size());
    for (const char c : name) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            key += c;
        else if (c >= 'A' && c <= 'Z')
            key += static_cast<char>(c - 'A' + 'a');
    }
    return key;
}

} // namespace

std::string name_key(std::string_view name) {
    if (is_ascii(name))
        return ascii_key(name);
    UErrorCode error = U_ZERO_ERROR;
    const auto* const normalizer = icu::Normalizer2::getNFKCCasefoldInstance(error);
    auto text = icu::UnicodeString::fromUTF8({name.data(), static_cast<std::int32_t>(name.size())});
    if (U_SUCCESS(error))
        text = normalizer->normalize(text, error);
    icu::UnicodeString kept;
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
        if (const auto c = text.char32At(i); u_isalnum(c) || u_getCombiningClass(c) != 0)
            kept.append(c);
    std::string key;
    kept.toUTF8String(key);
    return key;
}

} // namespace buckstop::crm
