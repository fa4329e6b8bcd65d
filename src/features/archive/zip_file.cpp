#include "features/archive/zip_file.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <zip.h>

namespace buckstop::archive {
namespace {

namespace fs = std::filesystem;

struct CloseFile {
    void operator()(zip_file_t* file) const noexcept { (void)zip_fclose(file); }
};

tl::unexpected<Error> not_written(zip* archive) {
    return fail(ErrorCode::failed, std::string("The archive can't be written: ") +
                                       zip_error_strerror(zip_get_error(archive)) + ".");
}

tl::unexpected<Error> damaged() {
    return fail(ErrorCode::invalid, "The archive is damaged or not whole: it was altered, or cut off.");
}

Result<> add(zip* archive, const std::string& name, zip_source_t* source) {
    if (source == nullptr)
        return not_written(archive);
    if (zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0)
        return {};
    zip_source_free(source);
    return not_written(archive);
}

} // namespace

void ZipWriter::Discard::operator()(zip* archive) const noexcept {
    zip_discard(archive);
}

void ZipReader::Discard::operator()(zip* archive) const noexcept {
    zip_discard(archive);
}

Result<ZipWriter> ZipWriter::create(const fs::path& path) {
    int code = 0;
    if (auto* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_EXCL, &code))
        return ZipWriter(archive);
    if (code == ZIP_ER_EXISTS)
        return fail(ErrorCode::conflict, path.string() + " is there already. Choose another name.");
    return fail(ErrorCode::failed, path.string() + " can't be written: " + std::strerror(errno) + ".");
}

// -1: to the file's end.
Result<> ZipWriter::add_file(const std::string& name, const fs::path& file) {
    return add(archive_.get(), name, zip_source_file(archive_.get(), file.c_str(), 0, -1));
}

Result<> ZipWriter::add_text(const std::string& name, const std::string& text) {
    const auto& kept = *texts_.emplace_back(std::make_unique<std::string>(text));
    return add(archive_.get(), name, zip_source_buffer(archive_.get(), kept.data(), kept.size(), 0));
}

Result<> ZipWriter::finish() {
    if (zip_close(archive_.get()) != 0)
        return not_written(archive_.get());
    (void)archive_.release(); // closed is freed
    return {};
}

Result<ZipReader> ZipReader::open(const fs::path& path) {
    if (!fs::exists(path))
        return fail(ErrorCode::not_found, path.string() + " isn't there.");
    int code = 0;
    if (auto* archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code))
        return ZipReader(archive);
    return damaged();
}

std::vector<std::string> ZipReader::names() const {
    std::vector<std::string> names;
    const auto count = zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i)
        if (const char* const name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0))
            names.emplace_back(name);
    return names;
}

Result<> ZipReader::read(const std::string& name, const Sink& sink) const {
    const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen(archive_.get(), name.c_str(), 0));
    if (!file)
        return damaged();
    std::array<char, std::size_t{64} << 10> piece{};
    for (;;) {
        const auto got = zip_fread(file.get(), piece.data(), piece.size());
        if (got < 0)
            return damaged();
        if (got == 0)
            return {};
        if (auto taken = sink({piece.data(), static_cast<std::size_t>(got)}); !taken)
            return taken;
    }
}

bool is_zip(const fs::path& path) {
    std::array<char, 4> begin{};
    std::ifstream file(path, std::ios::binary);
    file.read(begin.data(), begin.size());
    return file.gcount() == 4 && std::string_view(begin.data(), 4) == std::string_view("PK\x03\x04", 4);
}

} // namespace buckstop::archive
