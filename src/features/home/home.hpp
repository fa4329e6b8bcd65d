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
#include "features/identity/identity.hpp"
#include "features/lessons/lessons.hpp"
#include "features/people/people.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <vector>

namespace buckstop::home {

struct DealWithLessons {
    crm::DealSummary deal;
    std::vector<lessons::LessonBeside> lessons; // at most three
};
BOOST_DESCRIBE_STRUCT(DealWithLessons, (), (deal, lessons))

struct Home {
    std::vector<failures::FailureSummary> failures; // the newest that wait for me
    std::int64_t failures_more = 0;                 // beside those
    std::vector<debriefs::DebriefSummary> drafts;   // mine
    std::vector<debriefs::DebriefSummary> coaching; // that wait for me as the coach
    std::vector<commitments::Commitment> commitments;
    std::vector<DealWithLessons> deals;
    std::vector<identity::Notice> notices;
};
BOOST_DESCRIBE_STRUCT(Home, (), (failures, failures_more, drafts, coaching, commitments, deals, notices))

void add_routes(http::Router& router, const Context& context);

} // namespace buckstop::home
