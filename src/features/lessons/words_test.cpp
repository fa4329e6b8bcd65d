#include "features/lessons/words.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace buckstop::lessons {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> folded(std::string_view text) {
    std::vector<std::string> words;
    for (const auto& word : words_of(text))
        words.push_back(word.folded);
    return words;
}

std::vector<std::string> stems(std::string_view text) {
    std::vector<std::string> words;
    for (const auto& word : words_of(text))
        words.push_back(word.stem);
    return words;
}

TEST(WordsTest, AreFoldedAndStemmed) {
    EXPECT_THAT(folded("Two NAMES, before a quote!"), ElementsAre("two", "names", "before", "a", "quote"));
    EXPECT_THAT(stems("negotiations negotiating Negotiated"), ElementsAre("negoti", "negoti", "negoti"));
    EXPECT_THAT(folded("Café Ångström ＦＵＬＬ"), ElementsAre("cafe", "angstrom", "full"));
    EXPECT_THAT(stems("the customer’s customers don't"), ElementsAre("the", "custom", "custom", "dont"));
    EXPECT_THAT(folded("3.5 % a\0b"), ElementsAre("3·5", "a"));
    EXPECT_THAT(folded("  …!?«» \n"), IsEmpty());
    EXPECT_THAT(folded("日本"), Not(IsEmpty()));
}

TEST(WordsTest, KnowTheirPlace) {
    const std::string text = "Ask who wrote the spécs.";
    for (const auto& word : words_of(text))
        if (word.folded == "specs") {
            EXPECT_EQ(text.substr(word.begin, word.end - word.begin), "spécs");
        }
}

TEST(WordsTest, AVeryLongWordIsCut) {
    const auto words = words_of(std::string(5'000, 'x'));
    ASSERT_EQ(words.size(), 1U);
    EXPECT_LE(words[0].folded.size(), 64U);
}

TEST(SearchWordsTest, StopWordsCountOnlyAlone) {
    EXPECT_EQ(SearchWords("the price ").tsquery(false), "('sprice')");
    EXPECT_EQ(SearchWords("the ").tsquery(false), "('sthe')");
    EXPECT_EQ(SearchWords("\"the price\"").tsquery(false), "('sthe' <-> 'sprice')");
}

TEST(SearchWordsTest, TheLastWordMayBeUnfinished) {
    EXPECT_EQ(SearchWords("steel neg").tsquery(false), "('ssteel') & ('sneg' | 'wneg':*)");
    EXPECT_EQ(SearchWords("steel neg").fts5(false),
              "({stems} : \"steel\") AND ({stems} : \"neg\" OR {words} : \"neg\" *)");
    EXPECT_EQ(SearchWords("neg").tsquery(true), "('sneg':A | 'wneg':*A)");
    EXPECT_EQ(SearchWords("\"steel neg").tsquery(false), "('ssteel') & ('sneg' | 'wneg':*)")
        << "a quote left open";
}

TEST(SearchWordsTest, NothingToSearchIsEmpty) {
    for (const char* typed : {"", " ", "\"", "\"\"", "***", "-- ;", "«»", "\" \""})
        EXPECT_TRUE(SearchWords(typed).empty()) << typed;
}

TEST(ExcerptTest, MarksWhatWasAskedFor) {
    EXPECT_EQ(excerpt("Never quote a date.", SearchWords("dates ")), "Never quote a «date».");
    EXPECT_EQ(excerpt("Never quote a date.", SearchWords("quo")), "Never «quote» a date.");
    EXPECT_EQ(excerpt("Never\n quote\ta date.", SearchWords("")), "Never quote a date.");
    EXPECT_EQ(excerpt("They said «soon».", SearchWords("soon")), "They said ‹«soon»›.");
}

TEST(ExcerptTest, ShowsTheRichestPart) {
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += i == 20 ? "steel " : i == 150 ? "steel prices " : "blah ";
    const auto part = excerpt(text, SearchWords("steel price "));
    EXPECT_THAT(part, HasSubstr("«steel» «prices»"));
    EXPECT_TRUE(part.starts_with("…"));
    EXPECT_TRUE(part.ends_with("…"));
    EXPECT_LT(part.size(), 400U);
    EXPECT_LT(excerpt(std::string(20'000, 'x'), SearchWords("")).size(), 500U);
}

RC_GTEST_PROP(SearchWords, AnythingCanBeTyped, (const std::string& bytes)) {
    // Whatever the bytes: no blanks, quotes or operators of the databases' own get through in a word.
    for (const auto& word : words_of(bytes)) {
        RC_ASSERT(!word.folded.empty());
        RC_ASSERT(!word.stem.empty());
        RC_ASSERT(word.end <= bytes.size());
        for (const auto& form : {word.folded, word.stem})
            RC_ASSERT(form.find_first_of(" '\"\\:*&|!()<>{}-^") == std::string::npos);
    }
    const SearchWords asked(bytes);
    (void)excerpt(bytes, asked);
}

} // namespace
} // namespace buckstop::lessons
