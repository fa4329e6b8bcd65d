#include "base/json.hpp"
#include "features/debriefs/debriefs.hpp"
#include "http/problem.hpp"

namespace buckstop::debriefs {
namespace {

using http::Call;
using http::Nothing;
using http::Page;

Result<DebriefId> id_of(const Call& call) {
    return call.id<struct buckstop::Debrief>("debrief");
}

// The 409 of a draft that another window saved in between: a problem with the newer draft in it.
http::Response newer_draft(const Call& call, const NewerDraft& newer) {
    auto response =
        http::problem(Error{.code = ErrorCode::conflict,
                            .message = "Another window saved this draft in between. Here is its text."},
                      call.request().id);
    auto body = boost::json::parse(response.body).as_object();
    body["current"] = json::write(newer.current);
    response.body = boost::json::serialize(body);
    return response;
}

Result<http::Response> put_draft(const Context& context, Call& call) {
    const auto id = id_of(call);
    if (!id)
        return fail(id.error());
    const auto& body = call.json_body();
    if (!body)
        return fail(body.error());
    const auto input = json::read<DraftInput>(*body);
    if (!input)
        return fail(input.error());
    const auto answer = save_draft(context, call.who(), *id, *input);
    if (!answer)
        return fail(answer.error());
    if (const auto* newer = std::get_if<NewerDraft>(&*answer))
        return newer_draft(call, *newer);
    http::Response response;
    response.body = json::to_text(std::get<Saved>(*answer));
    return response;
}

} // namespace

void add_routes(http::Router& router, const Context& context) {
    router.post<Nothing, Debrief>("/failures/{failure}/debrief",
                                  {"debriefs", "Begin the debrief of one's own failure, or go on with it"},
                                  [context](const Nothing&, Call& call) -> Result<Debrief> {
                                      const auto id = call.id<struct buckstop::Failure>("failure");
                                      if (!id)
                                          return fail(id.error());
                                      auto debrief = start(context, call.who(), *id);
                                      if (debrief)
                                          call.etag(debrief->version);
                                      return debrief;
                                  });

    router.get<DebriefQuery, Page<DebriefSummary>>(
        "/debriefs",
        {"debriefs", "List one's own debriefs and those that were shared with one, newest first"},
        [context](const DebriefQuery& query, Call& call) { return list(context, call.who(), query); });

    router.get<Nothing, Debrief>("/debriefs/{debrief}",
                                 {"debriefs", "Read a debrief; the author is told who else did"},
                                 [context](const Nothing&, Call& call) -> Result<Debrief> {
                                     const auto id = id_of(call);
                                     if (!id)
                                         return fail(id.error());
                                     auto debrief = read(context, call.who(), *id);
                                     // Drafts, readers and commitments change without the version, so no 304.
                                     if (debrief && !call.request().header("if-none-match"))
                                         call.etag(debrief->version);
                                     return debrief;
                                 });

    // Written by hand, for its 409 carries the newer draft.
    router.raw(http::Method::put, "/debriefs/{debrief}/draft",
               {.tag = "debriefs",
                .summary = "Save one's draft: all of it, and the revision that it was made from",
                .takes = "application/json",
                .gives = "application/json"},
               [context](Call& call) { return put_draft(context, call); });

    router.del<Nothing, Nothing>("/debriefs/{debrief}/draft", {"debriefs", "Throw one's draft away"},
                                 [context](const Nothing&, Call& call) -> Result<> {
                                     const auto id = id_of(call);
                                     if (!id)
                                         return fail(id.error());
                                     return discard_draft(context, call.who(), *id);
                                 });

    router.post<ShareInput, Debrief>(
        "/debriefs/{debrief}/share",
        {.tag = "debriefs",
         .summary = "Share one's debrief: its lesson and its commitment are made, the draft is gone",
         .exactly_once = true},
        [context](const ShareInput& input, Call& call) -> Result<Debrief> {
            const auto id = id_of(call);
            if (!id)
                return fail(id.error());
            return share(context, call.who(), *id, input, remembered_by<Debrief>(call));
        });

    router.patch<DebriefEdit, Debrief>("/debriefs/{debrief}", {"debriefs", "Change one's own shared debrief"},
                                       [context](const DebriefEdit& input, Call& call) -> Result<Debrief> {
                                           const auto id = id_of(call);
                                           if (!id)
                                               return fail(id.error());
                                           const auto version = call.if_match();
                                           if (!version)
                                               return fail(version.error());
                                           auto debrief = edit(context, call.who(), *id, *version, input);
                                           if (debrief)
                                               call.etag(debrief->version);
                                           return debrief;
                                       });
}

} // namespace buckstop::debriefs
