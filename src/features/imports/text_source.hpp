// Where text comes from, piece by piece: a file in any encoding we know, or memory. What comes out is UTF-8
// without a byte-order mark.
#pragma once

#include "base/result.hpp"
#include "features/imports/encoding.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace buckstop::imports {

class TextSource {
  public:
    virtual ~TextSource() = default;
    // Writes up to `most` bytes to `into` and returns how many; 0 only at the end. `most` is at least 4.
    [[nodiscard]] virtual std::size_t read(char* into, std::size_t most) = 0;
    // Of what lies underneath, before any decoding.
    [[nodiscard]] virtual std::uint64_t bytes_read() const = 0;
};

// Text that somebody else keeps. At most `piece` bytes a time, for tests.
class MemorySource final : public TextSource {
  public:
    explicit MemorySource(std::string_view text, std::size_t piece = std::string_view::npos)
        : text_(text), piece_(piece) {}
    std::size_t read(char* into, std::size_t most) override {
        const auto part = text_.substr(read_, std::min(most, piece_));
        std::ranges::copy(part, into);
        read_ += part.size();
        return part.size();
    }
    [[nodiscard]] std::uint64_t bytes_read() const override { return read_; }

  private:
    std::string_view text_;
    std::size_t piece_;
    std::size_t read_ = 0;
};

// A file, decoded. read() throws std::system_error when the medium fails.
[[nodiscard]] Result<std::unique_ptr<TextSource>> open_text(const std::filesystem::path& path,
                                                            Encoding encoding);

} // namespace buckstop::imports
