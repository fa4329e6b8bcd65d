#include "base/config.hpp"
#include "cli/commands.hpp"

#include <fmt/format.h>

namespace buckstop::cli {

Result<ExitCode> run(const Configuration&, const Common& common) {
    const auto text = example_configuration(common.settings);
    if (!text)
        return fail(text.error());
    fmt::print("{}", *text);
    return ExitCode::done;
}

} // namespace buckstop::cli
