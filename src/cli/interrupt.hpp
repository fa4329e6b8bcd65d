// Ctrl+C as something to ask about, for work that ends in good order.
#pragma once

#include <csignal>

namespace buckstop::cli {

// Whether Ctrl+C was pressed while an InterruptHandler stood.
[[nodiscard]] bool interrupted();

class InterruptHandler {
  public:
    InterruptHandler();
    ~InterruptHandler();
    InterruptHandler(const InterruptHandler&) = delete;
    InterruptHandler& operator=(const InterruptHandler&) = delete;

  private:
    void (*before_)(int);
};

} // namespace buckstop::cli
