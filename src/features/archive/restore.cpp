// An export back into a database.
#include "base/json.hpp"
#include "db/migrate.hpp"
#include "features/archive/archive.hpp"
#include "features/archive/manifest.hpp"
#include "features/archive/rows_store.hpp"
#include "features/archive/zip_file.hpp"
#include "features/audit/audit.hpp"
#include "features/lessons/lessons.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace buckstop::archive {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_manifest = std::size_t{1} << 20;
constexpr std::size_t longest_line = std::size_t{64} << 20;
constexpr std::int64_t between_looks = 1000; // rows

tl::unexpected<Error> not_ours(std::string_view why) {
    return fail(ErrorCode::invalid, fmt::format("This isn't a whole export of Buckstop: {}.", why));
}

tl::unexpected<Error> altered(std::string_view file) {
    return fail(
        ErrorCode::invalid,
        fmt::format("The archive was altered or isn't whole: {} isn't what the manifest says.", file));
}

const Table* table_of(std::string_view name) {
    const auto found = std::ranges::find(tables(), name, &Table::name);
    return found == tables().end() ? nullptr : &*found;
}

// The manifest names each table of the format once and nothing else, and the archive has just those files.
Result<> check_files(const Manifest& manifest, std::vector<std::string> names) {
    std::set<std::string> seen;
    for (const auto& file : manifest.files)
        if (table_of(file.table) == nullptr || file.name != file.table + ".jsonl" ||
            !seen.insert(file.name).second)
            return not_ours(file.name + " isn't of the format");
    seen.insert(std::string(manifest_name));
    seen.insert("README.txt");
    std::ranges::sort(names);
    if (!std::ranges::equal(names, seen))
        return not_ours("a file is missing, or one too many");
    return {};
}

Result<Manifest> read_manifest(const ZipReader& zip) {
    std::string text;
    const auto read = zip.read(std::string(manifest_name), [&](std::string_view piece) -> Result<> {
        if (text.size() + piece.size() > longest_manifest)
            return not_ours("its manifest is too long");
        text += piece;
        return {};
    });
    if (!read)
        return fail(read.error());
    const auto value = json::parse(text);
    if (!value || !value->is_object() || !value->get_object().contains("format") ||
        value->get_object().at("format") != boost::json::value(format_name))
        return not_ours("its manifest is of something else");
    const auto* version = value->get_object().if_contains("format_version");
    if (version != nullptr && version->is_int64() && version->get_int64() > format_version)
        return fail(ErrorCode::conflict, "The archive is of a newer Buckstop; restore it with that.");
    auto manifest = json::read<Manifest>(*value);
    if (!manifest || manifest->format_version != format_version)
        return not_ours("its manifest can't be read");
    if (manifest->schema_version > db::program_schema_version())
        return fail(ErrorCode::conflict,
                    fmt::format("The archive has schema version {}, but this program knows only version {}: "
                                "restore it with Buckstop {} or newer.",
                                manifest->schema_version, db::program_schema_version(),
                                manifest->program_version));
    if (auto fine = check_files(*manifest, zip.names()); !fine)
        return fail(fine.error());
    // Nothing of it is taken in, but a damaged archive is one.
    if (auto whole = zip.read("README.txt", [](std::string_view) { return Result<>(); }); !whole)
        return fail(whole.error());
    return manifest;
}

// Calls `take` with every line of the file, and holds the whole of it against the manifest.
Result<> read_lines(const ZipReader& zip, const ManifestFile& file, const Options& options,
                    const std::function<Result<>(std::string_view)>& take) {
    Hash hash;
    std::string rest;
    std::int64_t rows = 0;
    const auto line = [&](std::string_view text) -> Result<> {
        if (++rows % between_looks == 0) {
            if (options.should_stop && options.should_stop())
                return fail(ErrorCode::cancelled, "Stopped; nothing was changed.");
            if (options.on_progress)
                options.on_progress(file.table, rows);
        }
        return take(text);
    };
    const auto read = zip.read(file.name, [&](std::string_view piece) -> Result<> {
        hash.add(piece);
        rest += piece;
        std::size_t begin = 0;
        for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n', begin)) {
            if (auto taken = line(std::string_view(rest).substr(begin, end - begin)); !taken)
                return taken;
            begin = end + 1;
        }
        rest.erase(0, begin);
        return rest.size() > longest_line ? Result<>(altered(file.name)) : Result<>();
    });
    if (!read)
        return read;
    if (!rest.empty() || rows != file.rows || hash.hexadecimal() != file.sha256)
        return altered(file.name);
    return {};
}

Result<> require_place(db::Transaction& tx, const Manifest& manifest) {
    const int version = store::schema_version(tx);
    if (version == 0 && store::has_tables(tx))
        return fail(ErrorCode::conflict,
                    "The database holds tables that aren't Buckstop's. Restore into one of its own.");
    if (version == 0) {
        const auto migrated = db::migrate_within(tx, manifest.schema_version);
        return migrated ? Result<>() : Result<>(fail(migrated.error()));
    }
    if (store::organisation_name(tx, manifest.organisation_id))
        return fail(ErrorCode::conflict,
                    "The organisation is in this database already. Restore into a new one.");
    if (version != manifest.schema_version)
        return fail(ErrorCode::conflict,
                    fmt::format("The database has schema version {}, the archive {}. Restore into a new "
                                "database, which is then brought up to date.",
                                version, manifest.schema_version));
    return {};
}

// The table as the archive's version of the schema has it: later columns aren't there yet.
Table as_it_was(const Table& table, const std::set<std::string>& columns) {
    Table was = table;
    std::erase_if(was.columns, [&](const Column& column) {
        return !columns.contains(fmt::format("{}.{}", table.name, column.name));
    });
    return was;
}

Result<> fill(db::Transaction& tx, const ZipReader& zip, const Manifest& manifest, const ManifestFile& file,
              const Options& options) {
    const auto table = as_it_was(*table_of(file.table), store::columns(tx));
    std::vector<std::string_view> columns;
    for (const auto& column : table.columns)
        columns.push_back(column.name);
    const auto rows = tx.bulk_insert(table.name, columns);
    auto read = read_lines(zip, file, options, [&](std::string_view line) -> Result<> {
        const auto row = from_line(table, line, manifest.organisation_id);
        if (!row)
            return fail(row.error());
        rows->add(*row);
        return {};
    });
    if (!read)
        return read;
    rows->finish();
    return {};
}

Result<Summary> restore_in(db::Transaction& tx, const ZipReader& zip, const Manifest& manifest,
                           const fs::path& path, const Options& options) {
    if (auto fine = require_place(tx, manifest); !fine)
        return fail(fine.error());
    for (const auto& table : tables()) { // in the order in which they refer to each other
        const auto file = std::ranges::find(manifest.files, table.name, &ManifestFile::table);
        if (file == manifest.files.end())
            continue;
        if (auto filled = fill(tx, zip, manifest, *file, options); !filled)
            return fail(filled.error());
    }
    if (const auto migrated = db::migrate_within(tx); !migrated)
        return fail(migrated.error());
    if (!store::organisation_name(tx, manifest.organisation_id))
        return not_ours("the organisation isn't in it");
    lessons::build_search(tx);
    audit::record(tx, options.now(),
                  {.org = manifest.organisation_id,
                   .action = "organisation.restored",
                   .object = access::Object::organisation_export,
                   .object_id = manifest.organisation_id.value()});
    return summary_of(manifest, path);
}

} // namespace

bool is_archive(const fs::path& file) {
    return is_zip(file);
}

Result<Summary> check(const fs::path& file, const Options& options) {
    const auto zip = ZipReader::open(file);
    if (!zip)
        return fail(zip.error());
    const auto manifest = read_manifest(*zip);
    if (!manifest)
        return fail(manifest.error());
    for (const auto& each : manifest->files) {
        const auto& table = *table_of(each.table);
        auto fine = read_lines(*zip, each, options, [&](std::string_view line) -> Result<> {
            const auto row = from_line(table, line, manifest->organisation_id);
            return row ? Result<>() : Result<>(fail(row.error()));
        });
        if (!fine)
            return fail(fine.error());
    }
    return summary_of(*manifest, file);
}

Result<Summary> restore(db::Database& database, const fs::path& file, const Options& options) {
    const auto zip = ZipReader::open(file);
    if (!zip)
        return fail(zip.error());
    const auto manifest = read_manifest(*zip);
    if (!manifest)
        return fail(manifest.error());
    return database.change_schema(
        [&](db::Transaction& tx) { return restore_in(tx, *zip, *manifest, file, options); });
}

} // namespace buckstop::archive
