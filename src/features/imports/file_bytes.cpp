#include "features/imports/file_bytes.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <system_error>

namespace buckstop::imports {

Result<FileBytes> FileBytes::open(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error))
        return fail(ErrorCode::invalid,
                    fmt::format("{} is no file but a folder or a device. Name files.", path.string()));
    std::FILE* file = std::fopen(path.c_str(), "rbe");
    if (file == nullptr) {
        const auto reason = std::system_category().message(errno);
        const auto code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::failed;
        return fail(code, fmt::format("{} can't be read: {}.", path.string(), reason));
    }
    (void)std::setvbuf(file, nullptr, _IONBF, 0);
    return FileBytes(file);
}

std::size_t FileBytes::read(char* into, std::size_t most) {
    const auto got = std::fread(into, 1, most, file_.get());
    if (got == 0 && std::ferror(file_.get()) != 0)
        throw std::system_error(errno, std::generic_category(), "reading a file to import");
    bytes_read_ += got;
    return got;
}

} // namespace buckstop::imports
