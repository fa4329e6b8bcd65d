// How fast CSV is parsed into cells, from memory: bench/csv_reader --benchmark_min_time=2
#include "features/imports/csv_reader.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <string>

namespace {

using namespace buckstop::imports;

// Ten short columns; every third cell quoted, or none.
std::string table(bool quoted) {
    std::string text;
    for (int row = 0; row < 200'000; ++row)
        for (int column = 0; column < 10; ++column) {
            const auto cell = fmt::format("v{}", (row * 31 + column * 17) % 100'000);
            text += quoted && column % 3 == 0 ? fmt::format("\"{}\"", cell) : cell;
            text += column == 9 ? '\n' : ',';
        }
    return text;
}

void read_csv(benchmark::State& state) {
    const auto text = table(state.range(0) != 0);
    std::int64_t rows = 0;
    for ([[maybe_unused]] auto run : state) {
        MemorySource source(text);
        CsvReader reader(source, {});
        for (CsvRow row; reader.next(row); ++rows)
            benchmark::DoNotOptimize(row.cells.data());
    }
    state.SetItemsProcessed(rows);
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                            static_cast<std::int64_t>(text.size()));
}
BENCHMARK(read_csv)->ArgName("quoted")->Arg(0)->Arg(1);

} // namespace

BENCHMARK_MAIN();
