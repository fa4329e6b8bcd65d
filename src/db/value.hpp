// How C++ values travel to and from a database, the same on SQLite and PostgreSQL:
//   bool -> boolean (0/1)      integers, Id -> bigint      double -> double precision
//   std::string -> text        described enum -> text, the enumerator's name
//   Date -> date (ISO text)    Instant -> bigint, µs UTC   std::optional -> null when empty
#pragma once

#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace buckstop::db {

// A parameter on its way in. Views point into the caller's arguments, which outlive the call.
using Param = std::variant<std::monostate, std::int64_t, double, std::string_view, std::string>;

inline Param to_param(std::monostate) {
    return {};
}
inline Param to_param(std::nullopt_t) {
    return {};
}
inline Param to_param(bool value) {
    return std::int64_t{value};
}
template <std::integral T>
Param to_param(T value) {
    return static_cast<std::int64_t>(value);
}
inline Param to_param(double value) {
    return value;
}
inline Param to_param(const std::string& value) {
    return std::string_view(value);
}
inline Param to_param(std::string_view value) {
    return value;
}
inline Param to_param(const char* value) {
    return std::string_view(value);
}
inline Param to_param(Date value) {
    return to_text(value);
}
inline Param to_param(Instant value) {
    return std::int64_t{value.time_since_epoch().count()};
}
template <class Entity>
Param to_param(Id<Entity> value) {
    return value.value();
}
template <DescribedEnum E>
Param to_param(E value) {
    return enum_name(value);
}
template <class T>
Param to_param(const std::optional<T>& value) {
    return value ? to_param(*value) : Param{};
}

// The current row of a running query. Views last until the next row.
class Row {
  public:
    virtual ~Row() = default;
    [[nodiscard]] virtual int columns() const = 0;
    [[nodiscard]] virtual std::string_view name(int column) const = 0;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0; // also for booleans: 0 or 1
    [[nodiscard]] virtual double real(int column) const = 0;
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class Entity>
inline constexpr bool is_id<Id<Entity>> = true;

// Reads one column. A null in a column that isn't std::optional, or text that isn't of the type, is a bug of
// the schema or the query and throws std::logic_error.
template <class T>
void read_column(const Row& row, int column, T& into) {
    if constexpr (is_optional<T>) {
        if (row.is_null(column)) {
            into.reset();
            return;
        }
        typename T::value_type value{};
        read_column(row, column, value);
        into = std::move(value);
    } else {
        if (row.is_null(column))
            throw std::logic_error("null in column " + std::string(row.name(column)));
        const auto require = [&](auto&& parsed) {
            if (!parsed)
                throw std::logic_error("column " + std::string(row.name(column)) +
                                       " holds what its type can't be");
            return *parsed;
        };
        if constexpr (std::same_as<T, bool>)
            into = row.integer(column) != 0;
        else if constexpr (std::integral<T>)
            into = static_cast<T>(row.integer(column));
        else if constexpr (std::same_as<T, double>)
            into = row.real(column);
        else if constexpr (std::same_as<T, std::string>)
            into = std::string(row.text(column));
        else if constexpr (is_id<T>)
            into = T(row.integer(column));
        else if constexpr (std::same_as<T, Date>)
            into = require(parse_date(row.text(column)));
        else if constexpr (std::same_as<T, Instant>)
            into = Instant{std::chrono::microseconds{row.integer(column)}};
        else {
            static_assert(DescribedEnum<T>, "this type has no form in the database; add one here");
            into = require(enum_from_name<T>(row.text(column)));
        }
    }
}

// Which column fills which member. A member without a column, or a column without a member, is a bug: the
// query and the struct must agree.
template <DescribedStruct T>
std::vector<int> columns_of(const Row& row) {
    std::vector<int> places;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        int place = -1;
        for (int i = 0; i < row.columns(); ++i)
            if (row.name(i) == member.name)
                place = i;
        if (place < 0)
            throw std::logic_error("the query has no column " + std::string(member.name));
        places.push_back(place);
    });
    if (static_cast<int>(places.size()) != row.columns())
        throw std::logic_error("the query has a column that no member takes");
    return places;
}

template <DescribedStruct T>
T read_row(const Row& row, const std::vector<int>& places) {
    T result{};
    std::size_t next = 0;
    for_each_member(result,
                    [&](std::string_view, auto& member) { read_column(row, places[next++], member); });
    return result;
}

} // namespace buckstop::db
