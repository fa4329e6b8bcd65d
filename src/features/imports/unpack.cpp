#include "features/imports/unpack.hpp"

#include "features/imports/cells.hpp"
#include "features/imports/workbook.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <system_error>
#include <zlib.h>

namespace buckstop::imports {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_tables = 20;
constexpr int most_levels = 2; // a workbook in an archive
constexpr std::string_view zip_magic = "PK\x03\x04";
constexpr std::string_view gzip_magic = "\x1F\x8B";

std::string beginning_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::array<char, 4> first{};
    file.read(first.data(), first.size());
    return {first.data(), static_cast<std::size_t>(file.gcount())};
}

bool ends_with(const std::string& name, std::string_view end) {
    return fold(name).ends_with(end);
}

bool may_hold_tables(const std::string& name) {
    const auto last = name.substr(name.find_last_of('/') + 1);
    return !last.starts_with('.') && !name.starts_with("__MACOSX/") &&
           std::ranges::any_of(
               std::to_array<std::string_view>({".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".gz"}),
               [&](std::string_view end) { return ends_with(last, end); });
}

class Unpacking {
  public:
    explicit Unpacking(const UnpackOptions& options) : options_(options) {}

    Result<> take(const fs::path& file, const std::string& name, int level) {
        const auto beginning = beginning_of(file);
        if (level < most_levels && beginning == zip_magic)
            return take_archive(file, name, level);
        if (level < most_levels && beginning.starts_with(gzip_magic))
            return take_gzip(file, name, level);
        if (level > 0) // what came out of something else
            tables_.push_back({name, file, static_cast<std::int64_t>(fs::file_size(file))});
        return {};
    }

    std::vector<UnpackedTable> tables() && { return std::move(tables_); }

    void remove_all() const {
        std::error_code ignored;
        for (int i = 0; i < files_; ++i)
            fs::remove(path_of(i), ignored);
    }

  private:
    [[nodiscard]] fs::path path_of(int number) const {
        return options_.folder / fmt::format("{}{}.csv", options_.prefix, number);
    }

    Result<> take_archive(const fs::path& file, const std::string& name, int level) {
        const auto archive = ZipArchive::open(file);
        if (!archive)
            return fail(archive.error());
        if (is_workbook(*archive))
            return take_workbook(*archive, name);
        auto names = archive->names();
        std::erase_if(names, [](const std::string& member) { return !may_hold_tables(member); });
        if (names.empty())
            return fail(ErrorCode::invalid,
                        "This archive holds no table. It should hold CSV files or workbooks (xlsx).");
        if (names.size() > most_tables)
            return fail(
                ErrorCode::invalid,
                fmt::format("This archive holds more than {} tables. Unpack it, and import some at a time.",
                            most_tables));
        for (const auto& member : names) {
            const auto path = write([&](const Sink& sink) { return archive->read(member, sink); });
            if (!path)
                return fail(path.error());
            if (auto taken = take_further(*path, fmt::format("{}/{}", name, member), level); !taken)
                return taken;
        }
        return {};
    }

    Result<> take_workbook(const ZipArchive& archive, const std::string& name) {
        const auto book = Workbook::open(archive);
        if (!book)
            return fail(book.error());
        const auto before = tables_.size();
        for (const auto& sheet : book->sheets()) {
            bool any = false;
            const auto path = write([&](const Sink& sink) -> Result<> {
                const auto written = book->write_csv(sheet, sink);
                if (!written)
                    return fail(written.error());
                any = *written;
                return {};
            });
            if (!path)
                return fail(path.error());
            if (any)
                tables_.push_back({fmt::format("{}, {}", name, sheet.name), *path,
                                   static_cast<std::int64_t>(fs::file_size(*path))});
            else
                fs::remove(*path);
        }
        if (tables_.size() == before)
            return fail(ErrorCode::invalid, "No sheet of this workbook has anything in it.");
        return {};
    }

    Result<> take_gzip(const fs::path& file, const std::string& name, int level) {
        const auto path = write([&](const Sink& sink) { return inflate(file, sink); });
        if (!path)
            return fail(path.error());
        return take_further(*path, ends_with(name, ".gz") ? name.substr(0, name.size() - 3) : name, level);
    }

    static Result<> inflate(const fs::path& file, const Sink& sink) {
        struct Close {
            void operator()(gzFile_s* open) const { gzclose_r(open); }
        };
        const std::unique_ptr<gzFile_s, Close> input(gzopen(file.c_str(), "rbe"));
        if (!input)
            throw std::system_error(errno, std::generic_category(), "opening a compressed file");
        std::array<char, std::size_t{64} << 10> piece{};
        for (;;) {
            const auto got = gzread(input.get(), piece.data(), piece.size());
            int code = Z_OK;
            (void)gzerror(input.get(), &code);
            if (got < 0 || code != Z_OK) // cut off or damaged
                return fail(ErrorCode::invalid, "The file is damaged or was cut off. Export it again.");
            if (got == 0)
                return {};
            if (auto taken = sink({piece.data(), static_cast<std::size_t>(got)}); !taken)
                return taken;
        }
    }

    // A file that came out of another may itself hold tables; then it isn't needed any more.
    Result<> take_further(const fs::path& path, const std::string& name, int level) {
        auto taken = take(path, name, level + 1);
        if (taken &&
            (tables_.empty() || std::ranges::find(tables_, path, &UnpackedTable::path) == tables_.end()))
            fs::remove(path);
        return taken;
    }

    // A new file with what `read` gives.
    template <class Read>
    Result<fs::path> write(Read read) {
        fs::create_directories(options_.folder);
        const auto path = path_of(files_++);
        std::ofstream file(path, std::ios::binary | std::ios::trunc);
        const Sink sink = [&](std::string_view piece) -> Result<> {
            bytes_ += static_cast<std::int64_t>(piece.size());
            if (bytes_ > options_.most_bytes)
                return fail(ErrorCode::invalid,
                            "Unpacked, the file is too large. Import its tables one by one.");
            if (options_.should_stop && options_.should_stop())
                return fail(ErrorCode::cancelled, "The import was stopped.");
            file.write(piece.data(), static_cast<std::streamsize>(piece.size()));
            if (!file)
                throw std::system_error(errno, std::generic_category(), path.string());
            return {};
        };
        if (auto done = read(sink); !done)
            return fail(done.error());
        file.close();
        if (!file)
            throw std::system_error(errno, std::generic_category(), path.string());
        return path;
    }

    const UnpackOptions& options_;
    std::vector<UnpackedTable> tables_;
    int files_ = 0;
    std::int64_t bytes_ = 0;
};

} // namespace

Result<std::vector<UnpackedTable>> unpack(const fs::path& file, const std::string& name,
                                          const UnpackOptions& options) {
    Unpacking unpacking(options);
    try {
        if (auto done = unpacking.take(file, name, 0); !done) {
            unpacking.remove_all();
            done.error().message = fmt::format("{}: {}", name, done.error().message);
            return fail(done.error());
        }
    } catch (...) {
        unpacking.remove_all();
        throw;
    }
    return std::move(unpacking).tables();
}

} // namespace buckstop::imports
