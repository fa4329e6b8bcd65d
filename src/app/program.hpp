// One running Buckstop: its configuration, its database brought to the present schema, its jobs and events.
// Every subcommand that touches the database starts by opening one.
#pragma once

#include "base/config.hpp"
#include "base/result.hpp"
#include "db/db.hpp"
#include "features/context.hpp"
#include "http/events.hpp"
#include "work/jobs.hpp"

#include <memory>

namespace buckstop::app {

class Program {
  public:
    enum class Missing { create, refuse }; // what to do where the database doesn't exist yet

    // Opens the database and applies missing migrations. Errors: a database URL that can't be read, a
    // database that can't be reached, a schema newer than this program.
    [[nodiscard]] static Result<std::unique_ptr<Program>> open(Config config, Missing missing);

    [[nodiscard]] const Context& context() const { return context_; }
    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] db::Database& database() { return database_; }
    [[nodiscard]] work::Jobs& jobs() { return jobs_; }
    [[nodiscard]] http::Events& events() { return events_; }

  private:
    Program(Config config, const db::Url& url, const db::Options& options);

    Config config_;
    db::Database database_;
    work::Jobs jobs_;
    http::Events events_;
    Context context_;
};

// Where the configured database is, before it is opened. Errors: a URL that can't be read; with `refuse`, a
// file that isn't there.
[[nodiscard]] Result<db::Url> find_database(const Config& config, Program::Missing missing);
[[nodiscard]] Error cannot_open(const db::Url& url, const db::Failure& failure);

} // namespace buckstop::app
