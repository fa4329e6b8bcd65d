#include "cli/commands.hpp"
#include "features/people/people.hpp"

#include <unistd.h>

namespace buckstop::cli {
namespace {

std::map<std::string, std::string> environment_settings() {
    std::map<std::string, std::string> found;
    for (const Setting& setting : settings()) {
        const std::string variable = setting_variable(setting.name);
        if (const char* value =
                std::getenv(variable.c_str())) // NOLINT(concurrency-mt-unsafe): before any thread
            found.emplace(setting.name, value);
    }
    return found;
}

} // namespace

Result<Config> read_settings(const Common& common) {
    return load_config(common.config_file, environment_settings(), common.settings);
}

Result<LoadedConfig> read_settings_with_origins(const Common& common) {
    return load_config_with_origins(common.config_file, environment_settings(), common.settings);
}

Result<std::unique_ptr<db::Database>> open_database(const Config& config, app::Program::Missing missing,
                                                    const db::Options& options) {
    const auto url = app::find_database(config, missing);
    if (!url)
        return fail(url.error());
    try {
        return std::make_unique<db::Database>(*url, options);
    } catch (const db::Failure& failure) {
        return fail(app::cannot_open(*url, failure));
    }
}

Result<std::unique_ptr<app::Program>> open_program(const Common& common, app::Program::Missing missing,
                                                   Telling telling) {
    auto config = read_settings(common);
    if (!config)
        return fail(config.error());
    if (telling == Telling::result && config->log_level == "info")
        config->log_level = "warning";
    return app::Program::open(std::move(*config), missing);
}

Result<OrgId> choose_organisation(db::Database& database, const Common& common) {
    const auto all = database.read([](db::Transaction& tx) { return people::organisations(tx); });
    if (all.empty())
        return fail(ErrorCode::not_found,
                    "This database has no organisation yet. Create one with `buckstop setup`.");
    if (common.organisation.empty()) {
        if (all.size() == 1)
            return all.front().id;
        return fail(ErrorCode::invalid,
                    "This database has several organisations. Name one with --organisation.");
    }
    for (const auto& organisation : all)
        if (organisation.name == common.organisation || organisation.id.text() == common.organisation)
            return organisation.id;
    return fail(ErrorCode::not_found, "There is no organisation called " + common.organisation + ".");
}

access::Principal program_principal(OrgId org) {
    return {.org = org, .roles = {access::Role::administrator, access::Role::operations}};
}

} // namespace buckstop::cli
