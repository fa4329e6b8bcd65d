// The API's description, OpenAPI 3.1, made from the routes: what a route reads and writes is described once,
// as a C++ struct, and can't differ from this document.
#pragma once

#include "http/router.hpp"

#include <string>
#include <string_view>

namespace buckstop::http {

// `server` is where the paths begin: "/api/v1", with the base path before it. Schemas are named as their
// structs are ("LessonSummary", "LessonSummaryPage" for Page<LessonSummary>); where two features have a
// struct of the same name, the feature's stands before it.
[[nodiscard]] boost::json::object openapi(const std::vector<Route>& routes, std::string_view server);

// Serves it at /openapi.json for anybody. Made at the first request: routes may be added until then. `router`
// must outlive the server.
void add_openapi(Router& router, std::string server);

} // namespace buckstop::http
