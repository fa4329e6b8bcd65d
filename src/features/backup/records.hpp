// What stands in a backup, once it is opened and decompressed: records, each a letter, a length (4 bytes) and
// so many bytes. Numbers are little-endian.
//
//   'B' begin   JSON: {"schema_version", "program_version", "made_at"}
//   'T' table   JSON: {"name", "columns": [{"name", "kind": "integer" | "real" | "text"}]}
//   'R' row     a value for each column: 0 null · 1 integer, 8 bytes · 2 real, 8 bytes (IEEE 754) ·
//               3 text, length (4 bytes) and UTF-8. Booleans are integers, dates are text (2026-11-23).
//   'E' end     of all: JSON {"tables", "rows"}; nothing follows
//
// A table stands behind those that it refers to.
#pragma once

#include "db/value.hpp"
#include "features/backup/compression.hpp"
#include "features/backup/sealed_file.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace buckstop::backup {

enum class Kind { integer, real, text };
BOOST_DESCRIBE_ENUM(Kind, integer, real, text)

struct Column {
    std::string name;
    Kind kind = Kind::text;
};
BOOST_DESCRIBE_STRUCT(Column, (), (name, kind))

struct Table {
    std::string name;
    std::vector<Column> columns;
};
BOOST_DESCRIBE_STRUCT(Table, (), (name, columns))

struct Beginning {
    int schema_version = 0;
    std::string program_version;
    Instant made_at{};
};
BOOST_DESCRIBE_STRUCT(Beginning, (), (schema_version, program_version, made_at))

struct Totals {
    std::int64_t tables = 0;
    std::int64_t rows = 0;
};
BOOST_DESCRIBE_STRUCT(Totals, (), (tables, rows))

// Each counts what it hands on, so that the end can be held against it.
class RecordWriter {
  public:
    explicit RecordWriter(SealedWriter& file);
    void begin(const Beginning& beginning);
    void table(const Table& table);
    // A row of the table begun last.
    void row(const db::Row& row);
    [[nodiscard]] const Totals& totals() const { return totals_; }
    void end();

  private:
    void write(char letter, std::string_view content);

    Compressor compressor_;
    std::vector<Kind> kinds_;
    std::string row_; // kept for its memory
    Totals totals_;
};

// One record. Views last until the next.
struct Record {
    enum class What { begin, table, row, end } what = What::end;
    Beginning beginning{};
    Table table{};
    std::span<const db::Param> row{};
};

class RecordReader {
  public:
    explicit RecordReader(SealedReader& file) : file_(file) {}
    // Errors: those of the file, and (invalid) where the records aren't those of a backup. After the end it
    // has been made sure that the counts are right and that nothing follows.
    [[nodiscard]] Result<Record> next();
    [[nodiscard]] const Totals& totals() const { return totals_; }

  private:
    [[nodiscard]] Result<> fill(char* into, std::size_t size);
    [[nodiscard]] Result<> read_row();
    [[nodiscard]] Result<> read_end();

    SealedReader& file_;
    Decompressor decompressor_;
    bool begun_ = false;
    std::string content_;
    std::vector<Kind> kinds_;
    std::vector<db::Param> row_;
    Totals totals_;
};

} // namespace buckstop::backup
