// What an answer names beside its own subject: an id, and what people call the thing.
#pragma once

#include "base/describe.hpp"
#include "base/id.hpp"

#include <string>

namespace buckstop {

// Ref<struct Person> names a person, Ref<struct Team> a team. A name is content: an answer may only name what
// its reader may know.
template <class Entity>
struct Ref {
    Id<Entity> id;
    std::string name;
    bool operator==(const Ref&) const = default;
    BOOST_DESCRIBE_CLASS(Ref, (), (id, name), (), ())
};

using PersonRef = Ref<struct Person>;
using TeamRef = Ref<struct Team>;

} // namespace buckstop
