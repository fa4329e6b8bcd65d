// The data rows of a table: what CsvReader reads without what isn't data (lines above the header, the header
// and its repetitions, blank rows), and with what is wrong with a row as a row. Inspecting and reading both
// go through here, so that they count alike.
#pragma once

#include "base/result.hpp"
#include "features/imports/csv_reader.hpp"
#include "features/imports/encoding.hpp"
#include "features/imports/text_source.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

// How a table lies in its file.
struct TableShape {
    Encoding encoding = Encoding::utf_8;
    char separator = ',';
    std::uint64_t header_line = 0; // 0: none
    std::uint64_t first_line = 1;  // rows above are no part of the table
    std::size_t columns = 0;
    std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max(); // as CsvOptions'
};

struct RowProblem {
    std::string_view rule;
    std::string reason;
};

struct TableRow {
    std::uint64_t line = 0;
    std::span<const std::string_view> cells; // trimmed, as many as there are columns; none with a problem
    std::string_view raw;
    std::optional<RowProblem> problem; // why the row can't be taken, whatever it says
};

// Behind its last row a table may have a footer: a row of totals, or lines of one cell, as reports have. It
// is no part of the table, and isn't told; totals and such lines in between are rows with a problem.
class TableReader {
  public:
    [[nodiscard]] static Result<TableReader> open(const std::filesystem::path& path, TableShape shape);
    TableReader(std::unique_ptr<TextSource> source, TableShape shape);

    // False at the end. The row is valid until the next call.
    [[nodiscard]] bool next(TableRow& row);
    [[nodiscard]] std::uint64_t bytes_read() const { return source_->bytes_read(); }

  private:
    struct Held {
        std::uint64_t line = 0;
        std::string raw;
        RowProblem problem;
    };

    [[nodiscard]] bool next_row(TableRow& row);
    bool give_back(TableRow& row);
    [[nodiscard]] bool may_be_footer(const TableRow& row) const;
    [[nodiscard]] bool is_footer() const;
    [[nodiscard]] bool is_blank() const;
    [[nodiscard]] bool is_header() const;
    void begin_table(const CsvRow& header);
    [[nodiscard]] std::optional<RowProblem> problem(const CsvRow& row) const;

    std::unique_ptr<TextSource> source_;
    TableShape shape_;
    std::unique_ptr<CsvReader> csv_;
    std::vector<std::string> header_;     // empty until it has come by
    std::vector<std::string_view> cells_; // of the present row, trimmed
    std::size_t cells_of_row_ = 0;        // how many of them aren't empty
    std::deque<Held> held_;               // rows that are a footer if no other comes behind
    Held given_;                          // of them, the present row
    std::optional<TableRow> behind_;      // the row that came behind
};

// "Total", "Grand Totals (12 records)": a row that sums others up. The other cells hold numbers or nothing.
[[nodiscard]] bool is_totals_row(std::span<const std::string_view> cells);

} // namespace buckstop::imports
