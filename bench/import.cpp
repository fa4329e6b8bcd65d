// `buckstop import` of deals as a whole process, beside the database's own loader on the same file, in turn:
// against `sqlite3 .import` and, where BUCKSTOP_TEST_POSTGRES names a server, against psql's \copy.
// Prints rows a second, the ratio of each pair and the most memory that the import held.
//
//   scripts/with-postgres --durable build-bench/import_bench [ROWS [PAIRS [salesforce]]]
//                                                              (1000000 rows, 3 pairs, a table with a
//                                                              mapping)
//
// The rows are made up, ten columns and about 232 bytes each; every run begins with an empty database. The
// peer loads into a table with its ten columns' types and the deal's id as primary key: without that, a
// second import could not tell what it has. Once it stops there; and once it also makes the two further
// indexes that lists of a million deals need, as the import does.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <random>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Run {
    double seconds = 0;
    double megabytes = 0; // of the largest process
};

// The command's output goes away, its errors stay visible. Throws where it doesn't succeed.
Run run(std::vector<std::string> words) {
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

// A table that a mapping explains, or the same as Salesforce exports it: its headers, its ids, every cell
// quoted.
enum class Dialect { mapped, salesforce };

void write_deals(const fs::path& path, int rows, Dialect dialect) {
    constexpr std::array stages{"Enquiry", "Visit", "Quoted", "Negotiation", "Won", "Lost"};
    const std::string note =
        "They asked for a second price with delivery and for the drawings of the gangway, "
        "and want to see the yard before the board meets again in spring";
    std::ofstream file(path);
    const bool salesforce = dialect == Dialect::salesforce;
    file << (salesforce
                 ? "\"Id\",\"Name\",\"Account.Name\",\"Owner.Name\",\"StageName\",\"Amount\",\"CreatedDate\","
                   "\"CloseDate\",\"NextStep\",\"Description\"\n"
                 : "Deal ID,Deal,Company,Owner,Stage,Amount,Created,Close date,Next step,Note\n");
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same file every time
    for (int row = 0; row < rows; ++row) {
        const auto dice = random();
        const auto month = 1 + dice % 12;
        const auto day = 1 + dice % 28;
        const std::array<std::string, 10> cells{
            salesforce ? fmt::format("0068d{:010}AAA", row) : fmt::format("D-{:07}", row),
            fmt::format("Pontoon {:05} of {}", dice % 90'000, row % 977),
            fmt::format("Harbour {:05}", dice % 20'000),
            fmt::format("Person {:03}", dice % 200),
            stages.at(dice % stages.size()),
            fmt::format("{}.{:02}", dice % 900'000, dice % 100),
            fmt::format("202{}-{:02}-{:02}{}", 3 + dice % 3, month, day, salesforce ? " 09:14:55" : ""),
            fmt::format("2026-{:02}-{:02}{}", month, day, salesforce ? " 00:00:00" : ""),
            fmt::format("Ring on day {}", dice % 31),
            note.substr(0, 100 + dice % 40)};
        for (const auto& cell : cells) {
            const bool is_last = &cell == &cells.back();
            const auto* quote = salesforce || is_last ? "\"" : "";
            file << quote << cell << quote << (is_last ? '\n' : ',');
        }
    }
}

void write_mapping(const fs::path& path) {
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

double median(std::vector<double> values) {
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
std::vector<std::string> import_command(const fs::path& folder, const std::string& program,
                                        const std::string& database, const std::string& table) {
    std::vector<std::string> words{
        program,          "import",      "--database", database, "--data-directory",
        folder / "files", "--log-level", "error",      "--json"};
    if (fs::exists(folder / "deals.toml"))
        words.insert(words.end(), {"--map", folder / "deals.toml"});
    words.push_back(table);
    return words;
}

// Of a table as a peer makes it: the indexes on it that Buckstop has on its own.
const std::string further_indexes =
    R"(create index by_owner on bench_deals (Owner); create index by_end on bench_deals (Stage, "Close date", "Deal ID"))";

void with_sqlite(const fs::path& folder, const std::string& program, const std::string& table, int rows,
                 int pairs) {
    const auto peer = (folder / "peer.db").string();
    const auto own = (folder / "own.db").string();
    const std::string load = fmt::format(".import --skip 1 {} bench_deals", table);
    const auto remove = [](const std::string& path) {
        for (const auto* end : {"", "-wal", "-shm"})
            fs::remove(path + end);
    };
    const auto import = [&] {
        remove(own);
        return run(import_command(folder, program, "sqlite:" + own, table));
    };
    const auto make_table = [&] {
        remove(peer);
        run({"sqlite3", peer,
             R"(create table bench_deals ("Deal ID" text primary key, Deal text, Company text, Owner text,
                Stage text, Amount numeric, Created text, "Close date" text, "Next step" text, Note text))"});
    };
    compare("sqlite3 .import", rows, pairs, import, [&] {
        make_table();
        return run({"sqlite3", peer, "-cmd", ".mode csv", load});
    });
    compare("… and indexes", rows, pairs, import, [&] {
        make_table();
        return run({"sqlite3", peer, "-cmd", ".mode csv", "-cmd", load, further_indexes});
    });
}

void with_postgres(const std::string& server, const fs::path& folder, const std::string& program,
                   const std::string& table, int rows, int pairs) {
    const auto psql = [&](const std::string& command, const std::string& next = "") {
        std::vector<std::string> words{"psql",     "--no-psqlrc", "--quiet",   "--set=ON_ERROR_STOP=1",
                                       "--dbname", server,        "--command", command};
        if (!next.empty())
            words.insert(words.end(), {"--command", next});
        return run(words);
    };
    const std::string load = fmt::format("\\copy bench_deals from '{}' csv header", table);
    const auto own = fmt::format("bench_{}", getpid());
    const auto url = std::string(server).replace(server.find("/postgres"), 9, "/" + own);
    const auto import = [&] {
        psql("create database " + own);
        const Run result = run(import_command(folder, program, url, table));
        psql("drop database " + own + " with (force)");
        return result;
    };
    const auto load_with = [&](const std::string& next) {
        psql(R"(create table bench_deals ("Deal ID" text primary key, Deal text, Company text, Owner text,
                Stage text, Amount numeric, Created date, "Close date" date, "Next step" text, Note text))");
        const Run result = psql(load, next);
        psql("drop table bench_deals");
        return result;
    };
    compare("psql \\copy", rows, pairs, import, [&] { return load_with(""); });
    compare("… and indexes", rows, pairs, import, [&] { return load_with(further_indexes); });
}

} // namespace

int main(int count, char** arguments) {
    try {
        const int rows = count > 1 ? std::stoi(arguments[1]) : 1'000'000;
        const int pairs = count > 2 ? std::stoi(arguments[2]) : 3;
        const auto beside = fs::read_symlink("/proc/self/exe").parent_path() / "buckstop";
        const char* named = std::getenv("BUCKSTOP_PROGRAM");
        const std::string program = named != nullptr ? named : beside.string();
        const auto folder = fs::temp_directory_path() / fmt::format("buckstop-bench-{}", getpid());
        fs::create_directories(folder);
        const auto table = (folder / "deals.csv").string();
        const bool salesforce = count > 3 && std::string_view(arguments[3]) == "salesforce";
        write_deals(table, rows, salesforce ? Dialect::salesforce : Dialect::mapped);
        if (!salesforce)
            write_mapping(folder / "deals.toml");
        fmt::print("{} rows, {:.0f} MB\n", rows, static_cast<double>(fs::file_size(table)) / 1e6);
        with_sqlite(folder, program, table, rows, pairs);
        if (const char* server = std::getenv("BUCKSTOP_TEST_POSTGRES"))
            with_postgres(server, folder, program, table, rows, pairs);
        else
            fmt::print("no PostgreSQL: start this by scripts/with-postgres\n");
        fs::remove_all(folder);
        return 0;
    } catch (const std::exception& problem) {
        fmt::print(stderr, "{}\n", problem.what());
        return 1;
    }
}
