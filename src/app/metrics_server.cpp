#include "app/metrics_server.hpp"

#include "features/imports/imports.hpp"
#include "http/problem.hpp"
#include "work/job_desk.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace buckstop::app {
namespace {

using metrics::Text;

constexpr auto content_type = "text/plain; version=0.0.4; charset=utf-8";

double to_double(std::int64_t value) {
    return static_cast<double>(value);
}

void write_server(Text& text, const http::ServerNumbers& numbers) {
    const auto gauge = [&](const char* name, const char* help, const metrics::Gauge& value) {
        text.family(name, "gauge", help);
        text.sample(to_double(value.value()));
    };
    const auto counter = [&](const char* name, const char* help, const metrics::Counter& value) {
        text.family(name, "counter", help);
        text.sample(static_cast<double>(value.value()));
    };
    gauge("buckstop_http_connections", "Connections that are open, idle ones too.", numbers.connections);
    gauge("buckstop_http_event_streams", "Connections that an open page listens on.", numbers.streams);
    gauge("buckstop_http_queue_length", "Requests that wait for a worker.", numbers.queued);
    counter("buckstop_http_connections_total", "Connections that were taken.", numbers.accepted);
    counter("buckstop_http_connections_refused_total",
            "Connections closed at once, since there were too many.", numbers.too_many);
    counter("buckstop_http_requests_put_off_total", "Requests answered 503, since the queue was full.",
            numbers.put_off);
    counter("buckstop_http_requests_timed_out_total", "Requests answered 408, since they came too slowly.",
            numbers.timed_out);
}

void write_database(Text& text, const db::DatabaseNumbers& numbers) {
    text.family("buckstop_database_wait_seconds", "histogram",
                "Waiting for a connection of the pool to be free.");
    text.sample(numbers.waits);
    text.family("buckstop_database_transaction_seconds", "histogram",
                "Transactions, with waiting and all tries.");
    text.sample({{"kind", "read"}}, numbers.reads);
    text.sample({{"kind", "write"}}, numbers.writes);
    text.family("buckstop_database_retries_total", "counter", "Tries of a transaction that met another one.");
    text.sample(static_cast<double>(numbers.met.value()));
    text.family("buckstop_database_failures_total", "counter", "Transactions that ended with a failure.");
    text.sample(static_cast<double>(numbers.failed.value()));
}

// What only the database knows.
struct Stored {
    std::vector<work::JobCount> jobs;
    std::int64_t import_rows = 0;
};

std::optional<Stored> look(db::Database& database, const Log& log) {
    try {
        return database.read([](db::Transaction& tx) {
            return Stored{work::count_jobs(tx), imports::rows_done(tx)};
        });
    } catch (const db::Failure& failure) {
        log.warning("metrics_without_database", {{"what", failure.what()}});
        return std::nullopt;
    }
}

void write_stored(Text& text, const std::optional<Stored>& stored) {
    text.family("buckstop_database_up", "gauge", "1 where the database answers, else 0.");
    text.sample(stored ? 1 : 0);
    text.family("buckstop_jobs", "gauge", "Background jobs; those that ended are kept for 30 days.");
    if (stored)
        for (const auto& count : stored->jobs)
            text.sample({{"kind", count.kind}, {"state", enum_name(count.state)}}, to_double(count.number));
    text.family("buckstop_import_rows_total", "counter", "Rows that imports have taken in.");
    if (stored)
        text.sample(to_double(stored->import_rows));
}

// In clock ticks since the machine started (proc(5), /proc/PID/stat, the 22nd).
double started_at() {
    std::ifstream stat("/proc/self/stat");
    std::string all((std::istreambuf_iterator<char>(stat)), {});
    std::istringstream behind_name(all.substr(std::min(all.rfind(')') + 1, all.size())));
    std::string skipped;
    for (int field = 3; field < 22; ++field)
        behind_name >> skipped;
    double ticks = 0;
    behind_name >> ticks;
    std::ifstream system("/proc/stat");
    for (std::string word; system >> word;)
        if (double booted = 0; word == "btime" && system >> booted)
            return booted + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
    return 0;
}

// Under the names that every Prometheus client library uses.
void write_process(Text& text) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return to_double(time.tv_sec) + to_double(time.tv_usec) / 1e6;
    };
    double pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    std::error_code ignored;
    const auto files = std::distance(std::filesystem::directory_iterator("/proc/self/fd", ignored), {});
    rlimit most{};
    getrlimit(RLIMIT_NOFILE, &most);
    const auto one = [&](const char* name, const char* type, const char* help, double value) {
        text.family(name, type, help);
        text.sample(value);
    };
    one("process_cpu_seconds_total", "counter", "Processor time that was used.",
        seconds(usage.ru_utime) + seconds(usage.ru_stime));
    one("process_resident_memory_bytes", "gauge", "Memory that is in use.",
        pages * static_cast<double>(sysconf(_SC_PAGESIZE)));
    one("process_open_fds", "gauge", "Files and connections that are open.", to_double(files));
    one("process_max_fds", "gauge", "Files and connections that may be open.",
        static_cast<double>(most.rlim_cur));
    one("process_start_time_seconds", "gauge", "When the program started, in seconds since 1970.",
        started_at());
    text.family("buckstop_build_info", "gauge", "1; the version is the label.");
    text.sample({{"version", BUCKSTOP_VERSION}}, 1);
}

} // namespace

MetricsServer::MetricsServer(Program& program, const Measured& measured, const Log& log)
    : program_(program), measured_(measured), log_(log) {
    auto config = program.config();
    config.listen_address = config.metrics_address;
    http::ServerOptions options{.address = config.metrics_address,
                                .port = config.metrics_port,
                                .worker_threads = 1,
                                .queue_length = 4,
                                .hosts = http::Hosts(config)};
    options.limits.connections = 32;
    server_ = std::make_unique<http::Server>(
        options,
        http::Application{.handle = [this](const http::Request& request) { return answer(request); }}, log);
}

std::unique_ptr<MetricsServer> MetricsServer::start(Program& program, const Measured& measured,
                                                    const Log& log) {
    if (program.config().metrics_port == 0)
        return nullptr;
    return std::unique_ptr<MetricsServer>(new MetricsServer(program, measured, log));
}

http::Response MetricsServer::answer(const http::Request& request) const {
    const bool is_read = request.method == http::Method::get || request.method == http::Method::head;
    if (request.path != "/metrics" || !is_read)
        return http::problem({.code = ErrorCode::not_found, .message = "Only GET /metrics is here."},
                             request.id);
    Text text;
    measured_.api.write_numbers(text);
    write_server(text, measured_.server.numbers());
    write_database(text, program_.database().numbers());
    write_stored(text, look(program_.database(), log_));
    write_process(text);
    return {.headers = {{"cache-control", "no-store"}},
            .body = std::move(text).take(),
            .content_type = content_type};
}

} // namespace buckstop::app
