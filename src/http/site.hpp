// Everything that one address serves, put together: the API below its prefix, /health, the page for the rest.
#pragma once

#include "http/assets.hpp"
#include "http/dispatch.hpp"
#include "http/health.hpp"
#include "http/server.hpp"

namespace buckstop::http {

// The three must outlive the server. What needs no waiting (the packed page, /health/live) is answered
// without a worker.
[[nodiscard]] Application make_application(const Dispatcher& api, const Assets& page, const Health& health);

} // namespace buckstop::http
