#include "features/imports/record_reader.hpp"

#include "features/imports/apply_hash.hpp"
#include "features/imports/row_parser.hpp"

#include <fmt/format.h>

namespace buckstop::imports {
namespace {

Result<> can_be_read(const FilePlan& plan) {
    if (!plan.questions.empty())
        return fail(ErrorCode::question, plan.questions.front().question);
    if (plan.mapping_needed)
        return fail(ErrorCode::question, fmt::format("{} needs a mapping.", plan.path));
    if (plan.separator.size() != 1)
        return fail(ErrorCode::invalid, "The plan has no separator.");
    std::vector<std::string> headers;
    for (const auto& column : plan.columns)
        headers.push_back(column.header);
    if (auto checked = check(plan.mapping, headers); !checked)
        return checked;
    std::error_code error;
    const auto bytes = std::filesystem::file_size(plan.path, error);
    if (!error && static_cast<std::int64_t>(bytes) != plan.bytes)
        return fail(ErrorCode::invalid,
                    fmt::format("{} has changed since it was looked at. Import it again from the beginning.",
                                plan.path));
    return {};
}

} // namespace

TableShape shape_of(const FilePlan& plan) {
    return {.encoding = plan.encoding,
            .separator = plan.separator[0],
            .header_line = static_cast<std::uint64_t>(plan.header_line),
            .first_line = static_cast<std::uint64_t>(plan.first_line),
            .columns = plan.columns.size()};
}

struct RecordReader::State {
    State(FilePlan whole_plan, const ReadOptions& read_options, TableReader reader)
        : plan(std::move(whole_plan)), options(read_options), table(std::move(reader)),
          parser(make_row_parser(plan)) {}

    FilePlan plan;
    ReadOptions options;
    TableReader table;
    std::unique_ptr<RowParser> parser;
    std::uint64_t rows = 0; // read so far
};

Result<RecordReader> RecordReader::open(FilePlan plan, ReadOptions options) {
    if (auto ready = can_be_read(plan); !ready)
        return fail(std::move(ready.error()));
    auto shape = shape_of(plan);
    shape.most_bytes = options.most_bytes;
    auto table = TableReader::open(plan.path, shape);
    if (!table)
        return fail(std::move(table.error()));
    return RecordReader(std::make_unique<State>(std::move(plan), options, std::move(*table)));
}

RecordReader::RecordReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordReader::RecordReader(RecordReader&&) noexcept = default;
RecordReader& RecordReader::operator=(RecordReader&&) noexcept = default;
RecordReader::~RecordReader() = default;

bool RecordReader::next(Batch& batch) {
    auto& [plan, options, table, parser, rows] = *state_;
    batch.refusals.clear();
    batch.rows = 0;
    batch.left_out = 0;
    parser->begin(batch);
    TableRow row;
    std::size_t bytes = 0;
    while (batch.rows < options.batch_rows && bytes < options.batch_bytes && table.next(row)) {
        if (rows++ < options.start_row) {
            parser->skip(row);
            continue;
        }
        if (batch.rows++ == 0)
            batch.first_row = rows - 1;
        bytes += row.raw.size();
        parser->add(row, batch);
    }
    if (auto* deals = std::get_if<std::vector<DealRecord>>(&batch.records))
        add_hashes(*deals);
    batch.bytes_read = table.bytes_read();
    return batch.rows > 0;
}

} // namespace buckstop::imports
