#include "features/imports/workbook.hpp"

#include "features/imports/workbook_rows.hpp"
#include "features/imports/xml_reader.hpp"

#include <charconv>
#include <fmt/format.h>
#include <map>

namespace buckstop::imports {
namespace {

constexpr std::string_view book_part = "xl/workbook.xml";
constexpr std::size_t most_shared_bytes = std::size_t{96} << 20;

// Reads a part of the archive as XML.
Result<> read_part(const ZipArchive& archive, const std::string& part, XmlEvents events) {
    XmlReader reader(std::move(events));
    auto read = archive.read(part, [&](std::string_view piece) { return reader.add(piece); });
    return read ? reader.finish() : read;
}

int number(std::optional<std::string_view> text) {
    int value = 0;
    if (text)
        std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

// "worksheets/sheet1.xml", relative to xl/, or "/xl/worksheets/sheet1.xml".
std::string part_of(std::string_view target) {
    return target.starts_with('/') ? std::string(target.substr(1)) : "xl/" + std::string(target);
}

// The number formats that need no definition: 14 to 22 and some East Asian ones are dates, 9 and 10 percents.
CellStyle built_in(int format) {
    CellStyle style;
    style.is_percent = format == 9 || format == 10;
    style.has_time = (format >= 18 && format <= 22) || (format >= 32 && format <= 33) ||
                     (format >= 45 && format <= 47) || (format >= 55 && format <= 56);
    style.is_date = style.has_time || (format >= 14 && format <= 17) || (format >= 27 && format <= 36) ||
                    (format >= 50 && format <= 58);
    return style;
}

} // namespace

bool is_workbook(const ZipArchive& archive) {
    return archive.has(std::string(book_part));
}

Result<Workbook> Workbook::open(const ZipArchive& archive) {
    Workbook book(archive);
    for (const auto& read : {book.read_sheets(), book.read_styles(), book.read_shared_texts()})
        if (!read)
            return fail(read.error());
    return book;
}

Result<> Workbook::read_sheets() {
    std::map<std::string, std::string, std::less<>> parts; // by relation
    auto read = read_part(*archive_, "xl/_rels/workbook.xml.rels",
                          {.begin = [&](std::string_view element, const XmlAttributes& attributes) {
                              if (element == "Relationship")
                                  parts.emplace(attributes.find("Id").value_or(""),
                                                part_of(attributes.find("Target").value_or("")));
                          }});
    if (!read)
        return read;
    return read_part(
        *archive_, std::string(book_part),
        {.begin = [&](std::string_view element, const XmlAttributes& attributes) {
            if (element == "workbookPr") {
                const auto since = attributes.find("date1904").value_or("0");
                since_1904_ = since == "1" || since == "true";
            }
            // "id" is also what "r:id" is without its prefix; sheetId has another name.
            if (element != "sheet" || attributes.find("state").value_or("visible") != "visible")
                return;
            if (const auto part = parts.find(attributes.find("id").value_or(""));
                part != parts.end() && archive_->has(part->second))
                sheets_.push_back({std::string(attributes.find("name").value_or("")), part->second});
        }});
}

Result<> Workbook::read_styles() {
    if (!archive_->has("xl/styles.xml"))
        return {};
    std::map<int, CellStyle> formats;
    bool in_cells = false;
    return read_part(*archive_, "xl/styles.xml",
                     {.begin =
                          [&](std::string_view element, const XmlAttributes& attributes) {
                              if (element == "numFmt")
                                  formats.emplace(
                                      number(attributes.find("numFmtId")),
                                      style_of_format(attributes.find("formatCode").value_or("")));
                              in_cells = in_cells || element == "cellXfs";
                              if (!in_cells || element != "xf")
                                  return;
                              const auto format = number(attributes.find("numFmtId"));
                              const auto own = formats.find(format);
                              styles_.push_back(own == formats.end() ? built_in(format) : own->second);
                          },
                      .end = [&](std::string_view element) { in_cells = in_cells && element != "cellXfs"; }});
}

Result<> Workbook::read_shared_texts() {
    if (!archive_->has("xl/sharedStrings.xml"))
        return {};
    bool in_text = false, in_phonetic = false, too_much = false;
    auto read = read_part(*archive_, "xl/sharedStrings.xml",
                          {.begin =
                               [&](std::string_view element, const XmlAttributes&) {
                                   in_phonetic = in_phonetic || element == "rPh";
                                   in_text = element == "t" && !in_phonetic;
                               },
                           .end =
                               [&](std::string_view element) {
                                   in_text = false;
                                   in_phonetic = in_phonetic && element != "rPh";
                                   if (element == "si")
                                       shared_end_.push_back(shared_.size());
                               },
                           .text =
                               [&](std::string_view text) {
                                   too_much = too_much || shared_.size() > most_shared_bytes;
                                   if (in_text && !too_much)
                                       shared_ += text;
                               }});
    if (too_much)
        return fail(ErrorCode::invalid, "The workbook holds too much text. Save its sheets as CSV.");
    return read;
}

Result<bool> Workbook::write_csv(const Sheet& sheet, const Sink& sink) const {
    const SheetCells cells{
        .styles = styles_, .shared = shared_, .shared_end = shared_end_, .since_1904 = since_1904_};
    // Rows leave out what is empty at their end, and a table's rows are equally wide: so first the width.
    std::size_t width = 0;
    const auto pass = [&](const RowSink& rows) -> Result<> {
        SheetReader reader(cells, rows);
        auto read = read_part(*archive_, sheet.part, reader.events());
        return read ? reader.finish() : read;
    };
    if (auto measured = pass([&](std::size_t, const std::vector<std::string>& row) -> Result<> {
            width = std::max(width, row.size());
            return {};
        });
        !measured)
        return fail(measured.error());
    CsvWriter writer(width, sink);
    if (auto written = pass(
            [&](std::size_t line, const std::vector<std::string>& row) { return writer.add(line, row); });
        !written)
        return fail(written.error());
    if (auto ended = writer.finish(); !ended)
        return fail(ended.error());
    return width > 0;
}

} // namespace buckstop::imports
