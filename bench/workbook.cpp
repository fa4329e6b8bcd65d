// `buckstop import` of a workbook (xlsx) as a whole process, beside `xlsx2csv` (Debian's package) that only
// turns the same workbook into CSV. Prints rows a second, the ratio of each pair and the most memory that the
// import held.
//
//   build-bench/workbook_bench [ROWS [PAIRS]]                  (200000 rows, 3 pairs)
//
// The rows are made up, ten columns, texts shared as Excel shares them, dates and amounts as numbers with a
// style.
#include "whole_process.hpp"

#include <array>
#include <fstream>
#include <map>
#include <random>
#include <zip.h>

namespace {

using namespace bench;

constexpr std::string_view types =
    R"(<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>)";
constexpr std::string_view relations =
    R"(<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)";
constexpr std::string_view workbook =
    R"(<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Deals" sheetId="1" r:id="rId1"/></sheets></workbook>)";
constexpr std::string_view workbook_relations =
    R"(<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>)";
// Style 1 is a date, style 2 an amount in euros.
constexpr std::string_view styles =
    R"(<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00\ [$€-407]"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>)";

// The texts of a workbook, each once.
class SharedTexts {
  public:
    std::size_t place_of(const std::string& text) {
        const auto [found, is_new] = places_.emplace(text, order_.size());
        if (is_new)
            order_.push_back(text);
        return found->second;
    }
    [[nodiscard]] std::string xml() const {
        std::string xml =
            R"(<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">)";
        for (const auto& text : order_)
            xml += "<si><t>" + text + "</t></si>";
        return xml + "</sst>";
    }

  private:
    std::map<std::string, std::size_t> places_;
    std::vector<std::string> order_;
};

std::string sheet(int rows, SharedTexts& texts) {
    constexpr std::array stages{"Enquiry", "Visit", "Quoted", "Negotiation", "Won", "Lost"};
    std::string xml =
        R"(<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>)";
    int line = 0;
    const auto text = [&](char column, const std::string& value) {
        xml += fmt::format(R"(<c r="{}{}" t="s"><v>{}</v></c>)", column, line, texts.place_of(value));
    };
    const auto number = [&](char column, const auto& value, int style) {
        xml += fmt::format(R"(<c r="{}{}" s="{}"><v>{}</v></c>)", column, line, style, value);
    };
    xml += fmt::format(R"(<row r="{}">)", ++line);
    char column = 'A';
    for (const auto* header : {"Deal ID", "Deal", "Company", "Owner", "Stage", "Amount", "Created",
                               "Close date", "Next step", "Note"})
        text(column++, header);
    xml += "</row>";
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same file every time
    for (int row = 0; row < rows; ++row) {
        const auto dice = random();
        xml += fmt::format(R"(<row r="{}">)", ++line);
        text('A', fmt::format("D-{:07}", row));
        text('B', fmt::format("Pontoon {:05} of {}", dice % 90'000, row % 977));
        text('C', fmt::format("Harbour {:05}", dice % 20'000));
        text('D', fmt::format("Person {:03}", dice % 200));
        text('E', stages.at(dice % stages.size()));
        number('F', fmt::format("{}.{:02}", dice % 900'000, dice % 100), 2);
        number('G', 45'000 + dice % 900, 1); // days since 1899-12-30
        number('H', 46'000 + dice % 300, 1);
        text('I', fmt::format("Ring on day {}", dice % 31));
        text('J', "They asked for a second price with delivery and for the drawings of the gangway");
        xml += "</row>";
    }
    return xml + "</sheetData></worksheet>";
}

void write_workbook(const fs::path& path, int rows) {
    SharedTexts texts;
    const std::string table = sheet(rows, texts);
    const std::string shared = texts.xml();
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (archive == nullptr)
        throw std::runtime_error("the workbook can't be written");
    const auto add = [&](const char* name, std::string_view content) {
        if (zip_file_add(archive, name, zip_source_buffer(archive, content.data(), content.size(), 0), 0) < 0)
            throw std::runtime_error(zip_strerror(archive));
    };
    add("[Content_Types].xml", types);
    add("_rels/.rels", relations);
    add("xl/workbook.xml", workbook);
    add("xl/_rels/workbook.xml.rels", workbook_relations);
    add("xl/styles.xml", styles);
    add("xl/sharedStrings.xml", shared);
    add("xl/worksheets/sheet1.xml", table);
    if (zip_close(archive) != 0)
        throw std::runtime_error(zip_strerror(archive));
}

void measure(int rows, int pairs) {
    const auto folder = fs::temp_directory_path() / fmt::format("buckstop-workbook-bench-{}", getpid());
    fs::create_directories(folder);
    const auto file = (folder / "deals.xlsx").string();
    const auto database = (folder / "own.db").string();
    aside([&] { write_workbook(file, rows); });
    write_mapping(folder / "deals.toml");
    fmt::print("{} rows, {:.1f} MB of xlsx\n", rows, static_cast<double>(fs::file_size(file)) / 1e6);
    const auto import = [&] {
        for (const auto* end : {"", "-wal", "-shm"})
            fs::remove(database + end);
        return run(import_command(folder, measured_program(), "sqlite:" + database, file));
    };
    compare("xlsx2csv", rows, pairs, import, [&] { return run({"xlsx2csv", file, folder / "deals.csv"}); });
    fs::remove_all(folder);
}

} // namespace

int main(int count, char** arguments) {
    try {
        measure(count > 1 ? std::stoi(arguments[1]) : 200'000, count > 2 ? std::stoi(arguments[2]) : 3);
        return 0;
    } catch (const std::exception& problem) {
        fmt::print(stderr, "{}\n", problem.what());
        return 1;
    }
}
