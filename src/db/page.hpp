// Pages of a list by the key of the last row seen ("keyset"): as fast on page 1000 as on page 1, and no row
// is shown twice or left out because others came or went in between.
//
//   const auto after = read_cursor(query.cursor, std::tuple{latest_date, DealId(largest)}); // where page 1
//   begins if (!after)
//       return fail(after.error());
//   auto rows = tx.query<Deal>("select closed_on, id, name from deal where org_id = $1 "
//                              "and (closed_on, id) < ($2, $3) order by closed_on desc, id desc limit $4",
//                              org, std::get<0>(*after), std::get<1>(*after), limit + 1); // one more than
//                              shown
//   auto next = cut_page(rows, limit, [](const Deal& deal) { return std::tuple{deal.closed_on, deal.id}; });
//   return http::Page<Deal>{std::move(rows), std::move(next)};
//
// The key must be unique (end it with the id) and not null; an index on (org_id, closed_on, id) serves it.
#pragma once

#include "db/db.hpp"

#include <tuple>

namespace buckstop::db {

// The key's parts as a text that clients pass back and needn't understand. It hides nothing from them.
[[nodiscard]] std::string encode_cursor(std::span<const Param> key);

// A cursor's parts, read as the columns of a row are.
class CursorParts final : public Row {
  public:
    // Nothing unless `cursor` is what encode_cursor makes of that many parts.
    [[nodiscard]] static std::optional<CursorParts> decode(std::string_view cursor, std::size_t count);

    int columns() const override { return static_cast<int>(parts_.size()); }
    std::string_view name(int) const override { return "of a cursor"; }
    bool is_null(int) const override { return false; }
    std::int64_t integer(int part) const override;
    double real(int part) const override;
    std::string_view text(int part) const override { return parts_[static_cast<std::size_t>(part)]; }

  private:
    explicit CursorParts(std::vector<std::string> parts) : parts_(std::move(parts)) {}
    std::vector<std::string> parts_;
};

// The key to go on after: what the cursor says, or `beginning` where there is none. Error (invalid): the text
// isn't a cursor of this list.
template <class... Keys>
[[nodiscard]] Result<std::tuple<Keys...>> read_cursor(const std::optional<std::string>& cursor,
                                                      const std::tuple<Keys...>& beginning) {
    if (!cursor)
        return beginning;
    if (const auto parts = CursorParts::decode(*cursor, sizeof...(Keys))) {
        try {
            std::tuple<Keys...> key;
            int place = 0;
            std::apply([&](auto&... part) { (read_column(*parts, place++, part), ...); }, key);
            return key;
        } catch (const std::logic_error&) { // another list's, or made up
        }
    }
    return fail_field("cursor", "not_a_cursor",
                      "This isn't a place in this list; please begin at its first page.");
}

// Cuts `rows` to `limit` and returns the next page's cursor, or nothing where these were the last.
template <class T, class KeyOf>
[[nodiscard]] std::optional<std::string> cut_page(std::vector<T>& rows, std::size_t limit, KeyOf&& key_of) {
    if (rows.size() <= limit || limit == 0)
        return std::nullopt;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(limit), rows.end());
    const auto key = key_of(rows.back());
    return std::apply(
        [](const auto&... parts) {
            return encode_cursor(std::array<Param, sizeof...(parts)>{to_param(parts)...});
        },
        key);
}

} // namespace buckstop::db
