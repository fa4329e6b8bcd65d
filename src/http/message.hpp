// A request and a response as handlers see them; the wire is server.cpp's business.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buckstop::http {

enum class Method { get, head, post, put, patch, del, options };
// "GET", "DELETE" …
[[nodiscard]] std::string_view method_name(Method method);

// Header names in lower case.
using Headers = std::multimap<std::string, std::string, std::less<>>;

struct Request {
    Method method = Method::get;
    std::string path; // decoded, without the query and without the base path
    std::vector<std::pair<std::string, std::string>> query; // decoded, in order
    Headers headers;
    std::string body;
    std::string client;  // the client's address: the peer's, or what a trusted proxy says
    bool secure = false; // TLS, here or at a trusted proxy
    std::string id;      // request id, in every log line and problem body

    // The first header of this name (in lower case), cookie of this name, query parameter of this name.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

class Stream; // stream.hpp: a body that is written as it comes into being

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    std::string content_type = "application/json";
    std::shared_ptr<Stream> stream{}; // instead of `body`
};

} // namespace buckstop::http
