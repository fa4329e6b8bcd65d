// The one list of features: whose routes the server has, whose jobs the runner runs.
#pragma once

#include "features/context.hpp"
#include "http/router.hpp"

namespace buckstop::app {

void add_routes(http::Router& router, const Context& context);
void add_jobs(const Context& context);

} // namespace buckstop::app
