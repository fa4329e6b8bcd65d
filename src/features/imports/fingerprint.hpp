// The identity of rows in a table that has no key: a hash of what the row says, and which of the rows that
// say the same it is. Stored with the records, so it must never change: docs/users/import-mapping.md
// describes it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace buckstop::imports {

// A hash of 128 bits, made of cells one by one. A cell counts as it reads: trimmed, blanks inside it made one
// space, and nothing where it says that nothing is there.
class Fingerprint {
  public:
    Fingerprint();
    void add(std::string_view cell);

    struct Value {
        std::uint64_t high = 0, low = 0;
    };
    [[nodiscard]] Value finish(); // and begins anew

  private:
    std::string text_; // of the cells, each with its end marked
};

[[nodiscard]] std::string to_text(const Fingerprint::Value& value); // 32 hexadecimal digits
[[nodiscard]] std::string fingerprint_of(const std::vector<std::string>& cells);

// How often each fingerprint has come. Memory: about 11 bytes for each of the expected rows, and some for
// each row that came again.
class Occurrences {
  public:
    explicit Occurrences(std::uint64_t expected_rows);
    // 1 for the first such row, 2 for the second.
    [[nodiscard]] std::uint64_t count(const Fingerprint::Value& value);

  private:
    [[nodiscard]] bool insert(std::uint64_t value); // false: it was there
    void grow();

    std::vector<std::uint64_t> slots_; // 0: free
    std::uint64_t used_ = 0;
    std::unordered_map<std::uint64_t, std::uint64_t> repeated_;
};

} // namespace buckstop::imports
