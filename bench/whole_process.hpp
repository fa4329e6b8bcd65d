// What the benchmarks of whole processes share: a command that is run and timed, ours and a peer's in turn.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace bench {

namespace fs = std::filesystem;

struct Run {
    double seconds = 0;
    double megabytes = 0; // of the largest process
};

// The command's output goes away, its errors stay visible. Throws where it doesn't succeed.
inline Run run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const auto start = std::chrono::steady_clock::now();
    pid_t child = 0;
    const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    rusage usage{};
    if (failed != 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        throw std::runtime_error(fmt::format("{} did not succeed", fmt::join(words, " ")));
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    return {.seconds = passed.count(), .megabytes = static_cast<double>(usage.ru_maxrss) / 1000};
}

// Does what takes much memory in a process of its own: the system counts the memory that this one ever held
// among that of each command it starts.
template <class Work>
void aside(Work work) {
    const pid_t child = fork();
    if (child == 0) {
        try {
            work();
            _exit(0);
        } catch (const std::exception& problem) {
            fmt::print(stderr, "{}\n", problem.what());
            _exit(1);
        }
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        throw std::runtime_error("what the benchmark needs couldn't be made");
}

// What the columns of the deals mean that the benchmarks make up.
inline void write_mapping(const fs::path& path) {
    std::ofstream(path) << R"(kind = "deal"
source = "bench"
key = ["Deal ID"]
currency = "EUR"
[columns]
"Deal" = "name"
"Company" = "company"
"Owner" = "owner"
"Stage" = "stage"
"Amount" = "amount"
"Created" = "created_on"
"Close date" = "close_on"
"Next step" = "next_step"
"Note" = "fact"
)";
}

inline double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

// Runs ours and theirs in turn.
template <class Ours, class Theirs>
void compare(std::string_view name, int rows, int pairs, Ours ours, Theirs theirs) {
    std::vector<double> ratios;
    double most_memory = 0;
    for (int pair = 0; pair < pairs; ++pair) {
        const Run peer = theirs();
        const Run own = ours();
        ratios.push_back(peer.seconds / own.seconds);
        most_memory = std::max(most_memory, own.megabytes);
        fmt::print("{:<18} {:>9.0f} rows/s in {:5.2f} s   buckstop import {:>9.0f} rows/s in {:5.2f} s   "
                   "ratio {:.2f}   "
                   "{:.0f} MB\n",
                   name, rows / peer.seconds, peer.seconds, rows / own.seconds, own.seconds, ratios.back(),
                   own.megabytes);
    }
    fmt::print("{}: {:.2f} times its rows a second (median of {}), {:.0f} MB at most\n", name, median(ratios),
               pairs, most_memory);
}

// With the mapping, where there is one: the table is known without.
inline std::vector<std::string> import_command(const fs::path& folder, const std::string& program,
                                               const std::string& database, const std::string& table) {
    std::vector<std::string> words{
        program,          "import",      "--database", database, "--data-directory",
        folder / "files", "--log-level", "error",      "--json"};
    if (fs::exists(folder / "deals.toml"))
        words.insert(words.end(), {"--map", folder / "deals.toml"});
    words.push_back(table);
    return words;
}

// The program that is measured: BUCKSTOP_PROGRAM, else the one beside this one.
inline std::string measured_program() {
    const char* named = std::getenv("BUCKSTOP_PROGRAM");
    return named != nullptr ? named
                            : (fs::read_symlink("/proc/self/exe").parent_path() / "buckstop").string();
}

} // namespace bench
