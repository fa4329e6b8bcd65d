// The program as a server: every feature's routes, the page, health and events behind one address.
#pragma once

#include "app/metrics_server.hpp"
#include "app/program.hpp"
#include "base/log.hpp"
#include "http/server.hpp"
#include "http/site.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace buckstop::app {

class WebServer {
  public:
    // Listens from here on. Errors (invalid): settings that can't be read; (failed): an address that can't be
    // listened on. `program` must outlive the server.
    [[nodiscard]] static Result<std::unique_ptr<WebServer>> start(Program& program, Log log);
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    [[nodiscard]] int port() const;
    // Not ready any more, nothing new, running requests and jobs end. False where some didn't within `grace`.
    bool stop(std::chrono::milliseconds grace);

  private:
    explicit WebServer(Program& program, Log log);
    void listen(const http::ServerOptions& options);

    Program& program_;
    Log log_;
    http::Router router_;
    std::optional<http::Dispatcher> dispatcher_; // once router_ has all its routes
    http::Assets page_;
    http::Health health_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<MetricsServer> metrics_; // last: it looks at the others
};

} // namespace buckstop::app
