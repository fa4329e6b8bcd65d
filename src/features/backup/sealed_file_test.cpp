#include "features/backup/sealed_file.hpp"

#include "support/temporary_directory.hpp"

#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace buckstop::backup {
namespace {

using testing::HasSubstr;

constexpr Cost quick{.passes = 1, .memory = 8192};
constexpr auto key = "a key of the tests";

class SealedFileTest : public testing::Test {
  protected:
    SealedFileTest() {
        if (sodium_init() < 0)
            throw std::runtime_error("libsodium");
    }
    std::string sealed(std::string_view content, const std::string& name = "sealed") {
        auto path = directory.file(name);
        auto writer = SealedWriter::create(path, key, quick);
        writer.value().put(content);
        EXPECT_TRUE(writer->finish());
        return path;
    }
    static Result<std::string> opened(const std::string& path, std::string_view with = key) {
        auto reader = SealedReader::open(path, with);
        if (!reader)
            return fail(reader.error());
        std::string content;
        while (true) {
            const auto chunk = reader->next();
            if (!chunk)
                return fail(chunk.error());
            if (chunk->empty())
                return content;
            content += *chunk;
        }
    }
    static std::string bytes(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    test::TemporaryDirectory directory;
};

TEST_F(SealedFileTest, gives_back_what_was_put_in_whatever_its_length) {
    for (const std::size_t size : {1U, 65535U, 65536U, 65537U, 200'000U}) {
        std::string content(size, '\0');
        randombytes_buf(content.data(), content.size());
        const auto path = sealed(content, std::to_string(size));
        EXPECT_EQ(opened(path).value(), content) << size;
        if (size > 16) {
            EXPECT_EQ(bytes(path).find(content.substr(0, 16)), std::string::npos) << "it is sealed";
        }
    }
}

TEST_F(SealedFileTest, is_readable_by_its_owner_alone_and_the_only_file_left) {
    const auto path = sealed("content");
    EXPECT_EQ(std::filesystem::status(path).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

TEST_F(SealedFileTest, another_key_does_not_open_it) {
    const auto path = sealed("content");
    EXPECT_THAT(opened(path, "another key of the tests").error().message, HasSubstr("another key"));
    EXPECT_EQ(opened(path, "another key of the tests").error().code, ErrorCode::invalid);
}

TEST_F(SealedFileTest, every_change_shows) {
    const auto whole = bytes(sealed(std::string(150'000, 'x')));
    for (std::size_t at = 0; at < whole.size(); at += at < 80 ? 1 : 7'001) {
        auto altered = whole;
        altered[at] = static_cast<char>(altered[at] ^ 1);
        const auto result = opened(directory.write("altered", altered));
        ASSERT_FALSE(result) << "byte " << at;
        EXPECT_EQ(result.error().code, ErrorCode::invalid) << "byte " << at;
    }
}

TEST_F(SealedFileTest, a_file_that_was_cut_off_or_goes_on_is_refused) {
    const auto whole = bytes(sealed(std::string(150'000, 'x')));
    constexpr std::size_t head = 72;
    constexpr std::size_t chunk = 65536 + 17;
    for (const std::size_t length : {std::size_t{0}, std::size_t{10}, head, head + 5, head + chunk,
                                     head + chunk + 1, head + 2 * chunk, whole.size() - 1}) {
        const auto result = opened(directory.write("cut", whole.substr(0, length)));
        ASSERT_FALSE(result) << length;
        EXPECT_EQ(result.error().code, ErrorCode::invalid) << length;
    }
    EXPECT_THAT(opened(directory.write("cut", whole.substr(0, head + chunk))).error().message,
                HasSubstr("ends too early"));
    EXPECT_THAT(opened(directory.write("more", whole + "x")).error().message, HasSubstr("too early"))
        << "the last chunk, one byte longer, doesn't open";
    // Chunks that change places, and one that comes twice.
    const auto swapped = whole.substr(0, head) + whole.substr(head + chunk, chunk) +
                         whole.substr(head, chunk) + whole.substr(head + 2 * chunk);
    EXPECT_FALSE(opened(directory.write("swapped", swapped)));
    const auto twice = whole.substr(0, head + chunk) + whole.substr(head);
    EXPECT_FALSE(opened(directory.write("twice", twice)));
}

TEST_F(SealedFileTest, something_behind_a_full_last_chunk_is_refused) {
    const auto whole = bytes(sealed(std::string(65536, 'x')));
    EXPECT_TRUE(opened(directory.write("whole", whole)));
    EXPECT_THAT(opened(directory.write("more", whole + "x")).error().message, HasSubstr("follows its end"));
}

TEST_F(SealedFileTest, other_files_are_told_apart) {
    EXPECT_EQ(opened(directory.file("nowhere")).error().code, ErrorCode::not_found);
    EXPECT_THAT(opened(directory.write("other", std::string(500, 'x'))).error().message,
                HasSubstr("no backup"));
    auto later = bytes(sealed("content"));
    later[16] = 2;
    EXPECT_THAT(opened(directory.write("later", later)).error().message, HasSubstr("a newer one"));
    auto greedy = bytes(directory.file("sealed"));
    greedy[30] = 1; // asks for 2^48 bytes of memory
    EXPECT_THAT(opened(directory.write("greedy", greedy)).error().message, HasSubstr("damaged"));
}

TEST_F(SealedFileTest, never_writes_over_a_file_and_says_where_it_cannot_write) {
    const auto path = sealed("content");
    EXPECT_EQ(SealedWriter::create(path, key, quick).error().code, ErrorCode::conflict);
    EXPECT_EQ(opened(path).value(), "content");
    EXPECT_EQ(SealedWriter::create(directory.file("no/such/folder"), key, quick).error().code,
              ErrorCode::failed);
}

TEST_F(SealedFileTest, a_file_that_is_not_finished_leaves_nothing) {
    {
        auto writer = SealedWriter::create(directory.file("sealed"), key, quick);
        writer.value().put(std::string(200'000, 'x'));
    }
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST_F(SealedFileTest, what_cannot_be_written_is_an_error_and_leaves_no_file) {
    // In a process that may not write larger files, which looks the same to the writer.
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{100'000, 100'000};
        setrlimit(RLIMIT_FSIZE, &small);
        auto writer = SealedWriter::create(directory.file("sealed"), key, quick);
        writer.value().put(std::string(500'000, 'x'));
        const auto finished = writer->finish();
        _exit(finished ? 1 : finished.error().code == ErrorCode::failed ? 0 : 2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_FALSE(std::filesystem::exists(directory.file("sealed")));
}

TEST_F(SealedFileTest, killed_in_the_middle_it_leaves_no_file_of_that_name) {
    const auto path = directory.file("sealed");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto writer = SealedWriter::create(path, key, quick);
        while (true)
            writer.value().put(std::string(1000, 'x'));
    }
    const auto begun = [&] {
        for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
            if (entry.file_size() > 100'000)
                return true;
        return false;
    };
    while (!begun())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_FALSE(std::filesystem::exists(path));
}

} // namespace
} // namespace buckstop::backup
