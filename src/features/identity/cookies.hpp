// The two cookies: the session's, and the one by which a device is known again.
#pragma once

#include "base/config.hpp"
#include "http/message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace buckstop::identity::cookies {

enum class Kind { session, device };

// Its name: with the prefix __Host- over TLS (no other host and no path can set it), __Secure- where Buckstop
// is served below a path, none without TLS.
[[nodiscard]] std::string name(Kind kind, const http::Request& request, const Config& config);

// What the request carries; nothing where it isn't there or too long to be ours.
[[nodiscard]] std::optional<std::string> read(Kind kind, const http::Request& request, const Config& config);

// The Set-Cookie line that sets it for so long; zero removes it.
[[nodiscard]] std::string write(Kind kind, std::string_view value, std::chrono::seconds lasts,
                                const http::Request& request, const Config& config);

} // namespace buckstop::identity::cookies
