#include "cli/interrupt.hpp"

namespace buckstop::cli {
namespace {

// The one thing that a signal handler may change.
volatile std::sig_atomic_t signalled = 0; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

} // namespace

bool interrupted() {
    return signalled != 0;
}

InterruptHandler::InterruptHandler() : before_(std::signal(SIGINT, [](int) { signalled = 1; })) {}

InterruptHandler::~InterruptHandler() {
    std::signal(SIGINT, before_);
}

} // namespace buckstop::cli
