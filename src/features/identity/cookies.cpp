#include "features/identity/cookies.hpp"

#include <fmt/format.h>

namespace buckstop::identity::cookies {
namespace {

bool below_a_path(const Config& config) {
    return !config.base_path.empty() && config.base_path != "/";
}

} // namespace

std::string name(Kind kind, const http::Request& request, const Config& config) {
    const std::string_view prefix = !request.secure ? "" : below_a_path(config) ? "__Secure-" : "__Host-";
    return fmt::format("{}buckstop_{}", prefix, kind == Kind::session ? "session" : "device");
}

std::optional<std::string> read(Kind kind, const http::Request& request, const Config& config) {
    const auto value = request.cookie(name(kind, request, config));
    if (!value || value->size() > 64)
        return std::nullopt;
    return std::string(*value);
}

std::string write(Kind kind, std::string_view value, std::chrono::seconds lasts, const http::Request& request,
                  const Config& config) {
    return fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite=Lax{}", name(kind, request, config),
                       value, below_a_path(config) ? config.base_path : "/", lasts.count(),
                       request.secure ? "; Secure" : "");
}

} // namespace buckstop::identity::cookies
