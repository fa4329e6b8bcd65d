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

// Safe from any thread.
class Events {
  public:
    Events();
    ~Events();
    void publish(Event event);

    using Listener = std::function<void(const Event&)>; // called on the publisher's thread: must be quick
    [[nodiscard]] std::shared_ptr<void> listen(OrgId org, PersonId person, Listener listener);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace buckstop::http
