#include "features/imports/service.hpp"

#include <charconv>

namespace buckstop::imports {
namespace {

using http::Call;
using http::Method;
using http::Nothing;
using http::Page;
using http::Response;

constexpr std::size_t most_piece = std::size_t{4} << 20;

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

Result<int> position_of(const Call& call) {
    if (const auto position = number<int>(call.path_text("position")); position && *position >= 0)
        return *position;
    return fail(ErrorCode::not_found, "There is no such file of an import.");
}

Result<ImportId> import_of(const Call& call) {
    return call.id<buckstop::Import>("import");
}

Result<Import> with_etag(Call& call, Result<Import> import) {
    if (import)
        call.etag(import->version);
    return import;
}

// What is downloaded as a file of this name.
Response download(Call& call, std::string body, std::string content_type, const std::string& name) {
    Response response{.body = std::move(body), .content_type = std::move(content_type)};
    response.headers = call.response_headers();
    response.headers.emplace("content-disposition", "attachment; filename=\"" + name + "\"");
    return response;
}

Result<Response> receive_piece(const Context& context, Call& call) {
    const auto id = import_of(call);
    if (!id)
        return fail(id.error());
    const auto position = position_of(call);
    if (!position)
        return fail(position.error());
    const auto offset = number<std::int64_t>(call.request().parameter("offset").value_or("0"));
    if (!offset)
        return fail_field("offset", "not_a_number",
                          "The offset is how many bytes of the file come before this piece.");
    const auto received = receive(context, call.who(), *id, *position, *offset, call.request().body);
    if (!received)
        return fail(received.error());
    return Response{.body = json::to_text(*received)};
}

void add_steps(http::Router& router, const Context& context) {
    using Step = Result<Import> (*)(const Context&, const Principal&, ImportId);
    const auto step = [&](const char* pattern, const char* summary, Step take) {
        router.post<Nothing, Import>(pattern, {"imports", summary},
                                     [context, take](const Nothing&, Call& call) -> Result<Import> {
                                         const auto id = import_of(call);
                                         if (!id)
                                             return fail(id.error());
                                         return with_etag(call, take(context, call.who(), *id));
                                     });
    };
    step("/imports/{import}/preview", "Look what an import would do", start_preview);
    step("/imports/{import}/run", "Run an import, or go on with one", start_run);
    step("/imports/{import}/undo", "Undo an import as a whole", undo_import);
    step("/imports/{import}/cancel", "Stop an import; what is in stays", cancel);

    router.put<MappingInput, Import>(
        "/imports/{import}/files/{position}/mapping", {"imports", "Say what the columns of a file are"},
        [context](const MappingInput& input, Call& call) -> Result<Import> {
            const auto id = import_of(call);
            if (!id)
                return fail(id.error());
            const auto position = position_of(call);
            if (!position)
                return fail(position.error());
            return with_etag(call, set_mapping(context, call.who(), *id, *position, input));
        });
    router.post<MappingInput, FirstRows>(
        "/imports/{import}/files/{position}/first-rows",
        {"imports", "See how a file's first rows would be read by a mapping that isn't saved"},
        [context](const MappingInput& input, Call& call) -> Result<FirstRows> {
            const auto id = import_of(call);
            if (!id)
                return fail(id.error());
            const auto position = position_of(call);
            if (!position)
                return fail(position.error());
            return first_rows(context, call.who(), *id, *position, input);
        });
    router.put<CoversInput, Import>("/imports/{import}/covers",
                                    {"imports", "Say which of the CRM's deals the files hold"},
                                    [context](const CoversInput& input, Call& call) -> Result<Import> {
                                        const auto id = import_of(call);
                                        if (!id)
                                            return fail(id.error());
                                        return with_etag(call, set_covers(context, call.who(), *id, input));
                                    });
    router.post<AnswersInput, Import>("/imports/{import}/answers", {"imports", "Answer what an import asks"},
                                      [context](const AnswersInput& input, Call& call) -> Result<Import> {
                                          const auto id = import_of(call);
                                          if (!id)
                                              return fail(id.error());
                                          return with_etag(call, answer(context, call.who(), *id, input));
                                      });
}

void add_downloads(http::Router& router, const Context& context) {
    router.raw(Method::get, "/imports/{import}/refused.csv",
               {"imports", "The refused rows, to mend and import again"},
               [context](Call& call) -> Result<Response> {
                   const auto id = import_of(call);
                   if (!id)
                       return fail(id.error());
                   const auto position = call.request().parameter("position");
                   auto rows = refused_rows(context, call.who(), *id,
                                            position ? number<int>(*position) : std::nullopt);
                   if (!rows)
                       return fail(rows.error());
                   return download(call, std::move(*rows), "text/csv; charset=utf-8", "refused.csv");
               });
    router.raw(Method::get, "/imports/{import}/files/{position}/mapping.toml",
               {"imports", "A file's mapping, for the command line and other files like it"},
               [context](Call& call) -> Result<Response> {
                   const auto id = import_of(call);
                   if (!id)
                       return fail(id.error());
                   const auto position = position_of(call);
                   if (!position)
                       return fail(position.error());
                   auto toml = mapping_toml(context, call.who(), *id, *position);
                   if (!toml)
                       return fail(toml.error());
                   return download(call, std::move(*toml), "application/toml", "mapping.toml");
               });
}

} // namespace

void add_routes(http::Router& router, const Context& context) {
    router.get<ListQuery, Page<ImportSummary>>(
        "/imports", {"imports", "List the imports"},
        [context](const ListQuery& query, Call& call) { return list_imports(context, call.who(), query); });
    router.post<NewImport, Import>(
        "/imports", {.tag = "imports", .summary = "Announce files to import", .success_status = 201},
        [context](const NewImport& input, Call& call) {
            return with_etag(call, create_import(context, call.who(), input));
        });
    router.get<Nothing, Fields>("/imports/fields", {"imports", "What columns can be mapped to"},
                                [](const Nothing&, Call&) -> Result<Fields> { return fields(); });
    router.get<Nothing, Import>("/imports/{import}", {"imports", "One import"},
                                [context](const Nothing&, Call& call) -> Result<Import> {
                                    const auto id = import_of(call);
                                    if (!id)
                                        return fail(id.error());
                                    return with_etag(call, get_import(context, call.who(), *id));
                                });
    router.raw(Method::put, "/imports/{import}/files/{position}",
               {.tag = "imports", .summary = "A piece of a file, in order", .body_limit = most_piece + 1024},
               [context](Call& call) { return receive_piece(context, call); });
    router.get<ListQuery, Page<ShownRefusal>>(
        "/imports/{import}/refusals", {"imports", "Rows that were refused, and why"},
        [context](const ListQuery& query, Call& call) -> Result<Page<ShownRefusal>> {
            const auto id = import_of(call);
            if (!id)
                return fail(id.error());
            return list_refusals(context, call.who(), *id, query);
        });
    add_steps(router, context);
    add_downloads(router, context);
}

} // namespace buckstop::imports
