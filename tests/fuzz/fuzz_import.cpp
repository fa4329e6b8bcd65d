// libFuzzer: any bytes as a table to import, or as a mapping file. Nothing may crash, inspecting and reading
// must agree, and a mapping that is accepted must survive being written and read again.
#include "base/json.hpp"
#include "features/imports/record_reader.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

using namespace buckstop;
using namespace buckstop::imports;

void require(bool holds) {
    if (!holds)
        std::abort();
}

const std::string& path() {
    static const std::string own = "/dev/shm/buckstop-fuzz-import-" + std::to_string(getpid());
    return own;
}

void try_mapping(std::string_view text) {
    if (const auto mapping = parse_mapping(text))
        require(parse_mapping(to_toml(*mapping)).value() == *mapping);
}

// Answers every question by its choice of that number, so that reading gets its turn.
FilePlan answered(FilePlan plan, InspectOptions options, std::size_t choice) {
    for (int round = 0; round < 3 && !plan.questions.empty(); ++round) {
        for (const auto& question : plan.questions)
            if (!question.choices.empty())
                options.answers.push_back(
                    {question.column, question.choices[choice % question.choices.size()].value});
        auto next = inspect(path(), options);
        require(next.has_value());
        plan = std::move(*next);
    }
    return plan;
}

void try_table(std::string_view text, std::size_t choice) {
    std::ofstream(path(), std::ios::binary) << text;
    auto plan = inspect(path());
    if (!plan)
        return;
    require(json::read<FilePlan>(json::write(*plan)).value() == *plan);
    auto reader = RecordReader::open(answered(std::move(*plan), {}, choice), {.batch_rows = 3});
    if (!reader)
        return;
    std::uint64_t rows = 0;
    for (Batch batch; reader->next(batch); rows += batch.rows)
        require(batch.rows == std::visit([](const auto& all) { return all.size(); }, batch.records) +
                                  batch.refusals.size() + batch.left_out);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] == 'm')
        try_mapping(text);
    else
        try_table(text, data[0]);
    return 0;
}
