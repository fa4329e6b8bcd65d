// Whether a write comes from our own page, or from no page at all. Beside the CSRF token: a second lock.
#pragma once

#include "http/message.hpp"

#include <string_view>

namespace buckstop::http {

// False where the browser says that another site's page sent this: Sec-Fetch-Site where there is one, else
// Origin, which must name `public_url`, or, where that is empty, the host that was asked. Programs send
// neither.
[[nodiscard]] bool from_own_page(const Request& request, std::string_view public_url);

} // namespace buckstop::http
