#include "cli/backup_key.hpp"

#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

namespace buckstop::cli {
namespace {

constexpr std::size_t longest = 4096; // a key file holds a key, and not an archive by mistake

void without_line_ends(std::string& text) {
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.pop_back();
}

Result<Secret> from_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(longest + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    if (!file.is_open() || file.bad())
        return fail(ErrorCode::invalid, "The key file " + path.string() + " can't be read.");
    if (text.size() > longest)
        return fail(ErrorCode::invalid, fmt::format("The key file {} is longer than a key: {} bytes at most.",
                                                    path.string(), longest));
    without_line_ends(text);
    return Secret(std::move(text));
}

// The terminal without showing what is typed.
class Unseen {
  public:
    Unseen() {
        tcgetattr(STDIN_FILENO, &before_);
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Unseen() {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        fmt::print(stderr, "\n");
    }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;

  private:
    termios before_{};
};

Secret typed(const char* question) {
    fmt::print(stderr, "{}", question);
    std::fflush(stderr);
    const Unseen unseen;
    std::string text;
    text.reserve(longest); // so that no copy of it is left behind
    char letter = 0;
    while (text.size() < longest && ::read(STDIN_FILENO, &letter, 1) == 1 && letter != '\n')
        text += letter;
    return Secret(std::move(text));
}

} // namespace

Secret::~Secret() {
    sodium_memzero(text_.data(), text_.size());
}

Result<Secret> backup_key(const std::optional<std::filesystem::path>& file, KeyFor purpose) {
    if (file)
        return from_file(*file);
    if (const char* variable =
            std::getenv("BUCKSTOP_BACKUP_KEY")) // NOLINT(concurrency-mt-unsafe): before any thread
        return Secret(variable);
    if (isatty(STDIN_FILENO) == 0)
        return fail(ErrorCode::invalid,
                    "A backup has a key. Name the file that holds it with --key-file, or set "
                    "BUCKSTOP_BACKUP_KEY.");
    auto key = typed("Key of the backup: ");
    if (purpose == KeyFor::making && typed("Once more: ").text() != key.text())
        return fail(ErrorCode::invalid, "The two differ.");
    return key;
}

} // namespace buckstop::cli
