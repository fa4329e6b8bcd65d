// Passwords: the rules for new ones, and one Argon2id derivation of 64 bytes, half of which is stored to
// compare with (the verifier) and half of which wraps the person's draft key and is never stored.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::identity::password {

// Error (invalid) of the field `field` where a new password is too short, too long or too easily guessed.
[[nodiscard]] Result<> check_new(std::string_view password, const std::vector<std::string>& of_whom,
                                 std::string_view field);

struct Derived {
    std::string verifier;
    std::string wrapping_key;
};

// Parameters and a fresh salt, as they are stored, for a password that is about to be derived.
[[nodiscard]] std::string new_parameters();

// Derives by the parameters and the salt at the beginning of `stored`. At most a few run at once and a few
// more wait: each takes 19 MiB. Error (unavailable) beyond that.
[[nodiscard]] Result<Derived> derive(std::string_view password, std::string_view stored);

// How many were derived since the program began: what an answer costs, for tests and figures.
[[nodiscard]] std::uint64_t derivations();

// What is stored of a password: parameters, salt, verifier.
[[nodiscard]] std::string to_store(std::string_view parameters, const Derived& derived);
[[nodiscard]] bool matches(std::string_view stored, const Derived& derived);
// Whether it was derived with today's parameters.
[[nodiscard]] bool is_current(std::string_view stored);

// Stands in for the account that doesn't exist: it costs as much as any, and no password matches it.
[[nodiscard]] const std::string& nobodys();

} // namespace buckstop::identity::password
