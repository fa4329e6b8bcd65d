// What an export says about itself, and its rows as lines of JSON. Private to this feature.
#pragma once

#include "base/describe.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "db/value.hpp"
#include "features/archive/archive.hpp"
#include "features/archive/scope.hpp"

#include <sodium.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::archive {

inline constexpr std::string_view manifest_name = "manifest.json";
inline constexpr std::string_view format_name = "buckstop organisation export";

struct ManifestFile {
    std::string name;  // "person.jsonl"
    std::string table; // "person"
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    std::string sha256; // of the unpacked bytes, hexadecimal
};
BOOST_DESCRIBE_STRUCT(ManifestFile, (), (name, table, rows, bytes, sha256))

struct Manifest {
    std::string format{format_name};
    int format_version = 0;
    std::string program_version;
    int schema_version = 0;
    Instant made_at{};
    OrgId organisation_id;
    std::string organisation;
    std::vector<ManifestFile> files;
};
BOOST_DESCRIBE_STRUCT(Manifest, (),
                      (format, format_version, program_version, schema_version, made_at, organisation_id,
                       organisation, files))

[[nodiscard]] Summary summary_of(const Manifest& manifest, const std::filesystem::path& file);

// A row as one line, with its line end.
[[nodiscard]] std::string to_line(const Table& table, const db::Row& row);

// The line's values in the table's order; nothing for a column that it doesn't have. Error (invalid): it
// isn't a line of this table, or of another organisation.
[[nodiscard]] Result<std::vector<db::Param>> from_line(const Table& table, std::string_view line, OrgId org);

// SHA-256 as it goes.
class Hash {
  public:
    Hash();
    void add(std::string_view bytes);
    [[nodiscard]] std::string hexadecimal();

  private:
    crypto_hash_sha256_state state_{};
};

} // namespace buckstop::archive
