// Salesforce writes the same id with 15 characters, which capitals tell apart (reports, addresses of pages),
// and with 18, whose last three say which letters are capitals (Data Loader, weekly export).
#pragma once

#include "features/imports/characters.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace buckstop::imports {

class SalesforceId {
  public:
    // The id of 18 characters where the cell has 15 letters and digits, else the cell. The view is valid as
    // long as this object.
    [[nodiscard]] std::string_view expand(std::string_view cell) {
        if (cell.size() != 15 ||
            !std::ranges::all_of(cell, [](char c) { return is_letter(c) || is_digit(c); }))
            return cell;
        std::ranges::copy(cell, text_.begin());
        for (std::size_t part = 0; part < 3; ++part) {
            std::size_t capitals = 0;
            for (std::size_t i = 0; i < 5; ++i)
                capitals |= std::size_t{cell[part * 5 + i] >= 'A' && cell[part * 5 + i] <= 'Z'} << i;
            text_[15 + part] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals];
        }
        return {text_.data(), text_.size()};
    }

  private:
    std::array<char, 18> text_{};
};

} // namespace buckstop::imports
