// How the first rows of a file would be read by a mapping that nobody has saved: by the parser that imports
// them, so that what is shown is what comes. Pure: a plan and a mapping in, rows out.
#pragma once

#include "base/describe.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "features/imports/inspect.hpp"
#include "features/imports/mapping.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::imports {

// What a field of a record holds: one of these; none of them where it says nothing.
struct ReadValue {
    std::optional<std::string> text{};
    std::optional<Date> date{};
    std::optional<Money> money{};
    std::optional<std::int64_t> number{};
    std::optional<double> share{}; // 0 to 1
    std::optional<bool> yes{};
    bool operator==(const ReadValue&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReadValue, (), (text, date, money, number, share, yes))

struct ReadField {
    std::string field; // of fields_of(kind)
    std::string label; // a fact's own
    bool operator==(const ReadField&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReadField, (), (field, label))

// Why a row can't be taken, as the import would say it.
struct RowRefusal {
    std::optional<std::string> column, value; // neither where it concerns the whole row
    std::string rule, reason;
};
BOOST_DESCRIBE_STRUCT(RowRefusal, (), (column, value, rule, reason))

struct ReadRow {
    std::int64_t line = 0; // of the file, counted from 1
    // One for each of FirstRows::fields. Empty: the row says nothing of it. Several: what it is depends on
    // the answers to questions; that it says nothing comes last.
    std::vector<std::vector<ReadValue>> values;
    std::optional<RowRefusal> refused;
};
BOOST_DESCRIBE_STRUCT(ReadRow, (), (line, values, refused))

struct FirstRows {
    std::int64_t rows = 0;                                // of the file, as far as was looked
    std::int64_t of_rows = 0;                             // of the whole file
    std::int64_t readable = 0, refused = 0, left_out = 0; // of `rows`; readable whatever is answered
    bool known_by_row = false; // no column is the key, and a row that changes in any cell will be another
    std::vector<NeededField> needed;     // not empty: no row can be read yet
    std::vector<FileQuestion> questions; // what the import will ask
    std::vector<ReadField> fields;       // of the rows, in the order in which people should see them
    std::vector<ReadRow> shown;          // the first ones, and behind them the first that would be refused
};
BOOST_DESCRIBE_STRUCT(FirstRows, (),
                      (rows, of_rows, readable, refused, left_out, known_by_row, needed, questions, fields,
                       shown))

// `plan` is what inspect() found of the file, by whatever mapping. Reads 200 rows at most, and 4 MiB and what
// a row may have beyond. Errors: invalid with the fields of a mapping that can't be used (that something is
// still needed is no error), or where the file has changed; not_found where it is gone.
[[nodiscard]] Result<FirstRows> read_first_rows(const FilePlan& plan, const Mapping& mapping);

} // namespace buckstop::imports
