#include "http/event_stream.hpp"

#include "http/stream.hpp"

#include <boost/json.hpp>

namespace buckstop::http {
namespace {

// EventSource asks again three seconds after a stream ends.
constexpr std::string_view greeting = "retry: 3000\n\n";
// Its id makes the browser send Last-Event-ID when it comes back: we keep no history, any id will do.
constexpr std::string_view resync = "id: 1\nevent: resync\ndata: {}\n\n";

std::string text_of(const Event& event) {
    const boost::json::object data{{"topic", event.topic}, {"id", event.id}};
    return "id: 1\nevent: " + event.topic + "\ndata: " + boost::json::serialize(data) + "\n\n";
}

// A stream and its place among the listeners, ending together.
struct Subscription {
    Subscription(const StreamLimits& limits, std::string session_id)
        : stream(limits.waiting_bytes, ": still here\n\n", limits.heartbeat, limits.longest),
          session(std::move(session_id)) {}

    void tell(const Event& event) {
        if (event.topic == signed_out_topic) {
            if (event.id == session)
                stream.close();
        } else if (!stream.push(text_of(event))) {
            stream.replace(resync);
        }
    }

    Stream stream;
    std::string session;
    std::shared_ptr<void> listening; // last: nothing is told any more once the rest goes
};

} // namespace

void add_event_stream(Router& router, Events& events, StreamLimits limits) {
    const auto open = [&events, limits](Call& call) -> Result<Response> {
        const auto& who = call.who();
        const auto subscription = std::make_shared<Subscription>(limits, who.session.text());
        // A bare pointer, since the hub calls nobody whose handle is gone. A shared one could become the last
        // owner within the call, and would then let go of its handle under the hub's own lock.
        subscription->listening =
            events.listen(who.org, who.person,
                          [listener = subscription.get()](const Event& event) { listener->tell(event); });
        const bool again = call.request().header("last-event-id").has_value();
        static_cast<void>(
            subscription->stream.push(std::string(greeting) + std::string(again ? resync : "")));
        Response response{
            .headers = {{"x-accel-buffering", "no"}}, .body = {}, .content_type = "text/event-stream"};
        response.stream = std::shared_ptr<Stream>(subscription, &subscription->stream);
        return response;
    };
    router.raw(Method::get, "/events",
               {.tag = "events",
                .summary = "What changed, as it changes (server-sent events)",
                .gives = "text/event-stream"},
               open);
}

} // namespace buckstop::http
