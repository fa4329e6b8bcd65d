// libFuzzer: any bytes as a workbook, archive or compressed file, as a sheet of a workbook, and as a number
// format. Nothing may crash, what can't be unpacked leaves nothing behind, and a sheet's lines stay in order.
#include "features/imports/unpack.hpp"
#include "features/imports/workbook_rows.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

using namespace buckstop;
using namespace buckstop::imports;
namespace fs = std::filesystem;

void require(bool holds) {
    if (!holds)
        std::abort();
}

const fs::path& folder() {
    static const fs::path own = "/dev/shm/buckstop-fuzz-workbook-" + std::to_string(getpid());
    return own;
}

void try_file(std::string_view bytes) {
    fs::create_directories(folder());
    const auto file = folder() / "file";
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
    const auto tables = unpack(file, "file", {.folder = folder() / "out", .most_bytes = 1 << 20});
    const auto left = fs::exists(folder() / "out")
                          ? std::distance(fs::directory_iterator(folder() / "out"), fs::directory_iterator())
                          : 0;
    require(left == (tables ? std::ssize(*tables) : 0));
    fs::remove_all(folder() / "out");
}

void try_sheet(std::string_view xml) {
    const std::vector<CellStyle> styles{
        {}, {.is_date = true}, {.is_date = true, .has_time = true}, {.is_percent = true}, {.currency = "€"}};
    const std::string shared = "onetwo";
    const std::vector<std::size_t> ends{3, 6};
    const SheetCells cells{.styles = styles, .shared = shared, .shared_end = ends};
    std::string csv;
    const Sink sink = [&](std::string_view piece) -> Result<> {
        csv += piece;
        return {};
    };
    CsvWriter writer(3, sink);
    std::size_t last = 0;
    const RowSink rows = [&](std::size_t row, const std::vector<std::string>& texts) -> Result<> {
        require(!texts.empty() && !texts.back().empty());
        auto added = writer.add(row, texts);
        require(added.has_value() == (row > last));
        last = std::max(last, row);
        return added;
    };
    SheetReader sheet(cells, rows);
    XmlReader reader(sheet.events());
    if (reader.add(xml) && reader.finish() && sheet.finish())
        require(writer.finish().has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
    case 0:
        try_file(bytes);
        break;
    case 1:
        try_sheet(bytes);
        break;
    default:
        (void)style_of_format(bytes);
    }
    return 0;
}
