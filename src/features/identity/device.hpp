// How a browser is called in the list of one's own sessions.
#pragma once

#include <string>
#include <string_view>

namespace buckstop::identity {

// "Firefox on Linux", as far as the User-Agent says so truly; "A browser" or "A program" otherwise.
[[nodiscard]] std::string device_name(std::string_view user_agent);

} // namespace buckstop::identity
