// Erasing a person: account, drafts, keys and notices go; what was the organisation's stays, and names
// "Someone 3". Nothing of it can be taken back. docs/operators/privacy.md says it for people.
//
// What an administrator is shown beforehand tells no number that they couldn't see otherwise: nothing of
// drafts, and no failures, debriefs or lessons counted by person.
#pragma once

#include "access/principal.hpp"
#include "access/ref.hpp"
#include "base/describe.hpp"
#include "base/result.hpp"
#include "features/context.hpp"
#include "http/router.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buckstop::erasure {

// What becomes of debriefs and lessons that the person has shared: theirs to ask for, before it is done.
enum class Shared { stays, goes };
BOOST_DESCRIBE_ENUM(Shared, stays, goes)

struct Item {
    std::string what{}; // "Deals"
    std::string why{};  // a sentence
    std::optional<std::int64_t> count{};
};
BOOST_DESCRIBE_STRUCT(Item, (), (what, why, count))

struct Preview {
    PersonRef person{};
    std::optional<std::string> email{};
    std::vector<Item> goes{}, remains{};
    std::optional<std::string> refused{}; // why this person can't be erased now
};
BOOST_DESCRIBE_STRUCT(Preview, (), (person, email, goes, remains, refused))

// Error: not_found, forbidden.
[[nodiscard]] Result<Preview> preview(const Context& context, const access::Principal& who, PersonId person);

struct Wanted {
    std::string name{}; // typed, so that nobody else is erased by mistake
    std::optional<Shared> shared{};
};
BOOST_DESCRIBE_STRUCT(Wanted, (), (name, shared))

struct Done {
    PersonId id{};
    std::string name{}; // what the person is called from now on
};
BOOST_DESCRIBE_STRUCT(Done, (), (id, name))

// All of it in one transaction; others who write wait meanwhile. Errors: not_found; forbidden; invalid (the
// name); conflict (erased already, oneself, the last administrator, an import under way).
[[nodiscard]] Result<Done> erase(const Context& context, const access::Principal& who, PersonId person,
                                 const Wanted& wanted);

// /people/{person}/erasure
void add_routes(http::Router& router, const Context& context);

} // namespace buckstop::erasure
