#include "features/backup/compression.hpp"

#include <array>
#include <new>
#include <stdexcept>

namespace buckstop::backup {
namespace {

// zlib only reads it, but says so nowhere.
Bytef* input_of(std::string_view bytes) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); // NOLINT(*-const-cast)
}

} // namespace

Compressor::Compressor(Sink sink) : sink_(std::move(sink)) {
    if (deflateInit(&stream_, Z_DEFAULT_COMPRESSION) != Z_OK)
        throw std::bad_alloc();
}

Compressor::~Compressor() {
    deflateEnd(&stream_);
}

void Compressor::run(std::string_view bytes, int flush) {
    std::array<char, std::size_t{32} * 1024> out{};
    stream_.next_in = input_of(bytes);
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        if (deflate(&stream_, flush) == Z_STREAM_ERROR)
            throw std::logic_error("something was put behind the end of a compressed stream");
        sink_({out.data(), out.size() - stream_.avail_out});
    } while (stream_.avail_out == 0);
}

Decompressor::Decompressor() {
    if (inflateInit(&stream_) != Z_OK)
        throw std::bad_alloc();
}

Decompressor::~Decompressor() {
    inflateEnd(&stream_);
}

void Decompressor::give(std::string_view bytes) {
    stream_.next_in = input_of(bytes);
    stream_.avail_in = static_cast<uInt>(bytes.size());
}

std::ptrdiff_t Decompressor::take(char* into, std::size_t size) {
    if (ended_ || size == 0)
        return 0;
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = static_cast<uInt>(size);
    const int code = inflate(&stream_, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        return -1;
    ended_ = code == Z_STREAM_END;
    return static_cast<std::ptrdiff_t>(size - stream_.avail_out);
}

} // namespace buckstop::backup
