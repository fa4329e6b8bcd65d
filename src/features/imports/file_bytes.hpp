// A file's bytes in order, without a buffer of its own.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace buckstop::imports {

class FileBytes {
  public:
    // not_found, or failed where it is there and can't be read.
    [[nodiscard]] static Result<FileBytes> open(const std::filesystem::path& path);

    // 0 only at the end. Throws std::system_error when the medium fails.
    [[nodiscard]] std::size_t read(char* into, std::size_t most);
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

  private:
    struct Close {
        void operator()(std::FILE* file) const { (void)std::fclose(file); }
    };

    explicit FileBytes(std::FILE* file) : file_(file) {}

    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t bytes_read_ = 0;
};

} // namespace buckstop::imports
