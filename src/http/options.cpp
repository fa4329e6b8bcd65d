#include "http/server.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace buckstop::http {

std::size_t most_connections(const Limits& limits) {
    constexpr std::size_t for_others = 100; // databases, logs, files
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    const auto open_files = static_cast<std::size_t>(files.rlim_cur);
    return std::min(limits.connections,
                    open_files > 2 * for_others ? open_files - for_others : open_files / 2);
}

Result<ServerOptions> server_options(const Config& config) {
    auto proxies = TrustedProxies::parse(config.trusted_proxies);
    if (!proxies)
        return fail(proxies.error());
    return ServerOptions{.address = config.listen_address,
                         .port = config.listen_port,
                         .worker_threads = config.worker_threads,
                         .queue_length = config.queue_length,
                         .base_path = config.base_path,
                         .proxies = std::move(*proxies),
                         .hosts = Hosts(config)};
}

} // namespace buckstop::http
