// Reads the command line. The only file that includes CLI11 is command_line.cpp.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/options.hpp"

#include <tl/expected.hpp>

namespace buckstop::cli {

// The invocation, or the exit code to end with at once (help was shown, or the usage was wrong and said so).
[[nodiscard]] tl::expected<Invocation, ExitCode> parse_command_line(int argc, const char* const* argv);

} // namespace buckstop::cli
