#include "app/program.hpp"

#include "app/features.hpp"
#include "db/migrate.hpp"

#include <filesystem>
#include <sodium.h>

namespace buckstop::app {
namespace {

// Jobs that ended: each organisation's settings say how long they are kept (features/retention).
constexpr std::chrono::hours for_ever{24 * 365 * 100};

// Where uploads and refused rows go when the configuration doesn't say: beside an embedded database, else in
// the folder that the service was started in.
std::string default_data_directory(const db::Url& url) {
    if (url.dialect == db::Dialect::sqlite)
        return url.target + "-files";
    return "buckstop-files";
}

} // namespace

Program::Program(Config config, const db::Url& url, const db::Options& options)
    : config_(std::move(config)), database_(url, options),
      jobs_({.log = Log::from_config(config_.log_level, config_.log_format), .keep = for_ever}),
      context_{.database = database_, .config = config_, .jobs = jobs_, .events = events_} {
    add_jobs(context_);
}

Result<std::unique_ptr<Program>> Program::open(Config config, Missing missing) {
    if (sodium_init() < 0)
        return fail(ErrorCode::failed, "The cryptographic library could not be started.");
    const auto url = find_database(config, missing);
    if (!url)
        return fail(url.error());
    if (config.data_directory.empty())
        config.data_directory = default_data_directory(*url);
    db::Options options;
    options.readers = config.worker_threads;
    try {
        auto program = std::unique_ptr<Program>(new Program(std::move(config), *url, options));
        if (const auto state = db::migrate(program->database_); !state)
            return fail(state.error());
        return program;
    } catch (const db::Failure& failure) {
        return fail(cannot_open(*url, failure));
    }
}

Result<db::Url> find_database(const Config& config, Program::Missing missing) {
    auto url = db::parse_url(config.database);
    if (url && missing == Program::Missing::refuse && url->dialect == db::Dialect::sqlite &&
        !std::filesystem::exists(url->target))
        return fail(ErrorCode::not_found,
                    "There is no database at " + url->target +
                        ". Create one with `buckstop setup`, `buckstop demo` or `buckstop import`, "
                        "or name another with --database.");
    return url;
}

Error cannot_open(const db::Url& url, const db::Failure& failure) {
    return {.code = ErrorCode::unavailable,
            .message = "The database " + db::without_secrets(url) + " can't be opened: " + failure.what()};
}

} // namespace buckstop::app
