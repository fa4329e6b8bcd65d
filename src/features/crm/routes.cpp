#include "features/crm/crm.hpp"

#include "access/policy.hpp"

namespace buckstop::crm {

using http::Call;
using http::Nothing;
using http::Page;

void add_routes(http::Router& router, const Context& context) {
    router.get<DealQuery, Page<DealSummary>>(
        "/deals", {"deals", "List the deals that one may see"},
        [context](const DealQuery& query, Call& call) { return list_deals(context, call.who(), query); });

    router.get<Nothing, Deal>("/deals/{deal}", {"deals", "One deal with its timeline"},
                              [context](const Nothing&, Call& call) -> Result<Deal> {
                                  const auto id = call.id<buckstop::Deal>("deal");
                                  if (!id)
                                      return fail(id.error());
                                  auto deal = get_deal(context, call.who(), *id);
                                  if (deal)
                                      call.etag(deal->version);
                                  return deal;
                              });

    router.get<CompanyQuery, Page<CompanySummary>>("/companies", {"deals", "List the companies"},
                                                   [context](const CompanyQuery& query, Call& call) {
                                                       return list_companies(context, call.who(), query);
                                                   });

    router.get<Nothing, Status>(
        "/status", {"organisation", "How much of everything there is"},
        [context](const Nothing&, Call& call) -> Result<Status> {
            const auto allowed =
                access::require(call.who(), {}, access::Object::organisation_settings, access::Action::read);
            if (!allowed)
                return fail(allowed.error());
            return context.database.read([&](db::Transaction& tx) { return status(tx, call.who().org); });
        });
}

} // namespace buckstop::crm
