#include "base/json.hpp"
#include "features/quality/quality.hpp"

namespace buckstop::quality {
namespace {

using http::Call;
using http::Nothing;
using http::Page;
using http::Response;

// What a download asks for, by the parameters of the list.
Result<FindingQuery> query_of(const Call& call) {
    FindingQuery query;
    if (const auto kind = call.request().parameter("kind"); kind && !kind->empty()) {
        query.kind = enum_from_name<Kind>(*kind);
        if (!query.kind)
            return fail_field("kind", "unknown", "There is no such kind of finding.");
    }
    if (const auto team = call.request().parameter("team"); team && !team->empty()) {
        query.team = TeamId::parse(*team);
        if (!query.team)
            return fail_field("team", "not_an_id", "This isn't a team's id.");
    }
    query.set_aside = call.request().parameter("set_aside") == "true";
    return query;
}

Result<Response> download(const Context& context, Call& call) {
    const auto query = query_of(call);
    if (!query)
        return fail(query.error());
    auto csv = table(context, call.who(), *query);
    if (!csv)
        return fail(csv.error());
    Response response{.body = std::move(*csv), .content_type = "text/csv; charset=utf-8"};
    response.headers = call.response_headers();
    response.headers.emplace("content-disposition", "attachment; filename=\"data-quality.csv\"");
    return response;
}

} // namespace

void add_routes(http::Router& router, const Context& context) {
    router.get<Nothing, Report>(
        "/data-quality", {"data quality", "How much of the CRM's data asks to be mended, by kind"},
        [context](const Nothing&, Call& call) { return report(context, call.who()); });

    router.post<Nothing, Report>(
        "/data-quality/look", {"data quality", "Look at all the data now; done in the background"},
        [context](const Nothing&, Call& call) { return ask_for_look(context, call.who()); });

    router.get<FindingQuery, Page<Finding>>(
        "/data-quality/findings", {"data quality", "List what asks to be mended, or what was set aside"},
        [context](const FindingQuery& query, Call& call) { return list(context, call.who(), query); });

    router.raw(
        http::Method::get, "/data-quality/findings.csv",
        {.tag = "data quality", .summary = "The same as a table, at most 100,000 rows", .gives = "text/csv"},
        [context](Call& call) { return download(context, call); });

    router.post<SetAsideInput, Finding>("/data-quality/findings/{finding}/set-aside",
                                        {"data quality", "Say that it is right as it is, and why"},
                                        [context](const SetAsideInput& input, Call& call) -> Result<Finding> {
                                            const auto id = call.id<struct Finding>("finding");
                                            if (!id)
                                                return fail(id.error());
                                            return set_aside(context, call.who(), FindingId(id->value()),
                                                             input.because);
                                        });

    router.post<Nothing, Finding>("/data-quality/findings/{finding}/bring-back",
                                  {"data quality", "Take back that it is right as it is"},
                                  [context](const Nothing&, Call& call) -> Result<Finding> {
                                      const auto id = call.id<struct Finding>("finding");
                                      if (!id)
                                          return fail(id.error());
                                      return bring_back(context, call.who(), FindingId(id->value()));
                                  });
}

} // namespace buckstop::quality
