#include "features/imports/cells.hpp"

#include "features/imports/mapping.hpp"

#include <gtest/gtest.h>

namespace buckstop::imports {
namespace {

TEST(Cells, trim_takes_every_kind_of_blank) {
    EXPECT_EQ(trim("  a b\t\r\n"), "a b");
    EXPECT_EQ(trim("\xC2\xA0\xE2\x80\xAF x \xC2\xA0"), "x");
    EXPECT_EQ(trim("\xEF\xBB\xBFname"), "name");
    EXPECT_EQ(trim(std::string_view("Ellery\0\0", 8)), "Ellery");
    EXPECT_EQ(trim("\xC3\xA9t\xC3\xA9"), "\xC3\xA9t\xC3\xA9");
    EXPECT_EQ(trim(" \xC2\xA0 "), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Cells, fold_ignores_case_and_kinds_of_blanks) {
    EXPECT_EQ(fold("  Closed \xC2\xA0 WON "), "closed won");
    EXPECT_EQ(fold("STRA\xC3\x9F"
                   "E"),
              fold("strasse"));
    EXPECT_EQ(fold("\xC3\x89T\xC3\x89"), "\xC3\xA9t\xC3\xA9");
}

TEST(Cells, headers_fold_to_their_letters_and_digits) {
    for (const auto* header : {"Close Date", "close_date", "CloseDate", " CLOSE-DATE* ",
                               "Close\xC2\xA0"
                               "Date"})
        EXPECT_EQ(fold_header(header), "closedate") << header;
    EXPECT_NE(fold_header("Probability (%)"), fold_header("Probability"));
    EXPECT_EQ(fold_header("Größe"), "grösse");
}

TEST(Cells, nulls_are_words_for_nothing) {
    for (const auto* cell :
         {"", "-", "--", "–", "NULL", "null", "\\N", "n/a", "N/A", "#N/A", "(blank)", "None"}) {
        EXPECT_TRUE(is_null(cell, true)) << cell;
        EXPECT_TRUE(is_null(cell, false)) << cell;
    }
    for (const auto* cell : {"NA", "nil", "NaN", "?", "tbd", "0000-00-00"}) {
        EXPECT_FALSE(is_null(cell, true)) << cell;
        EXPECT_TRUE(is_null(cell, false)) << cell;
    }
    for (const auto* cell : {"0", "No", "Nora", "-5", "NULL and void", "N"})
        EXPECT_FALSE(is_null(cell, false)) << cell;
}

TEST(Cells, yes_and_no_have_many_words) {
    for (const auto* cell : {"true", "TRUE", "Yes", "y", "1", "x"})
        EXPECT_EQ(read_boolean(cell), true) << cell;
    for (const auto* cell : {"false", "No", "N", "0", "f"})
        EXPECT_EQ(read_boolean(cell), false) << cell;
    EXPECT_EQ(read_boolean("maybe"), std::nullopt);
    EXPECT_EQ(read_boolean(""), std::nullopt);
}

TEST(Outcomes, our_own_words) {
    const Mapping mapping;
    const auto stage = [&](std::string_view word) { return read_outcome(mapping, word, true); };
    for (const auto* word : {"Won", "closed won", "Closed - Won", "5. Closed Won", "closedwon", "Gewonnen"})
        EXPECT_EQ(stage(word), Outcome::won) << word;
    for (const auto* word : {"Lost", "Closed Lost", "6 - CLOSED LOST", "closedlost", "Deal lost"})
        EXPECT_EQ(stage(word), Outcome::lost) << word;
    for (const auto* word :
         {"Prospecting", "Proposal/Price Quote", "Negotiation", "Demo completed", "Check out", "Open"})
        EXPECT_EQ(stage(word), Outcome::open) << word;
    for (const auto* word :
         {"Closed", "Dead", "Cancelled", "Lost contact", "Not won", "No decision", "Win", "7"})
        EXPECT_EQ(stage(word), std::nullopt) << word;
    EXPECT_EQ(read_outcome(mapping, "Prospecting", false), std::nullopt) << "an outcome is said, not guessed";
    EXPECT_EQ(read_outcome(mapping, "In Progress", false), Outcome::open);
}

TEST(Outcomes, the_mappings_words_come_first) {
    Mapping mapping;
    mapping.outcomes = {{"Won", Outcome::lost}, {"Zu Ende ", Outcome::won}};
    EXPECT_EQ(read_outcome(mapping, "WON", true), Outcome::lost);
    EXPECT_EQ(read_outcome(mapping, "zu  ende", true), Outcome::won);
}

} // namespace
} // namespace buckstop::imports
