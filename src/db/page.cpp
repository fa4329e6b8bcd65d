#include "db/page.hpp"

#include "base/json.hpp"
#include "db/backend.hpp"

#include <algorithm>
#include <sodium.h>

namespace buckstop::db {
namespace {

constexpr int base64_form = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

} // namespace

std::string encode_cursor(std::span<const Param> key) {
    std::vector<std::string> parts;
    for (const auto& part : key) {
        auto text = param_text(part);
        if (!text)
            throw std::logic_error("a key that pages are made by can't be null");
        parts.push_back(std::move(*text));
    }
    const auto json = json::to_text(parts);
    std::string cursor(sodium_base64_encoded_len(json.size(), base64_form), '\0');
    sodium_bin2base64(cursor.data(), cursor.size(), reinterpret_cast<const unsigned char*>(json.data()),
                      json.size(), base64_form);
    cursor.pop_back(); // the zero byte
    return cursor;
}

std::optional<CursorParts> CursorParts::decode(std::string_view cursor, std::size_t count) {
    std::string text(cursor.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), cursor.data(),
                          cursor.size(), nullptr, &size, nullptr, base64_form) != 0)
        return std::nullopt;
    text.resize(size);
    const auto value = json::parse(text);
    auto parts = value ? json::read<std::vector<std::string>>(*value) : fail(value.error());
    const auto has_zero = [](const std::string& part) { return part.find('\0') != std::string::npos; };
    if (!parts || parts->size() != count || std::ranges::any_of(*parts, has_zero))
        return std::nullopt;
    return CursorParts(std::move(*parts));
}

std::int64_t CursorParts::integer(int part) const {
    return integer_from_text(text(part), name(part));
}
double CursorParts::real(int part) const {
    return real_from_text(text(part), name(part));
}

} // namespace buckstop::db
