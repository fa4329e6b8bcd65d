#include "http/health.hpp"

#include "base/json.hpp"
#include "db/migrate.hpp"

namespace buckstop::http {
namespace {

Response say(int status, std::string_view what) {
    const boost::json::object body{{"status", what}};
    return {
        .status = status, .headers = {{"cache-control", "no-store"}}, .body = boost::json::serialize(body)};
}

} // namespace

Response Health::live() const {
    return say(200, "live");
}

Response Health::ready() const {
    if (stopping_)
        return say(503, "stopping");
    try {
        const auto state = db::migration_state(database_);
        if (!state || state->database_version != state->program_version)
            return say(503, "the database has another schema than this program");
        return say(200, "ready");
    } catch (const std::exception&) {
        return say(503, "the database doesn't answer");
    }
}

} // namespace buckstop::http
