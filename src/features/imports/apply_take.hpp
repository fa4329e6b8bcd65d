// How one fact of a record goes into a stored row. Private to this feature.
#pragma once

#include "features/imports/apply.hpp"

namespace buckstop::imports {

// Takes what is said; with `gaps_only` (an older file's) only where nothing is there. Returns whether that
// changed anything.
template <class T, class U>
bool take(std::optional<T>& into, const std::optional<U>& said, bool gaps_only) {
    if (!said || (into && (gaps_only || *into == *said)))
        return false;
    into = T(*said);
    return true;
}

// The same for what is always there.
template <class T, class U>
bool take(T& into, const std::optional<U>& said, bool gaps_only) {
    if (!said || gaps_only || into == *said)
        return false;
    into = T(*said);
    return true;
}

template <class Entity>
std::optional<Id<Entity>> unless_none(Id<Entity> id) {
    return id ? std::optional(id) : std::nullopt;
}

inline bool is_older(const Scope& scope, Date known_as_of) {
    return std::chrono::sys_days{scope.as_of} < std::chrono::sys_days{known_as_of};
}

// While comparing: counts a row whose key came earlier in this import. False: it hasn't.
bool count_repeated(const Scope& scope, Memory& memory, Kind kind, std::string_view key,
                    std::int64_t content_hash, Counts& counts);

} // namespace buckstop::imports
