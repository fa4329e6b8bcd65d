// What Boost.Describe knows about our structs and enums, in the two forms that the database layer, JSON and
// the API description need: enumerators by name, members with their names.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace buckstop {

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

// A described struct's members, its bases' first.
template <class T>
using Members =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
inline constexpr std::size_t member_count = boost::mp11::mp_size<Members<T>>::value;

// Calls visit(name, member) for each member of `object`.
template <class T, class Visit>
requires DescribedStruct<std::remove_const_t<T>>
void for_each_member(T& object, Visit&& visit) {
    boost::mp11::mp_for_each<Members<std::remove_const_t<T>>>(
        [&](auto member) { visit(std::string_view(member.name), object.*member.pointer); });
}

// The enumerator's name as it is written in the code; empty for a value outside the enum.
template <DescribedEnum E>
[[nodiscard]] std::string_view enum_name(E value) {
    std::string_view name;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto entry) {
        if (entry.value == value)
            name = entry.name;
    });
    return name;
}

template <DescribedEnum E>
[[nodiscard]] std::optional<E> enum_from_name(std::string_view name) {
    std::optional<E> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto entry) {
        if (name == entry.name)
            found = entry.value;
    });
    return found;
}

template <DescribedEnum E>
[[nodiscard]] std::vector<std::string_view> enum_names() {
    std::vector<std::string_view> names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto entry) { names.emplace_back(entry.name); });
    return names;
}

} // namespace buckstop
