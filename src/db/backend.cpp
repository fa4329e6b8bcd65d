#include "db/backend.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace buckstop::db {
namespace {

// Its beginning on one line.
std::string head(std::string_view sql) {
    constexpr std::size_t longest = 120;
    std::string line;
    for (const char c : sql) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (space && (line.empty() || line.back() == ' '))
            continue;
        if (line.size() == longest)
            return line + " …";
        line += space ? ' ' : c;
    }
    return line;
}

template <class Number>
Number from_text(std::string_view text, std::string_view column) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        throw std::logic_error(fmt::format("column {} holds no number of the type that is read", column));
    return number;
}

} // namespace

std::string failure_message(std::string_view what, std::string_view sql) {
    return sql.empty() ? std::string(what) : fmt::format("{}; in: {}", what, head(sql));
}

void check_param(const Param& param, std::string_view sql) {
    const auto refuse_zero = [&](std::string_view text) {
        if (text.find('\0') != std::string_view::npos)
            throw Failure(failure_message("text with a zero byte can't be stored", sql));
    };
    if (const auto* view = std::get_if<std::string_view>(&param))
        refuse_zero(*view);
    else if (const auto* text = std::get_if<std::string>(&param))
        refuse_zero(*text);
    else if (const auto* real = std::get_if<double>(&param); real && !std::isfinite(*real))
        throw Failure(failure_message("a number that isn't finite can't be stored", sql));
}

std::optional<std::string> param_text(const Param& param) {
    struct ToText {
        std::optional<std::string> operator()(std::monostate) const { return std::nullopt; }
        std::optional<std::string> operator()(std::int64_t value) const { return fmt::to_string(value); }
        std::optional<std::string> operator()(double value) const { return fmt::to_string(value); }
        std::optional<std::string> operator()(std::string_view value) const { return std::string(value); }
        std::optional<std::string> operator()(const std::string& value) const { return value; }
    };
    return std::visit(ToText{}, param);
}

std::int64_t integer_from_text(std::string_view text, std::string_view column) {
    return from_text<std::int64_t>(text, column);
}

double real_from_text(std::string_view text, std::string_view column) {
    return from_text<double>(text, column);
}

std::string quoted(std::string_view name) {
    std::string result = "\"";
    for (const char c : name) {
        if (c == '"')
            result += c;
        result += c;
    }
    return result + '"';
}

} // namespace buckstop::db
