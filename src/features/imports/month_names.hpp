// The months as the big European languages call them.
#pragma once

#include <string_view>

namespace buckstop::imports {

// 1 to 12 for a month's name in English, German, French, Spanish, Italian, Portuguese, Dutch or Polish, in
// any case, whole or cut off behind three letters or more ("Apr", "févr", "września"). 0 for any other word,
// and for one that could be two months ("jui").
[[nodiscard]] int month_called(std::string_view word);

} // namespace buckstop::imports
