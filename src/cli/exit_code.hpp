// The exit codes that programs may rely on (docs/users/command-line.md).
#pragma once

#include "base/result.hpp"

namespace buckstop::cli {

enum class ExitCode : int {
    done = 0,
    failure = 1,
    usage = 2,
    done_with_refusals = 3,
    question = 4 // stopped: a person has to answer first
};

[[nodiscard]] constexpr ExitCode exit_code(ErrorCode code) {
    return code == ErrorCode::question ? ExitCode::question : ExitCode::failure;
}

} // namespace buckstop::cli
