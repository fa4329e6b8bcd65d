#include "base/id.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <thread>
#include <vector>

namespace buckstop {
namespace {

TEST(Id, text_is_positive_decimal_digits) {
    EXPECT_EQ(DealId::parse("9223372036854775807").value().value(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(DealId::parse("42").value().text(), "42");
    for (const auto* bad :
         {"", "0", "-1", "+1", " 1", "1 ", "1.0", "abc", "9223372036854775808", "1a", "0x1"})
        EXPECT_FALSE(DealId::parse(bad)) << bad;
    EXPECT_FALSE(DealId{});
    EXPECT_TRUE(DealId{1});
}

TEST(IdSource, eight_threads_never_get_the_same_id) {
    IdSource source;
    constexpr std::size_t each = 20'000;
    std::vector<std::vector<std::int64_t>> made(8);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : made)
            threads.emplace_back([&source, &mine] {
                for (std::size_t i = 0; i < each; ++i)
                    mine.push_back(source.next());
            });
    }
    std::vector<std::int64_t> all;
    for (const auto& mine : made) {
        EXPECT_TRUE(std::ranges::is_sorted(mine)) << "ids are ordered by time";
        all.insert(all.end(), mine.begin(), mine.end());
    }
    std::ranges::sort(all);
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
    EXPECT_GT(all.front(), 0);
}

TEST(IdSource, ids_follow_the_clock) {
    IdSource one;
    const auto first = one.next();
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    IdSource other;
    EXPECT_GT(other.next(), first) << "another process's later id is larger";
}

} // namespace
} // namespace buckstop
