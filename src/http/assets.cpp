#include "http/assets.hpp"

#include "http/problem.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sodium.h>
#include <zlib.h>

namespace buckstop::http {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view start = "index.html";

using Digest = std::array<unsigned char, crypto_hash_sha256_BYTES>;

Digest sha256(std::string_view bytes) {
    Digest digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return digest;
}

std::string base64(const Digest& digest) {
    std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)>
        text{};
    return sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(),
                             sodium_base64_VARIANT_ORIGINAL);
}

std::string etag_of(std::string_view bytes) {
    return '"' + base64(sha256(bytes)).substr(0, 22) + '"';
}

std::string gzipped(std::string_view text) {
    z_stream stream{};
    constexpr int gzip_format = 15 + 16;
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_format, 9, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, text.size()), '\0');
    std::string input(text);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::string with_base_path(std::string html, std::string_view base_path) {
    for (const std::string_view address : {"\"/_app/", "\"/icon.svg\""}) {
        for (auto at = html.find(address); !base_path.empty() && at != html.npos;
             at = html.find(address, at)) {
            html.insert(at + 1, base_path);
            at += base_path.size() + address.size();
        }
    }
    return html;
}

std::string_view media_type(std::string_view path) {
    struct Type {
        std::string_view ending, type;
    };
    constexpr std::array types{Type{".html", "text/html; charset=utf-8"},
                               Type{".js", "text/javascript; charset=utf-8"},
                               Type{".css", "text/css; charset=utf-8"},
                               Type{".json", "application/json"},
                               Type{".svg", "image/svg+xml"},
                               Type{".png", "image/png"},
                               Type{".webp", "image/webp"},
                               Type{".jpg", "image/jpeg"},
                               Type{".ico", "image/x-icon"},
                               Type{".woff2", "font/woff2"},
                               Type{".txt", "text/plain; charset=utf-8"},
                               Type{".map", "application/json"},
                               Type{".webmanifest", "application/manifest+json"}};
    const auto found =
        std::ranges::find_if(types, [&](const Type& type) { return path.ends_with(type.ending); });
    return found == types.end() ? "application/octet-stream" : found->type;
}

bool is_below(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// Whether somebody wants to see a page there, rather than load a file that isn't.
bool is_place_in_page(std::string_view path) {
    const auto last = path.substr(path.find_last_of('/') + 1);
    return !is_below(path, "/_app") && last.find('.') == last.npos;
}

std::optional<std::string> read_below(const fs::path& root, std::string_view path) {
    std::error_code error;
    const auto file = fs::canonical(root / path, error);
    if (error || !fs::is_regular_file(file, error))
        return std::nullopt;
    const auto [end, ignored] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
    if (end != root.end())
        return std::nullopt;
    std::ifstream in(file, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

// One packed file in the forms that it has; views into the program.
struct Forms {
    std::string_view plain, gzip, brotli;
    std::string etag, policy;
};

struct Pack {
    std::map<std::string, Forms, std::less<>> files;
    std::string html, html_gzip; // index.html with the base path
};

std::shared_ptr<const Pack> make_pack(const std::vector<EmbeddedFile>& packed, std::string_view base_path) {
    auto pack = std::make_shared<Pack>();
    for (const auto& [path, data] : packed) {
        if (path.ends_with(".gz"))
            pack->files[std::string(path.substr(0, path.size() - 3))].gzip = data;
        else if (path.ends_with(".br"))
            pack->files[std::string(path.substr(0, path.size() - 3))].brotli = data;
        else
            pack->files[std::string(path)].plain = data;
    }
    std::erase_if(pack->files, [](const auto& entry) { return entry.second.plain.data() == nullptr; });
    if (const auto page = pack->files.find(start); page != pack->files.end() && !base_path.empty()) {
        pack->html = with_base_path(std::string(page->second.plain), base_path);
        pack->html_gzip = gzipped(pack->html);
        page->second = {.plain = pack->html, .gzip = pack->html_gzip, .brotli = {}, .etag = {}, .policy = {}};
    }
    for (auto& [path, forms] : pack->files) {
        forms.etag = etag_of(forms.plain);
        if (path.ends_with(".html"))
            forms.policy = content_security_policy(forms.plain);
    }
    return pack;
}

} // namespace

Encodings accepted_encodings(const Request& request) {
    Encodings accepted;
    std::string_view list = request.header("accept-encoding").value_or("");
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto one = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        const auto name = one.substr(0, one.find_first_of("; "));
        const auto weight = one.find("q=0");
        const bool refused = weight != one.npos && one.find_first_of("123456789", weight) == one.npos;
        accepted.brotli = accepted.brotli || (name == "br" && !refused);
        accepted.gzip = accepted.gzip || (name == "gzip" && !refused);
    }
    return accepted;
}

std::string content_security_policy(std::string_view html) {
    std::string scripts = "'self'";
    for (auto at = html.find("<script"); at != html.npos; at = html.find("<script", at + 1)) {
        const auto begin = html.find('>', at);
        const auto end = html.find("</script>", at);
        if (begin == html.npos || end == html.npos)
            break;
        if (html.substr(at, begin - at).find(" src=") == html.npos)
            scripts += " 'sha256-" + base64(sha256(html.substr(begin + 1, end - begin - 1))) + "'";
    }
    return "default-src 'none'; script-src " + scripts +
           "; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
           "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
           "'none'";
}

Assets Assets::packed(const std::vector<EmbeddedFile>& files, std::string_view base_path) {
    return Assets([pack = make_pack(files, base_path)](std::string_view path,
                                                       Encodings accepted) -> std::optional<File> {
        const auto found = pack->files.find(path);
        if (found == pack->files.end())
            return std::nullopt;
        const auto& forms = found->second;
        if (accepted.brotli && !forms.brotli.empty())
            return File{std::string(forms.brotli), "br", forms.etag, forms.policy};
        if (accepted.gzip && !forms.gzip.empty())
            return File{std::string(forms.gzip), "gzip", forms.etag, forms.policy};
        return File{std::string(forms.plain), "", forms.etag, forms.policy};
    });
}

Assets Assets::folder(const fs::path& root, std::string_view base_path) {
    std::error_code error;
    auto real = fs::canonical(root, error);
    return Assets(
        [real, base = std::string(base_path)](std::string_view path, Encodings) -> std::optional<File> {
            auto body = read_below(real, path);
            if (!body)
                return std::nullopt;
            const bool is_page = path.ends_with(".html");
            if (path == start)
                body = with_base_path(std::move(*body), base);
            auto etag = etag_of(*body);
            auto policy = is_page ? content_security_policy(*body) : std::string();
            return File{std::move(*body), "", std::move(etag), std::move(policy)};
        });
}

Response Assets::response(File file, std::string_view path, const Request& request) {
    const bool is_immutable = path.find("immutable/") != path.npos;
    Response response{
        .headers = {{"x-content-type-options", "nosniff"},
                    {"referrer-policy", "no-referrer"},
                    {"cross-origin-opener-policy", "same-origin"},
                    {"cross-origin-resource-policy", "same-origin"},
                    {"vary", "Accept-Encoding"},
                    {"etag", file.etag},
                    {"cache-control", is_immutable ? "public, max-age=31536000, immutable" : "no-cache"}},
        .body = {},
        .content_type = std::string(media_type(path))};
    if (!file.policy.empty())
        response.headers.emplace("content-security-policy", std::move(file.policy));
    if (const auto known = request.header("if-none-match"); known && known->find(file.etag) != known->npos) {
        response.status = 304;
        return response;
    }
    if (!file.encoding.empty())
        response.headers.emplace("content-encoding", file.encoding);
    response.body = std::move(file.body);
    return response;
}

Response Assets::operator()(const Request& request) const {
    if (request.method != Method::get && request.method != Method::head) {
        auto answer =
            problem(405, {.code = ErrorCode::invalid, .message = "This can only be read."}, request.id);
        answer.headers.emplace("allow", "GET, HEAD");
        return answer;
    }
    const auto accepted = accepted_encodings(request);
    const auto path = request.path == "/" ? start : std::string_view(request.path).substr(1);
    if (is_below(request.path, "/api") || is_below(request.path, "/health"))
        return problem({.code = ErrorCode::not_found, .message = "There is nothing at this address."},
                       request.id);
    if (auto file = find_(path, accepted))
        return response(std::move(*file), path, request);
    if (is_place_in_page(request.path))
        if (auto page = find_(start, accepted))
            return response(std::move(*page), start, request);
    return problem({.code = ErrorCode::not_found, .message = "There is no such file."}, request.id);
}

} // namespace buckstop::http
