// What names and addresses may be; name_key itself is public, in people.hpp.
#pragma once

#include <string>
#include <string_view>

namespace buckstop::people {

inline constexpr std::size_t most_name_bytes = 200;

// Without space around it.
[[nodiscard]] std::string tidy(std::string_view text);
// The same, and cut to the longest name there may be, between two characters.
[[nodiscard]] std::string tidy_name(std::string_view text);

// Whether it has the form of an e-mail address that mail can be sent to.
[[nodiscard]] bool can_be_address(std::string_view address);

} // namespace buckstop::people
