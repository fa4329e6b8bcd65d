#include "http/events.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>

namespace buckstop::http {

struct Events::State {
    struct Entry {
        PersonId person;
        Listener listener;
    };
    std::mutex mutex;
    std::map<OrgId, std::list<Entry>> listeners;
};

Events::Events() : state_(std::make_shared<State>()) {}
Events::~Events() = default;

// The listeners are called under the lock: once a listener's handle is gone, it is not called again.
void Events::publish(Event event) {
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->listeners.find(event.org);
    if (found == state_->listeners.end())
        return;
    for (const auto& [person, listener] : found->second)
        if (event.to.empty() || std::ranges::find(event.to, person) != event.to.end())
            listener(event);
}

std::shared_ptr<void> Events::listen(OrgId org, PersonId person, Listener listener) {
    const std::scoped_lock lock(state_->mutex);
    auto& entries = state_->listeners[org];
    const auto place = entries.insert(entries.end(), {person, std::move(listener)});
    // The hub may go before its listeners do.
    const auto leave = [weak = std::weak_ptr<State>(state_), org, place](void*) {
        if (const auto state = weak.lock()) {
            const std::scoped_lock leaving(state->mutex);
            const auto found = state->listeners.find(org);
            found->second.erase(place);
            if (found->second.empty())
                state->listeners.erase(found);
        }
    };
    return {static_cast<void*>(state_.get()), leave};
}

} // namespace buckstop::http
