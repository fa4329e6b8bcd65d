#include "features/imports/unpack.hpp"

#include "features/imports/workbook.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>
#include <zip.h>
#include <zlib.h>

namespace buckstop::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

using Parts = std::vector<std::pair<std::string, std::string>>;

class UnpackTest : public testing::Test { // NOLINT(cppcoreguidelines-virtual-class-destructor): gtest's own
  protected:
    [[nodiscard]] std::filesystem::path zip_of(const std::string& name, const Parts& parts) const {
        auto path = folder_.path() / name;
        int error = 0;
        auto* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
        for (const auto& [part, text] : parts)
            zip_file_add(archive, part.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0),
                         ZIP_FL_ENC_UTF_8);
        zip_close(archive);
        return path;
    }
    [[nodiscard]] std::filesystem::path gzip_of(const std::string& name, const std::string& text) const {
        auto path = folder_.path() / name;
        auto* file = gzopen(path.c_str(), "wb");
        gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
        gzclose(file);
        return path;
    }
    [[nodiscard]] Result<std::vector<UnpackedTable>> unpacked(const std::filesystem::path& path,
                                                              std::int64_t most = 1 << 20) const {
        return unpack(path, path.filename().string(),
                      {.folder = folder_.path() / "out", .prefix = "0-", .most_bytes = most});
    }
    // "name: text" of each table, or the error's code.
    [[nodiscard]] std::vector<std::string> tables_of(const std::filesystem::path& path) const {
        const auto tables = unpacked(path);
        if (!tables)
            return {tables.error().code == ErrorCode::invalid ? "invalid" : "another error"};
        std::vector<std::string> found;
        for (const auto& table : *tables) {
            found.push_back(table.name + ": " + content(table.path));
            EXPECT_EQ(static_cast<std::uintmax_t>(table.bytes), std::filesystem::file_size(table.path));
        }
        EXPECT_EQ(files_left(), tables->size());
        return found;
    }
    [[nodiscard]] std::size_t files_left() const {
        const auto out = folder_.path() / "out";
        return std::filesystem::exists(out)
                   ? static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(out), {}))
                   : 0;
    }
    // A workbook with one sheet of these rows.
    [[nodiscard]] std::filesystem::path book_of(const std::string& rows,
                                                const std::string& book_settings = "",
                                                const std::string& more_parts = "") const {
        return zip_of(
            "book.xlsx",
            {{"xl/workbook.xml",
              "<workbook xmlns:r=\"r\">" + book_settings +
                  "<sheets><sheet name=\"Deals\" sheetId=\"1\" r:id=\"rId1\"/>"
                  "<sheet name=\"Notes\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/>"
                  "<sheet name=\"Empty\" sheetId=\"3\" r:id=\"rId3\"/></sheets></workbook>"},
             {"xl/_rels/workbook.xml.rels",
              "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
              "<Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/>"
              "<Relationship Id=\"rId3\" Target=\"/xl/worksheets/sheet3.xml\"/></Relationships>"},
             {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"},
             {"xl/worksheets/sheet2.xml",
              "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>"},
             {"xl/worksheets/sheet3.xml", "<worksheet><sheetData/></worksheet>"},
             {"xl/sharedStrings.xml",
              "<sst><si><t>Stage</t></si><si><r><t>Clo</t></r><r><t xml:space=\"preserve\">sed </t></r>"
              "<r><t>\"won\", we</t></r><rPh><t>no</t></rPh></si><si><t>A&#10;B</t></si></sst>"},
             {"xl/styles.xml",
              "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\\ hh:mm\"/>"
              "<numFmt numFmtId=\"165\" formatCode=\"#,##0.00\\ [$€-407]\"/></numFmts>"
              "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
              "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>"
              "<xf numFmtId=\"9\"/></cellXfs></styleSheet>"},
             {"docProps/app.xml", more_parts}});
    }

    test::TemporaryDirectory folder_;
};

TEST_F(UnpackTest, PlainTablesAreLeftAlone) {
    std::ofstream(folder_.path() / "plain.csv") << "a,b\n";
    EXPECT_TRUE(unpacked(folder_.path() / "plain.csv").value().empty());
    std::ofstream(folder_.path() / "empty.csv").flush();
    EXPECT_TRUE(unpacked(folder_.path() / "empty.csv").value().empty());
    EXPECT_EQ(files_left(), 0U);
}

TEST_F(UnpackTest, CompressedFiles) {
    EXPECT_THAT(tables_of(gzip_of("deals.csv.gz", "a,b\n1,2\n")), ElementsAre("deals.csv: a,b\n1,2\n"));
}

TEST_F(UnpackTest, ArchivesGiveTheirTables) {
    const auto inner = content(gzip_of("x", "c\n3\n"));
    EXPECT_THAT(tables_of(zip_of("export.zip", {{"deals.csv", "a\n1\n"},
                                                {"folder/People.CSV", "b\n2\n"},
                                                {"more.csv.gz", inner},
                                                {"readme.pdf", "no table"},
                                                {"__MACOSX/deals.csv", "no table"},
                                                {".hidden.csv", "no table"}})),
                ElementsAre("export.zip/deals.csv: a\n1\n", "export.zip/folder/People.CSV: b\n2\n",
                            "export.zip/more.csv: c\n3\n"));
}

TEST_F(UnpackTest, WhatHoldsNoTableOrIsDamagedIsAnErrorAndLeavesNothing) {
    EXPECT_THAT(tables_of(zip_of("a.zip", {{"readme.pdf", ""}})), ElementsAre("invalid"));
    const auto cut = [&](const std::filesystem::path& path) {
        std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
        return path;
    };
    std::string noise; // which doesn't shrink
    for (unsigned i = 0, n = 1; i < 50'000; ++i, n = n * 1664525 + 1013904223)
        noise += static_cast<char>('0' + (n >> 24) % 75);
    EXPECT_THAT(tables_of(cut(gzip_of("cut.csv.gz", noise))), ElementsAre("invalid"));
    EXPECT_THAT(tables_of(cut(zip_of("cut.zip", {{"a.csv", noise}}))), ElementsAre("invalid"));
    EXPECT_THAT(tables_of(book_of("<row><c>")), ElementsAre("invalid"));
    EXPECT_EQ(files_left(), 0U);
}

TEST_F(UnpackTest, WhatUnpacksToTooMuchEndsThere) {
    const auto bomb = gzip_of("bomb.csv.gz", std::string(std::size_t{3} << 20, '0'));
    EXPECT_LT(std::filesystem::file_size(bomb), 10'000U);
    const auto tables = unpacked(bomb);
    ASSERT_FALSE(tables);
    EXPECT_THAT(tables.error().message, HasSubstr("too large"));
    EXPECT_EQ(files_left(), 0U);
}

TEST_F(UnpackTest, SheetsBecomeTables) {
    EXPECT_THAT(
        tables_of(book_of(R"(<row r="1"><c r="A1" t="inlineStr"><is><t>Report of March</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>Id</t></is></c><c r="B3" t="s"><v>0</v></c><c r="D3" t="str"><v>On</v></c></row>
<row r="4"><c r="A4"><v>9317428501</v></c><c r="B4" t="s"><v>1</v></c><c r="D4" s="1"><v>46349</v></c></row>
<row r="5"><c r="A5" t="b"><v>1</v></c><c r="C5" t="e"><v>#N/A</v></c><c r="D5" s="2"><v>46349.999999</v></c></row>
<row r="6"><c r="A6" s="3"><v>1234.5</v></c><c r="B6" s="4"><v>0.9</v></c><c r="C6"><v>1.1000000000000001</v></c><c r="D6" s="2"><v>46349</v></c></row>
<row r="7"><c r="A7" t="s"><v>2</v></c><c r="B7"/><c r="C7"><v>x</v></c></row>)")),
        ElementsAre("book.xlsx, Deals: Report of March\n\nId,Stage,,On\n"
                    "9317428501,\"Closed \"\"won\"\", we\",,2026-11-23\nTRUE,,#N/A,2026-11-23 23:59:59\n"
                    "1234.5 €,90%,1.1,2026-11-23\nA B,,x,\n"));
}

TEST_F(UnpackTest, DatesCountFromThe1904Too) {
    EXPECT_THAT(tables_of(book_of("<row><c s=\"1\"><v>44887</v></c><c><v>1</v></c></row>",
                                  "<workbookPr date1904=\"1\"/>")),
                ElementsAre("book.xlsx, Deals: 2026-11-23,1\n"));
}

TEST_F(UnpackTest, EntitiesOfADocumentTypeAreRefused) {
    EXPECT_THAT(
        tables_of(zip_of("book.xlsx",
                         {{"xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><workbook>&a;</workbook>"},
                          {"xl/_rels/workbook.xml.rels", "<Relationships/>"}})),
        ElementsAre("invalid"));
}

TEST(NumberFormats, SayWhatACellShows) {
    const auto shown = [](std::string_view code) {
        const auto style = style_of_format(code);
        return std::string(style.is_date ? "date " : "") + (style.has_time ? "time " : "") +
               (style.is_percent ? "percent " : "") + style.currency;
    };
    EXPECT_EQ(shown("General"), "");
    EXPECT_EQ(shown("0.00E+00"), "");
    EXPECT_EQ(shown("yyyy\\-mm\\-dd"), "date ");
    EXPECT_EQ(shown("[$-409]d\\-mmm\\-yy;@"), "date ");
    EXPECT_EQ(shown("mmmm"), "date ");
    EXPECT_EQ(shown("m/d/yy h:mm"), "date time ");
    EXPECT_EQ(shown("[h]:mm:ss"), "date time ");
    EXPECT_EQ(shown("0.0%"), "percent ");
    EXPECT_EQ(shown("#,##0\"days\""), "");
    EXPECT_EQ(shown("#,##0.00\\ \"€\""), "€");
    EXPECT_EQ(shown("[$$-409]#,##0.00"), "USD");
    EXPECT_EQ(shown("[$CHF-807] #,##0.00"), "CHF");
    EXPECT_EQ(shown("_-* #,##0.00_-;[Red]-* #,##0.00_-"), "");
}

} // namespace
} // namespace buckstop::imports
