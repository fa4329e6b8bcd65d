#include "features/imports/encoding.hpp"

#include "features/imports/file_bytes.hpp"
#include "features/imports/utf8.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop::imports {
namespace {

// UTF-16 without a mark: most characters of a table are ASCII, so every other byte is zero.
std::optional<Encoding> utf_16_without_mark(std::string_view head) {
    std::array<std::size_t, 2> zeros{};
    for (std::size_t i = 0; i < head.size(); ++i)
        zeros[i % 2] += head[i] == '\0';
    const auto half = head.size() / 2;
    if (half >= 2 && zeros[1] > half / 2 && zeros[0] < half / 20 + 1)
        return Encoding::utf_16le;
    if (half >= 2 && zeros[0] > half / 2 && zeros[1] < half / 20 + 1)
        return Encoding::utf_16be;
    return std::nullopt;
}

std::optional<Encoding> by_beginning(std::string_view head) {
    if (head.starts_with("\xEF\xBB\xBF"))
        return std::nullopt; // claims UTF-8, which is checked like the rest
    if (head.starts_with("\xFF\xFE"))
        return Encoding::utf_16le;
    if (head.starts_with("\xFE\xFF"))
        return Encoding::utf_16be;
    return utf_16_without_mark(head);
}

struct Tally {
    std::size_t sequences = 0; // of UTF-8 beyond ASCII
    std::size_t others = 0;    // bytes that belong to none

    // Returns how many bytes at the end of `text` may be the beginning of a sequence.
    std::size_t add(std::string_view text, bool is_last) {
        const char* at = text.data();
        const char* const end = at + text.size();
        while ((at = skip_ascii(at, end)) != end) {
            const auto length = utf8_length(at, end);
            if (length == 0 && !is_last && may_be_cut(at, end))
                break;
            ++(length == 0 ? others : sequences);
            at += length == 0 ? 1 : length;
        }
        return static_cast<std::size_t>(end - at);
    }

    // Latin text in Windows-1252 looks like UTF-8 by chance here and there; a file with both has many of
    // both.
    [[nodiscard]] Encoding decide() const {
        if (others == 0)
            return Encoding::utf_8;
        return sequences < others / 20 + 1 ? Encoding::windows_1252 : Encoding::mixed;
    }
};

} // namespace

Result<Encoding> detect_encoding(const std::filesystem::path& path, const ReadProgress& progress) {
    auto file = FileBytes::open(path);
    if (!file)
        return fail(std::move(file.error()));
    constexpr std::size_t size = 256 << 10;
    const auto buffer = std::make_unique_for_overwrite<char[]>(size); // not zeroed: most files are small
    Tally tally;
    std::size_t kept = 0;
    for (bool first = true;; first = false) {
        const auto got = file->read(buffer.get() + kept, size - kept);
        const std::string_view text(buffer.get(), kept + got);
        if (first)
            if (const auto encoding = by_beginning(text.substr(0, 4096)))
                return *encoding;
        kept = tally.add(text, got == 0);
        std::memmove(buffer.get(), text.data() + text.size() - kept, kept);
        if (got == 0)
            return tally.decide();
        if (progress && !progress(file->bytes_read()))
            return fail(ErrorCode::cancelled, "The import was stopped.");
    }
}

} // namespace buckstop::imports
