// Zip archives by libzip: written from files or texts, read entry by entry.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace buckstop::archive {

class ZipWriter {
  public:
    // A new file, which is written by finish(); nothing is there before.
    [[nodiscard]] static Result<ZipWriter> create(const std::filesystem::path& path);
    // The files must last until finish().
    [[nodiscard]] Result<> add_file(const std::string& name, const std::filesystem::path& file);
    [[nodiscard]] Result<> add_text(const std::string& name, const std::string& text);
    [[nodiscard]] Result<> finish();

  private:
    struct Discard {
        void operator()(zip* archive) const noexcept;
    };
    explicit ZipWriter(zip* archive) : archive_(archive) {}
    std::unique_ptr<zip, Discard> archive_;
    std::vector<std::unique_ptr<std::string>> texts_; // libzip reads them when it finishes
};

class ZipReader {
  public:
    // Error (invalid): it is no whole zip archive; not_found: it isn't there.
    [[nodiscard]] static Result<ZipReader> open(const std::filesystem::path& path);
    [[nodiscard]] std::vector<std::string> names() const;
    // Calls `sink` with piece after piece. Errors: invalid where the entry isn't there or is damaged, and
    // those of `sink`.
    using Sink = std::function<Result<>(std::string_view)>;
    [[nodiscard]] Result<> read(const std::string& name, const Sink& sink) const;

  private:
    struct Discard {
        void operator()(zip* archive) const noexcept;
    };
    explicit ZipReader(zip* archive) : archive_(archive) {}
    std::unique_ptr<zip, Discard> archive_;
};

// Whether the file begins as a zip archive does.
[[nodiscard]] bool is_zip(const std::filesystem::path& path);

} // namespace buckstop::archive
