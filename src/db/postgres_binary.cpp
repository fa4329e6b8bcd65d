#include "db/postgres_binary.hpp"

#include "base/time.hpp"
#include "db/db.hpp"

#include <array>
#include <bit>
#include <boost/endian/conversion.hpp>
#include <fmt/format.h>
#include <limits>

namespace buckstop::db::binary {
namespace {

using namespace std::string_view_literals;

// Of pg_type, the same in every server.
enum class Type : Oid { boolean = 16, bigint = 20, integer = 23, text = 25, real = 701, date = 1082 };

constexpr Date first_day{std::chrono::year{2000}, std::chrono::January, std::chrono::day{1}};

template <class Integer>
void append_integer(std::string& rows, Integer value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof(Integer)>>(boost::endian::native_to_big(value));
    rows.append(bytes.data(), bytes.size());
}

// A value: its length, then its bytes.
template <class Integer>
void append_field(std::string& rows, Integer value) {
    append_integer(rows, static_cast<std::int32_t>(sizeof(Integer)));
    append_integer(rows, value);
}

struct Append {
    std::string& rows;
    Type type;

    [[noreturn]] void refuse(std::string_view value) const {
        throw Failure(fmt::format("a column of type {} can't hold {}", static_cast<Oid>(type), value));
    }

    void operator()(std::monostate) const { append_integer(rows, std::int32_t{-1}); }

    void operator()(std::int64_t value) const {
        switch (type) {
        case Type::bigint:
            return append_field(rows, value);
        case Type::integer:
            if (value < std::numeric_limits<std::int32_t>::min() ||
                value > std::numeric_limits<std::int32_t>::max())
                refuse("so large a number");
            return append_field(rows, static_cast<std::int32_t>(value));
        case Type::boolean:
            return append_field(rows, static_cast<std::int8_t>(value != 0));
        case Type::real:
            return (*this)(static_cast<double>(value));
        default:
            refuse("an integer");
        }
    }

    void operator()(double value) const {
        if (type != Type::real)
            refuse("a real number");
        append_field(rows, std::bit_cast<std::int64_t>(value));
    }

    void operator()(std::string_view value) const {
        if (type == Type::date)
            return append_date(value);
        if (type != Type::text)
            refuse("a text");
        if (value.size() > std::numeric_limits<std::int32_t>::max())
            refuse("so long a text");
        append_integer(rows, static_cast<std::int32_t>(value.size()));
        rows += value;
    }

    void operator()(const std::string& value) const { (*this)(std::string_view(value)); }

    void append_date(std::string_view value) const {
        const auto date = parse_date(value);
        if (!date)
            refuse("what is no date");
        append_field(rows, static_cast<std::int32_t>(days_between(first_day, *date)));
    }
};

} // namespace

std::string_view header() {
    return "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"sv; // no flags, nothing further
}

std::string_view trailer() {
    return "\xff\xff"sv;
}

void begin_row(std::string& rows, std::size_t values) {
    append_integer(rows, static_cast<std::int16_t>(values));
}

void append(std::string& rows, const Param& value, Oid type) {
    std::visit(Append{rows, static_cast<Type>(type)}, value);
}

} // namespace buckstop::db::binary
