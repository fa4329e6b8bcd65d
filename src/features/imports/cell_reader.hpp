// Reads the cells of one column into the members of a draft, or says what is wrong with them.
#pragma once

#include "features/imports/drafts.hpp"
#include "features/imports/mapping.hpp"
#include "features/imports/text_arena.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace buckstop::imports {

// How one column, or a constant, is read.
struct CellFormat {
    std::string header;
    FieldType type = FieldType::text;
    Format format = Format::ymd;
    std::string currency; // of amounts without a mark; empty where only the default is left
    bool round = false;
};

// Knows the file's words and currencies; one for each file.
class CellReader {
  public:
    CellReader(const Mapping& mapping, std::string default_currency);

    // Each returns nothing for a cell that says that nothing is there, and for one with a problem, which it
    // adds.
    Text text(std::string_view cell, TextArena& arena) const;
    std::optional<Date> date(std::string_view cell, const CellFormat& how,
                             std::vector<Problem>& problems) const;
    std::optional<std::int64_t> integer(std::string_view cell, const CellFormat& how,
                                        std::vector<Problem>& problems) const;
    std::optional<double> share(std::string_view cell, const CellFormat& how,
                                std::vector<Problem>& problems) const;
    std::optional<bool> boolean(std::string_view cell, const CellFormat& how,
                                std::vector<Problem>& problems) const;
    Text currency(std::string_view cell, const CellFormat& how, TextArena& arena,
                  std::vector<Problem>& problems) const;
    // `row_currency` is what the row's own column says; becomes what the amount is in, unless by default.
    std::optional<std::int64_t> amount(std::string_view cell, const CellFormat& how, Text& row_currency,
                                       TextArena& arena, std::vector<Problem>& problems);
    // By the mapping's words and ours, remembered.
    std::optional<Outcome> outcome(std::string_view word, bool is_stage);

  private:
    std::optional<Decimal> number(std::string_view cell, const CellFormat& how,
                                  std::vector<Problem>& problems) const;
    int digits_of(std::string_view currency);

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    template <class T>
    using ByText = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

    const Mapping& mapping_;
    std::string default_currency_;
    ByText<int> digits_;
    ByText<std::optional<Outcome>> outcomes_, stage_outcomes_;
};

} // namespace buckstop::imports
