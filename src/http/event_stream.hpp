// GET /events: the stream of server-sent events that an open page listens to. Each event carries its topic as
// its name and {"topic": …, "id": …} as its data:
//
//   event: lesson
//   data: {"topic":"lesson","id":"123"}
//
// "resync" tells the page to ask for everything again: it comes first on a stream that was interrupted
// (Last-Event-ID), and instead of what a slow reader missed. A stream holds no worker. It ends after an hour,
// so that who was signed out elsewhere is asked again; at once where the session that opened it is ended (an
// Event of topic "signed_out" whose id is the session's); and when the server stops. The page opens the next.
#pragma once

#include "http/events.hpp"
#include "http/router.hpp"

#include <chrono>

namespace buckstop::http {

inline constexpr std::string_view signed_out_topic = "signed_out";

struct StreamLimits {
    std::size_t waiting_bytes = 32U << 10U; // for a page that doesn't read
    std::chrono::milliseconds heartbeat{20'000};
    std::chrono::milliseconds longest{3'600'000};
};

// `events` must outlive the server.
void add_event_stream(Router& router, Events& events, StreamLimits limits = {});

} // namespace buckstop::http
