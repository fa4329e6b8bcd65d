// The file of refused rows: the same table with only them, to be mended and imported again. Private to this
// feature.
#pragma once

#include "features/imports/inspect.hpp"
#include "features/imports/records.hpp"

#include <filesystem>

namespace buckstop::imports {

class RefusedRows {
  public:
    // `valid`: how many bytes an earlier run has written and noted.
    RefusedRows(std::filesystem::path path, const FilePlan& plan, std::int64_t valid);
    // Writes behind `valid()` and nowhere else, so that writing again after a failed commit repeats nothing.
    // Returns how many bytes are valid once that is committed.
    [[nodiscard]] std::int64_t write(const std::vector<Refusal>& refusals);
    void accept(std::int64_t valid) { valid_ = valid; }
    [[nodiscard]] std::int64_t valid() const { return valid_; }

  private:
    std::filesystem::path path_;
    std::string header_;
    std::int64_t valid_;
};

// The header line of a plan's file as UTF-8, with its separator; empty where the file has none.
[[nodiscard]] std::string header_line(const FilePlan& plan);

} // namespace buckstop::imports
