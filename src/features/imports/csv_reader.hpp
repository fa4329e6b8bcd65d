// A streaming reader of RFC 4180 and of what people call CSV: rows of cells that point into the reader's own
// buffer. Damage is met row by row: whatever is wrong with a line, the next line is read again as a line.
#pragma once

#include "base/describe.hpp"
#include "features/imports/csv_scan.hpp"
#include "features/imports/text_source.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

struct CsvOptions {
    char separator = ',';
    std::size_t cells = 0; // how many a row should have; 0: unknown. Helps to find unclosed quotes
    std::size_t longest_row = 4 << 20; // bytes, with the line breaks inside quotes
    std::size_t most_cells = 16'384;
    std::size_t buffer = 256 << 10; // bytes to begin with; grows up to a little over longest_row
    // Of the source: once so many are read, what the buffer has is all, but for a row that isn't whole in it.
    std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max();
};

enum class CsvDamage {
    none,
    unclosed_quote, // a quote that nothing closes, or that closes so late that the row can't be meant
    after_quote,    // text between a closing quote and the next separator
    too_long,
    too_many_cells,
};
BOOST_DESCRIBE_ENUM(CsvDamage, none, unclosed_quote, after_quote, too_long, too_many_cells)

struct CsvRow {
    std::uint64_t line = 0;                  // where it begins, counted from 1
    std::span<const std::string_view> cells; // unquoted; empty when damaged
    std::string_view
        raw; // as it stands, without its line break; damaged: its first line, or a beginning of it
    CsvDamage damage = CsvDamage::none;
};

// Lines end with LF, CR LF or CR, also mixed; empty lines are passed over. Quotes inside an unquoted cell are
// text. A row that is damaged ends with its first line, so that a quote that is never closed costs one line.
// Not for several threads at once.
class CsvReader {
  public:
    CsvReader(TextSource& source, const CsvOptions& options);

    // False at the end. The row is valid until the next call. Passes on what the source throws.
    [[nodiscard]] bool next(CsvRow& row);

    // From the next row on; the header says how many cells to expect.
    void expect_cells(std::size_t cells) { options_.cells = cells; }

  private:
    enum class Step { cell, row, more, damaged }; // what ended; `more`: the buffer, inside the row

    Step scan_row();
    Step scan_cell();
    Step scan_quoted();
    Step end_cell(const char* begin, const char* end, const char* at);
    Step end_row(const char* at);
    Step damaged(CsvDamage damage, const char* at);
    void unquote_doubled();
    bool fill();
    void take_damaged_line(CsvRow& row);
    [[nodiscard]] const char* end_of_line();
    void skip_rest_of_line();
    [[nodiscard]] const char* past_break(const char* at) const;
    [[nodiscard]] bool too_long(const char* at) const;

    TextSource& source_;
    CsvOptions options_;
    CsvScan scan_;
    std::unique_ptr<char[]> buffer_; // of capacity_, and csv_scan_slack behind it
    std::size_t capacity_ = 0;
    bool at_end_ = false;           // of the source: nothing follows end_
    bool is_cut_ = false;           // not there, but where most_bytes ends it
    const char* end_ = nullptr;     // of what the buffer holds
    const char* row_ = nullptr;     // where the present row begins
    const char* cell_ = nullptr;    // where its present cell begins
    const char* row_end_ = nullptr; // its line break
    const char* next_ = nullptr;    // where the row after it begins
    std::uint64_t line_ = 1;        // of row_
    std::uint64_t breaks_ = 0;      // of lines, inside the row's quotes
    CsvDamage damage_ = CsvDamage::none;
    std::vector<std::string_view> cells_;
    std::vector<std::size_t> doubled_; // cells that hold doubled quotes
    std::string unquoted_;             // those cells' text; or the beginning of a line that is too long
};

} // namespace buckstop::imports
