// An organisation's export: rows to lines, lines to files, files into one archive.
#include "base/json.hpp"
#include "features/archive/archive.hpp"
#include "features/archive/manifest.hpp"
#include "features/archive/rows_store.hpp"
#include "features/archive/zip_file.hpp"

#include <fmt/format.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace buckstop::archive {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t between_looks = 1000; // rows

constexpr std::string_view readme =
    R"(This is what an organisation keeps in Buckstop and shares within it, to be read by people
and programs, or to be put into another database with `buckstop restore`.

manifest.json says what is here: for each table a file of JSON Lines (a row a line, UTF-8),
how many rows it has, and the SHA-256 of its bytes. Ids are texts, since many readers of JSON
round large numbers. Moments are UTC, dates are calendar dates, amounts are in minor units
(cents). A row's id is what others call it by: "owner_id" in deal.jsonl is an "id" in
person.jsonl.

Not in it: drafts, passwords, keys, sessions and tokens, notices, the audit log, background
jobs, uploaded files and files of refused rows, and what undoing an import takes.

The archive is not encrypted. Keep it as you would keep the CRM's own export.
)";

// A folder that only its owner can read, and that goes with the object.
class PartFolder {
  public:
    static Result<PartFolder> beside(const fs::path& file) {
        auto name = file.string() + ".part-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            return fail(ErrorCode::failed,
                        file.string() + " can't be written: " + std::generic_category().message(errno) + ".");
        return PartFolder(name);
    }
    PartFolder(PartFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    PartFolder& operator=(PartFolder&&) = delete;
    ~PartFolder() {
        std::error_code ignored;
        if (!path_.empty())
            fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    explicit PartFolder(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

// The lines of one table, hashed as they are written.
class LinesFile {
  public:
    LinesFile(const fs::path& folder, const Table& table)
        : info_{.name = fmt::format("{}.jsonl", table.name),
                .table = std::string(table.name),
                .rows = 0,
                .bytes = 0,
                .sha256 = {}},
          file_(folder / info_.name, std::ios::binary) {}

    void add(const std::string& line) {
        file_ << line;
        hash_.add(line);
        ++info_.rows;
        info_.bytes += static_cast<std::int64_t>(line.size());
    }
    Result<ManifestFile> finish() {
        file_.close();
        if (!file_)
            return fail(ErrorCode::failed, "The export can't be written: is the disk full?");
        info_.sha256 = hash_.hexadecimal();
        return std::move(info_);
    }

  private:
    ManifestFile info_;
    std::ofstream file_;
    Hash hash_;
};

Result<ManifestFile> write_table(db::Transaction& tx, OrgId org, const Table& table, const fs::path& folder,
                                 const Options& options, std::int64_t& rows) {
    LinesFile lines(folder, table);
    bool stopped = false;
    store::each_row(tx, org, table, [&](const db::Row& row) {
        if (stopped)
            return;
        lines.add(to_line(table, row));
        if (++rows % between_looks != 0)
            return;
        stopped = options.should_stop && options.should_stop();
        if (options.on_progress)
            options.on_progress(table.name, rows);
    });
    if (stopped)
        return fail(ErrorCode::cancelled, "Stopped; nothing was written.");
    return lines.finish();
}

Result<Manifest> write_tables(db::Transaction& tx, OrgId org, const fs::path& folder,
                              const Options& options) {
    const auto name = store::organisation_name(tx, org);
    if (!name)
        return fail(ErrorCode::not_found, "There is no such organisation.");
    Manifest manifest{.format_version = format_version,
                      .program_version = BUCKSTOP_VERSION,
                      .schema_version = store::schema_version(tx),
                      .made_at = options.now(),
                      .organisation_id = org,
                      .organisation = *name,
                      .files = {}};
    std::int64_t rows = 0;
    for (const auto& table : tables()) {
        auto file = write_table(tx, org, table, folder, options, rows);
        if (!file)
            return fail(file.error());
        manifest.files.push_back(std::move(*file));
    }
    return manifest;
}

Result<> pack(const Manifest& manifest, const fs::path& folder, const fs::path& archive) {
    auto zip = ZipWriter::create(archive);
    if (!zip)
        return fail(zip.error());
    const auto text = json::to_text(manifest);
    if (auto added = zip->add_text(std::string(manifest_name), text); !added)
        return added;
    if (auto added = zip->add_text("README.txt", std::string(readme)); !added)
        return added;
    for (const auto& file : manifest.files)
        if (auto added = zip->add_file(file.name, folder / file.name); !added)
            return added;
    return zip->finish();
}

// A hard link never takes the place of a file that is there.
Result<> give_name(const fs::path& archive, const fs::path& file) {
    std::error_code error;
    fs::permissions(archive, fs::perms::owner_read | fs::perms::owner_write, error);
    if (!error)
        fs::create_hard_link(archive, file, error);
    if (error == std::errc::file_exists)
        return fail(ErrorCode::conflict, file.string() + " is there already. Choose another name.");
    if (error)
        return fail(ErrorCode::failed, file.string() + " can't be written: " + error.message() + ".");
    return {};
}

} // namespace

Result<Summary> write(db::Database& database, OrgId org, const fs::path& file, const Options& options) {
    if (fs::exists(file))
        return fail(ErrorCode::conflict, file.string() + " is there already. Choose another name.");
    const auto folder = PartFolder::beside(file);
    if (!folder)
        return fail(folder.error());
    const auto manifest =
        database.read([&](db::Transaction& tx) { return write_tables(tx, org, folder->path(), options); });
    if (!manifest)
        return fail(manifest.error());
    const auto archive = folder->path() / "archive.zip";
    if (auto packed = pack(*manifest, folder->path(), archive); !packed)
        return fail(packed.error());
    if (auto named = give_name(archive, file); !named)
        return fail(named.error());
    return summary_of(*manifest, file);
}

} // namespace buckstop::archive
