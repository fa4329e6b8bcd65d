#include "db/lists.hpp"

#include "db/backend.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace buckstop::db {
namespace {

std::string quoted_for_array(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + '"';
}

struct ToElement {
    Dialect dialect;
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(std::int64_t value) const { return fmt::to_string(value); }
    std::string operator()(double value) const { return fmt::to_string(value); }
    std::string operator()(const std::string& value) const { return (*this)(std::string_view(value)); }
    std::string operator()(std::string_view value) const {
        return dialect == Dialect::sqlite ? boost::json::serialize(boost::json::string_view(value))
                                          : quoted_for_array(value);
    }
};

} // namespace

OwnedSql in_lists(std::string_view sql) {
    constexpr std::string_view opening = "in ($";
    OwnedSql result;
    std::size_t done = 0;
    for (auto star = sql.find("*)"); star != std::string_view::npos; star = sql.find("*)", star + 2)) {
        const auto in = sql.rfind(opening, star);
        const auto digits = in == std::string_view::npos ? star : in + opening.size();
        if (in < done || digits == star || sql.find_first_not_of("0123456789", digits) != star)
            continue; // count(*)
        const auto parameter = sql.substr(digits - 1, star - digits + 1);
        auto before = sql.substr(done, in - done);
        result.sqlite += fmt::format("{}in (select value from json_each({}))", before, parameter);
        const bool negated = before.ends_with("not ");
        if (negated)
            before.remove_suffix(4);
        result.postgres += fmt::format("{}{}({})", before, negated ? "<> all" : "= any", parameter);
        done = star + 2;
    }
    result.sqlite += sql.substr(done);
    result.postgres += sql.substr(done);
    return result;
}

std::string list_literal(Dialect dialect, std::span<const Param> values) {
    std::string result(1, dialect == Dialect::sqlite ? '[' : '{');
    for (const auto& value : values) {
        if (result.size() > 1)
            result += ',';
        result += std::visit(ToElement{dialect}, value);
    }
    return result + (dialect == Dialect::sqlite ? ']' : '}');
}

} // namespace buckstop::db
