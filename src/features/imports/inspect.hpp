// Looks at a whole file before anything is taken from it: what it is, how it writes things, how it will be
// read, and what has to be asked first. Pure: a file in, a plan out.
#pragma once

#include "base/describe.hpp"
#include "base/result.hpp"
#include "features/imports/column_types.hpp"
#include "features/imports/encoding.hpp"
#include "features/imports/fields.hpp"
#include "features/imports/mapping.hpp"
#include "features/imports/records.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buckstop::imports {

// One way to read what can be read in several. imports.hpp's Choice without anything of the API.
struct FileChoice {
    std::string
        value; // says by itself what it settles: "dmy", "decimal_comma", "Dead = lost", "currency USD"
    std::string label;
    std::vector<std::string> examples; // what this reading makes of the file's own values
    bool operator==(const FileChoice&) const = default;
};
BOOST_DESCRIBE_STRUCT(FileChoice, (), (value, label, examples))

struct FileQuestion {
    std::string column; // empty where it concerns the whole file
    std::string question;
    std::vector<FileChoice> choices; // empty: only a mapping can settle it
    bool operator==(const FileQuestion&) const = default;
};
BOOST_DESCRIBE_STRUCT(FileQuestion, (), (column, question, choices))

struct FileAnswer {
    std::string column; // of the question
    std::string value;  // of the choice
};
BOOST_DESCRIBE_STRUCT(FileAnswer, (), (column, value))

// What a column would be taken for if the rows were of this kind.
struct ColumnSuggestion {
    Kind kind = Kind::deal;
    std::string field;
    double confidence = 0;
    bool operator==(const ColumnSuggestion&) const = default;
};
BOOST_DESCRIBE_STRUCT(ColumnSuggestion, (), (kind, field, confidence))

struct ColumnPlan {
    std::string header; // a doubled header's second is "Name (2)"; without a header line "Column 1"
    std::vector<std::string> samples; // at most five different values, the first of the file
    ColumnType type = ColumnType::empty;
    std::optional<std::string> field{}; // what it is mapped to, or suggested for
    std::optional<Format> format{};     // found from the whole column, or said by mapping or answer
    std::optional<double> confidence{}; // 0 to 1: of a suggested field; 1 where layout or mapping said it
    std::optional<std::vector<ColumnSuggestion>> suggestions{}; // of a table that isn't known: of every kind
    bool operator==(const ColumnPlan&) const = default;
};
BOOST_DESCRIBE_STRUCT(ColumnPlan, (), (header, samples, type, field, format, confidence, suggestions))

// Everything that reading needs, to be stored as JSON and used by another process.
struct FilePlan {
    std::string path;
    std::int64_t bytes = 0;
    Encoding encoding = Encoding::utf_8;
    std::string separator;                   // one character
    std::int64_t header_line = 0;            // 0: the file has none
    std::int64_t first_line = 1;             // where the data begin
    std::int64_t rows = 0;                   // of data, those that will be refused included
    std::string layout;                      // the known layout's name; empty: by mapping
    bool mapping_needed = false;             // `mapping` is only our suggestion: a person has to confirm it
    std::optional<std::string> not_needed{}; // nothing is read from this table; a sentence that says why
    Mapping mapping;                         // with all that the file and the answers settled
    std::string default_currency;            // of amounts that nothing else names a currency for
    std::vector<ColumnPlan> columns;
    // Of the columns, by which another mapping would be settled; plans that an earlier version wrote have
    // none.
    std::optional<std::vector<ColumnEvidence>> evidence{};
    std::vector<FileQuestion> questions; // reading must wait until this is empty
    bool operator==(const FilePlan&) const = default;
};
BOOST_DESCRIBE_STRUCT(FilePlan, (),
                      (path, bytes, encoding, separator, header_line, first_line, rows, layout,
                       mapping_needed, not_needed, mapping, default_currency, columns, evidence, questions))

struct InspectOptions {
    std::optional<Mapping> mapping{};  // used if its columns are all there; else a known layout; else refused
    std::vector<FileAnswer> answers{}; // to the questions of an earlier inspection; others are ignored
    std::string default_currency = "EUR"; // the organisation's
    std::string name{};                   // what people call the file; empty: as its path ends
    // Called now and then with the bytes read so far, of both passes, and their total. False: stop
    // (cancelled).
    std::function<bool(std::int64_t bytes, std::int64_t total)> on_progress{};
};

// Reads the file once for its encoding and once for its columns, in memory that doesn't grow with it. Errors:
// not_found, invalid (empty, not a table, a mapping that doesn't fit), cancelled.
[[nodiscard]] Result<FilePlan> inspect(const std::filesystem::path& path, const InspectOptions& options = {});

// How the file would be read by another mapping, which must fit its columns: what inspect() with this mapping
// makes of it, without reading the file again. A plan doesn't keep the words of its columns, which may be
// people's names: whoever wants to hear what a word means fills them in (evidence[].words).
[[nodiscard]] FilePlan with_mapping(FilePlan plan, Mapping mapping,
                                    const std::vector<FileAnswer>& answers = {});

} // namespace buckstop::imports
