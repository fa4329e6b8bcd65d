// Errors as values. What can be expected to go wrong (bad input, a missing row, a refused permission) comes
// back as a Result; exceptions are for bugs and lost infrastructure and are caught once in the HTTP worker,
// once in the job runner and once in main.
#pragma once

#include <chrono>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace buckstop {

// Protocol-neutral: http/problem.hpp turns it into a status, cli/exit_code.hpp into an exit code.
enum class ErrorCode {
    invalid,               // the input breaks a rule; `fields` says which
    question,              // the program can't go on without an answer from a person
    unauthenticated,       // nobody is signed in
    forbidden,             // signed in, but not allowed
    not_found,             // it doesn't exist, or the asker may not know that it does
    conflict,              // it contradicts what is stored
    precondition_failed,   // somebody else changed it in between
    precondition_required, // the write must say which version it changes
    too_large,
    too_many_requests, // `retry_after` says when to try again
    unavailable,       // busy or stopping; `retry_after` says when to try again
    cancelled,
    failed, // the program's own fault, or its surroundings'
};

// One broken rule of one input field. `field` is a path such as "commitment.due_on" or "line 12, Close Date".
struct FieldError {
    std::string field;
    std::string rule;    // short and stable, for programs: "required", "too_long", "not_a_date"
    std::string message; // a sentence for people: what is wrong and what to do
    bool operator==(const FieldError&) const = default;
};

struct Error {
    ErrorCode code = ErrorCode::failed;
    std::string message; // a sentence for people
    std::vector<FieldError> fields{};
    std::chrono::seconds retry_after{0};
    bool operator==(const Error&) const = default;
};

template <class T = void>
using Result = tl::expected<T, Error>;

// `return fail(ErrorCode::not_found, "There is no such debrief.");` and `return fail(other.error());`
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return fail(Error{.code = code, .message = std::move(message)});
}
[[nodiscard]] inline tl::unexpected<Error> fail_field(std::string field, std::string rule,
                                                      std::string message) {
    std::vector<FieldError> fields{{std::move(field), std::move(rule), message}};
    return fail(
        Error{.code = ErrorCode::invalid, .message = std::move(message), .fields = std::move(fields)});
}

} // namespace buckstop
