#include "features/imports/csv_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace buckstop::imports {
namespace {

// A row that outlives the reader's buffer.
struct Kept {
    std::uint64_t line;
    std::vector<std::string> cells;
    std::string raw;
    CsvDamage damage;
    bool operator==(const Kept&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Kept& row) {
    out << "line " << row.line << " " << enum_name(row.damage) << " {";
    for (const auto& cell : row.cells)
        out << "[" << cell << "]";
    return out << "} raw " << row.raw.substr(0, 200);
}

std::vector<Kept> read(std::string_view text, const CsvOptions& options = {},
                       std::size_t piece = std::string_view::npos) {
    MemorySource source(text, piece);
    CsvReader reader(source, options);
    std::vector<Kept> rows;
    for (CsvRow row; reader.next(row);)
        rows.push_back({row.line, {row.cells.begin(), row.cells.end()}, std::string(row.raw), row.damage});
    return rows;
}

std::vector<std::vector<std::string>> cells_of(std::string_view text, const CsvOptions& options = {}) {
    std::vector<std::vector<std::string>> cells;
    for (const auto& row : read(text, options))
        cells.push_back(row.damage == CsvDamage::none ? row.cells : std::vector<std::string>{"damaged"});
    return cells;
}

using Table = std::vector<std::vector<std::string>>;

TEST(CsvReader, reads_rows_and_quoted_cells) {
    EXPECT_EQ(cells_of("a,b\n1,2\n"), (Table{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(cells_of("a,\"b\nc\",d"), (Table{{"a", "b\nc", "d"}}));
    EXPECT_EQ(cells_of("\"a \"\"b\"\" c\",\"\",\"\"\"\""), (Table{{"a \"b\" c", "", "\""}}));
    EXPECT_EQ(cells_of(",,\n"), (Table{{"", "", ""}}));
    EXPECT_EQ(cells_of("a;b,c\n", {.separator = ';'}), (Table{{"a", "b,c"}}));
    EXPECT_EQ(cells_of(""), Table{});
    EXPECT_EQ(cells_of("\n\r\n\r"), Table{});
    EXPECT_EQ(cells_of("\"\"\n"), (Table{{""}}));
}

TEST(CsvReader, takes_quotes_inside_a_cell_as_text) {
    EXPECT_EQ(cells_of("5\" pipe,a\"\"b, \"c\"\n"), (Table{{"5\" pipe", "a\"\"b", " \"c\""}}));
}

TEST(CsvReader, ends_lines_with_lf_crlf_and_cr) {
    EXPECT_EQ(cells_of("a\nb\r\nc\rd\r\r\ne"), (Table{{"a"}, {"b"}, {"c"}, {"d"}, {"e"}}));
    EXPECT_EQ(cells_of("a,\nb,\r\nc,\rd,"), (Table{{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}}));
}

TEST(CsvReader, counts_lines_as_an_editor_does) {
    const auto rows = read("one\n\n\"two\nand\r\nthree\rx\"\nfour\r\nfive\r\"never\nsix");
    ASSERT_EQ(rows.size(), 6U);
    EXPECT_EQ(rows[0].line, 1U);
    EXPECT_EQ(rows[1].line, 3U);
    EXPECT_EQ(rows[2].line, 7U);
    EXPECT_EQ(rows[3].line, 8U);
    EXPECT_EQ(rows[4], (Kept{9, {}, "\"never", CsvDamage::unclosed_quote}));
    EXPECT_EQ(rows[5], (Kept{10, {"six"}, "six", CsvDamage::none}));
}

TEST(CsvReader, of_a_head_only_whole_rows_are_told) {
    const std::string text =
        "a,b\n\n1,\"x\ny\"\n2,\"never\n" + std::string(40, '\n') + "3,\"q\"\"\"\r\n4,last";
    const auto all = read(text);
    ASSERT_EQ(all.size(), 5U);
    std::size_t told = 0;
    for (std::uint64_t most = 1; most <= text.size() + 1; ++most) {
        const auto rows = read(text, {.buffer = 16, .most_bytes = most}, 5);
        ASSERT_LE(rows.size(), all.size()) << most;
        EXPECT_TRUE(std::equal(rows.begin(), rows.end(), all.begin())) << most;
        EXPECT_GE(rows.size(), told) << most;
        told = rows.size();
    }
    EXPECT_EQ(told, all.size());
}

TEST(CsvReader, an_unclosed_quote_costs_one_line) {
    const auto rows = read("a,b\n1,\"open\n2,x\n3,y\n");
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[1], (Kept{2, {}, "1,\"open", CsvDamage::unclosed_quote}));
    EXPECT_EQ(rows[3].cells, (std::vector<std::string>{"3", "y"}));
}

TEST(CsvReader, a_quote_that_closes_in_another_row_costs_one_line) {
    EXPECT_EQ(cells_of("1,\"open,x\n2,\"fine\",y\n3,z,z\n"),
              (Table{{"damaged"}, {"2", "fine", "y"}, {"3", "z", "z"}}));
    // Here the quotes pair up, but the row hasn't as many cells as it should.
    const auto rows = read("1,\"open,x\n2,fine,\"\n3,z,z\n", {.cells = 3});
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].damage, CsvDamage::unclosed_quote);
    EXPECT_EQ(rows[1].damage, CsvDamage::unclosed_quote);
    EXPECT_EQ(rows[2].cells, (std::vector<std::string>{"3", "z", "z"}));
}

TEST(CsvReader, text_behind_a_quote_costs_its_line) {
    const auto rows = read("\"a\"b,c\n\"d\",e\n");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0], (Kept{1, {}, "\"a\"b,c", CsvDamage::after_quote}));
    EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"d", "e"}));
}

TEST(CsvReader, a_line_that_is_too_long_costs_itself_and_is_shown_in_part) {
    const std::string long_line(5'000'000, 'x');
    const auto rows = read("a\n" + long_line + "\r\nb\n");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[1].damage, CsvDamage::too_long);
    EXPECT_EQ(rows[1].raw, std::string(64 << 10, 'x'));
    EXPECT_EQ(rows[2], (Kept{3, {"b"}, "b", CsvDamage::none}));
}

TEST(CsvReader, reads_a_line_of_megabytes) {
    const std::string cell(3'000'000, 'x');
    const auto rows = read("a,\"" + cell + "\"\nb,c\n");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].cells[1], cell);
}

TEST(CsvReader, refuses_a_row_of_too_many_cells) {
    const auto rows = read(std::string(100, ',') + "\na,b\n", {.most_cells = 100});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].damage, CsvDamage::too_many_cells);
    EXPECT_EQ(rows[1].cells.size(), 2U);
}

// A cell as a careful program writes it.
std::string written(const std::string& cell, char separator, bool always) {
    const bool must = cell.find_first_of(std::string("\"\r\n") + separator) != cell.npos;
    if (!must && !always)
        return cell;
    std::string out = "\"";
    for (const char c : cell)
        (out += c) += c == '"' ? "\"" : "";
    return out + '"';
}

// Text in which everything that matters to CSV is frequent.
rc::Gen<std::string> tricky_text() {
    return rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::element('"', '"', ',', ';', '\n', '\r', 'a', 'b', ' ', '\0'), rc::gen::arbitrary<char>()));
}

RC_GTEST_PROP(CsvReaderProperties, reads_what_was_written, ()) {
    const char separator = *rc::gen::element(',', ';', '\t', '|');
    const auto line_end = *rc::gen::element<std::string>("\n", "\r\n", "\r");
    const auto width = *rc::gen::inRange<std::size_t>(1, 6);
    const auto table =
        *rc::gen::container<Table>(rc::gen::container<std::vector<std::string>>(width, tricky_text()));
    const bool always = *rc::gen::arbitrary<bool>();
    std::string text;
    for (const auto& row : table) {
        for (std::size_t i = 0; i < row.size(); ++i)
            text +=
                (i == 0 ? "" : std::string(1, separator)) + written(row[i], separator, always || width == 1);
        text += line_end;
    }
    const auto buffer = *rc::gen::inRange<std::size_t>(1, 100);
    RC_ASSERT(cells_of(text, {.separator = separator, .cells = width, .buffer = buffer}) == table);
}

RC_GTEST_PROP(CsvReaderProperties, where_the_buffer_ends_makes_no_difference, ()) {
    const auto text = *tricky_text();
    CsvOptions options{.cells = *rc::gen::inRange<std::size_t>(0, 4),
                       .longest_row = *rc::gen::inRange<std::size_t>(1, 200),
                       .most_cells = 5};
    const auto whole = read(text, options);
    options.buffer = *rc::gen::inRange<std::size_t>(1, 64);
    const auto piece = *rc::gen::inRange<std::size_t>(1, 20);
    const auto in_parts = read(text, options, piece);
    RC_ASSERT(in_parts == whole);
}

// The lines of a text, without their ends.
std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines(1);
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\n' && text[i] != '\r')
            lines.back() += text[i];
        else if (text[i] == '\n' && i > 0 && text[i - 1] == '\r')
            continue;
        else
            lines.emplace_back();
    return lines;
}

RC_GTEST_PROP(CsvReaderProperties, no_line_is_lost, ()) {
    const auto text = *tricky_text();
    const auto lines = lines_of(text);
    std::size_t next = 1; // the first line that no row has covered yet
    for (const auto& row : read(text, {.cells = *rc::gen::inRange<std::size_t>(0, 3)})) {
        for (; next < row.line; ++next)
            RC_ASSERT(lines[next - 1].empty());
        for (const auto& line : lines_of(row.raw))
            RC_ASSERT(lines[next++ - 1] == line);
    }
    for (; next <= lines.size(); ++next)
        RC_ASSERT(lines[next - 1].empty());
}

RC_GTEST_PROP(CsvReaderProperties, one_stray_quote_damages_one_line, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 50);
    const auto broken = *rc::gen::inRange<std::size_t>(0, count);
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += (i == broken ? "\"" : "") + std::to_string(i) + ",\"quoted, too\",x\n";
    const auto rows = read(text, {.cells = 3});
    RC_ASSERT(rows.size() == count);
    for (std::size_t i = 0; i < count; ++i) {
        RC_ASSERT((rows[i].damage != CsvDamage::none) == (i == broken));
        RC_ASSERT(rows[i].line == i + 1);
    }
}

} // namespace
} // namespace buckstop::imports
