// Makes records of rows, by a plan. One parser reads one file, in order.
#pragma once

#include "features/imports/inspect.hpp"
#include "features/imports/records.hpp"
#include "features/imports/table_reader.hpp"

#include <memory>

namespace buckstop::imports {

class RowParser {
  public:
    virtual ~RowParser() = default;

    // Before the first row of a batch: gives it records of the plan's kind, and none of them yet.
    virtual void begin(Batch& batch) = 0;
    // Adds one record or one refusal, or counts the row as left out.
    virtual void add(const TableRow& row, Batch& batch) = 0;
    // For a row that an earlier run has taken: only counts it where rows are told apart by counting.
    virtual void skip(const TableRow& row) = 0;
};

[[nodiscard]] std::unique_ptr<RowParser> make_row_parser(const FilePlan& plan);

} // namespace buckstop::imports
