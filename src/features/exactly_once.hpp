// A POST that is carried out exactly once, however often it is sent: its answer is stored in the transaction
// that has the effect (http/idempotency.hpp). Services don't know HTTP; they take a function to call at their
// transaction's end:
//
//   Result<Commitment> add(const Context&, const Principal&, const Input&, const BeforeCommit<Commitment>& =
//   {}); add(context, call.who(), input, remembered_by<Commitment>(call));
#pragma once

#include "db/db.hpp"
#include "http/router.hpp"

#include <functional>

namespace buckstop {

// Called with what will be returned, inside the transaction, last.
template <class T>
using BeforeCommit = std::function<void(db::Transaction&, const T&)>;

// Sets the ETag and stores the answer under the request's Idempotency-Key, if it has one. For a route with
// About::exactly_once; `call` outlives the function.
template <class T>
[[nodiscard]] BeforeCommit<T> remembered_by(http::Call& call) {
    return [&call](db::Transaction& tx, const T& answer) {
        if (!call.response_headers().contains("etag")) // the transaction may run again
            call.etag(answer.version);
        call.remember(tx, answer);
    };
}

} // namespace buckstop
