// What an import did to rows, so that it can be undone as if it had never been. For each batch and each kind
// of row that it touched a part of the journal is kept:
//
//   made     rows that weren't there before; what was said of them is how they read then;
//   same     rows of which the record said what the last one had said;
//   entries  all others: how the row was before, where that changed, and what was said of it, so that it can
//   be
//            said again once an earlier import is undone;
//   read     deals that were read on that day as they were (`deal.read_on` before);
//   gone     deals that weren't in files which held all of them.
//
// Private to this feature.
#pragma once

#include "base/describe.hpp"
#include "features/imports/records.hpp"

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buckstop::imports {

// What one record meant for one row that was there, as JSON objects.
struct Statement {
    std::optional<boost::json::value> before; // the row; nothing: it stayed as it was
    std::optional<boost::json::value>
        readings; // of a deal whose whole history was written anew: those before the row
    std::optional<boost::json::value> after; // of a person
    std::optional<boost::json::value> said;  // the record; nothing: the row was only given what it lacked
    bool took = false;                       // its hash is the row's now
    std::optional<std::int64_t> team_made;   // by what was said of a person
};

struct JournalEntry {
    std::int64_t id = 0;
    std::string statement; // Statement as JSON: read only where it is needed
};

struct ReadMark {
    std::int64_t id = 0;
    std::optional<Date> before;
};
BOOST_DESCRIBE_STRUCT(ReadMark, (), (id, before))

struct JournalPart {
    std::vector<std::int64_t> made, same;
    std::vector<JournalEntry> entries; // in the order of the records
    std::vector<ReadMark> read;
    std::vector<std::int64_t> gone;

    [[nodiscard]] bool empty() const {
        return made.empty() && same.empty() && entries.empty() && read.empty() && gone.empty();
    }
    void add(std::int64_t id, const Statement& statement);
};

// Of one batch.
using Journal = std::map<Kind, JournalPart>;

[[nodiscard]] Statement read_statement(std::string_view json);

// As it is stored: compressed, in letters.
[[nodiscard]] std::string encode(const JournalPart& part);
// Throws std::runtime_error for what encode() hasn't written.
[[nodiscard]] JournalPart decode(std::string_view stored);

namespace detail {

inline boost::json::value said_value(std::string_view text) {
    return boost::json::string(text);
}
inline boost::json::value said_value(Date date) {
    return boost::json::string(to_text(date));
}
inline boost::json::value said_value(std::int64_t number) {
    return number;
}
inline boost::json::value said_value(double number) {
    return number;
}
inline boost::json::value said_value(bool is) {
    return is;
}

inline void take_said(const boost::json::value& from, std::string_view& into) {
    into = from.as_string();
}
inline void take_said(const boost::json::value& from, Date& into) {
    into = parse_date(std::string_view(from.as_string())).value();
}
inline void take_said(const boost::json::value& from, std::int64_t& into) {
    into = from.as_int64();
}
inline void take_said(const boost::json::value& from, double& into) {
    into = from.to_number<double>();
}
inline void take_said(const boost::json::value& from, bool& into) {
    into = from.as_bool();
}

} // namespace detail

// A record as JSON, and back. What it says nothing about isn't there.
template <class Record>
[[nodiscard]] boost::json::value said(const Record& record) {
    boost::json::object object;
    if constexpr (requires { record.key; })
        object["key"] = boost::json::string(record.key);
    for_each_member(record, [&](std::string_view name, const auto& value) {
        if (value)
            object[name] = detail::said_value(*value);
    });
    return object;
}

// Its texts stand in `value`, which must outlive it.
template <class Record>
[[nodiscard]] Record record_of(const boost::json::value& value) {
    Record record{};
    const auto& object = value.as_object();
    if constexpr (requires { record.key; })
        record.key = object.at("key").as_string();
    for_each_member(record, [&](std::string_view name, auto& member) {
        if (const auto* found = object.if_contains(name))
            detail::take_said(*found, member.emplace());
    });
    return record;
}

} // namespace buckstop::imports
