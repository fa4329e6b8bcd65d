// Finds the characters that mean something in CSV, 64 bytes at a time in plain 64-bit arithmetic.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace buckstop::imports {

// Walks over the separators, quotes and line breaks of a text, in order. The text must be readable for
// `csv_scan_slack` bytes beyond its end.
inline constexpr std::size_t csv_scan_slack = 64;

class CsvScan {
  public:
    explicit CsvScan(char separator) : separator_(repeat(separator)) {}

    // Goes on at `at` in a text that ends at `end`.
    void restart(const char* at, const char* end) {
        block_ = at;
        end_ = end;
        marks_ = at < end ? find() : 0;
    }

    // The next such character, or the end.
    [[nodiscard]] const char* next() {
        while (marks_ == 0) {
            if (end_ - block_ <= 64)
                return end_;
            block_ += 64;
            marks_ = find();
        }
        const char* found = block_ + std::countr_zero(marks_);
        marks_ &= marks_ - 1;
        return found;
    }

  private:
    static constexpr std::uint64_t repeat(char c) {
        return 0x0101010101010101ULL * static_cast<unsigned char>(c);
    }
    // 0x80 in each byte of `word` that equals the byte repeated in `wanted`.
    static constexpr std::uint64_t equal(std::uint64_t word, std::uint64_t wanted) {
        constexpr std::uint64_t low = 0x7f7f7f7f7f7f7f7fULL;
        const std::uint64_t different = word ^ wanted;
        return ~(((different & low) + low) | different | low);
    }
    // The top bits of the eight bytes, gathered in one.
    static constexpr std::uint64_t gather(std::uint64_t tops) {
        return ((tops >> 7) * 0x0102040810204080ULL) >> 56;
    }

    [[nodiscard]] std::uint64_t find() const {
        static_assert(std::endian::native == std::endian::little);
        std::uint64_t found = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            std::uint64_t word = 0;
            std::memcpy(&word, block_ + 8 * i, 8);
            const std::uint64_t tops = equal(word, separator_) | equal(word, repeat('"')) |
                                       equal(word, repeat('\n')) | equal(word, repeat('\r'));
            found |= gather(tops) << (8 * i);
        }
        const auto left = end_ - block_;
        return left >= 64 ? found : found & ((1ULL << left) - 1);
    }

    std::uint64_t separator_;
    const char* block_ = nullptr;
    const char* end_ = nullptr;
    std::uint64_t marks_ = 0;
};

} // namespace buckstop::imports
