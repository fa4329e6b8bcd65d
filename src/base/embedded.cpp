#include "base/embedded.hpp"

#include <cstdint>
#include <stdexcept>

namespace buckstop {
namespace {

template <class Number>
Number take_number(std::span<const char>& rest) {
    if (rest.size() < sizeof(Number))
        throw std::runtime_error("an embedded folder is cut short");
    Number value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        value |= static_cast<Number>(static_cast<Number>(static_cast<unsigned char>(rest[i])) << (8 * i));
    rest = rest.subspan(sizeof(Number));
    return value;
}

std::string_view take_bytes(std::span<const char>& rest, std::uint64_t size) {
    if (rest.size() < size)
        throw std::runtime_error("an embedded folder is cut short");
    const std::string_view bytes(rest.data(), size);
    rest = rest.subspan(size);
    return bytes;
}

} // namespace

std::vector<EmbeddedFile> unpack(std::span<const char> blob) {
    std::vector<EmbeddedFile> files;
    while (!blob.empty()) {
        const auto path = take_bytes(blob, take_number<std::uint32_t>(blob));
        const auto data = take_bytes(blob, take_number<std::uint64_t>(blob));
        files.push_back({path, data});
    }
    return files;
}

} // namespace buckstop
