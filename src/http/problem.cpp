#include "http/problem.hpp"

namespace buckstop::http {
namespace {

struct Problem {
    std::string type;
    std::string title;
    int status = 0;
    ErrorCode code = ErrorCode::failed;
    std::string detail;
    std::string request_id;
    std::optional<std::vector<FieldError>> errors;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, code, detail, request_id, errors))

} // namespace

int status_of(ErrorCode code) {
    switch (code) {
    case ErrorCode::invalid:
        return 422;
    case ErrorCode::unauthenticated:
        return 401;
    case ErrorCode::forbidden:
        return 403;
    case ErrorCode::not_found:
        return 404;
    case ErrorCode::question:
    case ErrorCode::conflict:
    case ErrorCode::cancelled:
        return 409;
    case ErrorCode::precondition_failed:
        return 412;
    case ErrorCode::too_large:
        return 413;
    case ErrorCode::precondition_required:
        return 428;
    case ErrorCode::too_many_requests:
        return 429;
    case ErrorCode::unavailable:
        return 503;
    case ErrorCode::failed:
        return 500;
    }
    return 500;
}

std::string_view reason_of(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 304:
        return "Not Modified";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 428:
        return "Precondition Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    default:
        return status < 400 ? "OK" : status < 500 ? "Bad Request" : "Internal Server Error";
    }
}

Response problem(int status, const Error& error, std::string_view request_id) {
    Problem body{.type = "urn:buckstop:problem:" + std::string(enum_name(error.code)),
                 .title = std::string(reason_of(status)),
                 .status = status,
                 .code = error.code,
                 .detail = error.message,
                 .request_id = std::string(request_id),
                 .errors = {}};
    if (!error.fields.empty())
        body.errors = error.fields;
    Response response{.status = status,
                      .headers = {{"cache-control", "no-store"}},
                      .body = json::to_text(body),
                      .content_type = "application/problem+json"};
    if (error.retry_after.count() > 0)
        response.headers.emplace("retry-after", std::to_string(error.retry_after.count()));
    return response;
}

Response problem(const Error& error, std::string_view request_id) {
    return problem(status_of(error.code), error, request_id);
}

boost::json::object problem_schema() {
    auto schema = json::schema<Problem>();
    // RFC 9457 lets a problem carry members of its own, such as the draft that a newer tab saved.
    const std::string_view ref = schema.at("$ref").as_string();
    auto& definition = schema.at("$defs").as_object().at(ref.substr(ref.rfind('/') + 1));
    definition.as_object()["additionalProperties"] = true;
    return schema;
}

} // namespace buckstop::http
