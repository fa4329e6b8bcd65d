// Sealing what only its author can open.
#include "features/identity/identity.hpp"
#include "features/identity/keys.hpp"
#include "features/identity/wraps.hpp"

#include <fmt/format.h>
#include <stdexcept>

namespace buckstop::identity {
namespace {

std::string about_wrap(const WrapPlace& place) {
    return fmt::format("draft key {} {} {} {}", static_cast<int>(place.by), place.org.value(), place.owner,
                       place.key.value());
}

std::string about_text(const access::Principal& who, access::DraftKeyId key, std::string_view about) {
    return fmt::format("text {} {} {} {}", who.org.value(), who.person.value(), key.value(), about);
}

} // namespace

std::string wrap(const WrapPlace& place, std::string_view with, std::string_view draft_key) {
    return keys::encrypt(with, draft_key, about_wrap(place));
}

std::optional<std::string> unwrap(const WrapPlace& place, std::string_view with, std::string_view wrapped) {
    return keys::decrypt(with, wrapped, about_wrap(place));
}

Result<Sealed> seal(const access::Principal& who, std::string_view plaintext, std::string_view about) {
    if (who.draft_key.empty())
        return fail(ErrorCode::conflict, "Only somebody who is signed in can keep a draft.");
    return Sealed{.key = who.draft_key_id,
                  .text = keys::encrypt(who.draft_key, plaintext, about_text(who, who.draft_key_id, about))};
}

Result<std::string> open(const access::Principal& who, access::DraftKeyId key, std::string_view sealed,
                         std::string_view about) {
    if (!can_open(who, key))
        return fail(ErrorCode::conflict,
                    "This was written before your password was reset, and stays sealed until "
                    "you enter your recovery code.");
    auto plaintext = keys::decrypt(who.draft_key, sealed, about_text(who, key, about));
    if (!plaintext)
        throw std::runtime_error("a sealed text was changed or moved in the database");
    return std::move(*plaintext);
}

bool can_open(const access::Principal& who, access::DraftKeyId key) {
    return !who.draft_key.empty() && key == who.draft_key_id;
}

} // namespace buckstop::identity
