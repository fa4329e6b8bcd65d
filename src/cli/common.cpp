#include "cli/commands.hpp"
#include "features/people/people.hpp"

#include <unistd.h>

namespace buckstop::cli {
namespace {

std::map<std::string, std::string> environment_settings() {
    std::map<std::string, std::string> found;
    for (const Setting& setting : settings()) {
        std::string variable = "BUCKSTOP_" + std::string(setting.name);
        for (char& c : variable)
            c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        if (const char* value = std::getenv(variable.c_str())) // NOLINT(concurrency-mt-unsafe): before any thread
            found.emplace(setting.name, value);
    }
    return found;
}

} // namespace

Result<std::unique_ptr<app::Program>> open_program(const Common& common, app::Program::Missing missing) {
    auto config = load_config(common.config_file, environment_settings(), common.settings);
    if (!config)
        return fail(config.error());
    return app::Program::open(std::move(*config), missing);
}

} // namespace buckstop::cli
