// Random tokens, what is derived from them, and the wrapping of keys. Pure: no database, no clock.
// Binary values travel in std::string.
#pragma once

#include "base/id.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop::identity::keys {

inline constexpr std::size_t size = 32; // of every key and token secret, in bytes

// Overwrites a secret before its memory is given back.
void wipe(std::string& secret);

[[nodiscard]] std::string random_bytes(std::size_t count = size);

// URL-safe base64 without padding; nothing where the text isn't that.
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// What one secret is used for. Each use gets its own value by BLAKE2b, so that none tells about another.
enum class Use { session_lookup, session_key, csrf, link_lookup, device_lookup, setup_lookup, recovery_key };
[[nodiscard]] std::string derive(Use use, std::string_view secret);

// A token that says which organisation it belongs to, so that every look-up filters on it: base64 of the
// organisation's id (8 bytes) and 32 random bytes.
[[nodiscard]] std::string new_token(OrgId org);
[[nodiscard]] std::optional<OrgId> org_of_token(std::string_view token);

// XChaCha20-Poly1305 with a random nonce; `about` is authenticated with it. open() gives nothing where key,
// text or `about` don't fit together.
[[nodiscard]] std::string encrypt(std::string_view key, std::string_view plaintext, std::string_view about);
[[nodiscard]] std::optional<std::string> decrypt(std::string_view key, std::string_view text,
                                                 std::string_view about);

// A recovery code: 100 random bits as four groups of five letters and digits (Crockford's base32, which has
// no I, L, O and U): "7K3MN-Q04XZ-…".
[[nodiscard]] std::string new_recovery_code();
// What was typed, in the form above: small letters, other separators, and O for 0, I or L for 1 are
// understood. Nothing where it can't be a code.
[[nodiscard]] std::optional<std::string> read_recovery_code(std::string_view typed);

// Equal, in a time that doesn't depend on where they differ.
[[nodiscard]] bool equal(std::string_view one, std::string_view other);

} // namespace buckstop::identity::keys
