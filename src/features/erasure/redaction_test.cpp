#include "features/erasure/redaction.hpp"

#include <gmock/gmock.h>

namespace buckstop::erasure {
namespace {

using ::testing::Optional;
using ::testing::StrEq;

const Redaction ada("Ada Okafor", "ada.okafor@quay.example", "Someone 3");

TEST(Redaction, FindsTheNameInEitherOrderAndTheAddress) {
    EXPECT_THAT(ada.apply("Ada Okafor called."), Optional(StrEq("Someone 3 called.")));
    EXPECT_THAT(ada.apply("owner: okafor, ada"), Optional(StrEq("owner: Someone 3")));
    EXPECT_THAT(ada.apply("<Ada.Okafor@quay.example>"), Optional(StrEq("<Someone 3>")));
    EXPECT_THAT(ada.apply("Ada Okafor, Ada Okafor"), Optional(StrEq("Someone 3, Someone 3")));
}

TEST(Redaction, LeavesOthersAlone) {
    for (const auto* text : {"Ada", "Okafor & Sons", "Ada Okaforsson", "Granada Okafor", "", "Ada  Okafor",
                             "nada.okafor@quay.example", "ada.okafor@quay.examples"})
        EXPECT_EQ(ada.apply(text), std::nullopt) << text;
}

TEST(Redaction, ANameOfOneWordCountsOnlyWhereItStandsAlone) {
    const Redaction price("Price", std::nullopt, "Someone 1");
    EXPECT_EQ(price.apply("Price was too high"), std::nullopt);
    EXPECT_THAT(price.apply("price"), Optional(StrEq("Someone 1")));
    EXPECT_THAT(price.apply(R"({"owner":"Price","reason":"Price is high"})"),
                Optional(StrEq(R"({"owner":"Someone 1","reason":"Price is high"})")));
    EXPECT_FALSE(price.finds_name_in_sentences());
}

TEST(Redaction, FindsWhatJsonWritesOtherwise) {
    const Redaction quoted("Ada \"Mo\" Okafor", std::nullopt, "Someone 3");
    EXPECT_THAT(quoted.apply(R"({"n":"Ada \"Mo\" Okafor"})"), Optional(StrEq(R"({"n":"Someone 3"})")));
    EXPECT_THAT(quoted.apply("Ada \"Mo\" Okafor"), Optional(StrEq("Someone 3")));
}

TEST(Redaction, OtherLettersAreLettersToo) {
    const Redaction emile("Émile Dupré", std::nullopt, "Someone 2");
    EXPECT_THAT(emile.apply("Émile Dupré"), Optional(StrEq("Someone 2")));
    EXPECT_THAT(emile.apply("émile dupré"), Optional(StrEq("Someone 2")));
    EXPECT_EQ(emile.apply("Émile Dupréé"), std::nullopt);
    for (const auto& pattern : emile.patterns())
        EXPECT_THAT(pattern, ::testing::MatchesRegex("[ -~]*")) << "only ASCII, the same to both databases";
}

TEST(Redaction, PatternsMeanNothingButTheText) {
    EXPECT_THAT(Redaction("50% Off_Ltd!", std::nullopt, "x").patterns(),
                ::testing::Contains("%50!% off!_ltd!!%"));
}

} // namespace
} // namespace buckstop::erasure
