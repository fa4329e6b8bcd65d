// Reads the command line. The only file that includes CLI11 is command_line.cpp.
#pragma once

#include "cli/description.hpp"
#include "cli/exit_code.hpp"
#include "cli/options.hpp"

#include <tl/expected.hpp>

namespace buckstop::cli {

// The invocation, or the exit code to end with at once (help was shown, or the usage was wrong and said so).
[[nodiscard]] tl::expected<Invocation, ExitCode> parse_command_line(int argc, const char* const* argv);

// The whole command line: "buckstop" itself with its subcommands in it. What --help doesn't show isn't there.
[[nodiscard]] CommandDescription describe_command_line();

} // namespace buckstop::cli
