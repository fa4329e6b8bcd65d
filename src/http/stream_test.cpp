#include "http/stream.hpp"

#include <gtest/gtest.h>

namespace buckstop::http {
namespace {

std::string all_of(Stream& stream) {
    std::string all;
    while (!stream.ended())
        all += stream.take() + "|";
    return all;
}

TEST(Stream, ABodyMadePieceByPieceEndsWithItsLastPiece) {
    int piece = 0;
    Stream stream([&] { return ++piece <= 3 ? std::to_string(piece) : std::string(); });
    EXPECT_EQ(all_of(stream), "1|2|3|") << "no empty piece, which would end a chunked body early";
}

TEST(Stream, AnEmptyBodyHasEnded) {
    Stream stream([] { return std::string(); });
    EXPECT_TRUE(stream.ended());
}

TEST(Stream, AClosedOneAsksForNothingFurther) {
    int asked = 0;
    Stream stream([&] { return ++asked, std::string("piece"); });
    stream.close();
    EXPECT_EQ(all_of(stream), "piece|");
    EXPECT_EQ(asked, 1);
}

} // namespace
} // namespace buckstop::http
