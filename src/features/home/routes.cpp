#include "features/home/service.hpp"

namespace buckstop::home {

void add_routes(http::Router& router, const Context& context) {
    router.get<http::Nothing, Home>("/home", {"home", "The first page in one call"},
                                    [context](const http::Nothing&, http::Call& call) -> Result<Home> {
                                        return home(context, call.who());
                                    });
}

} // namespace buckstop::home
