// zlib's deflate: bytes in, fewer bytes out, and back.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <zlib.h>

namespace buckstop::backup {

class Compressor {
  public:
    using Sink = std::function<void(std::string_view)>;

    explicit Compressor(Sink sink);
    ~Compressor();
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    void put(std::string_view bytes) { run(bytes, Z_NO_FLUSH); }
    void finish() { run({}, Z_FINISH); }

  private:
    void run(std::string_view bytes, int flush);

    Sink sink_;
    z_stream stream_{};
};

class Decompressor {
  public:
    Decompressor();
    ~Decompressor();
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    // What is to be read next; it must last until all of it was taken.
    void give(std::string_view bytes);
    // Writes up to `size` bytes to `into` and returns how many: none where more must be given first, or at
    // the end. Less than zero: this isn't what a Compressor wrote.
    [[nodiscard]] std::ptrdiff_t take(char* into, std::size_t size);
    // Whether all has come out, and nothing was given beyond it.
    [[nodiscard]] bool ended() const { return ended_ && stream_.avail_in == 0; }

  private:
    z_stream stream_{};
    bool ended_ = false;
};

} // namespace buckstop::backup
