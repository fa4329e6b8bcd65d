#include "features/commitments/commitments.hpp"

namespace buckstop::commitments {

using http::Call;
using http::Nothing;
using http::Page;

void add_routes(http::Router& router, const Context& context) {
    router.get<CommitmentQuery, Page<Commitment>>(
        "/commitments",
        {"commitments",
         "List the commitments that one may read: open ones by their date, ended ones newest first"},
        [context](const CommitmentQuery& query, Call& call) { return list(context, call.who(), query); });

    router.get<Nothing, Commitment>("/commitments/{commitment}", {"commitments", "Read a commitment"},
                                    [context](const Nothing&, Call& call) -> Result<Commitment> {
                                        const auto id = call.id<struct buckstop::Commitment>("commitment");
                                        if (!id)
                                            return fail(id.error());
                                        auto commitment = get(context, call.who(), *id);
                                        // Whether it is overdue changes without the version, so no 304.
                                        if (commitment && !call.request().header("if-none-match"))
                                            call.etag(commitment->version);
                                        return commitment;
                                    });

    router.post<CommitmentInput, Commitment>("/commitments",
                                             {.tag = "commitments",
                                              .summary = "Commit oneself to an act",
                                              .success_status = 201,
                                              .exactly_once = true},
                                             [context](const CommitmentInput& input, Call& call) {
                                                 return add(context, call.who(), input,
                                                            remembered_by<Commitment>(call));
                                             });

    router.patch<CommitmentChange, Commitment>(
        "/commitments/{commitment}",
        {"commitments", "Keep, move, drop or reword one's own commitment, or undo that"},
        [context](const CommitmentChange& input, Call& call) -> Result<Commitment> {
            const auto id = call.id<struct buckstop::Commitment>("commitment");
            if (!id)
                return fail(id.error());
            const auto version = call.if_match();
            if (!version)
                return fail(version.error());
            auto commitment = change(context, call.who(), *id, *version, input);
            if (commitment)
                call.etag(commitment->version);
            return commitment;
        });
}

} // namespace buckstop::commitments
