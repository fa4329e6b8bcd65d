// Finds the route of a path. A literal segment wins over a `{name}`: /people/me before /people/{person}.
#pragma once

#include "http/router.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::http {

struct Match {
    const Route* route = nullptr; // none: see `allowed`
    std::map<std::string, std::string> parts;
    std::vector<Method> allowed; // what the path takes where it doesn't take this method; empty: no such path
};

class RouteTable {
  public:
    // Keeps pointers into `routes`. Throws std::logic_error where two routes would answer the same requests.
    explicit RouteTable(const std::vector<Route>& routes);

    // HEAD finds the route of GET. `path` is decoded and lies below the prefix of all routes.
    [[nodiscard]] Match find(Method method, std::string_view path) const;

  private:
    struct Entry {
        std::vector<std::string> segments; // "{name}" stands for any
        const Route* route;
    };
    std::vector<Entry> entries_; // the more literal first
};

} // namespace buckstop::http
