#include "app/web_server.hpp"

#include "app/features.hpp"
#include "base/embedded.hpp"
#include "features/identity/identity.hpp"
#include "http/event_stream.hpp"
#include "http/openapi.hpp"

#include <stdexcept>

extern "C" const char buckstop_embedded_web_begin[];
extern "C" const char buckstop_embedded_web_end[];

namespace buckstop::app {
namespace {

http::DispatchOptions dispatch_options(Program& program, const Log& log) {
    const Context& context = program.context();
    http::DispatchOptions options;
    options.authenticate = [&context](const http::Request& request) -> Result<access::Principal> {
        return identity::authenticate(context, request);
    };
    options.csrf_token_matches = [&context](const http::Request& request, const access::Principal&) {
        return identity::csrf_token_matches(context, request);
    };
    options.database = &program.database();
    options.public_url = program.config().public_url;
    options.log = log;
    options.now = context.now;
    return options;
}

http::Assets make_page(const Config& config) {
    if (!config.web_root.empty())
        return http::Assets::folder(config.web_root, config.base_path);
    return http::Assets::packed(unpack({buckstop_embedded_web_begin, buckstop_embedded_web_end}),
                                config.base_path);
}

} // namespace

WebServer::WebServer(Program& program, Log log)
    : program_(program), log_(std::move(log)), page_(make_page(program.config())),
      health_(program.database()) {
    add_routes(router_, program.context());
    http::add_event_stream(router_, program.events());
    http::add_openapi(router_, {.server = program.config().base_path + "/api/v1"});
    dispatcher_.emplace(router_, dispatch_options(program, log_));
}

WebServer::~WebServer() {
    stop(std::chrono::milliseconds{0});
}

Result<std::unique_ptr<WebServer>> WebServer::start(Program& program, Log log) {
    const auto options = http::server_options(program.config());
    if (!options)
        return fail(options.error());
    auto server = std::unique_ptr<WebServer>(new WebServer(program, std::move(log)));
    try {
        server->listen(*options);
    } catch (const std::runtime_error& error) {
        return fail(ErrorCode::failed, error.what());
    }
    return server;
}

void WebServer::listen(const http::ServerOptions& options) {
    server_ =
        std::make_unique<http::Server>(options, http::make_application(*dispatcher_, page_, health_), log_);
    metrics_ = MetricsServer::start(program_, {.api = *dispatcher_, .server = *server_}, log_);
    program_.jobs().start(program_.database(), program_.config().job_threads, program_.context().now);
}

int WebServer::port() const {
    return server_->port();
}

bool WebServer::stop(std::chrono::milliseconds grace) {
    if (!server_)
        return true;
    health_.stopping();
    const bool in_time = server_->stop(grace);
    program_.jobs().stop(grace);
    metrics_.reset();
    server_.reset();
    return in_time;
}

} // namespace buckstop::app
