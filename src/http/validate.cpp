#include "http/validate.hpp"

#include "base/time.hpp"

#include <algorithm>
#include <regex>

namespace buckstop::http {
namespace {

using boost::json::object;
using boost::json::value;

bool is_of_type(const value& instance, std::string_view type) {
    if (type == "null")
        return instance.is_null();
    if (type == "boolean")
        return instance.is_bool();
    if (type == "integer")
        return instance.is_int64() || instance.is_uint64();
    if (type == "number")
        return instance.is_number();
    if (type == "string")
        return instance.is_string();
    if (type == "array")
        return instance.is_array();
    return type == "object" && instance.is_object();
}

class Check {
  public:
    Check(const value& document, std::vector<std::string>& complaints)
        : document_(document), complaints_(complaints) {}

    void run(const value& instance, const value& schema, const std::string& place) {
        if (const auto* allowed = schema.if_bool()) {
            if (!*allowed)
                complain(place, "may not be there");
            return;
        }
        for (const auto& [keyword, rule] : schema.as_object())
            apply(keyword, rule, instance, schema.as_object(), place);
    }

  private:
    void complain(const std::string& place, const std::string& what) {
        complaints_.push_back(place + ": " + what);
    }

    void apply(std::string_view keyword, const value& rule, const value& instance, const object& schema,
               const std::string& place);
    void check_type(const value& rule, const value& instance, const std::string& place);
    void check_members(const value& properties, const value& instance, const std::string& place);
    void check_others(const value& rule, const value& instance, const object& schema,
                      const std::string& place);
    void check_text(std::string_view keyword, const value& rule, const value& instance,
                    const std::string& place);
    void check_any(const value& schemas, const value& instance, const std::string& place);

    const value& document_;
    std::vector<std::string>& complaints_;
};

void Check::check_type(const value& rule, const value& instance, const std::string& place) {
    const auto fits = [&](const value& type) { return is_of_type(instance, type.as_string()); };
    const bool good = rule.is_array() ? std::ranges::any_of(rule.get_array(), fits) : fits(rule);
    if (!good)
        complain(place, "isn't of type " + boost::json::serialize(rule));
}

void Check::check_members(const value& properties, const value& instance, const std::string& place) {
    if (const auto* members = instance.if_object())
        for (const auto& [name, schema] : properties.as_object())
            if (const auto* member = members->if_contains(name))
                run(*member, schema, place + '/' + std::string(name));
}

void Check::check_others(const value& rule, const value& instance, const object& schema,
                         const std::string& place) {
    const auto* members = instance.if_object();
    const auto* properties = schema.if_contains("properties");
    for (const auto& [name, member] : members ? *members : object())
        if (properties == nullptr || !properties->as_object().contains(name))
            run(member, rule, place + '/' + std::string(name));
}

void Check::check_text(std::string_view keyword, const value& rule, const value& instance,
                       const std::string& place) {
    if (!instance.is_string())
        return;
    const std::string text(instance.get_string());
    const bool good = keyword == "pattern"
                          ? std::regex_search(text, std::regex(std::string(rule.as_string())))
                      : keyword == "maxLength" ? text.size() <= static_cast<std::size_t>(rule.as_int64())
                      : rule == "date"         ? parse_date(text).has_value()
                      : rule == "date-time"    ? parse_instant(text).has_value()
                                               : false;
    if (!good)
        complain(place, "breaks " + std::string(keyword) + ' ' + boost::json::serialize(rule));
}

void Check::check_any(const value& schemas, const value& instance, const std::string& place) {
    for (const auto& schema : schemas.as_array()) {
        std::vector<std::string> complaints;
        Check(document_, complaints).run(instance, schema, place);
        if (complaints.empty())
            return;
    }
    complain(place, "is none of what it may be");
}

void Check::apply(std::string_view keyword, const value& rule, const value& instance, const object& schema,
                  const std::string& place) {
    if (keyword == "$defs" || keyword == "description" ||
        (keyword == "format" && (rule == "int32" || rule == "int64")))
        return;
    if (keyword == "$ref") {
        boost::json::error_code missing;
        const std::string_view pointer = rule.as_string();
        if (const auto* target = document_.find_pointer(pointer.substr(1), missing))
            run(instance, *target, place);
        else
            complain(place, "the schema refers to nothing: " + std::string(pointer));
    } else if (keyword == "type") {
        check_type(rule, instance, place);
    } else if (keyword == "properties") {
        check_members(rule, instance, place);
    } else if (keyword == "additionalProperties") {
        check_others(rule, instance, schema, place);
    } else if (keyword == "required") {
        for (const auto& name : rule.as_array())
            if (instance.is_object() && !instance.get_object().contains(name.as_string()))
                complain(place + '/' + std::string(name.as_string()), "is missing");
    } else if (keyword == "items") {
        for (std::size_t i = 0; instance.is_array() && i < instance.get_array().size(); ++i)
            run(instance.get_array()[i], rule, place + '/' + std::to_string(i));
    } else if (keyword == "enum") {
        if (std::ranges::find(rule.as_array(), instance) == rule.as_array().end())
            complain(place, "isn't one of " + boost::json::serialize(rule));
    } else if (keyword == "anyOf") {
        check_any(rule, instance, place);
    } else if (keyword == "minimum") {
        if (instance.is_number() && instance.to_number<double>() < rule.to_number<double>())
            complain(place, "is less than " + boost::json::serialize(rule));
    } else if (keyword == "pattern" || keyword == "maxLength" || keyword == "format") {
        check_text(keyword, rule, instance, place);
    } else {
        complain(place, "the schema has a keyword that isn't known: " + std::string(keyword));
    }
}

} // namespace

std::vector<std::string> validate(const value& instance, const value& schema, const value& document) {
    std::vector<std::string> complaints;
    Check(document, complaints).run(instance, schema, "");
    return complaints;
}

} // namespace buckstop::http
