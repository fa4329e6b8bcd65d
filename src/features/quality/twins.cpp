#include "features/quality/twins.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

namespace buckstop::quality {
namespace {

struct Entry {
    std::uint64_t block = 0;
    std::uint32_t rank = 0; // of the name in alphabetical order
    auto
    operator<=>(const Entry&) const = default; // NOLINT(modernize-use-nullptr): clang-tidy 14 misreads <=>
};

std::uint64_t block(char32_t kind, std::u32string_view letters) {
    // So that one kind's blocks are not another's.
    return std::hash<std::u32string>{}(std::u32string(1, kind).append(letters));
}

std::vector<std::uint32_t> in_alphabetical_order(std::span<const Name> names) {
    std::vector<std::uint32_t> order(names.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t one, std::uint32_t other) {
        return std::tie(names[one].sorted, one) < std::tie(names[other].sorted, other);
    });
    return order;
}

std::vector<Entry> entries_of(std::span<const Name> names, std::span<const std::uint32_t> order) {
    std::vector<Entry> entries;
    for (std::uint32_t rank = 0; rank < order.size(); ++rank)
        for (const auto each : blocks_of(names[order[rank]]))
            entries.push_back({.block = each, .rank = rank});
    std::ranges::sort(entries);
    return entries;
}

// Those of each later name, the most alike first, cut to most_twins.
std::vector<Twin> the_most_alike(std::vector<Twin> twins) {
    std::ranges::sort(twins, [](const Twin& one, const Twin& other) {
        return std::tuple(one.later, -one.likeness, one.earlier) <
               std::tuple(other.later, -other.likeness, other.earlier);
    });
    twins.erase(std::unique(twins.begin(), twins.end()), twins.end());
    std::vector<Twin> kept;
    for (const auto& twin : twins)
        if (kept.size() < most_twins || kept[kept.size() - most_twins].later != twin.later)
            kept.push_back(twin);
    return kept;
}

} // namespace

std::vector<std::uint64_t> blocks_of(const Name& name) {
    if (name.words.empty())
        return {};
    std::vector<std::uint64_t> blocks{block(U'=', name.sorted), block(U'|', name.written)};
    for (const std::u32string_view word : name.words) {
        blocks.push_back(block(U'<', word.substr(0, 3)));
        blocks.push_back(block(U'>', word.substr(word.size() - std::min<std::size_t>(word.size(), 3))));
    }
    std::ranges::sort(blocks);
    blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
    return blocks;
}

std::vector<Twin> find_twins(std::span<const Name> names) {
    const auto order = in_alphabetical_order(names);
    const auto entries = entries_of(names, order);
    std::vector<Twin> twins;
    for (std::size_t i = 0; i < entries.size(); ++i)
        for (std::size_t j = i + 1;
             j < entries.size() && j <= i + most_neighbours && entries[j].block == entries[i].block; ++j) {
            const auto one = order[entries[i].rank], other = order[entries[j].rank];
            if (const double alike = likeness(names[one], names[other]); alike > 0)
                twins.push_back(
                    {.earlier = std::min(one, other), .later = std::max(one, other), .likeness = alike});
        }
    return the_most_alike(std::move(twins));
}

} // namespace buckstop::quality
