// What the services of people share: the rules of fields, and how pages hear of changes.
#pragma once

#include "base/result.hpp"
#include "features/context.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::people {

// Broken rules of an input, gathered so that somebody hears of all of them at once.
class FieldErrors {
  public:
    void add(std::string field, std::string rule, std::string message);
    // Not empty, not too long.
    void name(const std::string& field, std::string_view text);
    void at_most(const std::string& field, std::string_view text);
    void address(const std::string& field, std::string_view folded);
    [[nodiscard]] Result<> result() const;

  private:
    std::vector<FieldError> errors_;
};

// Somebody else changed it in between.
[[nodiscard]] Error changed_meanwhile();

// Once the transaction commits, open pages ask again who there is.
void tell_pages(const Context& context, db::Transaction& tx, OrgId org, const std::string& id = "");

} // namespace buckstop::people
