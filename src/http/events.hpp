// Server-sent events: what changed, told to the pages that are open. An event carries no content, only what
// to ask for again, so it can't show anybody what they may not read.
#pragma once

#include "base/id.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace buckstop::http {

struct Event {
    OrgId org;
    std::vector<PersonId> to; // empty: everybody who is signed in to the organisation
    std::string topic; // "import", "debrief", "commitment", "lesson" …: the page's query to ask again
    std::string id;    // which one, as text; may be empty
};

// Safe from any thread. In this process only: pages that are open on another node ask again when they come
// back.
class Events {
  public:
    Events();
    ~Events();
    // Tells those who listen. Call it after the commit (Transaction::after_commit).
    void publish(Event event);

    // Called on the publisher's thread: must be quick, and may not publish, listen or let go of a handle.
    using Listener = std::function<void(const Event&)>;
    // Until the handle goes.
    [[nodiscard]] std::shared_ptr<void> listen(OrgId org, PersonId person, Listener listener);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace buckstop::http
