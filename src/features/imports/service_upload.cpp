// Files arrive in pieces, in order; a piece that comes again is taken as arrived.
#include "features/imports/service.hpp"

#include "access/policy.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace buckstop::imports {
namespace {

namespace fs = std::filesystem;

class FileToWrite {
  public:
    explicit FileToWrite(const fs::path& path)
        : path_(path), number_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
        check(number_ >= 0);
    }
    ~FileToWrite() {
        if (number_ >= 0)
            ::close(number_);
    }
    FileToWrite(const FileToWrite&) = delete;
    FileToWrite& operator=(const FileToWrite&) = delete;

    void write(std::int64_t offset, std::string_view piece) const {
        while (!piece.empty()) {
            const auto written = ::pwrite(number_, piece.data(), piece.size(), offset);
            check(written > 0);
            offset += written;
            piece.remove_prefix(static_cast<std::size_t>(written));
        }
        check(::fdatasync(number_) == 0); // before its arrival is acknowledged
    }

  private:
    void check(bool fine) const {
        if (!fine)
            throw std::system_error(errno, std::system_category(), path_.string());
    }
    fs::path path_;
    int number_;
};

void make_private_folder(const fs::path& folder) {
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::owner_all);
}

Result<> fits(const store::FileRow& file, std::int64_t offset, std::int64_t length) {
    if (offset > file.received)
        return fail(ErrorCode::conflict,
                    fmt::format("Only {} bytes of this file have arrived; go on from there.", file.received));
    if (offset < 0 || offset + length > file.bytes)
        return fail_field("offset", "out_of_range",
                          fmt::format("This file was announced with {} bytes.", file.bytes));
    return {};
}

} // namespace

Result<Received> receive(const Context& context, const Principal& who, ImportId id, int position,
                         std::int64_t offset, std::string_view piece) {
    if (const auto allowed = access::require(who, {}, access::Object::import, access::Action::write);
        !allowed)
        return fail(allowed.error());
    const auto length = static_cast<std::int64_t>(piece.size());
    const auto file = context.database.read([&](db::Transaction& tx) -> Result<store::FileRow> {
        const auto import = store::find(tx, who.org, id);
        const auto found = store::find_file(tx, who.org, id, position);
        if (!import || !found)
            return fail(ErrorCode::not_found, "There is no such file of an import.");
        if (import->state != State::uploaded || !found->path)
            return fail(ErrorCode::conflict, "This import doesn't wait for files any more.");
        if (const auto fine = fits(*found, offset, length); !fine)
            return fail(fine.error());
        return *found;
    });
    if (!file)
        return fail(file.error());
    const auto end = offset + length;
    if (end > file->received) {
        make_private_folder(folder_of(context, id));
        FileToWrite(*file->path).write(offset, piece);
        context.database.write(
            [&](db::Transaction& tx) { store::set_received(tx, who.org, id, position, end); });
    }
    return Received{.received = std::max(end, file->received), .bytes = file->bytes};
}

} // namespace buckstop::imports
