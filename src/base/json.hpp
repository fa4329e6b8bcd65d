// JSON to and from described structs by Boost.JSON, with every mistake of an input named by its path.
//   bool, integers, double, std::string    as they are        Id       a string of decimal digits
//   described enum   its enumerator's name                    Date     "2026-11-23"
//   std::optional    null or left out when empty              Instant  "2026-11-23T01:22:05.123456Z"
//   std::vector      an array                                 Money    {"minor": 123450, "currency": "EUR"}
//   described struct, its bases' members first: an object     std::map<std::string, T>  an object
//   boost::json::value, anything                              double: null where it isn't finite
//   std::optional<std::optional<T>> tells a member that was left out from one that is null, for PATCH
#pragma once

#include "base/describe.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <boost/json.hpp>
#include <string_view>

namespace buckstop::json {

// Refuses what isn't JSON, repeated keys, more than 32 levels, text that isn't UTF-8, and more than 64 MiB.
[[nodiscard]] Result<boost::json::value> parse(std::string_view text);

template <class T>
[[nodiscard]] boost::json::value write(const T& value);

// All field errors at once, as one ErrorCode::invalid. Unknown members are errors. The rules: required,
// unknown, repeated, not_an_object, not_a_list, not_a_boolean, not_an_integer, not_a_number, not_a_text,
// not_a_choice, not_an_id, not_a_date, not_a_moment, not_a_currency, out_of_range.
template <class T>
[[nodiscard]] Result<T> read(const boost::json::value& value);

// The JSON Schema (2020-12) of T, as OpenAPI 3.1 wants it. Described structs and enums lie below "$defs"
// under their names, such as "lessons.LessonSummary", and are referred to as "#/$defs/lessons.LessonSummary".
template <class T>
[[nodiscard]] boost::json::object schema();

// write() and serialise.
template <class T>
[[nodiscard]] std::string to_text(const T& value) {
    return boost::json::serialize(write(value));
}

// parse() and read().
template <class T>
[[nodiscard]] Result<T> from_text(std::string_view text) {
    const auto value = parse(text);
    return value ? read<T>(*value) : Result<T>(fail(value.error()));
}

} // namespace buckstop::json

#include "base/json_impl.hpp"
