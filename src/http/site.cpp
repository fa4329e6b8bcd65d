#include "http/site.hpp"

namespace buckstop::http {

Application make_application(const Dispatcher& api, const Assets& page, const Health& health) {
    Application application;
    application.quick = [&](const Request& request) -> std::optional<Response> {
        if (request.path == "/health/live")
            return health.live();
        if (request.path == "/health/ready" || api.serves(request.path))
            return std::nullopt;
        return page(request);
    };
    application.handle = [&](const Request& request) {
        return api.serves(request.path) ? api(request) : health.ready();
    };
    application.body_limit = [&](Method method, std::string_view path) {
        return api.body_limit(method, path);
    };
    application.admit = [&](const Request& head) { return api.admit(head); };
    return application;
}

} // namespace buckstop::http
