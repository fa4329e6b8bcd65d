#include "features/imports/fingerprint.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/characters.hpp"

#include <array>
#include <cstring>
#include <fmt/format.h>
#include <sodium.h>
#include <utility>

namespace buckstop::imports {
namespace {

constexpr char end_of_cell = '\x1F'; // "unit separator": no cell holds it, or it is taken for a blank

// Whether a cell may hold blanks that squeeze() changes: two in a row, or others than a space.
bool may_have_odd_blanks(std::string_view cell) {
    char before = '\0';
    for (const char c : cell) {
        if (static_cast<unsigned char>(c) < 0x20 || !is_ascii(c) || (c == ' ' && before == ' '))
            return true;
        before = c;
    }
    return false;
}

constexpr std::uint64_t mix(std::uint64_t value) {
    return value == 0 ? 1 : value;
} // 0 marks a free slot

} // namespace

Fingerprint::Fingerprint() {
    text_.reserve(256);
}

void Fingerprint::add(std::string_view cell) {
    const auto trimmed = trim(cell);
    if (!is_null(trimmed, true)) {
        if (may_have_odd_blanks(trimmed))
            text_ += squeeze(trimmed);
        else
            text_ += trimmed;
    }
    text_ += end_of_cell;
}

Fingerprint::Value Fingerprint::finish() {
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text_.data()),
                       text_.size(), nullptr, 0);
    text_.clear();
    Value value;
    for (std::size_t i = 0; i < 8; ++i) {
        value.high = value.high << 8 | hash[i];
        value.low = value.low << 8 | hash[8 + i];
    }
    return value;
}

std::string to_text(const Fingerprint::Value& value) {
    return fmt::format("{:016x}{:016x}", value.high, value.low);
}

std::string fingerprint_of(const std::vector<std::string>& cells) {
    Fingerprint fingerprint;
    for (const auto& cell : cells)
        fingerprint.add(cell);
    return to_text(fingerprint.finish());
}

Occurrences::Occurrences(std::uint64_t expected_rows) : slots_(expected_rows + expected_rows / 3 + 16) {}

// Half of the fingerprint is enough here: two rows that share it by chance would only be numbered as if they
// were alike, and their keys would still differ.
std::uint64_t Occurrences::count(const Fingerprint::Value& value) {
    const auto half = mix(value.low);
    if (insert(half))
        return 1;
    return ++repeated_.try_emplace(half, 1).first->second;
}

bool Occurrences::insert(std::uint64_t value) {
    if (used_ >= slots_.size() - slots_.size() / 8)
        grow();
    // The upper bits choose the slot: value / 2^64 of the way through the table.
    __extension__ using Wide = unsigned __int128;
    auto slot = static_cast<std::size_t>(static_cast<Wide>(value) * slots_.size() >> 64);
    while (slots_[slot] != 0 && slots_[slot] != value)
        slot = slot + 1 == slots_.size() ? 0 : slot + 1;
    if (slots_[slot] == value)
        return false;
    slots_[slot] = value;
    ++used_;
    return true;
}

void Occurrences::grow() {
    auto old = std::exchange(slots_, std::vector<std::uint64_t>(slots_.size() * 2));
    used_ = 0;
    for (const auto value : old)
        if (value != 0)
            (void)insert(value);
}

} // namespace buckstop::imports
