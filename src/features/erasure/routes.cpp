#include "features/erasure/erasure.hpp"

namespace buckstop::erasure {

using http::Call;
using http::Nothing;

void add_routes(http::Router& router, const Context& context) {
    router.get<Nothing, Preview>(
        "/people/{person}/erasure",
        {.tag = "people", .summary = "What erasing a person takes away, and what remains"},
        [context](const Nothing&, Call& call) -> Result<Preview> {
            const auto id = call.id<buckstop::Person>("person");
            if (!id)
                return fail(id.error());
            return preview(context, call.who(), *id);
        });
    router.post<Wanted, Done>("/people/{person}/erasure",
                              {.tag = "people", .summary = "Erase a person; it can't be undone"},
                              [context](const Wanted& wanted, Call& call) -> Result<Done> {
                                  const auto id = call.id<buckstop::Person>("person");
                                  if (!id)
                                      return fail(id.error());
                                  return erase(context, call.who(), *id, wanted);
                              });
}

} // namespace buckstop::erasure
