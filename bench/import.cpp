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
#include "whole_process.hpp"

#include <array>
#include <random>

namespace {

using namespace bench;

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
        const auto program = measured_program();
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
