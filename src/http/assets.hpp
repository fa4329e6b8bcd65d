// Serves the page: the files that were packed into the program, or a folder while the page is being
// developed.
//
// Files below "immutable/" have their content's hash in their name and are kept by browsers for a year; all
// others are asked for again each time and answered 304 where nothing changed. Siblings "name.br" and
// "name.gz" are sent to who accepts them. A path that is no file and doesn't look like one gets index.html,
// so that every address of the page can be opened directly.
//
// index.html is changed once, at the start: addresses that begin with "/_app/" get the base path in front.
// Its inline scripts are allowed by their hashes; otherwise scripts come from files of this server only.
#pragma once

#include "base/embedded.hpp"
#include "http/message.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::http {

// What a request's Accept-Encoding allows.
struct Encodings {
    bool brotli = false;
    bool gzip = false;
};
[[nodiscard]] Encodings accepted_encodings(const Request& request);

// The Content-Security-Policy of a page with these inline scripts.
[[nodiscard]] std::string content_security_policy(std::string_view html);

class Assets {
  public:
    [[nodiscard]] static Assets packed(const std::vector<EmbeddedFile>& files, std::string_view base_path);
    // Files are read anew for each request. Links that lead out of the folder aren't followed.
    [[nodiscard]] static Assets folder(const std::filesystem::path& root, std::string_view base_path);

    // Answers GET and HEAD for any path that isn't the API's. Quick for packed files.
    [[nodiscard]] Response operator()(const Request& request) const;

  private:
    struct File {
        std::string body;
        std::string_view encoding; // "br", "gzip" or nothing
        std::string etag;
        std::string policy; // for HTML
    };
    using Find = std::function<std::optional<File>(std::string_view path, Encodings accepted)>;

    explicit Assets(Find find) : find_(std::move(find)) {}
    [[nodiscard]] static Response response(File file, std::string_view path, const Request& request);

    Find find_;
};

} // namespace buckstop::http
