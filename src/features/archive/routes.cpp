#include "base/json.hpp"
#include "features/archive/archive.hpp"
#include "http/stream.hpp"

#include <fstream>

namespace buckstop::archive {
namespace {

using http::Call;
using http::Method;
using http::Nothing;
using http::Response;

struct Exports {
    std::vector<Export> items;
};
BOOST_DESCRIBE_STRUCT(Exports, (), (items))

constexpr std::size_t piece_bytes = std::size_t{64} << 10;

Response download(Call& call, const std::string& name) {
    Response response{.content_type = "application/zip"};
    response.headers = call.response_headers();
    response.headers.emplace("content-disposition", "attachment; filename=\"" + name + "\"");
    response.headers.emplace("cache-control", "no-store");
    return response;
}

// The file piece by piece: memory doesn't grow with it.
std::shared_ptr<http::Stream> stream_of(const std::filesystem::path& path) {
    auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
    return std::make_shared<http::Stream>([file] {
        std::string piece(piece_bytes, '\0');
        file->read(piece.data(), static_cast<std::streamsize>(piece.size()));
        piece.resize(static_cast<std::size_t>(file->gcount()));
        return piece;
    });
}

} // namespace

void add_routes(http::Router& router, const Context& context) {
    router.get<Nothing, Exports>(
        "/organisation/exports",
        {.tag = "archive", .summary = "Exports of the organisation, the newest first"},
        [context](const Nothing&, Call& call) -> Result<Exports> {
            auto all = list_exports(context, call.who());
            if (!all)
                return fail(all.error());
            return Exports{std::move(*all)};
        });
    router.post<ExportRequest, Export>(
        "/organisation/exports",
        {.tag = "archive", .summary = "Export everything that is shared", .success_status = 201},
        [context](const ExportRequest& wanted, Call& call) {
            return request_export(context, call.who(), wanted);
        });
    router.raw(Method::get, "/organisation/exports/{export}/file",
               {.tag = "archive", .summary = "An export's file", .gives = "application/zip"},
               [context](Call& call) -> Result<Response> {
                   const auto id = call.id<Export>("export");
                   if (!id)
                       return fail(id.error());
                   const auto path = find_export(context, call.who(), *id);
                   if (!path)
                       return fail(path.error());
                   auto response = download(call, "buckstop-export.zip");
                   response.stream = stream_of(*path);
                   return response;
               });
    router.raw(
        Method::post, "/account/export",
        {.tag = "archive", .summary = "Everything of mine, drafts included", .gives = "application/zip"},
        [context](Call& call) -> Result<Response> {
            auto archive = own_export(context, call.who());
            if (!archive)
                return fail(archive.error());
            auto response = download(call, "my-data.zip");
            response.body = std::move(*archive);
            return response;
        });
}

} // namespace buckstop::archive
