// Metrics for Prometheus, at an address of their own, so that no proxy in front of the page shows them to
// others by mistake. Off unless metrics_port is set. docs/operators/metrics.md lists them.
#pragma once

#include "app/program.hpp"
#include "base/log.hpp"
#include "http/dispatch.hpp"
#include "http/server.hpp"

#include <memory>

namespace buckstop::app {

// What is told about beside the program; must outlive the MetricsServer.
struct Measured {
    const http::Dispatcher& api;
    const http::Server& server;
};

class MetricsServer {
  public:
    // Nothing where the configuration wants none. Throws std::runtime_error where the address can't be
    // listened on. `program` must outlive it.
    [[nodiscard]] static std::unique_ptr<MetricsServer> start(Program& program, const Measured& measured,
                                                              const Log& log);

  private:
    MetricsServer(Program& program, const Measured& measured, const Log& log);
    [[nodiscard]] http::Response answer(const http::Request& request) const;

    Program& program_;
    Measured measured_;
    Log log_;
    std::unique_ptr<http::Server> server_; // last: its handlers use the rest
};

} // namespace buckstop::app
