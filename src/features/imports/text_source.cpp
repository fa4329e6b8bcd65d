#include "features/imports/text_source.hpp"

#include "features/imports/file_bytes.hpp"
#include "features/imports/utf8.hpp"

#include <array>
#include <cstring>
#include <vector>

namespace buckstop::imports {
namespace {

// What Windows-1252 has at 0x80 to 0x9F; five are free, and stay the control characters of that number.
constexpr std::array<char16_t, 32> windows_1252_at_80 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

char32_t of_windows_1252(unsigned char byte) {
    return byte >= 0x80 && byte < 0xA0 ? windows_1252_at_80[byte - 0x80] : byte;
}

// UTF-8 goes straight into the reader's buffer.
class Utf8File final : public TextSource {
  public:
    explicit Utf8File(FileBytes file) : file_(std::move(file)) {}

    std::size_t read(char* into, std::size_t most) override {
        auto got = file_.read(into, most);
        if (!begun_ && got >= 3 && std::memcmp(into, "\xEF\xBB\xBF", 3) == 0) {
            got -= 3;
            std::memmove(into, into + 3, got);
            if (got == 0)
                got = file_.read(into, most);
        }
        begun_ = true;
        return got;
    }
    [[nodiscard]] std::uint64_t bytes_read() const override { return file_.bytes_read(); }

  private:
    FileBytes file_;
    bool begun_ = false;
};

// The frame of the others: a buffer of bytes that are decoded one character at a time.
class DecodedFile : public TextSource {
  public:
    explicit DecodedFile(FileBytes file) : file_(std::move(file)) {}

    std::size_t read(char* into, std::size_t most) override {
        char* at = into;
        while (into + most - at >= 4) {
            if (end_ - begin_ < 4 && !at_end_)
                refill();
            if (begin_ == end_)
                break;
            char32_t character = 0;
            begin_ += take(bytes_.data() + begin_, bytes_.data() + end_, character);
            if (character != 0xFEFF || begun_) // the mark at the beginning
                at = write_utf8(character, at);
            begun_ = true;
        }
        return static_cast<std::size_t>(at - into);
    }
    [[nodiscard]] std::uint64_t bytes_read() const override { return file_.bytes_read() - (end_ - begin_); }

  protected:
    // Decodes the character at `at`, which isn't the end, and returns how many bytes it has. Fewer than four
    // follow only at the end of the file.
    virtual std::size_t take(const char* at, const char* end, char32_t& character) const = 0;

  private:
    void refill() {
        std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        while (!at_end_ && end_ < 4) {
            const auto got = file_.read(bytes_.data() + end_, bytes_.size() - end_);
            at_end_ = got == 0;
            end_ += got;
        }
    }

    FileBytes file_;
    std::vector<char> bytes_ = std::vector<char>(std::size_t{64} << 10);
    std::size_t begin_ = 0, end_ = 0;
    bool at_end_ = false, begun_ = false;
};

// Windows-1252; or UTF-8 where it is that, and Windows-1252 otherwise.
class SingleByteFile final : public DecodedFile {
  public:
    SingleByteFile(FileBytes file, bool mixed) : DecodedFile(std::move(file)), mixed_(mixed) {}

  private:
    std::size_t take(const char* at, const char* end, char32_t& character) const override {
        const auto first = static_cast<unsigned char>(*at);
        const auto length = mixed_ && first >= 0x80 ? utf8_length(at, end) : 0;
        character = length == 0 ? of_windows_1252(first) : first & (0x7FU >> length);
        for (std::size_t i = 1; i < length; ++i)
            character = character << 6 | (static_cast<unsigned char>(at[i]) & 0x3FU);
        return std::max<std::size_t>(length, 1);
    }

    bool mixed_;
};

class Utf16File final : public DecodedFile {
  public:
    Utf16File(FileBytes file, bool big_endian) : DecodedFile(std::move(file)), high_(big_endian ? 0 : 1) {}

  private:
    std::size_t take(const char* at, const char* end, char32_t& character) const override {
        constexpr char32_t replacement = 0xFFFD;
        character = replacement;
        if (end - at < 2)
            return 1;
        const char32_t first = unit(at);
        if (first < 0xD800 || first > 0xDFFF) {
            character = first;
            return 2;
        }
        if (first > 0xDBFF || end - at < 4)
            return 2;
        const char32_t second = unit(at + 2);
        if (second < 0xDC00 || second > 0xDFFF)
            return 2;
        character = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return 4;
    }
    [[nodiscard]] char32_t unit(const char* at) const {
        return static_cast<char32_t>(static_cast<unsigned char>(at[high_]) << 8 |
                                     static_cast<unsigned char>(at[1 - high_]));
    }

    std::size_t high_; // where a unit's high byte is
};

} // namespace

Result<std::unique_ptr<TextSource>> open_text(const std::filesystem::path& path, Encoding encoding) {
    auto file = FileBytes::open(path);
    if (!file)
        return fail(std::move(file.error()));
    std::unique_ptr<TextSource> source;
    switch (encoding) {
    case Encoding::utf_8:
        source = std::make_unique<Utf8File>(std::move(*file));
        break;
    case Encoding::utf_16le:
    case Encoding::utf_16be:
        source = std::make_unique<Utf16File>(std::move(*file), encoding == Encoding::utf_16be);
        break;
    case Encoding::windows_1252:
    case Encoding::mixed:
        source = std::make_unique<SingleByteFile>(std::move(*file), encoding == Encoding::mixed);
        break;
    }
    return source;
}

} // namespace buckstop::imports
