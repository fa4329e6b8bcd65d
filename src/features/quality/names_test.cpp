// When two names may mean the same, and that blocks find them.
#include "features/quality/twins.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <map>
#include <random>
#include <rapidcheck/gtest.h>
#include <set>

namespace buckstop::quality {
namespace {

double likeness_of(std::string_view one, std::string_view other) {
    return likeness(compared_name(one), compared_name(other));
}

TEST(Names, AreTheSameWithoutWhatTellsNothing) {
    for (const auto& [one, other] : std::vector<std::pair<const char*, const char*>>{
             {"Müller & Söhne GmbH & Co. KG", "Muller Sohne"},
             {"The Acme Corporation", "ACME, Inc."},
             {"Acme S.A.", "acme sa"},
             {"Logistik Nordwind", "Nordwind-Logistik"},
             {"GTXPro", "GTX Pro"},
             {"Macy’s", "Macys Ltd"},
             {"Łódź Transport Sp. z o.o.", "Lodz Transport Sp zoo"},
             {"Ångström AB", "Angstrom"},
             {"ＡＣＭＥ", "Acme"}, // full width
             {"Straße Bau", "STRASSE BAU"},
         })
        EXPECT_EQ(likeness_of(one, other), 1) << one << " / " << other;
}

TEST(Names, MayHaveATypingError) {
    EXPECT_NEAR(likeness_of("Microsoft", "Micorsoft"), 1 - 1.0 / 9, 1e-9); // two neighbours swapped
    EXPECT_GT(likeness_of("Nordwind Logistik", "Nordwind Logistk"), 0.9);
    EXPECT_GT(likeness_of("International Freight", "Internatoinal Frieght"), -1);
    EXPECT_GT(likeness_of("Constructions", "Konstruktions"), 0.8); // two in a long word
}

TEST(Names, AreTwoWhereMoreThanAWordDiffers) {
    for (const auto& [one, other] : std::vector<std::pair<const char*, const char*>>{
             {"Acme Foods", "Acme Tools"},
             {"Area 51", "Area 52"},
             {"Studio 1234567", "Studio 1234568"},
             {"Northern Rail", "Southern Rail"},
             {"Condax", "Faxquote"},
             {"Acme", "Acne"}, // too short for an error
             {"AG Insurance", "Insurance"},
             {"Acme Logistics", "Acme"},
             {"", ""},
             {"Acme", ""},
         })
        EXPECT_EQ(likeness_of(one, other), 0) << one << " / " << other;
}

TEST(Names, OfWordsThatTellNothingKeepThem) {
    EXPECT_FALSE(compared_name("The Company").words.empty());
    EXPECT_FALSE(compared_name("Co. KG").words.empty());
    EXPECT_TRUE(compared_name("!?").words.empty());
}

std::string some_name() {
    static const std::vector<std::string> words{
        "Acme",    "Nordwind", "Logistik", "Logistic", "International", "GmbH", "The",
        "Harbour", "Harbor",   "Area",     "51",       "S.A.",          "&",    "Müller",
        "Mueller", "Konzern",  "Konzer",   "Konzren"};
    std::string name;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i)
        name += *rc::gen::elementOf(words) + " ";
    return name;
}

RC_GTEST_PROP(Names, LikenessIsSymmetricAndAtMostOne, ()) {
    const auto one = *rc::gen::oneOf(rc::gen::arbitrary<std::string>(), rc::gen::exec(some_name));
    const auto other = *rc::gen::oneOf(rc::gen::arbitrary<std::string>(), rc::gen::exec(some_name));
    const double likeness = likeness_of(one, other);
    RC_ASSERT(likeness == likeness_of(other, one));
    RC_ASSERT(likeness >= 0 && likeness <= 1);
}

RC_GTEST_PROP(Names, ANameIsLikeItself, ()) {
    const auto name = *rc::gen::exec(some_name);
    if (!compared_name(name).words.empty())
        RC_ASSERT(likeness_of(name, name) == 1);
}

RC_GTEST_PROP(Names, TypingErrorsAreADistance, ()) {
    const auto letters = rc::gen::container<std::u32string>(rc::gen::elementOf(std::u32string(U"abc")));
    const auto one = *letters, other = *letters;
    RC_ASSERT(typing_errors(one, one, 9) == 0);
    RC_ASSERT(typing_errors(one, other, 1000) == typing_errors(other, one, 1000));
    RC_ASSERT(typing_errors(one, other, 2) == std::min(3, typing_errors(one, other, 1000)));
}

RC_GTEST_PROP(Twins, AreAlikeAndShareABlock, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(0, 40);
    std::vector<Name> names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back(compared_name(*rc::gen::exec(some_name)));
    std::map<std::size_t, std::size_t> of_one;
    for (const auto& twin : find_twins(names)) {
        RC_ASSERT(twin.earlier < twin.later);
        RC_ASSERT(twin.likeness == likeness(names[twin.earlier], names[twin.later]));
        const auto one = blocks_of(names[twin.earlier]), other = blocks_of(names[twin.later]);
        RC_ASSERT(std::ranges::find_first_of(one, other) != one.end());
        RC_ASSERT(++of_one[twin.later] <= most_twins);
    }
}

// Against comparing each with each, which nobody could wait for: what is the same is always found.
RC_GTEST_PROP(Twins, FindEveryNameThatIsTheSame, ()) {
    std::vector<Name> names;
    for (int i = 0; i < 30; ++i)
        names.push_back(compared_name(*rc::gen::exec(some_name)));
    std::set<std::size_t> found;
    for (const auto& twin : find_twins(names))
        found.insert(twin.later);
    for (std::size_t later = 0; later < names.size(); ++later)
        for (std::size_t earlier = 0; earlier < later; ++earlier)
            if (likeness(names[earlier], names[later]) == 1)
                RC_ASSERT(found.contains(later));
}

// The work is bounded whatever the names are: all in one block, all the same.
TEST(Twins, OfManyEqualNamesAreFew) {
    const std::vector<Name> names(5'000, compared_name("Acme International Logistics"));
    const auto twins = find_twins(names);
    EXPECT_EQ(twins.size(), 4'999U + 4'998U + 4'997U); // three of each but the first ones
}

} // namespace
} // namespace buckstop::quality
