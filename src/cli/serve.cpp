#include "app/web_server.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/service_manager.hpp"
#include "features/demo/demo.hpp"
#include "features/identity/identity.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <fmt/format.h>
#include <pthread.h>

namespace buckstop::cli {
namespace {

// The signals that end the program, held back from every thread so that one place waits for them.
class StopSignals {
  public:
    StopSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }
    void wait() const {
        int caught = 0;
        sigwait(&set_, &caught);
    }

  private:
    sigset_t set_{};
};

std::string address_of(const Config& config, int port) {
    if (!config.public_url.empty())
        return config.public_url;
    const bool any = config.listen_address == "0.0.0.0" || config.listen_address == "::";
    return fmt::format("http://{}:{}{}", any ? "127.0.0.1" : config.listen_address, port, config.base_path);
}

void greet(const app::Program& program, int port, bool as_json) {
    const Context& context = program.context();
    const std::string address = address_of(program.config(), port);
    const auto token = identity::offer_setup(context);
    const auto hint = context.database.read([](db::Transaction& tx) { return demo::sign_in_hint(tx); });
    if (as_json) {
        boost::json::object greeting{{"address", address}};
        if (token)
            greeting["setup_token"] = *token;
        fmt::print("{}\n", boost::json::serialize(greeting));
    } else {
        fmt::print("\nBuckstop is at {}\n", address);
        if (token)
            fmt::print("Nobody can sign in yet. Set it up in the page with this one-time token: {}\n",
                       *token);
        if (hint)
            fmt::print("{}\n", *hint);
        fmt::print("Ctrl+C stops it.\n\n");
    }
    std::fflush(stdout);
}

} // namespace

Result<ExitCode> run(const Serve&, const Common& common) {
    const StopSignals signals; // before any thread starts
    auto program = open_program(common, app::Program::Missing::create, Telling::events);
    if (!program)
        return fail(program.error());
    const Config& config = (*program)->config();
    const Log log = Log::from_config(config.log_level, config.log_format);
    auto server = app::WebServer::start(**program, log);
    if (!server)
        return fail(server.error());
    greet(**program, (*server)->port(), common.json);
    log.info("listening", {{"port", (*server)->port()}, {"version", BUCKSTOP_VERSION}});
    tell_service_manager("READY=1");
    signals.wait();
    tell_service_manager("STOPPING=1");
    log.info("stopping");
    const bool in_time = (*server)->stop(std::chrono::seconds{20});
    log.info("stopped", {{"in_time", in_time}});
    return in_time ? ExitCode::done : ExitCode::failure;
}

CLI::App* add_serve(CLI::App& app) {
    auto* sub =
        app.add_subcommand("serve", "Serve the page and the API until it is told to stop (Ctrl+C, SIGTERM)");
    sub->footer(
        R"(A database that doesn't exist yet is created; the page then offers to set it up with the one-time
token that is printed here.

Examples:
  buckstop serve                                      http://127.0.0.1:8600, ./buckstop.db
  buckstop serve --database postgresql://buckstop@db.internal/buckstop --listen-port 80
  BUCKSTOP_LOG_FORMAT=json buckstop serve --config /etc/buckstop/buckstop.toml

Exit codes: 0 stopped as told · 1 it couldn't start, or requests were cut off at the stop · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
