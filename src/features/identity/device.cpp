#include "features/identity/device.hpp"

#include <array>
#include <utility>

namespace buckstop::identity {
namespace {

// In this order: most browsers also claim to be those after them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> browsers{
    {{"Edg", "Edge"},
     {"OPR/", "Opera"},
     {"SamsungBrowser/", "Samsung Internet"},
     {"Firefox/", "Firefox"},
     {"FxiOS/", "Firefox"},
     {"Chrome/", "Chrome"},
     {"Safari/", "Safari"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> systems{{{"Android", "Android"},
                                                                                {"iPhone", "iPhone"},
                                                                                {"iPad", "iPad"},
                                                                                {"CrOS", "ChromeOS"},
                                                                                {"Windows", "Windows"},
                                                                                {"Mac OS X", "macOS"},
                                                                                {"Macintosh", "macOS"},
                                                                                {"Linux", "Linux"}}};

template <std::size_t N>
std::string_view first_of(const std::array<std::pair<std::string_view, std::string_view>, N>& known,
                          std::string_view text) {
    for (const auto& [sign, name] : known)
        if (text.find(sign) != std::string_view::npos)
            return name;
    return {};
}

} // namespace

std::string device_name(std::string_view user_agent) {
    const auto browser = first_of(browsers, user_agent);
    const auto system = first_of(systems, user_agent);
    std::string name(!browser.empty()                     ? browser
                     : user_agent.starts_with("Mozilla/") ? "A browser"
                                                          : "A program");
    if (!system.empty())
        name += " on " + std::string(system);
    return name;
}

} // namespace buckstop::identity
