#include "features/audit/audit.hpp"

namespace buckstop::audit {

void add_routes(http::Router& router, const Context& context) {
    router.get<AuditQuery, http::Page<AuditLine>>(
        "/audit", {.tag = "audit", .summary = "The audit log, newest first; for administrators"},
        [context](const AuditQuery& query, http::Call& call) { return list(context, call.who(), query); });
    router.get<AuditQuery, http::Page<AuditLine>>(
        "/audit/mine",
        {.tag = "audit", .summary = "The lines of the audit log that are about me, newest first"},
        [context](const AuditQuery& query, http::Call& call) {
            return list_mine(context, call.who(), query);
        });
}

} // namespace buckstop::audit
