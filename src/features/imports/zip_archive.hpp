// A zip archive's files by name, read piece by piece (libzip).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace buckstop::imports {

// Gets piece after piece of a file; what it returns ends the reading where it is an error.
using Sink = std::function<Result<>(std::string_view piece)>;

class ZipArchive {
  public:
    // Errors: invalid where it is no archive or a damaged one.
    [[nodiscard]] static Result<ZipArchive> open(const std::filesystem::path& path);

    // As the archive names them, without folders; none that can't be named as UTF-8.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] bool has(const std::string& name) const;
    // Errors: not_found; invalid (protected by a password, damaged); what the sink returns.
    [[nodiscard]] Result<> read(const std::string& name, const Sink& sink) const;

  private:
    struct Close {
        void operator()(zip* archive) const noexcept;
    };
    explicit ZipArchive(zip* archive) : archive_(archive) {}
    std::unique_ptr<zip, Close> archive_;
};

} // namespace buckstop::imports
