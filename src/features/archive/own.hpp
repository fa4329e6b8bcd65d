// What a person's own export holds, and how it reads. Private to this feature.
#pragma once

#include "features/archive/own_store.hpp"
#include "features/audit/audit.hpp"
#include "features/commitments/commitments.hpp"
#include "features/crm/crm.hpp"
#include "features/debriefs/debriefs.hpp"
#include "features/failures/failures.hpp"
#include "features/identity/identity.hpp"
#include "features/lessons/lessons.hpp"
#include "features/people/people.hpp"

namespace buckstop::archive {

struct OwnData {
    Instant exported_at{};
    std::string organisation{};
    people::Person person{};
    std::vector<debriefs::Debrief> debriefs{}; // drafts as this session opens them
    std::vector<lessons::Lesson> lessons{};
    std::vector<commitments::Commitment> commitments{};
    std::vector<failures::FailureSummary> failures{};
    std::vector<crm::DealSummary> deals{};
    std::vector<store::OwnActivity> activities{};
    std::vector<store::OwnTarget> targets{};
    std::vector<identity::Notice> notices{};
    std::vector<store::OwnSession> sessions{};
    std::vector<store::OwnDevice> devices{};
    std::vector<audit::AuditLine> audit_lines{}; // about the person
};
BOOST_DESCRIBE_STRUCT(OwnData, (),
                      (exported_at, organisation, person, debriefs, lessons, commitments, failures, deals,
                       activities, targets, notices, sessions, devices, audit_lines))

// The same to read, as Markdown.
[[nodiscard]] std::string own_page(const OwnData& data);

} // namespace buckstop::archive
