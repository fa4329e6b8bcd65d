#include "features/imports/undo_journal.hpp"

#include <sodium.h>
#include <stdexcept>
#include <utility>
#include <zlib.h>

namespace buckstop::imports {
namespace {

namespace json = boost::json;

[[noreturn]] void damaged() {
    throw std::runtime_error("the journal of an import can't be read: the database is damaged");
}

// Ids mostly follow each other, so their distances are told.
json::array distances(const std::vector<std::int64_t>& ids) {
    json::array array;
    std::int64_t before = 0;
    for (const auto id : ids)
        array.emplace_back(id - std::exchange(before, id));
    return array;
}

std::vector<std::int64_t> ids_of(const json::value& distances) {
    std::vector<std::int64_t> ids;
    std::int64_t id = 0;
    for (const auto& distance : distances.as_array())
        ids.push_back(id += distance.as_int64());
    return ids;
}

// The text's length, a blank, and the compressed text in letters.
std::string pack(const std::string& text) {
    auto size = compressBound(text.size());
    std::string packed(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                  text.size(), Z_BEST_SPEED) != Z_OK)
        throw std::runtime_error("the journal of an import can't be compressed");
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    std::string letters(sodium_base64_encoded_len(size, variant), '\0');
    sodium_bin2base64(letters.data(), letters.size(), reinterpret_cast<const unsigned char*>(packed.data()),
                      size, variant);
    letters.pop_back(); // the zero at its end
    return std::to_string(text.size()) + ' ' + letters;
}

std::string unpack(std::string_view stored) {
    const auto blank = stored.find(' ');
    if (blank == stored.npos)
        damaged();
    uLongf length = std::stoul(std::string(stored.substr(0, blank)));
    const auto letters = stored.substr(blank + 1);
    std::string packed(letters.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(packed.data()), packed.size(), letters.data(),
                          letters.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0)
        damaged();
    std::string text(length, '\0');
    if (uncompress(reinterpret_cast<Bytef*>(text.data()), &length,
                   reinterpret_cast<const Bytef*>(packed.data()), size) != Z_OK ||
        length != text.size())
        damaged();
    return text;
}

json::object header_of(const JournalPart& part) {
    json::array read;
    for (const auto& mark : part.read)
        read.push_back(
            {mark.id, mark.before ? json::value(json::string(to_text(*mark.before))) : json::value(nullptr)});
    return {{"made", distances(part.made)},
            {"same", distances(part.same)},
            {"read", std::move(read)},
            {"gone", distances(part.gone)}};
}

void read_header(std::string_view line, JournalPart& into) {
    const auto header = json::parse(json::string_view(line.data(), line.size()));
    into.made = ids_of(header.at("made"));
    into.same = ids_of(header.at("same"));
    into.gone = ids_of(header.at("gone"));
    for (const auto& mark : header.at("read").as_array())
        into.read.push_back({.id = mark.at(0).as_int64(),
                             .before = mark.at(1).is_null()
                                           ? std::nullopt
                                           : parse_date(std::string_view(mark.at(1).as_string()))});
}

} // namespace

void JournalPart::add(std::int64_t id, const Statement& statement) {
    json::object object;
    const auto put = [&](std::string_view name, const std::optional<json::value>& value) {
        if (value)
            object[name] = *value;
    };
    put("before", statement.before);
    put("readings", statement.readings);
    put("after", statement.after);
    put("said", statement.said);
    if (statement.took)
        object["took"] = true;
    if (statement.team_made)
        object["team"] = *statement.team_made;
    entries.push_back({.id = id, .statement = json::serialize(object)});
}

Statement read_statement(std::string_view text) {
    auto value = json::parse(json::string_view(text.data(), text.size()));
    auto& object = value.as_object();
    Statement statement{.took = object.contains("took")};
    const auto take = [&](std::string_view name, std::optional<json::value>& into) {
        if (auto* found = object.if_contains(name))
            into = std::move(*found);
    };
    take("before", statement.before);
    take("readings", statement.readings);
    take("after", statement.after);
    take("said", statement.said);
    if (const auto* team = object.if_contains("team"))
        statement.team_made = team->as_int64();
    return statement;
}

// One line of JSON for the ids, then one for each entry: "id statement".
std::string encode(const JournalPart& part) {
    std::string text = json::serialize(header_of(part)) + '\n';
    for (const auto& entry : part.entries)
        text.append(std::to_string(entry.id)).append(1, ' ').append(entry.statement).append(1, '\n');
    return pack(text);
}

JournalPart decode(std::string_view stored) {
    const auto text = unpack(stored);
    JournalPart part;
    std::string_view rest = text;
    const auto next_line = [&] {
        const auto end = rest.find('\n');
        if (end == rest.npos)
            damaged();
        const auto line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        return line;
    };
    read_header(next_line(), part);
    while (!rest.empty()) {
        const auto line = next_line();
        const auto blank = line.find(' ');
        if (blank == line.npos)
            damaged();
        part.entries.push_back({.id = std::stoll(std::string(line.substr(0, blank))),
                                .statement = std::string(line.substr(blank + 1))});
    }
    return part;
}

} // namespace buckstop::imports
