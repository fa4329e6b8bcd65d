#include "base/config.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace buckstop::cli {

Result<ExitCode> run(const Configuration&, const Common& common) {
    const auto text = example_configuration(common.settings);
    if (!text)
        return fail(text.error());
    fmt::print("{}", *text);
    return ExitCode::done;
}

CLI::App* add_configuration(CLI::App& app) {
    auto* sub = app.add_subcommand("configuration",
                                   "Print a configuration file that explains every setting, to begin with");
    sub->footer(R"(Settings that are given as flags stand in it as settings, all others as comments.

Examples:
  buckstop configuration --database sqlite:/var/lib/buckstop/buckstop.db > buckstop.toml
  buckstop serve --config buckstop.toml

Exit codes: 0 done · 1 a setting can't be as given · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
