#include "features/imports/encoding.hpp"

#include "features/imports/text_source.hpp"
#include "features/imports/utf8.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unicode/unistr.h>

namespace buckstop::imports {
namespace {

class EncodingTest : public testing::Test {
  protected:
    Encoding detect(std::string_view bytes) { return detect_encoding(folder.write("t", bytes)).value(); }

    std::string read(std::string_view bytes, Encoding encoding, std::size_t most = 4096) {
        const auto source = open_text(folder.write("t", bytes), encoding).value();
        std::string text, piece(most, '\0');
        while (const auto got = source->read(piece.data(), most))
            text.append(piece, 0, got);
        EXPECT_EQ(source->bytes_read(), bytes.size());
        return text;
    }

    test::TemporaryDirectory folder;
};

using namespace std::string_literals;

TEST_F(EncodingTest, the_bytes_decide) {
    EXPECT_EQ(detect(""), Encoding::utf_8);
    EXPECT_EQ(detect("plain"), Encoding::utf_8);
    EXPECT_EQ(detect("\xEF\xBB\xBF"
                     "caf\xC3\xA9"),
              Encoding::utf_8);
    EXPECT_EQ(detect("caf\xE9"), Encoding::windows_1252);
    EXPECT_EQ(detect("\xFF\xFE"
                     "a\0"s),
              Encoding::utf_16le);
    EXPECT_EQ(detect("\xFE\xFF\0a"s), Encoding::utf_16be);
    EXPECT_EQ(detect("a\0,\0b\0\n\0"s), Encoding::utf_16le);
    EXPECT_EQ(detect("\0a\0,\0b\0\n"s), Encoding::utf_16be);
    EXPECT_EQ(detect("caf\xC3\xA9\ncaf\xE9\n"), Encoding::mixed);
    EXPECT_EQ(detect("name\0\0\0\0,name\n"s), Encoding::utf_8) << "zeros that fill up fields";
}

TEST_F(EncodingTest, one_bad_byte_at_the_end_of_much_ascii_decides) {
    EXPECT_EQ(detect(std::string(1'000'000, 'a') + "\xE9"), Encoding::windows_1252);
    EXPECT_EQ(detect(std::string(262'143, 'a') + "\xC3\xA9"), Encoding::utf_8) << "cut by the buffer";
    EXPECT_EQ(detect("cut\xC3"), Encoding::windows_1252) << "cut by the end";
}

TEST_F(EncodingTest, latin_text_that_looks_like_utf_8_once_is_still_windows_1252) {
    std::string text;
    for (int i = 0; i < 50; ++i)
        text += "Stra\xDF"
                "e ";
    EXPECT_EQ(detect(text + "gro\xDF\xBB"), Encoding::windows_1252);
}

TEST_F(EncodingTest, everything_becomes_utf_8) {
    EXPECT_EQ(read("\xEF\xBB\xBF"
                   "caf\xC3\xA9",
                   Encoding::utf_8),
              "café");
    EXPECT_EQ(read("\xEF\xBB\xBF", Encoding::utf_8), "");
    EXPECT_EQ(read("caf\xE9 \x80 \x93", Encoding::windows_1252), "café € “");
    EXPECT_EQ(read("\xFF\xFE"
                   "e\0\xE9\0\x3D\xD8\x00\xDE"s,
                   Encoding::utf_16le),
              "eé😀");
    EXPECT_EQ(read("\xFE\xFF\0e\0\xE9"s, Encoding::utf_16be), "eé");
    EXPECT_EQ(read("caf\xC3\xA9 caf\xE9 \xF0\x9F\x98\x80", Encoding::mixed), "café café 😀");
}

TEST_F(EncodingTest, halves_of_characters_become_replacements) {
    EXPECT_EQ(read("a\0\x3D\xD8"s, Encoding::utf_16le), "a\xEF\xBF\xBD");
    EXPECT_EQ(read("\x3D\xD8"
                   "a\0"s,
                   Encoding::utf_16le),
              "\xEF\xBF\xBD"
              "a");
    EXPECT_EQ(read("\x00\xDE"
                   "a\0b"s,
                   Encoding::utf_16le),
              "\xEF\xBF\xBD"
              "a\xEF\xBF\xBD");
}

TEST_F(EncodingTest, a_file_that_is_not_there_is_an_error) {
    EXPECT_EQ(detect_encoding(folder.path() / "none").error().code, ErrorCode::not_found);
    EXPECT_EQ(detect_encoding(folder.path()).error().code, ErrorCode::invalid);
}

TEST_F(EncodingTest, reading_can_be_stopped) {
    const auto path = folder.write("big", std::string(1'000'000, 'a'));
    const auto stopped = detect_encoding(path, [](std::uint64_t) { return false; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
}

std::string utf16(const icu::UnicodeString& text, bool big_endian) {
    std::string bytes;
    for (int32_t i = 0; i < text.length(); ++i) {
        const auto low = static_cast<char>(text[i] & 0xFF);
        const auto high = static_cast<char>(text[i] >> 8);
        bytes += big_endian ? high : low;
        bytes += big_endian ? low : high;
    }
    return bytes;
}

RC_GTEST_FIXTURE_PROP(EncodingTest, utf_16_reads_back_whatever_the_pieces, ()) {
    const auto points = *rc::gen::container<std::vector<char32_t>>(rc::gen::suchThat(
        rc::gen::oneOf(rc::gen::inRange<char32_t>(1, 0x250), rc::gen::inRange<char32_t>(1, 0x110000)),
        [](char32_t c) { return c < 0xD800 || (c > 0xDFFF && c != 0xFEFF); }));
    icu::UnicodeString text;
    for (const auto point : points)
        text.append(static_cast<UChar32>(point));
    std::string expected;
    text.toUTF8String(expected);
    const auto most = *rc::gen::inRange<std::size_t>(4, 30);
    RC_ASSERT(read("\xFF\xFE" + utf16(text, false), Encoding::utf_16le, most) == expected);
    RC_ASSERT(read(utf16(text, true), Encoding::utf_16be, most) == expected);
    RC_ASSERT(read(expected, Encoding::mixed, most) == expected);
}

RC_GTEST_FIXTURE_PROP(EncodingTest, any_bytes_become_valid_utf_8, ()) {
    const auto bytes = *rc::gen::arbitrary<std::string>();
    for (const auto encoding :
         {Encoding::utf_16le, Encoding::utf_16be, Encoding::windows_1252, Encoding::mixed}) {
        const auto text = read(bytes, encoding, *rc::gen::inRange<std::size_t>(4, 30));
        for (const char* at = text.data(); at != text.data() + text.size();) {
            const auto length = utf8_length(at, text.data() + text.size());
            RC_ASSERT(length > 0U);
            at += length;
        }
    }
}

TEST(Utf8, sequences_are_told_from_what_only_looks_like_them) {
    const auto length = [](std::string_view text) {
        return utf8_length(text.data(), text.data() + text.size());
    };
    EXPECT_EQ(length("a"), 1U);
    EXPECT_EQ(length("\xC3\xA9"), 2U);
    EXPECT_EQ(length("\xE2\x82\xAC"), 3U);
    EXPECT_EQ(length("\xF0\x9F\x98\x80"), 4U);
    for (const auto* wrong :
         {"\x80", "\xC0\x80", "\xC3", "\xC3x", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
        EXPECT_EQ(length(wrong), 0U);
}

TEST(Utf8, cutting_keeps_characters_whole) {
    EXPECT_EQ(cut_utf8("café", 4), "caf");
    EXPECT_EQ(cut_utf8("café", 5), "café");
    EXPECT_EQ(cut_utf8("é", 1), "");
}

} // namespace
} // namespace buckstop::imports
