// What a column holds and how it writes it, found from all of its cells: evidence is counted while the file
// streams by, and judged at the end. No reading is ever chosen because most cells would allow it.
#pragma once

#include "base/describe.hpp"
#include "features/imports/fields.hpp"
#include "features/imports/mapping.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace buckstop::imports {

// What the values of a column look like. `words`: text with few different values.
enum class ColumnType { empty, text, words, date, number, integer, percent, boolean };
BOOST_DESCRIBE_ENUM(ColumnType, empty, text, words, date, number, integer, percent, boolean)

// Of the cells that a reading has to be chosen for: how many only one of two could take, how many both take
// alike, how many both take differently; and three examples of each.
struct TwoReadings {
    std::int64_t first_only = 0;  // day before month; decimal point
    std::int64_t second_only = 0; // month before day; decimal comma
    std::int64_t same = 0;
    std::int64_t differ = 0;
    std::vector<std::string> first_examples{}, second_examples{}, differing_examples{};
    bool operator==(const TwoReadings&) const = default;

    // Whether only one of them takes every cell that either takes, or the choice makes no difference.
    [[nodiscard]] bool settled() const;
    [[nodiscard]] bool matters() const { return first_only + second_only + same + differ > 0; }
};
BOOST_DESCRIBE_STRUCT(TwoReadings, (),
                      (first_only, second_only, same, differ, first_examples, second_examples,
                       differing_examples))

struct ColumnEvidence {
    std::int64_t cells = 0;
    std::int64_t nulls = 0;
    std::int64_t dates = 0;      // with a month that follows from the text, or by one of the two readings
    std::int64_t compact = 0;    // 20261123: also counted as integers
    std::int64_t year_first = 0; // with two digits: dates by no other reading
    std::int64_t numbers = 0;    // integers and percents among them
    std::int64_t integers = 0;
    std::int64_t percents = 0;
    std::int64_t booleans = 0; // 0 and 1 are integers too
    bool above_one = false;    // a number is
    TwoReadings day_or_month;  // first: the day comes first
    TwoReadings point_or_comma;
    std::vector<std::string> year_first_examples{};
    std::vector<std::string> marks{};   // of currencies; the first eight different ones
    std::vector<std::string> samples{}; // the first five different values that aren't null

    struct Word {
        std::string text;
        std::int64_t count = 0;
        bool operator==(const Word&) const = default;
        BOOST_DESCRIBE_CLASS(Word, (), (text, count), (), ())
    };
    std::vector<Word> words{}; // all different values that aren't null; empty where there are more than 256

    [[nodiscard]] ColumnType type() const;
    // The part of the values that are of that type, or could fill a field of that type; 0 to 1.
    [[nodiscard]] double share_of(FieldType field) const;

    [[nodiscard]] std::int64_t values() const { return cells - nulls; }
    bool operator==(const ColumnEvidence&) const = default;
};
BOOST_DESCRIBE_STRUCT(ColumnEvidence, (),
                      (cells, nulls, dates, compact, year_first, numbers, integers, percents, booleans,
                       above_one, day_or_month, point_or_comma, year_first_examples, marks, samples, words))

// Gathers it. Memory: 256 values of at most 64 bytes, whatever the column's length.
class ColumnScanner {
  public:
    void add(std::string_view cell); // trimmed
    [[nodiscard]] ColumnEvidence finish();

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    void weigh(std::string_view value, std::int64_t times);
    void weigh_date(std::string_view value, std::int64_t times);
    void weigh_number(std::string_view value, std::int64_t times);
    void give_up_words();

    ColumnEvidence evidence_;
    // Values that come back are counted here and weighed once, at the end.
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> known_;
    bool counts_words_ = true;
    std::size_t last_ = 0; // the word that came last: often it comes again
};

} // namespace buckstop::imports
