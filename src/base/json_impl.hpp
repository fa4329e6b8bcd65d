// The templates behind json.hpp: how each kind of C++ value looks as JSON. A type that json.hpp doesn't list
// gets its form by a specialisation of Form<T> with the same three functions.
#pragma once

#include "base/json.hpp"

#include <cmath>
#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <typeinfo>

namespace buckstop::json {

// One read in progress: where in the input it is, and every rule broken so far.
class Reading {
  public:
    // Notes a broken rule at the present place. After a hundred of them further ones are dropped, so that a
    // small hostile input can't ask for a large answer.
    void refuse(std::string_view rule, std::string_view message);

    // Runs `inner` with the place one member or one element further inside.
    template <class Inner>
    void member(std::string_view name, Inner&& inner) {
        const auto outer = path_.size();
        enter(name);
        inner();
        path_.resize(outer);
    }
    template <class Inner>
    void element(std::size_t index, Inner&& inner) {
        const auto outer = path_.size();
        path_ += '[' + std::to_string(index) + ']';
        inner();
        path_.resize(outer);
    }

    [[nodiscard]] bool ok() const { return errors_.empty(); }
    // All broken rules as one ErrorCode::invalid.
    [[nodiscard]] Error error() &&;

  private:
    void enter(std::string_view name);

    std::string path_;
    std::vector<FieldError> errors_;
};

// How T looks as JSON:
//   static boost::json::value write(const T& value);
//   static void read(const boost::json::value& from, T& into, Reading& reading);
//   static boost::json::object schema(boost::json::object& definitions);
// schema() puts described structs and enums into `definitions` by name and refers to them as "#/$defs/name".
template <class T>
struct Form;

namespace detail {

// What doesn't depend on T, kept out of the templates.
const boost::json::object* object_in(const boost::json::value& from, Reading& reading);
const boost::json::array* array_in(const boost::json::value& from, Reading& reading);
void refuse_unknown(const boost::json::object& object, bool (*known)(std::string_view), Reading& reading);
void read_integer(const boost::json::value& from, std::int64_t least, std::int64_t most, std::int64_t& into,
                  Reading& reading);
std::int64_t read_id(const boost::json::value& from, Reading& reading);
void refuse_text(std::string_view text, Reading& reading); // where no database could hold it
void refuse_choice(std::vector<std::string_view> names, Reading& reading);
boost::json::object typed(std::string_view type);
boost::json::object reference(std::string_view name);
boost::json::object or_null(boost::json::object schema);
boost::json::object id_schema();
boost::json::object enum_schema(const std::vector<std::string_view>& names);
// "lessons.LessonSummary" of buckstop::lessons::LessonSummary; only letters, digits, '.', '_' and '-'.
std::string definition_name(const std::type_info& type);

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// Adds the definition of T unless it is there, and refers to it.
template <class T, class Make>
boost::json::object define(boost::json::object& definitions, Make&& make) {
    const std::string name = definition_name(typeid(T));
    if (!definitions.contains(name)) {
        definitions[name] = nullptr; // ends the recursion of a type that contains itself
        definitions[name] = make();
    }
    return reference(name);
}

} // namespace detail

template <>
struct Form<bool> {
    static boost::json::value write(bool value) { return value; }
    static void read(const boost::json::value& from, bool& into, Reading& reading);
    static boost::json::object schema(boost::json::object&) { return detail::typed("boolean"); }
};

template <std::integral T>
requires(!std::same_as<T, bool> && sizeof(T) <= sizeof(std::int64_t)) struct Form<T> {
    static_assert(std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t),
                  "64 bits without a sign don't fit the database; use std::int64_t");
    static boost::json::value write(T value) { return static_cast<std::int64_t>(value); }
    static void read(const boost::json::value& from, T& into, Reading& reading) {
        std::int64_t wide = into;
        detail::read_integer(from, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), wide,
                             reading);
        into = static_cast<T>(wide);
    }
    static boost::json::object schema(boost::json::object&) {
        auto schema = detail::typed("integer");
        schema["format"] = sizeof(T) < sizeof(std::int64_t) ? "int32" : "int64";
        if constexpr (std::unsigned_integral<T>)
            schema["minimum"] = 0;
        return schema;
    }
};

template <>
struct Form<double> {
    // JSON has no infinity and no "not a number".
    static boost::json::value write(double value) {
        return std::isfinite(value) ? boost::json::value(value) : boost::json::value(nullptr);
    }
    static void read(const boost::json::value& from, double& into, Reading& reading);
    static boost::json::object schema(boost::json::object&) { return detail::typed("number"); }
};

template <>
struct Form<std::string> {
    static boost::json::value write(const std::string& value) { return boost::json::string(value); }
    static void read(const boost::json::value& from, std::string& into, Reading& reading);
    static boost::json::object schema(boost::json::object&) { return detail::typed("string"); }
};

template <>
struct Form<Date> {
    static boost::json::value write(Date value) { return boost::json::string(buckstop::to_text(value)); }
    static void read(const boost::json::value& from, Date& into, Reading& reading);
    static boost::json::object schema(boost::json::object&);
};

template <>
struct Form<Instant> {
    static boost::json::value write(Instant value) { return boost::json::string(buckstop::to_text(value)); }
    static void read(const boost::json::value& from, Instant& into, Reading& reading);
    static boost::json::object schema(boost::json::object&);
};

template <>
struct Form<Money> {
    static boost::json::value write(const Money& value);
    static void read(const boost::json::value& from, Money& into, Reading& reading);
    static boost::json::object schema(boost::json::object& definitions);
};

template <class Entity>
struct Form<Id<Entity>> {
    static boost::json::value write(Id<Entity> value) { return boost::json::string(value.text()); }
    static void read(const boost::json::value& from, Id<Entity>& into, Reading& reading) {
        into = Id<Entity>(detail::read_id(from, reading));
    }
    static boost::json::object schema(boost::json::object&) { return detail::id_schema(); }
};

template <>
struct Form<boost::json::value> {
    static boost::json::value write(const boost::json::value& value) { return value; }
    static void read(const boost::json::value& from, boost::json::value& into, Reading&) { into = from; }
    static boost::json::object schema(boost::json::object&) { return {}; }
};

template <DescribedEnum E>
struct Form<E> {
    static boost::json::value write(E value) { return boost::json::string(enum_name(value)); }
    static void read(const boost::json::value& from, E& into, Reading& reading) {
        const auto* text = from.if_string();
        if (const auto found = text ? enum_from_name<E>(std::string_view(*text)) : std::nullopt)
            into = *found;
        else
            detail::refuse_choice(enum_names<E>(), reading);
    }
    static boost::json::object schema(boost::json::object& definitions) {
        return detail::define<E>(definitions, [] { return detail::enum_schema(enum_names<E>()); });
    }
};

// As a struct's member, nothing is left out; elsewhere it is null. An optional of an optional tells a member
// that was left out (the outer one is empty) from one that was sent as null (the inner one is).
template <class T>
struct Form<std::optional<T>> {
    static boost::json::value write(const std::optional<T>& value) {
        return value ? Form<T>::write(*value) : boost::json::value(nullptr);
    }
    static void read(const boost::json::value& from, std::optional<T>& into, Reading& reading) {
        into.reset();
        if (detail::is_optional<T> || !from.is_null())
            Form<T>::read(from, into.emplace(), reading);
    }
    static boost::json::object schema(boost::json::object& definitions) {
        if constexpr (detail::is_optional<T>)
            return Form<T>::schema(definitions);
        else
            return detail::or_null(Form<T>::schema(definitions));
    }
};

template <class T>
struct Form<std::vector<T>> {
    static boost::json::value write(const std::vector<T>& value) {
        boost::json::array array;
        array.reserve(value.size());
        for (const auto& element : value)
            array.push_back(Form<T>::write(element));
        return array;
    }
    static void read(const boost::json::value& from, std::vector<T>& into, Reading& reading) {
        const auto* array = detail::array_in(from, reading);
        if (array == nullptr)
            return;
        into.clear();
        into.reserve(array->size());
        for (std::size_t i = 0; i < array->size(); ++i)
            reading.element(i, [&] { Form<T>::read((*array)[i], into.emplace_back(), reading); });
    }
    static boost::json::object schema(boost::json::object& definitions) {
        auto schema = detail::typed("array");
        schema["items"] = Form<T>::schema(definitions);
        return schema;
    }
};

template <class T>
struct Form<std::map<std::string, T>> {
    static boost::json::value write(const std::map<std::string, T>& value) {
        boost::json::object object;
        for (const auto& [name, member] : value)
            object[name] = Form<T>::write(member);
        return object;
    }
    static void read(const boost::json::value& from, std::map<std::string, T>& into, Reading& reading) {
        const auto* object = detail::object_in(from, reading);
        if (object == nullptr)
            return;
        into.clear();
        for (const auto& [name, member] : *object)
            reading.member(name, [&, &key = name, &value = member] {
                detail::refuse_text(key, reading);
                Form<T>::read(value, into[std::string(key)], reading);
            });
    }
    static boost::json::object schema(boost::json::object& definitions) {
        auto schema = detail::typed("object");
        schema["additionalProperties"] = Form<T>::schema(definitions);
        return schema;
    }
};

template <DescribedStruct T>
struct Form<T> {
    static boost::json::value write(const T& value) {
        boost::json::object object;
        object.reserve(member_count<T>);
        boost::mp11::mp_for_each<Members<T>>([&](auto entry) {
            const auto& member = value.*entry.pointer;
            using Member = std::remove_cvref_t<decltype(member)>;
            if constexpr (detail::is_optional<Member>)
                if (!member)
                    return;
            object[entry.name] = Form<Member>::write(member);
        });
        return object;
    }

    static void read(const boost::json::value& from, T& into, Reading& reading) {
        const auto* object = detail::object_in(from, reading);
        if (object == nullptr)
            return;
        for_each_member(into, [&](std::string_view name, auto& member) {
            using Member = std::remove_cvref_t<decltype(member)>;
            reading.member(name, [&] {
                if (const auto* found = object->if_contains(name))
                    Form<Member>::read(*found, member, reading);
                else if constexpr (!detail::is_optional<Member>)
                    reading.refuse("required", "This is needed.");
            });
        });
        detail::refuse_unknown(*object, &is_member, reading);
    }

    static boost::json::object schema(boost::json::object& definitions) {
        return detail::define<T>(definitions, [&] { return members_schema(definitions); });
    }

  private:
    static bool is_member(std::string_view name) {
        bool found = false;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) { found = found || name == member.name; });
        return found;
    }

    static boost::json::object members_schema(boost::json::object& definitions) {
        boost::json::object properties;
        boost::json::array required;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
            properties[member.name] = Form<Member>::schema(definitions);
            if constexpr (!detail::is_optional<Member>)
                required.emplace_back(member.name);
        });
        auto schema = detail::typed("object");
        schema["properties"] = std::move(properties);
        if (!required.empty())
            schema["required"] = std::move(required);
        schema["additionalProperties"] = false;
        return schema;
    }
};

template <class T>
boost::json::value write(const T& value) {
    return Form<T>::write(value);
}

template <class T>
Result<T> read(const boost::json::value& value) {
    T into{};
    Reading reading;
    Form<T>::read(value, into, reading);
    if (!reading.ok())
        return fail(std::move(reading).error());
    return into;
}

template <class T>
boost::json::object schema() {
    boost::json::object definitions;
    auto schema = Form<T>::schema(definitions);
    if (!definitions.empty())
        schema["$defs"] = std::move(definitions);
    return schema;
}

} // namespace buckstop::json
