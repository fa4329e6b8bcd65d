// A file that only the key's owner can read, and in which every change shows.
//
//   "buckstop backup\n"   16 bytes
//   version               4 bytes: 1           (numbers: little-endian)
//   passes, memory        4 and 8 bytes: how Argon2id made the key from the password
//   salt                  16 bytes
//   header                24 bytes, of the stream
//   chunks                64 KiB each, 17 bytes longer when sealed; the last one may be shorter
//
// The chunks are libsodium's secretstream (XChaCha20-Poly1305): a chunk that is changed, moved, left out or
// repeated doesn't open, and only the last one is marked as such, so that a file that was cut off is found.
// What stands before the stream's header is authenticated with every chunk.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace buckstop::backup {

// What one try of a password costs. Whoever has the file can try for as long as they like; hence so much.
struct Cost {
    std::uint32_t passes = 3;
    std::uint64_t memory = std::uint64_t{256} << 20U; // bytes
};

class SealedWriter {
  public:
    // Begins a file beside `path` under another name. Errors: `path` is there already (conflict), or nothing
    // can be written there (failed).
    [[nodiscard]] static Result<SealedWriter> create(const std::filesystem::path& path, std::string_view key,
                                                     const Cost& cost = {});
    SealedWriter(SealedWriter&&) noexcept;
    SealedWriter& operator=(SealedWriter&&) noexcept;
    ~SealedWriter(); // a file that isn't finished is removed

    // What can't be written is told by finish(); until then it is quietly left out.
    void put(std::string_view bytes);
    // Seals the last chunk, waits until the disk has all of it, and gives the file its name. Returns its
    // size.
    [[nodiscard]] Result<std::int64_t> finish();

  private:
    struct State;
    explicit SealedWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class SealedReader {
  public:
    // Errors: there is no such file (not_found); it isn't a backup, or of a later format (invalid).
    [[nodiscard]] static Result<SealedReader> open(const std::filesystem::path& path, std::string_view key);
    SealedReader(SealedReader&&) noexcept;
    SealedReader& operator=(SealedReader&&) noexcept;
    ~SealedReader();

    // The next chunk, until the next call; empty behind the last one. Errors (invalid): another key, an
    // altered file, one that was cut off, or one that goes on behind its end.
    [[nodiscard]] Result<std::string_view> next();
    // So far.
    [[nodiscard]] std::int64_t bytes() const;

  private:
    struct State;
    explicit SealedReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace buckstop::backup
