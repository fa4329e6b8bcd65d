#include "features/backup/sealed_file.hpp"

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace buckstop::backup {
namespace {

namespace fs = std::filesystem;
namespace endian = boost::endian;

constexpr std::string_view magic = "buckstop backup\n";
constexpr std::uint32_t format_version = 1;
constexpr std::size_t chunk_size = std::size_t{64} * 1024;
constexpr std::size_t seal_size = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr unsigned char last_chunk = crypto_secretstream_xchacha20poly1305_TAG_FINAL;

// What a file may ask for: it isn't known yet whether it is genuine.
constexpr std::uint32_t most_passes = 16;
constexpr std::uint64_t most_memory = std::uint64_t{1} << 30U;

constexpr std::size_t passes_at = 20;
constexpr std::size_t memory_at = 24;
constexpr std::size_t salt_at = 32;
constexpr std::size_t stream_at = salt_at + crypto_pwhash_SALTBYTES;
constexpr std::size_t head_size = stream_at + crypto_secretstream_xchacha20poly1305_HEADERBYTES;
static_assert(magic.size() == 16 && head_size == 72);
using Head = std::array<unsigned char, head_size>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// A secret that is overwritten when it goes.
struct StreamKey {
    std::array<unsigned char, crypto_secretstream_xchacha20poly1305_KEYBYTES> bytes{};
    StreamKey() = default;
    StreamKey(const StreamKey&) = delete;
    StreamKey& operator=(const StreamKey&) = delete;
    ~StreamKey() { sodium_memzero(bytes.data(), bytes.size()); }
};

// False where there isn't enough memory.
bool derive(StreamKey& key, std::string_view password, const Head& head) {
    return crypto_pwhash(key.bytes.data(), key.bytes.size(), password.data(), password.size(),
                         head.data() + salt_at, endian::load_little_u32(head.data() + passes_at),
                         endian::load_little_u64(head.data() + memory_at), crypto_pwhash_ALG_ARGON2ID13) == 0;
}

tl::unexpected<Error> no_memory() {
    return fail(ErrorCode::failed,
                "There isn't enough memory to make the backup's key: a quarter of a gigabyte.");
}

std::string reason(int number) {
    return std::system_category().message(number);
}

class File {
  public:
    explicit File(int descriptor = -1) : descriptor_(descriptor) {}
    ~File() { close(); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int get() const { return descriptor_; }
    void close() {
        if (descriptor_ >= 0)
            ::close(std::exchange(descriptor_, -1));
    }

    // Zero, or errno.
    [[nodiscard]] int write(const unsigned char* bytes, std::size_t size) const {
        while (size > 0) {
            const auto written = ::write(descriptor_, bytes, size);
            if (written < 0 && errno != EINTR)
                return errno;
            if (written > 0) {
                bytes += written;
                size -= static_cast<std::size_t>(written);
            }
        }
        return 0;
    }
    // As many bytes as there are, up to `size`; negative where reading fails.
    [[nodiscard]] std::ptrdiff_t read(unsigned char* bytes, std::size_t size) const {
        std::size_t have = 0;
        while (have < size) {
            const auto got = ::read(descriptor_, bytes + have, size - have);
            if (got == 0)
                break;
            if (got < 0 && errno != EINTR)
                return -1;
            if (got > 0)
                have += static_cast<std::size_t>(got);
        }
        return static_cast<std::ptrdiff_t>(have);
    }

  private:
    int descriptor_;
};

// The disk has a new name only once it has the folder that the name stands in.
void sync_folder(const fs::path& path) {
    const auto folder = fs::absolute(path).parent_path();
    const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.get() >= 0)
        ::fsync(opened.get());
}

} // namespace

// ---- Writing

struct SealedWriter::State {
    State(fs::path its_path, std::string its_unfinished, int descriptor)
        : path(std::move(its_path)), unfinished(std::move(its_unfinished)), file(descriptor) {
        waiting.reserve(chunk_size);
    }
    ~State() {
        sodium_memzero(&stream, sizeof stream);
        if (!unfinished.empty())
            ::unlink(unfinished.c_str());
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void write(const unsigned char* bytes, std::size_t size) {
        if (error == 0)
            error = file.write(bytes, size);
        written += static_cast<std::int64_t>(size);
    }
    void seal(unsigned char tag) {
        crypto_secretstream_xchacha20poly1305_push(&stream, sealed.data(), nullptr, bytes_of(waiting),
                                                   waiting.size(), head.data(), stream_at, tag);
        write(sealed.data(), waiting.size() + seal_size);
        waiting.clear();
    }

    fs::path path;
    std::string unfinished; // the name until then; empty once it has its own
    File file;
    Head head{};
    crypto_secretstream_xchacha20poly1305_state stream{};
    std::string waiting;
    std::array<unsigned char, chunk_size + seal_size> sealed{};
    std::int64_t written = 0;
    int error = 0;
};

SealedWriter::SealedWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedWriter::SealedWriter(SealedWriter&&) noexcept = default;
SealedWriter& SealedWriter::operator=(SealedWriter&&) noexcept = default;
SealedWriter::~SealedWriter() = default;

Result<SealedWriter> SealedWriter::create(const fs::path& path, std::string_view key, const Cost& cost) {
    std::error_code ignored;
    if (fs::exists(path, ignored))
        return fail(ErrorCode::conflict,
                    path.string() + " is there already. Name another file, or move that one away.");
    std::string name = path.string() + ".part-XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC); // 0600
    if (descriptor < 0)
        return fail(ErrorCode::failed, fmt::format("{} can't be written: {}.", path.string(), reason(errno)));
    auto state = std::make_unique<State>(path, name, descriptor);
    auto* head = state->head.data();
    std::ranges::copy(magic, head);
    endian::store_little_u32(head + magic.size(), format_version);
    endian::store_little_u32(head + passes_at, cost.passes);
    endian::store_little_u64(head + memory_at, cost.memory);
    randombytes_buf(head + salt_at, crypto_pwhash_SALTBYTES);
    StreamKey stream_key;
    if (!derive(stream_key, key, state->head))
        return no_memory();
    crypto_secretstream_xchacha20poly1305_init_push(&state->stream, head + stream_at,
                                                    stream_key.bytes.data());
    state->write(head, head_size);
    return SealedWriter(std::move(state));
}

void SealedWriter::put(std::string_view bytes) {
    while (!bytes.empty()) {
        if (state_->waiting.size() == chunk_size) // not earlier: it may have been the last
            state_->seal(0);
        const auto part = bytes.substr(0, chunk_size - state_->waiting.size());
        state_->waiting += part;
        bytes.remove_prefix(part.size());
    }
}

Result<std::int64_t> SealedWriter::finish() {
    state_->seal(last_chunk);
    if (state_->error == 0 && ::fsync(state_->file.get()) != 0)
        state_->error = errno;
    if (state_->error == 0 && ::rename(state_->unfinished.c_str(), state_->path.c_str()) != 0)
        state_->error = errno;
    if (state_->error != 0)
        return fail(ErrorCode::failed,
                    fmt::format("{} can't be written: {}.", state_->path.string(), reason(state_->error)));
    state_->unfinished.clear();
    sync_folder(state_->path);
    return state_->written;
}

// ---- Reading

struct SealedReader::State {
    State(const fs::path& path, int descriptor) : name(path.string()), file(descriptor) {}
    ~State() {
        sodium_memzero(&stream, sizeof stream);
        sodium_memzero(opened.data(), opened.size());
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    std::string name;
    File file;
    Head head{};
    crypto_secretstream_xchacha20poly1305_state stream{};
    std::array<unsigned char, chunk_size + seal_size> sealed{};
    std::array<unsigned char, chunk_size> opened{};
    std::int64_t bytes = 0;
    bool ended = false;
};

SealedReader::SealedReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedReader::SealedReader(SealedReader&&) noexcept = default;
SealedReader& SealedReader::operator=(SealedReader&&) noexcept = default;
SealedReader::~SealedReader() = default;

Result<SealedReader> SealedReader::open(const fs::path& path, std::string_view key) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::failed,
                    fmt::format("{} can't be read: {}.", path.string(), reason(errno)));
    auto state = std::make_unique<State>(path, descriptor);
    const auto* head = state->head.data();
    const auto got = state->file.read(state->head.data(), head_size);
    const auto compared = std::min<std::size_t>(magic.size(), got < 0 ? 0 : static_cast<std::size_t>(got));
    if (got <= 0 || !std::equal(head, head + compared, magic.begin()))
        return fail(ErrorCode::invalid, path.string() + " is no backup of Buckstop.");
    if (got != static_cast<std::ptrdiff_t>(head_size))
        return fail(ErrorCode::invalid,
                    path.string() + " ends too early: it is only the beginning of a backup.");
    if (endian::load_little_u32(head + magic.size()) != format_version)
        return fail(ErrorCode::invalid,
                    path.string() + " has a format that this Buckstop doesn't know: take a newer one.");
    const auto file_passes = endian::load_little_u32(head + passes_at);
    const auto file_memory = endian::load_little_u64(head + memory_at);
    if (file_passes < crypto_pwhash_OPSLIMIT_MIN || file_passes > most_passes ||
        file_memory < crypto_pwhash_MEMLIMIT_MIN || file_memory > most_memory)
        return fail(ErrorCode::invalid, path.string() + " is damaged: its beginning can't be right.");
    StreamKey stream_key;
    if (!derive(stream_key, key, state->head))
        return no_memory();
    crypto_secretstream_xchacha20poly1305_init_pull(&state->stream, head + stream_at,
                                                    stream_key.bytes.data());
    state->bytes = head_size;
    return SealedReader(std::move(state));
}

Result<std::string_view> SealedReader::next() {
    auto& state = *state_;
    if (state.ended)
        return std::string_view();
    const auto got = state.file.read(state.sealed.data(), state.sealed.size());
    if (got < 0)
        return fail(ErrorCode::failed, fmt::format("{} can't be read: {}.", state.name, reason(errno)));
    const auto size = static_cast<std::size_t>(got);
    const bool first = state.bytes == head_size;
    unsigned char tag = 0;
    // A piece of a chunk doesn't open, so that what was cut off can't be told from what was altered but by
    // its length.
    const bool opens = size >= seal_size && crypto_secretstream_xchacha20poly1305_pull(
                                                &state.stream, state.opened.data(), nullptr, &tag,
                                                state.sealed.data(), size, state.head.data(), stream_at) == 0;
    const bool full = size == state.sealed.size();
    if (!opens && first && size > 0)
        return fail(ErrorCode::invalid, fmt::format("{} can't be opened: it has another key, {}.", state.name,
                                                    full ? "or was altered" : "was altered, or isn't whole"));
    if (!opens && full)
        return fail(ErrorCode::invalid, fmt::format("{} was altered or is damaged, behind its byte {}.",
                                                    state.name, state.bytes));
    if (!opens || (!full && tag != last_chunk))
        return fail(ErrorCode::invalid, state.name +
                                            " ends too early: it is only part of a backup, or its end "
                                            "is damaged.");
    state.bytes += got;
    if (tag == last_chunk) {
        state.ended = true;
        unsigned char more = 0;
        if (state.file.read(&more, 1) != 0)
            return fail(ErrorCode::invalid, state.name + " was altered: something follows its end.");
    }
    return std::string_view(reinterpret_cast<const char*>(state.opened.data()), size - seal_size);
}

std::int64_t SealedReader::bytes() const {
    return state_->bytes;
}

} // namespace buckstop::backup
