#include "app/features.hpp"

#include "features/archive/archive.hpp"
#include "features/audit/audit.hpp"
#include "features/commitments/commitments.hpp"
#include "features/crm/crm.hpp"
#include "features/debriefs/debriefs.hpp"
#include "features/demo/demo.hpp"
#include "features/erasure/erasure.hpp"
#include "features/failures/failures.hpp"
#include "features/home/home.hpp"
#include "features/identity/identity.hpp"
#include "features/imports/imports.hpp"
#include "features/lessons/lessons.hpp"
#include "features/people/people.hpp"
#include "features/quality/quality.hpp"
#include "features/retention/retention.hpp"

namespace buckstop::app {

void add_routes(http::Router& router, const Context& context) {
    const identity::Hooks hooks{.sealed_texts = debriefs::sealed_texts(), .sign_in_hint = demo::sign_in_hint};
    identity::add_routes(router, context, hooks);
    people::add_routes(router, context, hooks);
    audit::add_routes(router, context);
    crm::add_routes(router, context);
    imports::add_routes(router, context);
    quality::add_routes(router, context);
    failures::add_routes(router, context);
    debriefs::add_routes(router, context);
    lessons::add_routes(router, context);
    commitments::add_routes(router, context);
    home::add_routes(router, context);
    erasure::add_routes(router, context);
    archive::add_routes(router, context);
}

void add_jobs(const Context& context) {
    identity::add_jobs(context);
    imports::add_jobs(context);
    failures::add_jobs(context);
    quality::add_jobs(context);
    archive::add_jobs(context);
    retention::add_jobs(context);
}

} // namespace buckstop::app
