// Pairs of names that may mean the same, among many. Comparing each with each would take a hundred thousand
// companies days: names are put into blocks, and only neighbours in a block are compared. Private to this
// feature.
#pragma once

#include "features/quality/names.hpp"

#include <cstdint>

namespace buckstop::quality {

// The blocks that a name stands in: the name as a whole, and for each word its first and its last three
// letters. A typing error leaves a word's beginning or its end as it was, and the other words too, so that
// two alike names share a block; all but a few: see README.md for how many, measured.
[[nodiscard]] std::vector<std::uint64_t> blocks_of(const Name& name);

struct Twin {
    std::size_t earlier = 0, later = 0; // places in `names`
    double likeness = 0;
    bool operator==(const Twin&) const = default;
};

inline constexpr std::size_t most_neighbours = 40;
inline constexpr std::size_t most_twins = 3;

// For each name the earlier ones that are alike (the most alike, at most most_twins of them), in order. In a
// block names lie in alphabetical order and each is compared with the next most_neighbours only, so that the
// work grows with the number of names times that of their words, whatever they are.
[[nodiscard]] std::vector<Twin> find_twins(std::span<const Name> names);

} // namespace buckstop::quality
