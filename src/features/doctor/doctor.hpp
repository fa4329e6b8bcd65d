// The doctor: looks at the settings, the database and what surrounds them, and says what is fine, what to
// keep an eye on, and what to put right. Changes nothing. docs/operators/looking-after-it.md says what each
// check means.
#pragma once

#include "base/config.hpp"
#include "base/describe.hpp"
#include "base/time.hpp"
#include "db/db.hpp"

#include <string>
#include <vector>

namespace buckstop::doctor {

enum class Outcome { ok, warning, problem };
BOOST_DESCRIBE_ENUM(Outcome, ok, warning, problem)

struct Finding {
    std::string check; // short and stable: "settings", "schema", "audit"
    Outcome outcome = Outcome::ok;
    std::string message; // what was found, a sentence
    std::string advice;  // what to do; empty where nothing is
};
BOOST_DESCRIBE_STRUCT(Finding, (), (check, outcome, message, advice))

// Whether each setting makes sense beside the others, and who can read the file that they stand in.
[[nodiscard]] std::vector<Finding> examine_settings(const LoadedConfig& loaded);

// The files and folders: who can read them, and room on their disks.
[[nodiscard]] std::vector<Finding> examine_files(const Config& config, const db::Url& url);

// Tries the mail server, where there is one.
[[nodiscard]] std::vector<Finding> examine_mail(const Config& config);

// Schema, integrity, clock, indexes, jobs, audit chains. The database is opened for reading only, and its
// schema needn't be this program's. A check that can't be made is a problem of its own.
[[nodiscard]] std::vector<Finding> examine_database(db::Database& database, const Clock& now);

} // namespace buckstop::doctor
