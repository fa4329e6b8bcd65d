// What started the program as a service learns how it is: systemd's protocol of sd_notify(3), for
// Type=notify.
#pragma once

#include <string_view>

namespace buckstop::cli {

// "READY=1" once requests are answered, "STOPPING=1" once no more are taken. Does nothing where nobody asked
// to be told (NOTIFY_SOCKET); a manager that doesn't listen is its own loss.
void tell_service_manager(std::string_view state);

} // namespace buckstop::cli
