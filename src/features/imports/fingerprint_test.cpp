#include "features/imports/fingerprint.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unordered_map>

namespace buckstop::imports {
namespace {

TEST(Fingerprint, never_changes) {
    // Stored in databases: if one of these fails, every table without a key would be imported anew.
    EXPECT_EQ(fingerprint_of({"a", "b"}), "6fca551012b8de073665988d40a497c7");
    EXPECT_EQ(fingerprint_of({}), "cae66941d9efbd404e4d88758ea67670");
}

TEST(Fingerprint, counts_cells_as_they_read) {
    const auto plain = fingerprint_of({"Port of Ellery", "", "12"});
    EXPECT_EQ(fingerprint_of({" Port  of\xC2\xA0"
                              "Ellery ",
                              "n/a", "12"}),
              plain);
    EXPECT_NE(fingerprint_of({"port of ellery", "", "12"}), plain);
    EXPECT_NE(fingerprint_of({"Port of Ellery", "12", ""}), plain);
    EXPECT_NE(fingerprint_of({"ab", "c"}), fingerprint_of({"a", "bc"}));
}

TEST(Fingerprint, occurrences_are_counted) {
    Occurrences occurrences(2);
    EXPECT_EQ(occurrences.count({1, 7}), 1U);
    EXPECT_EQ(occurrences.count({1, 7}), 2U);
    EXPECT_EQ(occurrences.count({1, 8}), 1U);
    EXPECT_EQ(occurrences.count({1, 7}), 3U);
    EXPECT_EQ(occurrences.count({1, 0}), 1U);
    EXPECT_EQ(occurrences.count({1, 0}), 2U);
}

RC_GTEST_PROP(FingerprintProperties, counting_agrees_with_a_map, ()) {
    Occurrences occurrences(*rc::gen::inRange<std::uint64_t>(0, 20)); // often too few: it grows
    std::unordered_map<std::uint64_t, std::uint64_t> expected;
    for (const auto key :
         *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(2, 60)))
        // Scattered as hashes are, and crowded at the end of the table.
        for (const std::uint64_t low : {std::uint64_t{key * 0x9E3779B97F4A7C15ULL}, ~key})
            RC_ASSERT(occurrences.count({0, low}) == ++expected[low]);
}

} // namespace
} // namespace buckstop::imports
