// Deals that nobody wrote by hand, made from the demonstration's words: the same seed gives the same deals.
// Pure: no database, no clock.
#pragma once

#include "features/demo/content.hpp"
#include "features/imports/imports.hpp"

#include <cstdint>
#include <random>

namespace buckstop::demo {

// Deals with what happened to them.
struct DealHistory {
    imports::Batch deals, stage_changes, activities;
    // How often the expected close of a deal moved later before it read as in `deals`, with the dates that it
    // had: an import for each day tells the same story that a weekly export would have.
    struct Push {
        std::size_t deal = 0; // index in `deals`
        Date as_of, expected_close_on;
    };
    std::vector<Push> pushes;
};

// The hand-written deals, with stage history and activities filled in around them.
[[nodiscard]] DealHistory notable_deals(const Content& content, Date today);

// Gives generated deals in portions.
class DealGenerator {
  public:
    // `content` outlives the generator.
    DealGenerator(const Content& content, Date today, std::uint64_t seed);
    [[nodiscard]] DealHistory next(std::size_t deals);

  private:
    const Content& content_;
    Date today_;
    std::mt19937_64 random_;
    std::uint64_t made_ = 0;
};

} // namespace buckstop::demo
