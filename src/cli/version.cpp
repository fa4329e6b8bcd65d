#include "cli/commands.hpp"

#include <fmt/format.h>

namespace buckstop::cli {

Result<ExitCode> run(const Version&, const Common& common) {
    if (common.json)
        fmt::print("{{\"version\": \"{}\"}}\n", BUCKSTOP_VERSION);
    else
        fmt::print("buckstop {}\n", BUCKSTOP_VERSION);
    return ExitCode::done;
}

} // namespace buckstop::cli
