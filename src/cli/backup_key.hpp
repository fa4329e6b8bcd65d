// Where a backup's key comes from: never the command line, which everybody on the machine can read.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop::cli {

// A text that is overwritten before its memory is given back.
class Secret {
  public:
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.text_.clear(); }
    Secret& operator=(Secret&&) = delete;
    ~Secret();
    [[nodiscard]] std::string_view text() const { return text_; }

  private:
    std::string text_;
};

enum class KeyFor { making, opening }; // who makes one types it twice

// The file's content without the ends of lines behind it, else the variable BUCKSTOP_BACKUP_KEY, else what
// somebody types. Errors (invalid): there is none of them; the two that were typed differ.
[[nodiscard]] Result<Secret> backup_key(const std::optional<std::filesystem::path>& file, KeyFor purpose);

} // namespace buckstop::cli
