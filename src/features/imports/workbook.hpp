// Workbooks (xlsx, ECMA-376): each sheet as a table of text, so that everything behind reads it like a CSV
// file.
#pragma once

#include "features/imports/zip_archive.hpp"

#include <string>
#include <vector>

namespace buckstop::imports {

[[nodiscard]] bool is_workbook(const ZipArchive& archive);

struct Sheet {
    std::string name;
    std::string part; // its file in the archive
};

// How a cell's style shows a number.
struct CellStyle {
    bool is_date = false, has_time = false, is_percent = false;
    std::string currency; // "EUR" or a sign
};

class Workbook {
  public:
    // Errors: invalid.
    [[nodiscard]] static Result<Workbook> open(const ZipArchive& archive);

    [[nodiscard]] const std::vector<Sheet>& sheets() const { return sheets_; } // but for hidden ones

    // The sheet as CSV with commas, in UTF-8, a line for each of its rows: line 7 is row 7. Dates are written
    // as 2026-11-23 (with a time where the cell shows one), shares as percents and amounts with their
    // currency where the cell shows them so, other numbers with a decimal point and 15 digits; line breaks in
    // cells become blanks. A row with one filled cell, as titles and footers have, is a line of one cell.
    // Returns whether anything was written.
    [[nodiscard]] Result<bool> write_csv(const Sheet& sheet, const Sink& sink) const;

  private:
    explicit Workbook(const ZipArchive& archive) : archive_(&archive) {}
    [[nodiscard]] Result<> read_sheets();
    [[nodiscard]] Result<> read_styles();
    [[nodiscard]] Result<> read_shared_texts();

    const ZipArchive* archive_;
    bool since_1904_ = false;
    std::vector<Sheet> sheets_;
    std::vector<CellStyle> styles_;
    std::string shared_;                  // all shared texts, one behind the other
    std::vector<std::size_t> shared_end_; // where each ends
};

// What a number format such as "dd.mm.yyyy hh:mm" or "[$€-407] #,##0.00" shows.
[[nodiscard]] CellStyle style_of_format(std::string_view code);

} // namespace buckstop::imports
