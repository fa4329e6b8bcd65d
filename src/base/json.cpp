#include "base/json.hpp"

#include <boost/core/demangle.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unordered_set>

namespace buckstop::json {
namespace {

using boost::json::error_code;
using boost::json::string_view;

constexpr std::size_t most_bytes = 64U << 20U;
constexpr std::size_t most_levels = 32;
constexpr std::size_t most_errors = 100;
constexpr std::size_t longest_name = 100; // bytes of a member's name that an error repeats

// The beginning of a text, cut between two characters.
std::string_view beginning(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
        --bytes;
    return text.substr(0, bytes);
}

// Builds a value as Boost.JSON's own parser does, and stops at a repeated key, of which that one silently
// keeps the last.
class Builder {
  public:
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = boost::json::array::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    boost::json::value take() { return stack_.release(); }
    [[nodiscard]] const std::string& repeated_key() const { return repeated_; }

    bool on_document_begin(error_code&) {
        stack_.reset();
        return true;
    }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        keys_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t size, error_code&) {
        keys_.pop_back();
        stack_.push_object(size);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t size, error_code&) {
        stack_.push_array(size);
        return true;
    }
    bool on_key_part(string_view part, std::size_t, error_code&) {
        key_.append(part.data(), part.size());
        stack_.push_chars(part);
        return true;
    }
    bool on_key(string_view part, std::size_t, error_code& error) {
        key_.append(part.data(), part.size());
        stack_.push_key(part);
        if (!keys_.back().insert(key_).second) {
            repeated_ = key_;
            error = boost::json::error::syntax;
            return false;
        }
        key_.clear();
        return true;
    }
    bool on_string_part(string_view part, std::size_t, error_code&) {
        stack_.push_chars(part);
        return true;
    }
    bool on_string(string_view part, std::size_t, error_code&) {
        stack_.push_string(part);
        return true;
    }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t value, string_view, error_code&) {
        stack_.push_int64(value);
        return true;
    }
    bool on_uint64(std::uint64_t value, string_view, error_code&) {
        stack_.push_uint64(value);
        return true;
    }
    bool on_double(double value, string_view, error_code&) {
        stack_.push_double(value);
        return true;
    }
    bool on_bool(bool value, error_code&) {
        stack_.push_bool(value);
        return true;
    }
    bool on_null(error_code&) {
        stack_.push_null();
        return true;
    }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

  private:
    boost::json::value_stack stack_;
    std::vector<std::unordered_set<std::string>> keys_; // of the objects that are open
    std::string key_;
    std::string repeated_;
};

} // namespace

Result<boost::json::value> parse(std::string_view text) {
    if (text.size() > most_bytes)
        return fail(ErrorCode::too_large, "This is too large to be read as JSON.");
    boost::json::basic_parser<Builder> parser({.max_depth = most_levels});
    error_code error;
    const auto used = parser.write_some(false, text.data(), text.size(), error);
    if (const auto& key = parser.handler().repeated_key(); !key.empty())
        return fail_field(std::string(beginning(key, longest_name)), "repeated",
                          "This name stands twice in one object.");
    if (!error && text.find_first_not_of(" \t\r\n", used) != text.npos)
        error = boost::json::error::extra_data;
    if (error)
        return fail(ErrorCode::invalid,
                    fmt::format("This isn't JSON: {} near byte {}.", error.message(), used));
    return parser.handler().take();
}

void Reading::refuse(std::string_view rule, std::string_view message) {
    if (errors_.size() < most_errors)
        errors_.push_back({path_, std::string(rule), std::string(message)});
}

void Reading::enter(std::string_view name) {
    if (!path_.empty())
        path_ += '.';
    path_ += beginning(name, longest_name);
}

Error Reading::error() && {
    std::string message = errors_.size() == 1 ? errors_.front().message : "Some fields need another look.";
    return {.code = ErrorCode::invalid, .message = std::move(message), .fields = std::move(errors_)};
}

namespace detail {

const boost::json::object* object_in(const boost::json::value& from, Reading& reading) {
    const auto* object = from.if_object();
    if (object == nullptr)
        reading.refuse("not_an_object", "An object with named members belongs here.");
    return object;
}

const boost::json::array* array_in(const boost::json::value& from, Reading& reading) {
    const auto* array = from.if_array();
    if (array == nullptr)
        reading.refuse("not_a_list", "A list belongs here.");
    return array;
}

void refuse_unknown(const boost::json::object& object, bool (*known)(std::string_view), Reading& reading) {
    for (const auto& member : object)
        if (!known(member.key()))
            reading.member(member.key(), [&] { reading.refuse("unknown", "There is no such field."); });
}

void read_integer(const boost::json::value& from, std::int64_t least, std::int64_t most, std::int64_t& into,
                  Reading& reading) {
    error_code error;
    const auto value = from.to_number<std::int64_t>(error);
    const auto* real = from.if_double();
    if (!from.is_number() || (real != nullptr && *real != std::trunc(*real)))
        reading.refuse("not_an_integer", "A whole number belongs here.");
    else if (error || value < least || value > most)
        reading.refuse("out_of_range",
                       fmt::format("A whole number from {} to {} belongs here.", least, most));
    else
        into = value;
}

std::int64_t read_id(const boost::json::value& from, Reading& reading) {
    const auto* text = from.if_string();
    const auto id = text ? Id<void>::parse(std::string_view(*text)) : std::nullopt;
    if (!id)
        reading.refuse("not_an_id", "An id belongs here: decimal digits, as text.");
    return id ? id->value() : 0;
}

void refuse_text(std::string_view text, Reading& reading) {
    if (text.find('\0') != text.npos)
        reading.refuse("not_a_text", "A text can't hold the character U+0000.");
}

void refuse_choice(std::vector<std::string_view> names, Reading& reading) {
    reading.refuse("not_a_choice", fmt::format("One of these belongs here: {}.", fmt::join(names, ", ")));
}

boost::json::object typed(std::string_view type) {
    return {{"type", type}};
}

boost::json::object reference(std::string_view name) {
    return {{"$ref", "#/$defs/" + std::string(name)}};
}

boost::json::object or_null(boost::json::object schema) {
    if (schema.empty()) // anything goes, null included
        return schema;
    if (const auto* type = schema.if_contains("type"); type != nullptr && type->is_string()) {
        schema["type"] = boost::json::array{*type, "null"};
        return schema;
    }
    return {{"anyOf", boost::json::array{std::move(schema), typed("null")}}};
}

boost::json::object id_schema() {
    return {{"type", "string"}, {"pattern", "^[1-9][0-9]{0,18}$"}, {"maxLength", 19}};
}

boost::json::object enum_schema(const std::vector<std::string_view>& names) {
    auto schema = typed("string");
    schema["enum"] = boost::json::array(names.begin(), names.end());
    return schema;
}

std::string definition_name(const std::type_info& type) {
    std::string_view rest;
    const std::string full = boost::core::demangle(type.name());
    std::string name;
    for (rest = full; !rest.empty();) {
        constexpr std::string_view noise[] = {"buckstop::", "(anonymous namespace)::", "std::", "__cxx11::"};
        const auto* found = std::ranges::find_if(noise, [&](auto word) { return rest.starts_with(word); });
        if (found != std::end(noise)) {
            rest.remove_prefix(found->size());
            continue;
        }
        const char c = rest.front();
        rest.remove_prefix(1);
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')
            name += c;
        else if (c == '<' || c == ',')
            name += '-'; // Page<lessons::Summary> is "http.Page-lessons.Summary"
        else if (c == ':' && !name.ends_with('.'))
            name += '.';
    }
    return name;
}

} // namespace detail

void Form<bool>::read(const boost::json::value& from, bool& into, Reading& reading) {
    if (const auto* value = from.if_bool())
        into = *value;
    else
        reading.refuse("not_a_boolean", "True or false belongs here.");
}

void Form<double>::read(const boost::json::value& from, double& into, Reading& reading) {
    if (from.is_number())
        into = from.to_number<double>();
    else
        reading.refuse("not_a_number", "A number belongs here.");
}

void Form<std::string>::read(const boost::json::value& from, std::string& into, Reading& reading) {
    const auto* text = from.if_string();
    if (text == nullptr)
        return reading.refuse("not_a_text", "A text belongs here.");
    detail::refuse_text(*text, reading);
    into.assign(text->data(), text->size());
}

void Form<Date>::read(const boost::json::value& from, Date& into, Reading& reading) {
    const auto* text = from.if_string();
    if (const auto date = text ? parse_date(std::string_view(*text)) : std::nullopt)
        into = *date;
    else
        reading.refuse("not_a_date", "A date such as 2026-11-23 belongs here.");
}

boost::json::object Form<Date>::schema(boost::json::object&) {
    return {{"type", "string"}, {"format", "date"}};
}

void Form<Instant>::read(const boost::json::value& from, Instant& into, Reading& reading) {
    const auto* text = from.if_string();
    if (const auto instant = text ? parse_instant(std::string_view(*text)) : std::nullopt)
        into = *instant;
    else
        reading.refuse("not_a_moment", "A moment in UTC such as 2026-11-23T01:22:05Z belongs here.");
}

boost::json::object Form<Instant>::schema(boost::json::object&) {
    return {{"type", "string"}, {"format", "date-time"}};
}

boost::json::value Form<Money>::write(const Money& value) {
    return {{"minor", value.minor}, {"currency", value.currency}};
}

void Form<Money>::read(const boost::json::value& from, Money& into, Reading& reading) {
    const auto* object = detail::object_in(from, reading);
    if (object == nullptr)
        return;
    const auto required = [&](std::string_view name, const auto& read) {
        reading.member(name, [&] {
            if (const auto* found = object->if_contains(name))
                read(*found);
            else
                reading.refuse("required", "This is needed.");
        });
    };
    required("minor",
             [&](const boost::json::value& minor) { Form<std::int64_t>::read(minor, into.minor, reading); });
    required("currency", [&](const boost::json::value& currency) {
        const auto* code = currency.if_string();
        if (code != nullptr && is_currency(*code))
            into.currency = std::string(*code);
        else
            reading.refuse("not_a_currency", "A currency's three letters belong here, such as EUR.");
    });
    constexpr auto known = [](std::string_view name) { return name == "minor" || name == "currency"; };
    detail::refuse_unknown(*object, known, reading);
}

boost::json::object Form<Money>::schema(boost::json::object& definitions) {
    return detail::define<Money>(definitions, [] {
        auto minor = detail::typed("integer");
        minor["format"] = "int64";
        boost::json::object currency{{"type", "string"}, {"pattern", "^[A-Z]{3}$"}};
        auto money = detail::typed("object");
        money["properties"] = {{"minor", std::move(minor)}, {"currency", std::move(currency)}};
        money["required"] = {"minor", "currency"};
        money["additionalProperties"] = false;
        return money;
    });
}

} // namespace buckstop::json
