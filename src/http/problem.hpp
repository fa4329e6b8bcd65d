// Errors as HTTP answers: which status each ErrorCode has, and the body that RFC 9457 asks for
// (application/problem+json):
//   {"type": "urn:buckstop:problem:invalid", "title": "Unprocessable Content", "status": 422, "code":
//   "invalid",
//    "detail": "a sentence for people", "request_id": "…",
//    "errors": [{"field": "due_on", "rule": "not_a_date", "message": "…"}]}
// Nothing internal ever stands in it: no SQL, no paths of files, no text of an exception.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

#include <string_view>

namespace buckstop {

BOOST_DESCRIBE_STRUCT(FieldError, (), (field, rule, message))
BOOST_DESCRIBE_ENUM(ErrorCode, invalid, question, unauthenticated, forbidden, not_found, conflict,
                    precondition_failed, precondition_required, too_large, too_many_requests, unavailable,
                    cancelled, failed)

} // namespace buckstop

namespace buckstop::http {

// The one place where a protocol-neutral error becomes a status.
[[nodiscard]] int status_of(ErrorCode code);

// The words that go with a status: "Not Found".
[[nodiscard]] std::string_view reason_of(int status);

// The answer to a request that failed with `error`; Retry-After where the error says when to try again.
[[nodiscard]] Response problem(const Error& error, std::string_view request_id);

// The same with a status that no ErrorCode has, such as 405, 415 or 431.
[[nodiscard]] Response problem(int status, const Error& error, std::string_view request_id);

// The JSON Schema of the body, for the API's description.
[[nodiscard]] boost::json::object problem_schema();

} // namespace buckstop::http
