#include "features/failures/failures.hpp"

namespace buckstop::failures {

using http::Call;
using http::Nothing;
using http::Page;
using FailureEntity = struct buckstop::Failure;

void add_routes(http::Router& router, const Context& context) {
    router.get<FailureQuery, Page<FailureSummary>>(
        "/failures", {"failures", "List the failures that one may read, newest first"},
        [context](const FailureQuery& query, Call& call) { return list(context, call.who(), query); });

    router.post<SkipInput, FailureSummary>(
        "/failures/{failure}/skip", {"failures", "Skip one's own failure, with a reason"},
        [context](const SkipInput& input, Call& call) -> Result<FailureSummary> {
            const auto id = call.id<FailureEntity>("failure");
            if (!id)
                return fail(id.error());
            return skip(context, call.who(), *id, input.reason);
        });

    router.post<Nothing, FailureSummary>("/failures/{failure}/unskip",
                                         {"failures", "Take back that one skipped it"},
                                         [context](const Nothing&, Call& call) -> Result<FailureSummary> {
                                             const auto id = call.id<FailureEntity>("failure");
                                             if (!id)
                                                 return fail(id.error());
                                             return unskip(context, call.who(), *id);
                                         });

    router.get<Nothing, Rules>("/failure-rules", {"failures", "List the rules that open debriefs"},
                               [context](const Nothing&, Call& call) { return rules(context, call.who()); });

    router.post<RuleInput, Rule>("/failure-rules",
                                 {.tag = "failures",
                                  .summary = "Add a rule; it is applied to all deals at once",
                                  .success_status = 201,
                                  .exactly_once = true},
                                 [context](const RuleInput& input, Call& call) {
                                     return add_rule(context, call.who(), input, remembered_by<Rule>(call));
                                 });

    router.put<RuleInput, Rule>(
        "/failure-rules/{rule}",
        {"failures", "Change a rule; what waits by it is opened and withdrawn to match"},
        [context](const RuleInput& input, Call& call) -> Result<Rule> {
            const auto id = call.id<struct FailureRule>("rule");
            if (!id)
                return fail(id.error());
            const auto version = call.if_match();
            if (!version)
                return fail(version.error());
            auto rule = change_rule(context, call.who(), *id, *version, input);
            if (rule)
                call.etag(rule->version);
            return rule;
        });

    router.del<Nothing, Nothing>("/failure-rules/{rule}",
                                 {"failures", "Remove a rule, and what waits by it alone"},
                                 [context](const Nothing&, Call& call) -> Result<> {
                                     const auto id = call.id<struct FailureRule>("rule");
                                     if (!id)
                                         return fail(id.error());
                                     return remove_rule(context, call.who(), *id);
                                 });

    router.post<RuleInput, Preview>(
        "/failure-rules/preview", {"failures", "How many debriefs a rule would open, with examples"},
        [context](const RuleInput& input, Call& call) { return preview(context, call.who(), input); });
}

} // namespace buckstop::failures
