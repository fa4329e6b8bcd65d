#include "base/embedded.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace buckstop {
namespace {

std::string file(std::string_view path, std::string_view data) {
    std::string blob;
    for (unsigned shift = 0; shift < 32; shift += 8)
        blob += static_cast<char>((path.size() >> shift) & 0xffU);
    blob += path;
    for (unsigned shift = 0; shift < 64; shift += 8)
        blob += static_cast<char>((data.size() >> shift) & 0xffU);
    blob += data;
    return blob;
}

TEST(Embedded, files_come_back_whole) {
    const std::string large(70'000, 'x');
    const auto blob = file("a.txt", "") + file("dir/b.bin", std::string("\0\xff", 2)) + file("c", large);
    const auto files = unpack(blob);
    ASSERT_EQ(files.size(), 3U);
    EXPECT_EQ(files[0].path, "a.txt");
    EXPECT_EQ(files[0].data, "");
    EXPECT_EQ(files[1].data, std::string_view("\0\xff", 2));
    EXPECT_EQ(files[2].data, large);
    EXPECT_TRUE(unpack({}).empty());
}

TEST(Embedded, a_blob_cut_anywhere_is_refused) {
    const auto blob = file("a.txt", "hello");
    for (std::size_t size = 1; size < blob.size(); ++size)
        EXPECT_THROW(static_cast<void>(unpack({blob.data(), size})), std::runtime_error) << size;
}

} // namespace
} // namespace buckstop
