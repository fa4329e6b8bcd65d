// The first page in one call: my failures that wait, my drafts, what waits for me as a coach, my commitments,
// lessons for my open deals, and what I should be told. Nothing of anybody else's but what was shared with
// me.
#pragma once

#include "access/principal.hpp"
#include "base/describe.hpp"
#include "base/result.hpp"
#include "features/commitments/commitments.hpp"
#include "features/context.hpp"
#include "features/crm/crm.hpp"
#include "features/debriefs/debriefs.hpp"
#include "features/failures/failures.hpp"
#include "features/lessons/lessons.hpp"
#include "http/router.hpp"

namespace buckstop::home {

void add_routes(http::Router& router, const Context& context);

} // namespace buckstop::home
