// A sheet's rows as text, and text as CSV. Private to workbook.cpp.
#pragma once

#include "features/imports/workbook.hpp"
#include "features/imports/xml_reader.hpp"

#include <functional>
#include <string>
#include <vector>

namespace buckstop::imports {

struct SheetCells {
    const std::vector<CellStyle>& styles;
    const std::string& shared;
    const std::vector<std::size_t>& shared_end;
    bool since_1904 = false;

    // What a cell of that type ("s", "str", "b", "e", "d" or a number's "n") shows.
    [[nodiscard]] std::string text(std::string_view type, std::size_t style, std::string_view value) const;
};

// A row that isn't empty, without the empty cells at its end. Rows count from 1.
using RowSink = std::function<Result<>(std::size_t row, const std::vector<std::string>& cells)>;

class SheetReader {
  public:
    SheetReader(const SheetCells& cells, const RowSink& sink) : cells_(cells), sink_(sink) {}
    // For XmlReader, while this lives.
    [[nodiscard]] XmlEvents events();
    [[nodiscard]] Result<> finish() { return wrong_; }

  private:
    void begin(std::string_view element, const XmlAttributes& attributes);
    void end(std::string_view element);

    const SheetCells& cells_;
    const RowSink& sink_;
    Result<> wrong_;
    std::size_t row_ = 0, column_ = 0, style_ = 0;
    std::vector<std::string> texts_;
    std::string type_, value_;
    bool in_value_ = false, in_phonetic_ = false;
};

class CsvWriter {
  public:
    CsvWriter(std::size_t width, const Sink& sink) : width_(width), sink_(sink) {}
    [[nodiscard]] Result<> add(std::size_t row, const std::vector<std::string>& cells);
    [[nodiscard]] Result<> finish();

  private:
    std::size_t width_, lines_ = 0;
    const Sink& sink_;
    std::string text_;
};

} // namespace buckstop::imports
