// Reads a file by its plan: batch after batch of records, with the rows that can't be taken beside them. Each
// data row becomes exactly one record or one refusal, which names the first thing wrong and mentions the
// others.
#pragma once

#include "base/result.hpp"
#include "features/imports/inspect.hpp"
#include "features/imports/records.hpp"
#include "features/imports/table_reader.hpp"

#include <cstdint>
#include <limits>
#include <memory>

namespace buckstop::imports {

// How the plan's table lies in its file.
[[nodiscard]] TableShape shape_of(const FilePlan& plan);

struct ReadOptions {
    std::uint64_t start_row = 0;        // leave out this many data rows: those that an earlier run has taken
    std::size_t batch_rows = 20'000;    // at most
    std::size_t batch_bytes = 16 << 20; // of text; a batch ends early when its rows are long
    std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max(); // of the file: its head is enough
};

// Not for several threads at once. Memory: a few buffers and one batch; for tables without a key 12 bytes
// more for each row, to number the rows that repeat.
class RecordReader {
  public:
    // invalid if the plan has open questions or the file isn't the one that was inspected (by size).
    [[nodiscard]] static Result<RecordReader> open(FilePlan plan, ReadOptions options = {});
    RecordReader(RecordReader&&) noexcept;
    RecordReader& operator=(RecordReader&&) noexcept;
    ~RecordReader();

    // Replaces `batch` by the next one; false at the end, with `batch` empty. Its records live as long as it
    // does, also when it is moved. Throws std::system_error when the file can't be read any more.
    [[nodiscard]] bool next(Batch& batch);

  private:
    struct State;
    explicit RecordReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The same on a thread of its own, at most `ahead` batches in advance.
class BatchStream {
  public:
    explicit BatchStream(RecordReader reader, std::size_t ahead = 1);
    BatchStream(const BatchStream&) = delete;
    BatchStream& operator=(const BatchStream&) = delete;
    ~BatchStream(); // stops the thread, whatever is left

    // As RecordReader::next, whose exception it passes on.
    [[nodiscard]] bool next(Batch& batch);

  private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

} // namespace buckstop::imports
