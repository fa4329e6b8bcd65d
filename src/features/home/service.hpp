// Private to this feature; tests ask it without HTTP.
#pragma once

#include "features/home/home.hpp"

namespace buckstop::home {

[[nodiscard]] Home home(const Context& context, const access::Principal& who);

} // namespace buckstop::home
