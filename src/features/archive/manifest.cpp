#include "features/archive/manifest.hpp"

#include "base/json.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <sodium.h>

namespace buckstop::archive {
namespace {

namespace bj = boost::json;

Instant instant_of(std::int64_t microseconds) {
    return Instant(std::chrono::microseconds(microseconds));
}

bj::value value_of(const Column& column, const db::Row& row, int at) {
    if (row.is_null(at))
        return nullptr;
    switch (column.kind) {
    case Kind::id:
        return bj::string(std::to_string(row.integer(at)));
    case Kind::integer:
        return row.integer(at);
    case Kind::real:
        return row.real(at);
    case Kind::boolean:
        return row.integer(at) != 0;
    case Kind::moment:
        return bj::string(to_text(instant_of(row.integer(at))));
    case Kind::text:
    case Kind::date:
        return bj::string(row.text(at));
    }
    throw std::logic_error("a kind of column that isn't one");
}

tl::unexpected<Error> wrong(const Table& table, std::string_view column) {
    return fail(ErrorCode::invalid, fmt::format("The archive's {} holds something else than it should ({}).",
                                                table.name, column));
}

// Nothing where the value isn't of the column's kind.
std::optional<db::Param> param_of(const Column& column, const bj::value& value) {
    if (value.is_null())
        return db::Param{};
    const auto* text = value.if_string();
    switch (column.kind) {
    case Kind::id: {
        std::int64_t id = 0;
        if (text == nullptr ||
            std::from_chars(text->data(), text->data() + text->size(), id).ptr != text->data() + text->size())
            return std::nullopt;
        return id;
    }
    case Kind::integer:
        return value.is_int64() ? std::optional<db::Param>(value.get_int64()) : std::nullopt;
    case Kind::real:
        return value.is_number() ? std::optional<db::Param>(value.to_number<double>()) : std::nullopt;
    case Kind::boolean:
        return value.is_bool() ? std::optional<db::Param>(std::int64_t{value.get_bool()}) : std::nullopt;
    case Kind::moment: {
        const auto instant = text != nullptr ? parse_instant(*text) : std::nullopt;
        return instant ? std::optional<db::Param>(instant->time_since_epoch().count()) : std::nullopt;
    }
    case Kind::date:
        return text != nullptr && parse_date(*text) ? std::optional<db::Param>(std::string(*text))
                                                    : std::nullopt;
    case Kind::text:
        return text != nullptr ? std::optional<db::Param>(std::string(*text)) : std::nullopt;
    }
    return std::nullopt;
}

} // namespace

Summary summary_of(const Manifest& manifest, const std::filesystem::path& file) {
    Summary summary{.file = file.string(),
                    .organisation_id = manifest.organisation_id,
                    .organisation = manifest.organisation,
                    .made_at = manifest.made_at,
                    .program_version = manifest.program_version,
                    .schema_version = manifest.schema_version,
                    .tables = static_cast<std::int64_t>(manifest.files.size()),
                    .rows = 0,
                    .bytes = static_cast<std::int64_t>(std::filesystem::file_size(file))};
    for (const auto& each : manifest.files)
        summary.rows += each.rows;
    return summary;
}

std::string to_line(const Table& table, const db::Row& row) {
    bj::object object;
    int at = 0;
    for (const auto& column : table.columns)
        object.emplace(column.name, value_of(column, row, at++));
    return bj::serialize(object) + '\n';
}

Result<std::vector<db::Param>> from_line(const Table& table, std::string_view line, OrgId org) {
    const auto value = json::parse(line);
    if (!value || !value->is_object())
        return wrong(table, "a line");
    const auto& object = value->get_object();
    std::vector<db::Param> row;
    row.reserve(table.columns.size());
    for (const auto& column : table.columns) {
        const auto* found = object.if_contains(column.name);
        auto param = found != nullptr ? param_of(column, *found) : db::Param{};
        if (!param)
            return wrong(table, column.name);
        if (column.name == "org_id" && *param != db::to_param(org))
            return wrong(table, column.name);
        row.push_back(std::move(*param));
    }
    return row;
}

Hash::Hash() {
    crypto_hash_sha256_init(&state_);
}

void Hash::add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string Hash::hexadecimal() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256_final(&state_, hash.data());
    std::string text;
    for (const auto byte : hash)
        text += fmt::format("{:02x}", byte);
    return text;
}

} // namespace buckstop::archive
