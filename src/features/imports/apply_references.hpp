// The people and companies that rows of small tables name, by id, by name or by address: gathered, learnt all
// at once, then found. (Deals, of which there are millions, do it without copying.) Private to this feature.
#pragma once

#include "features/imports/apply_names.hpp"

#include <optional>

namespace buckstop::imports {

class References {
  public:
    explicit References(Memory& memory)
        : memory_(memory), people_(memory.people), people_keys_(memory.people_keys),
          companies_(memory.companies), company_keys_(memory.company_keys) {}

    void add_person(const Text& key, const Text& name, const Text& email);
    void add_company(const Text& key, const Text& name);
    // What doesn't exist yet is made.
    void learn(db::Transaction& tx, const Scope& scope, Applied& into);

    // Nothing where the row names nobody.
    [[nodiscard]] std::optional<PersonId> person(const Text& key, const Text& name, const Text& email) const;
    [[nodiscard]] std::optional<CompanyId> company(const Text& key, const Text& name) const;

  private:
    Memory& memory_;
    Unknown people_, people_keys_, companies_, company_keys_;
};

} // namespace buckstop::imports
