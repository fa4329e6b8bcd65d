// How the columns of a table become fields: by hand (a TOML file, or the page), by a layout that is known, or
// suggested. docs/users/import-mapping.md is the format's description for people.
#pragma once

#include "base/describe.hpp"
#include "base/result.hpp"
#include "features/imports/fields.hpp"
#include "features/imports/records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

// How a column writes dates or numbers.
//   ymd  2026-11-23, years of four digits      dmy  23.11.2026 or 23/11/26      mdy  11/23/2026 or 11-23-26
//   yymd 26-11-23: the only one that takes two-digit years to come first, and only a mapping can say so
// Years of four digits that come first, and names of months, are understood in each of them.
enum class Format { ymd, dmy, mdy, yymd, decimal_point, decimal_comma };
BOOST_DESCRIBE_ENUM(Format, ymd, dmy, mdy, yymd, decimal_point, decimal_comma)

enum class Outcome { open, won, lost };
BOOST_DESCRIBE_ENUM(Outcome, open, won, lost)

struct ColumnMapping {
    std::string header;             // as in the file; compared folded. Without a header line: "Column 1"
    std::string field;              // of fields_of(kind), or "fact"
    std::optional<Format> format{}; // where the column alone doesn't settle it
    std::optional<std::string> currency{}; // of amounts that carry none
    std::optional<bool> round{}; // amounts with more decimals than the currency are rounded, half to even
    std::optional<std::string> label{}; // of a fact; the header unless told
    std::optional<std::string> split{}; // parts several values in a cell, of which the first counts
    bool operator==(const ColumnMapping&) const = default;
};
BOOST_DESCRIBE_STRUCT(ColumnMapping, (), (header, field, format, currency, round, label, split))

// Rows are taken only where this column holds one of these (compared folded; "" stands for nothing).
struct RowFilter {
    std::string header;
    std::vector<std::string> values;
    bool operator==(const RowFilter&) const = default;
};
BOOST_DESCRIBE_STRUCT(RowFilter, (), (header, values))

struct Constant {
    std::string field;
    std::string value; // as a cell would hold it; dates as 2026-11-23, numbers with a decimal point
    bool operator==(const Constant&) const = default;
};
BOOST_DESCRIBE_STRUCT(Constant, (), (field, value))

struct OutcomeWord {
    std::string word; // compared folded
    Outcome outcome = Outcome::open;
    bool operator==(const OutcomeWord&) const = default;
};
BOOST_DESCRIBE_STRUCT(OutcomeWord, (), (word, outcome))

struct Mapping {
    std::string name{}; // for people; may be empty
    Kind kind = Kind::deal;
    std::string source = "file"; // whose keys these are: the same key of another source is another thing
    std::vector<std::string>
        key{}; // headers; several are joined. Empty: the row's fingerprint and occurrence
    std::vector<ColumnMapping> columns{}; // of several for one field the first that says something counts
    std::vector<Constant> constants{};    // where no column says it
    std::vector<RowFilter> only{};        // all of them must hold; other rows are left out
    std::vector<OutcomeWord> outcomes{};
    std::optional<std::string> currency{}; // of amounts where neither cell nor column says it
    std::optional<Format> dates{};         // a format for every column of dates that has none of its own
    std::optional<Format> decimal{};       // decimal_point or decimal_comma, likewise for numbers
    std::optional<bool> header{};          // false: the file has no header line
    bool operator==(const Mapping&) const = default;
};
BOOST_DESCRIBE_STRUCT(Mapping, (),
                      (name, kind, source, key, columns, constants, only, outcomes, currency, dates, decimal,
                       header))

// The text of a mapping file. Every mistake becomes a FieldError whose field is "name:line:column", with what
// to do; the result is also check()ed.
[[nodiscard]] Result<Mapping> parse_mapping(std::string_view toml, std::string_view name = "mapping");
// parse_mapping(to_toml(m)) == m.
[[nodiscard]] std::string to_toml(const Mapping& mapping);

// What can be known without a file: fields that exist, required ones mapped, formats that suit, currencies,
// no column mapped twice. FieldError::field is a path such as "columns[2].field".
[[nodiscard]] Result<> check(const Mapping& mapping);
// Also that this header has every column that the mapping names.
[[nodiscard]] Result<> check(const Mapping& mapping, const std::vector<std::string>& headers);

// A field that rows of the kind can't do without, and the fields that would do in its place.
struct NeededField {
    std::string field, label;
    std::vector<std::string> instead; // their labels
    bool operator==(const NeededField&) const = default;
};
BOOST_DESCRIBE_STRUCT(NeededField, (), (field, label, instead))
// Those that nothing fills yet; check() refuses a mapping that has any.
[[nodiscard]] std::vector<NeededField> needed_fields(const Mapping& mapping);

// "dmy", "decimal_comma"; also "." and ",".
[[nodiscard]] std::optional<Format> read_format(std::string_view text);
// Whether a field of that type can have it.
[[nodiscard]] bool suits(Format format, FieldType type);

// Where the column stands in the header, written just so or else folded; nothing if it isn't there.
[[nodiscard]] std::optional<std::size_t> find_header(const std::vector<std::string>& headers,
                                                     std::string_view header);

// The headers of all columns that make up the key.
[[nodiscard]] std::vector<std::string> key_columns(const Mapping& mapping);
[[nodiscard]] const ColumnMapping* find_column(const Mapping& mapping, std::string_view field);

// Lower case, letters and digits only: "Close Date", "close_date" and "CloseDate" are the same header.
[[nodiscard]] std::string fold_header(std::string_view header);
// What a remembered mapping is found by: the same for the same set of headers in any order.
[[nodiscard]] std::string header_key(const std::vector<std::string>& headers);

// open, won or lost by the mapping's words, then by our own ("Closed Won", "5 - Lost"); nothing where the
// word might mean an end but doesn't say which. `is_stage`: a word that says nothing of an end means open.
[[nodiscard]] std::optional<Outcome> read_outcome(const Mapping& mapping, std::string_view word,
                                                  bool is_stage);

} // namespace buckstop::imports
