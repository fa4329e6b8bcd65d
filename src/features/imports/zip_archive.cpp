#include "features/imports/zip_archive.hpp"

#include <array>
#include <fmt/format.h>
#include <zip.h>

namespace buckstop::imports {
namespace {

struct CloseFile {
    void operator()(zip_file_t* file) const noexcept { (void)zip_fclose(file); }
};

tl::unexpected<Error> damaged(const std::string& what, int code) {
    if (code == ZIP_ER_NOPASSWD || code == ZIP_ER_WRONGPASSWD || code == ZIP_ER_ENCRNOTSUPP)
        return fail(ErrorCode::invalid,
                    fmt::format("{} is protected by a password. Save it without one.", what));
    return fail(ErrorCode::invalid, fmt::format("{} is damaged. Export it again, or unpack it.", what));
}

} // namespace

void ZipArchive::Close::operator()(zip* archive) const noexcept {
    zip_discard(archive);
}

Result<ZipArchive> ZipArchive::open(const std::filesystem::path& path) {
    int code = 0;
    if (auto* archive = zip_open(path.c_str(), ZIP_RDONLY, &code))
        return ZipArchive(archive);
    return damaged("The file", code);
}

std::vector<std::string> ZipArchive::names() const {
    std::vector<std::string> names;
    const auto count = zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i)
        if (const char* const name =
                zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_GUESS);
            name != nullptr && !std::string_view(name).ends_with('/'))
            names.emplace_back(name);
    return names;
}

bool ZipArchive::has(const std::string& name) const {
    return zip_name_locate(archive_.get(), name.c_str(), ZIP_FL_ENC_GUESS) >= 0;
}

Result<> ZipArchive::read(const std::string& name, const Sink& sink) const {
    const auto index = zip_name_locate(archive_.get(), name.c_str(), ZIP_FL_ENC_GUESS);
    if (index < 0)
        return fail(ErrorCode::not_found, fmt::format("There is no {} in the archive.", name));
    const std::unique_ptr<zip_file_t, CloseFile> file(
        zip_fopen_index(archive_.get(), static_cast<zip_uint64_t>(index), 0));
    if (!file)
        return damaged(name, zip_error_code_zip(zip_get_error(archive_.get())));
    std::array<char, std::size_t{64} << 10> piece{};
    for (;;) {
        const auto got = zip_fread(file.get(), piece.data(), piece.size());
        if (got < 0)
            return damaged(name, zip_error_code_zip(zip_file_get_error(file.get())));
        if (got == 0)
            return {};
        if (auto taken = sink({piece.data(), static_cast<std::size_t>(got)}); !taken)
            return taken;
    }
}

} // namespace buckstop::imports
