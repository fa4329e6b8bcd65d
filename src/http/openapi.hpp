// The API's description, OpenAPI 3.1, made from the routes: what a route reads and writes is described once,
// as a C++ struct, and can't differ from this document.
#pragma once

#include "http/router.hpp"

#include <string>

namespace buckstop::http {

struct ApiInfo {
    std::string title = "Buckstop";
    std::string version = BUCKSTOP_VERSION;
    std::string server = "/api/v1"; // where the paths begin, with the base path before it
};

// Schemas are named as their
// structs are ("LessonSummary", "LessonSummaryPage" for Page<LessonSummary>); where two features have a
// struct of the same name, the feature's stands before it.
[[nodiscard]] boost::json::object openapi(const std::vector<Route>& routes, const ApiInfo& info = {});

// Serves it at /openapi.json for anybody. Made at the first request: routes may be added until then.
void add_openapi(Router& router, ApiInfo info = {});

} // namespace buckstop::http
