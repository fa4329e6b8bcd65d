#include "features/imports/apply_refused.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace buckstop::imports {
namespace {

std::string quoted_cell(const std::string& text, const std::string& separator) {
    if (text.find_first_of("\"\r\n" + separator) == std::string::npos)
        return text;
    std::string cell = "\"";
    for (const char c : text) {
        if (c == '"')
            cell += '"';
        cell += c;
    }
    return cell + '"';
}

class Descriptor {
  public:
    explicit Descriptor(const std::filesystem::path& path)
        : number_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
        check(number_ >= 0, path);
    }
    ~Descriptor() { ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    void replace_behind(std::int64_t offset, std::string_view text, const std::filesystem::path& path) const {
        check(::ftruncate(number_, offset) == 0, path);
        while (!text.empty()) {
            const auto written = ::pwrite(number_, text.data(), text.size(), offset);
            check(written > 0, path);
            text.remove_prefix(static_cast<std::size_t>(written));
            offset += written;
        }
        check(::fdatasync(number_) == 0, path);
    }

  private:
    static void check(bool fine, const std::filesystem::path& path) {
        if (!fine)
            throw std::system_error(errno, std::system_category(), path.string());
    }
    int number_;
};

// A new file's name lies in its folder, which has a life of its own on the disk.
void keep_name(const std::filesystem::path& path) {
    const auto folder = std::filesystem::absolute(path).parent_path();
    const int number = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (number < 0)
        return; // not ours to read; the file itself is safe
    ::fsync(number);
    ::close(number);
}

} // namespace

std::string header_line(const FilePlan& plan) {
    if (plan.header_line == 0)
        return {};
    std::string line;
    for (const auto& column : plan.columns)
        line += (&column == &plan.columns.front() ? "" : plan.separator) +
                quoted_cell(column.header, plan.separator);
    return line + "\n";
}

RefusedRows::RefusedRows(std::filesystem::path path, const FilePlan& plan, std::int64_t valid)
    : path_(std::move(path)), header_(header_line(plan)), valid_(valid) {}

std::int64_t RefusedRows::write(const std::vector<Refusal>& refusals) {
    if (path_.empty())
        return valid_;
    std::string text = valid_ == 0 ? header_ : std::string();
    bool any = false;
    for (const auto& refusal : refusals) {
        if (refusal.row.empty()) // taken but for one cell
            continue;
        any = true;
        text += refusal.row;
        if (!text.ends_with('\n'))
            text += '\n';
    }
    if (!any)
        return valid_;
    Descriptor(path_).replace_behind(valid_, text, path_);
    if (valid_ == 0)
        keep_name(path_);
    return valid_ + static_cast<std::int64_t>(text.size());
}

} // namespace buckstop::imports
