// What every service works with; made once by src/app and passed by reference.
#pragma once

#include "base/config.hpp"
#include "base/time.hpp"
#include "db/db.hpp"
#include "http/events.hpp"
#include "work/jobs.hpp"

namespace buckstop {

struct Context {
    db::Database& database;
    const Config& config;
    work::Jobs& jobs;
    http::Events& events;
    Clock now = system_now;
};

} // namespace buckstop
